"""Numbers and days ranked by all that speaks for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from search_api.candidates.misreading import misreading
from search_api.candidates.series import Gap, Issued, days_of, gap_of

MOST = 3
"""Candidates that are offered."""

_WIDEST = 400
"""Numbers of a gap that are looked at: those about where the day points."""
# Weights tuned on drawn papers of the stock `tune` (benchmarks.candidates), none of which is told of.
_READ, _NAMED, _NAMED_IN_GAP, _POSITION, _TAKEN, _OUTSIDE = 2.2, 2.0, 3.0, 1.0, 2.5, 5.0
_TOO_MANY = 10**5
_SWAPS = {
    **{"0": "69", "1": "74", "2": "7", "3": "85", "4": "91"},
    **{"5": "36", "6": "05", "7": "12", "8": "36", "9": "40"},
}
_STAMP = re.compile(r"(?<!\d)(?:19|20)\d{6}(?!\d)|(?<!\d)\d{6}(?!\d)")
_ARRIVAL_DAYS = 12
_FRIDAY, _WEEKEND = 4, 0.8


class Source(StrEnum):
    """What speaks for a candidate."""

    SERIES = "series"
    READ = "read"
    FILE_NAME = "file_name"
    ARRIVAL = "arrival"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value as it would be filed, and what speaks for it."""

    value: str
    because: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of a record whose number or day was written by hand.

    `read`: what OCR made of the number; `day_read` of the day; "" for nothing. `month`: (year, month) as printed.
    `day`, `number`: where they are sure. `series`: as `series_of` gives it. `arrived`, `signed`: if told.
    """

    read: str = ""
    day_read: str = ""
    file_name: str = ""
    day: date | None = None
    number: int | None = None
    month: tuple[int, int] | None = None
    series: Sequence[Issued] = ()
    arrived: date | None = None
    signed: date | None = None

    @property
    def days(self) -> tuple[date, date] | None:
        """From when to when it may have been issued."""
        if self.day:
            return self.day, self.day
        if self.month is None:
            return None
        first = date(*self.month, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return first, last


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the series a record of one day stands. `doubt`: how little speaks for that day."""

    gap: Gap
    middle: float
    width: float
    doubt: float


def _places(evidence: Evidence) -> list[_Place]:
    """For each day on which it may have been issued. Without a series there are none."""
    span = evidence.days
    if span is None or not evidence.series:
        return []
    places = []
    for offset in range((span[1] - span[0]).days + 1):
        day = span[0] + timedelta(days=offset)
        gap = gap_of(evidence.series, day, day)
        middle = gap.expected(day)
        if middle is not None:
            doubt = 0.0 if evidence.day else -_day_score(day, evidence, None, None)
            places.append(_Place(gap, middle, max(2.0, _width(gap) / 3), doubt))
    return places


def numbers(evidence: Evidence) -> list[Candidate]:
    """The numbers that it may bear, the likeliest first; none where nothing is known."""
    places, named = _places(evidence), numbers_named(evidence.file_name)
    pool = _pool(evidence, places, named)
    scored = sorted((-_number_score(number, evidence, places, named), number) for number in pool)
    best = [number for _, number in scored[:MOST]]
    return [Candidate(f"{number:02}", _speaking_for(number, evidence, places, named)) for number in best]


def _pool(evidence: Evidence, places: Sequence[_Place], named: Iterable[int]) -> set[int]:
    found = {*named, *_read_as(evidence.read)}
    if places:
        low = min(place.gap.before.number + 1 if place.gap.before else 1 for place in places)
        high = max(place.gap.after.number - 1 if place.gap.after else round(place.middle) + 20 for place in places)
        likely = round(min(places, key=lambda place: place.doubt).middle)
        found |= set(range(max(low, likely - _WIDEST // 2), min(high, likely + _WIDEST // 2) + 1))
    return {number for number in found if 0 < number < _TOO_MANY}


def _read_as(read: str) -> list[int]:
    """The digits that were read, and each with one of them as another that looks like it."""
    digits = re.sub(r"\D", "", read)[:5]
    if not digits:
        return []
    swaps = {
        "0": "69",
        "1": "74",
        "2": "7",
        "3": "85",
        "4": "91",
        "5": "36",
        "6": "05",
        "7": "12",
        "8": "36",
        "9": "40",
    }
    others = (digits[:at] + swap + digits[at + 1 :] for at, digit in enumerate(digits) for swap in swaps[digit])
    return [int(one) for one in (digits, *others)]


def _number_score(number: int, evidence: Evidence, places: Sequence[_Place], named: Sequence[int]) -> float:
    score = -_READ * misreading(f"{number:02}", evidence.read) if evidence.read.strip() else 0.0
    inside = [place for place in places if _is_inside(number, place.gap)]
    if number in named:
        score += (_NAMED_IN_GAP if inside else _NAMED) - 0.5 * named.index(number)
    if not places:
        return score
    if not inside:
        return score - _OUTSIDE
    score -= min(place.doubt + _POSITION * abs(number - place.middle) / place.width for place in inside)
    return score - (_TAKEN if number in inside[0].gap.taken else 0.0)


def _is_inside(number: int, gap: Gap) -> bool:
    return (gap.before is None or number > gap.before.number) and (gap.after is None or number < gap.after.number)


def _width(gap: Gap) -> float:
    if gap.before and gap.after:
        return float(gap.after.number - gap.before.number)
    known = gap.before or gap.after
    return max(12.0, known.number / 4) if known else 12.0


def _speaking_for(
    number: int, evidence: Evidence, places: Sequence[_Place], named: Iterable[int]
) -> tuple[Source, ...]:
    speaks = {
        Source.SERIES: any(_is_inside(number, place.gap) for place in places),
        Source.READ: bool(evidence.read.strip()) and misreading(f"{number:02}", evidence.read) < 1.0,
        Source.FILE_NAME: number in named,
    }
    return tuple(source for source, does in speaks.items() if does)


def numbers_named(file_name: str) -> list[int]:
    """Numbers that stand in a file's name, the likeliest first; what scanners and programs add to it is left out.

    A weak hint: "05.signed" may be number 11.
    """
    stem = _STAMP.sub(" ", file_name.rpartition(".")[0] or file_name)
    return list(dict.fromkeys(int(digits) for digits in re.findall(r"(?<!\d)\d{1,5}(?!\d)", stem) if int(digits)))


def days(evidence: Evidence) -> list[Candidate]:
    """The days on which it may have been issued, as ISO days, the likeliest first."""
    span = evidence.days
    if evidence.day or span is None:
        return []
    number = evidence.number or _likely_number(evidence)
    after, before = days_of(evidence.series, number) if number else (None, None)
    count = (span[1] - span[0]).days + 1
    pool = [span[0] + timedelta(days=offset) for offset in range(count)]
    scored = sorted((-_day_score(day, evidence, after, before), day) for day in pool)
    found = [Candidate(day.isoformat(), _speaking_for_day(day, evidence, after, before)) for _, day in scored[:MOST]]
    return found if any(one.because for one in found) else []


def _likely_number(evidence: Evidence) -> int | None:
    """The number, if the file's name tells one that fits into the series."""
    best = next(iter(numbers(evidence)), None)
    sure = best is not None and {Source.FILE_NAME, Source.SERIES} <= set(best.because)
    return int(best.value) if best and sure else None


def _day_score(day: date, evidence: Evidence, after: date | None, before: date | None) -> float:
    score = -_READ * misreading(f"{day.day:02}", evidence.day_read) if evidence.day_read.strip() else 0.0
    if (after and day < after) or (before and day > before):
        score -= _OUTSIDE
    if evidence.signed == day:
        score += _OUTSIDE
    if evidence.arrived:
        late = (evidence.arrived - day).days
        score -= _OUTSIDE if late < 0 else 1.2 * min(late, _ARRIVAL_DAYS) / _ARRIVAL_DAYS
    return score - (_WEEKEND if day.weekday() > _FRIDAY else 0.0)


def _speaking_for_day(day: date, evidence: Evidence, after: date | None, before: date | None) -> tuple[Source, ...]:
    known = (after or before) and not ((after and day < after) or (before and day > before))
    late = (evidence.arrived - day).days if evidence.arrived else -1
    speaks = {
        Source.SERIES: bool(known),
        Source.READ: bool(evidence.day_read.strip()) and misreading(f"{day.day:02}", evidence.day_read) < 1.0,
        Source.ARRIVAL: 0 <= late <= _ARRIVAL_DAYS,
        Source.SIGNED: evidence.signed == day,
    }
    return tuple(source for source, does in speaks.items() if does)
