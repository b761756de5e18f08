"""The address of a search holds its whole state: read from the query string, written back into links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from mappings.record import RecordState
from search_api.engines.protocol import Sort
from search_api.query.answers import FACETS, SearchQuery

HITS = 10
"""Hits on one page."""

_MOST_VALUES = 20  # of one facet in one address: more than anybody ticks
_DATE_FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")


def read_date(untrusted: str) -> date | None:
    """A day as a person types it, 05/03/2018 first; None where it is none."""
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(untrusted.strip(), form).date()
        except ValueError:
            continue
    return None


def read_sort(untrusted: str | None) -> Sort | None:
    """The order asked for, None where it is none of ours."""
    return Sort(untrusted) if untrusted in {sort.value for sort in Sort} else None


@dataclass(frozen=True, slots=True)
class SearchAddress:
    """What stands in the address of a search page.

    `facets`: (name, value) in the order of the address. The typed days are kept as typed, so that
    a wrong one can be shown again beside its complaint.
    """

    q: str = ""
    facets: tuple[tuple[str, str], ...] = ()
    issued_from: str = ""
    issued_to: str = ""
    sort: Sort | None = None
    cursor: str | None = None

    @classmethod
    def read(cls, untrusted: Iterable[tuple[str, str]]) -> SearchAddress:
        """Reads a query string; what it does not know it leaves out."""
        pairs = list(untrusted)
        single = dict(pairs)
        return cls(
            q=single.get("q", "").strip(),
            facets=tuple(_facets(pairs)),
            issued_from=single.get("issued_from", "").strip()[:20],
            issued_to=single.get("issued_to", "").strip()[:20],
            sort=read_sort(single.get("sort")),
            cursor=single.get("cursor") or None,
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was asked: the home page."""
        return self == SearchAddress()

    @property
    def is_filtered(self) -> bool:
        """Whether anything but words narrows the search."""
        return bool(self.facets or self.issued_from or self.issued_to)

    @property
    def wrong_dates(self) -> tuple[str, ...]:
        """Names of the days that cannot be understood."""
        typed = (("issued_from", self.issued_from), ("issued_to", self.issued_to))
        return tuple(name for name, text in typed if text and read_date(text) is None)

    def values(self, facet: str) -> tuple[str, ...]:
        """The chosen values of a facet."""
        return tuple(value for name, value in self.facets if name == facet)

    def query(self) -> SearchQuery:
        """The question to ask."""
        chosen = {facet: self.values(facet) for facet in FACETS}
        return SearchQuery(
            q=self.q,
            **chosen,
            issued_from=read_date(self.issued_from),
            issued_to=read_date(self.issued_to),
            arrived_from=None,  # asked over the API only
            arrived_to=None,
            sort=self.sort,
            limit=HITS,
            cursor=self.cursor,
            whole=False,
        )

    def toggled(self, facet: str, value: str) -> SearchAddress:
        """The same search with this value added or, if it is chosen, taken away; from the first hit."""
        chosen = (facet, value)
        rest = tuple(pair for pair in self.facets if pair != chosen)
        facets = rest if chosen in self.facets else (*rest, chosen)
        return replace(self, facets=facets, cursor=None)

    def asking(self, q: str) -> SearchAddress:
        """Another question under the same filters."""
        return replace(self, q=q, cursor=None)

    def without_dates(self) -> SearchAddress:
        """The same search over all days."""
        return replace(self, issued_from="", issued_to="", cursor=None)

    def without_filters(self) -> SearchAddress:
        """The words alone."""
        return replace(self, facets=(), issued_from="", issued_to="", cursor=None)

    def sorted_by(self, sort: Sort) -> SearchAddress:
        """The same search in another order."""
        return replace(self, sort=sort, cursor=None)

    def at(self, cursor: str | None) -> SearchAddress:
        """The same search from a cursor on; None: from the first hit."""
        return replace(self, cursor=cursor)

    def pairs(self) -> Sequence[tuple[str, str]]:
        """What a link or a form must carry."""
        single = (
            ("q", self.q),
            ("issued_from", self.issued_from),
            ("issued_to", self.issued_to),
            ("sort", self.sort.value if self.sort else ""),
        )
        pairs = [(name, value) for name, value in single if value]
        pairs.extend(self.facets)
        return [*pairs, ("cursor", self.cursor)] if self.cursor else pairs

    def __str__(self) -> str:
        return f"/?{urlencode(self.pairs())}" if self.pairs() else "/"


def _facets(untrusted: list[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    states = {state.value for state in RecordState}
    counts = dict.fromkeys(FACETS, 0)
    for name, value in dict.fromkeys(untrusted):
        if name not in counts or not value or (name == "state" and value not in states):
            continue
        counts[name] += 1
        if counts[name] <= _MOST_VALUES:
            yield name, value
