"""The issuer's own series: numbers grow with the days of a year (Nghị định 30/2020/NĐ-CP, article 15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Issued:
    """A record of the series whose number and day are sure."""

    number: int
    day: date


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a record stands in its series: `before` and `after` its neighbours that are known, None at an end.

    `taken`: numbers that other records of the series bear.
    """

    before: Issued | None
    after: Issued | None
    taken: frozenset[int]

    def expected(self, day: date) -> float | None:
        """The number that a record of this day would have if numbers grew evenly; None if nothing is known."""
        before, after = self.before, self.after
        if before and after:
            span = (after.day - before.day).days
            share = (day - before.day).days / span if span else 0.5
            return before.number + max(0.0, min(1.0, share)) * (after.number - before.number)
        if before:
            days = (before.day - date(before.day.year, 1, 1)).days + 1
            return before.number + 1 + before.number / days * (day - before.day).days
        if after:
            days = (after.day - date(after.day.year, 1, 1)).days + 1
            return after.number * ((day - date(day.year, 1, 1)).days + 1) / days
        return None


def series_of(known: Iterable[Issued]) -> list[Issued]:
    """In the order of numbers, without those that stand against the others: the longest run in which days do not fall.

    Two series may run under one symbol (a committee's and its chair's), and what people confirm may be wrong too.
    """
    ordered = sorted(set(known), key=lambda one: (one.number, one.day))
    best: list[int] = []
    previous: list[int] = []
    for place, one in enumerate(ordered):
        length, come_from = 1, -1
        for other in range(max(0, place - _LOOK_BACK), place):
            if ordered[other].day <= one.day and ordered[other].number < one.number and best[other] >= length:
                length, come_from = best[other] + 1, other
        best.append(length)
        previous.append(come_from)
    run: list[Issued] = []
    place = max(range(len(ordered)), key=best.__getitem__, default=-1)
    while place >= 0:
        run.append(ordered[place])
        place = previous[place]
    return run[::-1]


_LOOK_BACK = 60


def gap_of(series: Sequence[Issued], first: date, last: date) -> Gap:
    """The gap in which a record stands that was issued from `first` to `last` (the same day if it is known)."""
    before = [one for one in series if one.day < first]
    after = [one for one in series if one.day > last]
    return Gap(before[-1] if before else None, after[0] if after else None, frozenset(one.number for one in series))


def days_of(series: Sequence[Issued], number: int) -> tuple[date | None, date | None]:
    """From when to when a number was given out, by its neighbours."""
    before = [one.day for one in series if one.number < number]
    after = [one.day for one in series if one.number > number]
    return (before[-1] if before else None), (after[0] if after else None)
