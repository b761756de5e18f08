"""Spans of days as people type them after `ngày:`: 2019, 01/2019..06/2020, 05/03/2018, từ 2019 đến 2021."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from analyzers.dates import find_dates
from analyzers.normalising import normalise

Days = tuple[date, date]
"""First and last day, both included."""

_YEAR = r"(?:1[89]|20|21)[0-9]{2}"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_MONTH_YEAR = re.compile(rf"(?:th[aá]ng\s*)?({_MONTH})(?:\s*[/.-]\s*|\s*,?\s*n[aă]m\s*)({_YEAR})(?!\w|[/.-]\d)")
_YEAR_MONTH = re.compile(rf"({_YEAR})-(0[1-9]|1[0-2])(?![\w-])")
_YEAR_ALONE = re.compile(rf"(?:n[aă]m\s*)?({_YEAR})(?!\w|/\d|-\d(?!\d{{3}}))")
_QUARTER = re.compile(rf"qu[yý]\s*([1-4]|iv|i{{1,3}})\s*(?:/|-|,?\s*n[aă]m\s*|\s)\s*({_YEAR})(?!\w)")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_FROM = re.compile(r"\s*(?:t[uừ]\s+(?:ng[aà]y\s+)?|>=\s*)")
_UP_TO = re.compile(r"\s*(?:\.\.+|…|đ[eế]n(?:\s+ng[aà]y)?\s|den(?:\s+ngay)?\s|t[oớ]i\s|–|—|-(?=\s*\d))\s*")
_BEFORE = re.compile(r"\s*(?:tr[uư][oớ]c\s+|<(?!=)\s*)")
_UNTIL = re.compile(r"\s*(?:đ[eế]n\s+|den\s+|<=\s*|\.\.+\s*|…\s*)")
_AFTER = re.compile(r"\s*(?:sau\s+|>(?!=)\s*)")
_ONE_DAY = date.resolution
_EARLIEST, _LATEST = 1800, 2199


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, either open; `end`: index in the given text after what was read."""

    first: date | None
    last: date | None
    end: int


def read_period(text: str) -> Period | None:
    """The span of days with which a text begins; None if there is none, or if it ends before it begins."""
    normalised = normalise(text)
    found = _period(normalised.text)
    if found is None or (found.first and found.last and found.first > found.last):
        return None
    return Period(found.first, found.last, normalised.original_span(0, found.end)[1])


def _period(text: str) -> Period | None:
    for sign, make in ((_BEFORE, _days_before), (_AFTER, _days_after), (_UNTIL, _days_until)):
        opening = sign.match(text)
        if opening and (whole := _days_at(text, opening.end())):
            return make(*whole)
    opening = _FROM.match(text)
    begun = _days_at(text, opening.end() if opening else len(text) - len(text.lstrip()))
    if begun is None:
        return None
    (first, last), end = begun
    if joint := _UP_TO.match(text, end):
        if ended := _days_at(text, joint.end()):
            return Period(first, ended[0][1], ended[1])
        if joint.group().strip()[:2] in ("..", "…"):
            return Period(first, None, joint.end())
    return Period(first, None if opening else last, end)


def _days_before(days: Days, end: int) -> Period | None:
    return Period(None, days[0] - _ONE_DAY, end)


def _days_after(days: Days, end: int) -> Period | None:
    return Period(days[1] + _ONE_DAY, None, end)


def _days_until(days: Days, end: int) -> Period | None:
    return Period(None, days[1], end)


def _days_at(text: str, at: int) -> tuple[Days, int] | None:
    """The day, month, quarter or year that begins at `at`, and where it ends."""
    day = next((one for one in find_dates(text[at : at + 60]) if one.start == 0), None)
    if day and _EARLIEST <= day.date.year <= _LATEST:
        return (day.date, day.date), at + day.end
    if match := _QUARTER.match(text, at):
        quarter = _QUARTERS.get(match[1]) or int(match[1])
        return (_month(int(match[2]), 3 * quarter - 2)[0], _month(int(match[2]), 3 * quarter)[1]), match.end()
    if match := _MONTH_YEAR.match(text, at):
        return _month(int(match[2]), int(match[1])), match.end()
    if match := _YEAR_MONTH.match(text, at):
        return _month(int(match[1]), int(match[2])), match.end()
    if match := _YEAR_ALONE.match(text, at):
        return (date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)), match.end()
    return None


def _month(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
