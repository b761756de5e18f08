"""Dates as offices and people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from analyzers.normalising import normalise


@dataclass(frozen=True, slots=True)
class FoundDate:
    """[start, end) in the given text, and the day."""

    start: int
    end: int
    date: date


_IN_FIGURES = re.compile(
    r"(?<![\w/.-])(?P<day>[0-3]?[0-9])\s*(?P<sign>[/.-])\s*(?P<month>[01]?[0-9])\s*(?P=sign)\s*(?P<year>[0-9]{4})(?!\w)"
)
_ISO = re.compile(r"(?<![\w/.-])(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?!\w)")
# Day, month and year are figures of two, two and four places; the words with or without diacritics.
_IN_WORDS = re.compile(
    r"(?:\bng[aà]y\s*)?(?<![\w/.-])(?P<day>[0-3]?[0-9])\s*,?\s*th[aá]ng\s*(?P<month>[01]?[0-9])\s*,?\s*n[aă]m\s*(?P<year>[0-9]{4})(?!\w)"
)


def find_dates(text: str) -> list[FoundDate]:
    """Dates in order of their place: 05/03/2018, 5-3-2018, 5.3.2018, 2018-03-05, "ngày 5 tháng 3 năm 2018".

    Days that do not exist (30/02) are passed over. Days come before months, as in Vietnam.
    """
    normalised = normalise(text)
    found: list[FoundDate] = []
    for pattern in (_IN_FIGURES, _ISO, _IN_WORDS):
        for match in pattern.finditer(normalised.text):
            day = _day(match)
            if day is not None:
                found.append(FoundDate(*normalised.original_span(*match.span()), day))
    return sorted(found, key=lambda one: one.start)


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
