"""How many of the records found were issued when: by month, or by year where months would be too many."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from search_api.access import Viewer
from search_api.query.answers import SearchQuery
from search_api.query.search import SearchService

MOST_MONTHS = 5_000
"""Different months that are counted, the most frequent ones: four hundred years of them."""

_FEW_MONTHS = 24


class Period(StrEnum):
    """What is counted together."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class PeriodCount:
    """So many records were issued from `first` to `last`, both days included."""

    first: date
    last: date
    count: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """In the order of time, without empty periods. `undated`: found, but of no known day of issue."""

    by: Period
    counts: tuple[PeriodCount, ...]
    undated: int


def over_time(search: SearchService, query: SearchQuery, viewer: Viewer, by: Period | None = None) -> Histogram:
    """Under the question and all of its filters. `by` None: months where they lie within two years, else years.

    Errors: as `SearchService.search`.
    """
    found = search.counted(query, viewer, "month", MOST_MONTHS)
    months = {_month(one.value): one.count for one in found.facets.get("month", ())}
    by = by or (Period.MONTH if _span(months) <= _FEW_MONTHS else Period.YEAR)
    counts = months if by is Period.MONTH else _by_year(months)
    periods = tuple(_period(by, place, counts[place]) for place in sorted(counts))
    return Histogram(by, periods, max(0, found.total - sum(months.values())) if found.total_is_exact else 0)


def period_of(by: Period, day: date) -> tuple[date, date]:
    """The first and the last day of the period that a day lies in."""
    if by is Period.YEAR:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _month(value: str) -> date:
    year, _, month = value.partition("-")
    return date(int(year), int(month), 1)


def _span(months: Mapping[date, int]) -> int:
    if not months:
        return 0
    first, last = min(months), max(months)
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _by_year(months: Mapping[date, int]) -> dict[date, int]:
    years: Counter[date] = Counter()
    for month, count in months.items():
        years[date(month.year, 1, 1)] += count
    return dict(years)


def _period(by: Period, day: date, count: int) -> PeriodCount:
    return PeriodCount(*period_of(by, day), count)
