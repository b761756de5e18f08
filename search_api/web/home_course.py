"""The course of the last thirty days: what came, what was read, what waited at the end of each day; as SVG shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from archive.figures import Came
from search_api.web.wording import HANOI

DAYS = 30

_STEP, _BAR, _HIGH = 20, 8, 100
_SMALLEST = 2.0  # of 100: one record beside thousands is still to be seen


@dataclass(frozen=True, slots=True)
class Day:
    """One day's figures. `waiting`: at its end."""

    day: date
    came: int
    read: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of the drawing, in its own units."""

    x: int
    y: float
    width: int
    height: float


@dataclass(frozen=True, slots=True)
class Course:
    """`days`: oldest first. The drawings are `wide` by 100: bars of what came and was read, and what waited."""

    days: tuple[Day, ...]
    came: tuple[Bar, ...]
    read: tuple[Bar, ...]
    waiting: tuple[Bar, ...]
    most: int
    most_waiting: int
    wide: int = DAYS * _STEP

    @property
    def today(self) -> Day:
        """The last one."""
        return self.days[-1]


def days_until(moment: datetime) -> tuple[date, ...]:
    """The last days in Vietnam's time, the present one last."""
    last = moment.astimezone(HANOI).date()
    return tuple(last - timedelta(days=back) for back in reversed(range(DAYS)))


def bounds_of(days: Sequence[date]) -> tuple[datetime, ...]:
    """When each of these days begins."""
    return tuple(datetime.combine(one, time.min, HANOI) for one in days)


def course(found: Sequence[Came], days: Sequence[date]) -> Course:
    """What `Figures.came` told by the bounds of these days."""
    came, read = [0] * (len(days) + 1), [0] * (len(days) + 1)
    waiting = 0
    for one in found:
        came[one.arrived] += one.records
        if one.read is None:
            waiting += one.records
        else:
            read[one.read] += one.records
    told: list[Day] = []
    # From what waits now back: at the end of the day before there were those that were read since, less what came.
    for number in range(len(days), 0, -1):
        told.append(Day(days[number - 1], came[number], read[number], waiting))
        waiting += read[number] - came[number]
    return _drawn(tuple(reversed(told)))


def _drawn(days: tuple[Day, ...]) -> Course:
    most = max(max(one.came, one.read) for one in days)
    most_waiting = max(one.waiting for one in days)
    return Course(
        days=days,
        came=_bars([one.came for one in days], most, 2, _BAR),
        read=_bars([one.read for one in days], most, 2 + _BAR, _BAR),
        waiting=_bars([one.waiting for one in days], most_waiting, 0, _STEP),
        most=most,
        most_waiting=most_waiting,
    )


def _bars(counts: Sequence[int], most: int, left: int, width: int) -> tuple[Bar, ...]:
    heights = [max(_SMALLEST, _HIGH * count / most) if count else 0.0 for count in counts]
    return tuple(
        Bar(left + number * _STEP, _HIGH - height, width, height) for number, height in enumerate(heights) if height
    )
