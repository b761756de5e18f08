"""The chart beside the hits: how many were issued when, each bar a link that narrows the search to its time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from search_api.query.over_time import Histogram, Period, PeriodCount, period_of
from search_api.web.address import SearchAddress
from search_api.web.wording import day

_MOST_BARS = 60
_LABELS = 6
_SMALLEST = 3.0  # of 100: a single record beside thousands is still to be seen


@dataclass(frozen=True, slots=True)
class Bar:
    """One period. `height`: of 100. `label` stands below the bar if `labelled`; `earlier`: all before the others."""

    label: str
    count: int
    height: float
    href: str
    labelled: bool
    earlier: bool = False


def bars(histogram: Histogram, address: SearchAddress) -> tuple[Bar, ...]:
    """The bars in the order of time, empty periods among them; none where there is nothing to choose from."""
    periods = tuple(_without_gaps(histogram))
    if len(periods) < 2:
        return ()
    highest = max(period.count for period in periods)
    cut = len(histogram.counts) > 0 and periods[0].first == date.min
    step = -(-len(periods) // _LABELS)
    return tuple(
        Bar(
            _label(histogram.by, period, earlier=cut and number == 0),
            period.count,
            max(_SMALLEST, 100 * period.count / highest) if period.count else 0.0,
            str(_narrowed(address, period)),
            number % step == 0,
            cut and number == 0,
        )
        for number, period in enumerate(periods)
    )


def _without_gaps(histogram: Histogram) -> Iterator[PeriodCount]:
    """At most so many periods in a row, up to the last; what lies before them as one, from the beginning of time."""
    if not histogram.counts:
        return
    starts = _starts(histogram)
    earlier = sum(one.count for one in histogram.counts if one.first < starts[0])
    if earlier:
        yield PeriodCount(date.min, starts[0] - timedelta(days=1), earlier)
    counts = {one.first: one.count for one in histogram.counts}
    for start in starts:
        yield PeriodCount(*period_of(histogram.by, start), counts.get(start, 0))


def _starts(histogram: Histogram) -> Sequence[date]:
    first, at = histogram.counts[0].first, histogram.counts[-1].first
    starts = [at]
    while at > first and len(starts) < _MOST_BARS:
        at = period_of(histogram.by, at - timedelta(days=1))[0]
        starts.append(at)
    return starts[::-1]


def _label(by: Period, period: PeriodCount, *, earlier: bool) -> str:
    if earlier:
        return f"– {period.last.year}"
    return f"{period.first:%m}/{period.first.year}" if by is Period.MONTH else str(period.first.year)


def _narrowed(address: SearchAddress, period: PeriodCount) -> SearchAddress:
    first = "" if period.first == date.min else day(period.first)
    return replace(address, issued_from=first, issued_to=day(period.last), cursor=None)
