"""The value after a field's name: as much of the text as reads as one.

A kind, a degree, a number, a symbol or a day ends where it ends by itself; what follows are words again. The words of
a subject, an issuer, a signer, a dossier or recipients go on to the next field, sign or semicolon, if not quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from analyzers.issue_numbers import canonical_number, find_issue_numbers
from analyzers.streams import analyse
from search_api.query.filtering import known_kind, known_secrecy, known_urgency
from search_api.query.periods import read_period
from search_api.query.wishes import TEXT_FIELDS, AskedField, FieldWish, Puzzle, Words

MOST_VALUES = 8
"""Values of one field that are any of them meant: `loại:QĐ,TB`."""

_LONGEST_NAME = 6
_NUMBER = re.compile(r"\s*(\d{1,7}[A-Za-zđĐ]?)(?![\w/.-]*\w)")
_SYMBOL = re.compile(r"\s*([^\W\d_][\w&]*(?:\s?[-/–.]\s?[\w&]+){0,5})")
_COMMA = re.compile(r"\s*[,|]\s*")
_QUOTED = re.compile(r'\s*"([^"]*)"')
_NAMED: dict[AskedField, tuple[Callable[[str], str | None], Puzzle]] = {
    AskedField.KIND: (known_kind, Puzzle.UNKNOWN_KIND),
    AskedField.URGENCY: (known_urgency, Puzzle.UNKNOWN_URGENCY),
    AskedField.SECRECY: (known_secrecy, Puzzle.UNKNOWN_SECRECY),
}


@dataclass(frozen=True, slots=True)
class ReadValue:
    """What was read, if anything; `end`: index after it. `puzzle`: why nothing was. `issue_number`: the value of a
    number is a whole issue number, to be looked for as one.
    """

    wish: FieldWish | None
    end: int
    puzzle: Puzzle | None = None
    issue_number: bool = False


def read_value(name: AskedField, text: str, start: int, end: int) -> ReadValue:
    """The value of this field in text[start:end], where no other field or sign begins."""
    region = text[start:end]
    if not analyse(region).folded:
        return ReadValue(None, start, Puzzle.EMPTY_FIELD)
    if name in TEXT_FIELDS:
        return _words(name, region, start)
    if name is AskedField.ISSUED:
        return _days(region, start)
    if name in _NAMED:
        return _names(name, region, start)
    return _codes(name, region, start)


def _words(name: AskedField, region: str, start: int) -> ReadValue:
    quoted = _QUOTED.match(region)
    stop = quoted.end() if quoted else min(_first(region, ";"), _first(region, "|"))
    told = quoted[1] if quoted else region[:stop]
    analysis = analyse(told)
    if not analysis.folded:
        return ReadValue(None, start, Puzzle.EMPTY_FIELD)
    words = Words(analysis.syllables, analysis.folded, " ".join(told.split()))
    return ReadValue(FieldWish(name, words=words, exact=quoted is not None), start + stop)


def _first(region: str, sign: str) -> int:
    at = region.find(sign)
    return len(region) if at < 0 else at


def _days(region: str, start: int) -> ReadValue:
    inside, before, after = _unquoted(region)
    period = read_period(inside)
    if period is None or (after and inside[period.end :].strip()):
        return ReadValue(None, start, Puzzle.BAD_DATE)
    wish = FieldWish(AskedField.ISSUED, first=period.first, last=period.last)
    return ReadValue(wish, start + (after or before + period.end))


def _unquoted(region: str) -> tuple[str, int, int]:
    """What to read, where it begins, and where its quotes end (0: there are none)."""
    if quoted := _QUOTED.match(region):
        return quoted[1], quoted.start(1), quoted.end()
    return region, 0, 0


def _names(name: AskedField, region: str, start: int) -> ReadValue:
    """One value or several, parted by commas or strokes; a kind may be a name of several words."""
    known, puzzle = _NAMED[name]
    values: list[str] = []
    at = end = 0
    while len(values) < MOST_VALUES and (found := _longest_name(region, at, known)):
        values.append(found[0])
        end = found[1]
        comma = _COMMA.match(region, end)
        if comma is None:
            break
        at = comma.end()
    if not values:
        return ReadValue(None, start, puzzle)
    return ReadValue(FieldWish(name, tuple(dict.fromkeys(values))), start + end)


def _longest_name(region: str, at: int, known: Callable[[str], str | None]) -> tuple[str, int] | None:
    if quoted := _QUOTED.match(region, at):
        value = known(quoted[1])
        return (value, quoted.end()) if value else None
    spans = analyse(region[at : at + 100]).spans[:_LONGEST_NAME]
    for _, stop in reversed(spans):
        if value := known(region[at : at + stop]):
            return value, at + stop
    return None


def _codes(name: AskedField, region: str, start: int) -> ReadValue:
    inside, before, after = _unquoted(region)
    if name is AskedField.NUMBER and _is_issue_number(inside):
        return ReadValue(None, start, issue_number=True)
    pattern = _SYMBOL if name is AskedField.SYMBOL else _NUMBER
    values: list[str] = []
    at = end = 0
    while len(values) < MOST_VALUES and (match := pattern.match(inside, at)):
        canonical = "".join(analyse(match[1]).folded) if name is AskedField.SYMBOL else canonical_number(match[1])
        if not canonical:
            break
        values.append(canonical)
        end = match.end()
        comma = _COMMA.match(inside, end)
        if comma is None:
            break
        at = comma.end()
    if not values:
        return ReadValue(None, start, Puzzle.BAD_NUMBER)
    wish = FieldWish(name, tuple(dict.fromkeys(values)), typed=" ".join(inside[:end].split()))
    return ReadValue(wish, start + (after or before + end))


def _is_issue_number(text: str) -> bool:
    """Whether it begins with an issue number: `số: 123/QĐ-UBND` is one more way of writing it."""
    found = find_issue_numbers(f"số {text}")
    return bool(found) and found[0].start == 0
