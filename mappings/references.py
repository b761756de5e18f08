"""A document that another one names: "Quyết định số 12/2020/QĐ-UBND ngày 05/03/2020"; a field's value lists several.

The list is one text, so that a person reads and corrects it like any other field. Two documents may bear the same
number and symbol in one year, so a reference finds candidates and is never taken for one of them by its number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from analyzers.dates import find_dates
from analyzers.issue_numbers import issue_keys
from mappings.vocabulary import issue_number

MOST_REFERENCES = 200
"""So many of one value are looked at; a person may have typed anything."""

_ENTRY = re.compile(
    r"(?P<kind>[^\d;]*?)\s*(?<!\w)(?:[Ss]ố\s*:?\s*)?(?P<number>\d{1,6}[A-Za-zĐđ]?)\s*(?P<sign>[/-])\s*"
    r"(?P<symbol>(?:(?:19|20)\d\d\s*/\s*)?[^\W\d_][^\s,;:()]*)(?P<rest>.*)"
)
_YEAR_TOLD = re.compile(r"năm\s+(?P<year>(?:19|20)\d\d)\b")
_YEAR_INSIDE = re.compile(r"(?P<year>(?:19|20)\d\d)/")


@dataclass(frozen=True, slots=True)
class Reference:
    """`kind`: as named, or "". `day`: of issue, if told; `year_told`: where only the year is."""

    kind: str
    number: str
    symbol: str
    day: date | None = None
    year_told: int | None = None

    @property
    def year(self) -> int | None:
        """The year of issue: inside the symbol, of the day, or told alone."""
        inside = _YEAR_INSIDE.match(self.symbol)
        return int(inside["year"]) if inside else self.day.year if self.day else self.year_told

    @property
    def text(self) -> str:
        """As it stands in a list."""
        told = f"ngày {self.day:%d/%m/%Y}" if self.day else f"năm {self.year_told}" if self.year_told else ""
        return " ".join(part for part in (self.kind, "số", issue_number(self.number, self.symbol), told) if part)

    @property
    def key(self) -> str:
        """Its key in `issue_keys` and `cited_keys`: number, symbol and year, or the first two if the year is not told.

        "" where number or symbol has no letter or digit that counts.
        """
        return reference_key(self.number, self.symbol, self.year)


def reference_key(number: str, symbol: str, year: int | None) -> str:
    """Number, symbol and year (if known) as one key: `12qdubnd2020`."""
    keys = issue_keys(number, symbol, year)
    whole = issue_keys(None, symbol, None)
    if not keys or keys[0] == whole[0]:
        return ""
    return next((key for key in keys if key.endswith(f"{whole[0]}{_year_in(symbol) or year or ''}")), "")


def _year_in(symbol: str) -> str:
    inside = _YEAR_INSIDE.match(symbol)
    return inside["year"] if inside else ""


def written(references: tuple[Reference, ...]) -> str:
    """The list as one text."""
    return "; ".join(reference.text for reference in references)


def parse_references(value: str) -> tuple[Reference, ...]:
    """The references in a field's value, as a rule wrote it or a person typed it; what is none is passed over."""
    entries = (_entry(part) for part in value.split(";")[:MOST_REFERENCES])
    return tuple(dict.fromkeys(entry for entry in entries if entry))


def _entry(text: str) -> Reference | None:
    found = _ENTRY.fullmatch(text.strip())
    if found is None:
        return None
    dates, year = find_dates(found["rest"]), _YEAR_TOLD.search(found["rest"])
    return Reference(
        found["kind"].strip(" ,.-"),
        found["number"],
        re.sub(r"\s", "", found["symbol"]).rstrip(".-/"),
        dates[0].date if dates else None,
        int(year["year"]) if year and not dates else None,
    )
