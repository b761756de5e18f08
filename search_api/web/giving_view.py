"""Where the page leads to the same search as a file: Excel, CSV, Atom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from kernel.bilingual import Language
from search_api.giving.found import MOST_ROWS
from search_api.giving.tables import TableForm
from search_api.web.address import SearchAddress, read_date


@dataclass(frozen=True, slots=True)
class GivenLinks:
    """Addresses of the search in other forms. `most`: records that a form holds, by the name of the form.

    `asked`: the question as the API takes it.
    """

    xlsx: str
    csv: str
    atom: str
    most: dict[str, int]
    asked: Sequence[tuple[str, str]]


def given_links(address: SearchAddress, language: Language) -> GivenLinks:
    """The same search, from its first hit on."""
    asked = urlencode([*_of_api(address), ("lang", language)])
    forms = {form.value: f"/api/v1/search.{form}?{asked}" for form in TableForm}
    most = {form.value: most for form, most in MOST_ROWS.items()}
    return GivenLinks(forms["xlsx"], forms["csv"], f"/api/v1/search.atom?{asked}", most, _of_api(address))


def _of_api(address: SearchAddress) -> Sequence[tuple[str, str]]:
    """As the API takes it: days as ISO 8601 has them, and none that cannot be understood."""
    pairs: list[tuple[str, str]] = []
    for name, value in address.at(None).pairs():
        if name in ("issued_from", "issued_to"):
            if found := read_date(value):
                pairs.append((name, found.isoformat()))
        else:
            pairs.append((name, value))
    return pairs
