"""Symbols without a number, as people remember them: `QĐ-UBND 2019`, `/QĐ-UBND`, `qd ubnd năm 2019`."""

from __future__ import annotations

from dataclasses import dataclass

from analyzers.issue_codes import agency_codes, kind_codes
from analyzers.issue_numbers import IssueWord, issue_words, year_in

_MOST_PARTS = 5


@dataclass(frozen=True, slots=True)
class FoundSymbol:
    """[start, end) in the given text, the key (`qdubnd`), the year if one follows, and of how many words it is made."""

    start: int
    end: int
    key: str
    year: int | None
    parts: int


def find_symbols(text: str) -> list[FoundSymbol]:
    """The symbols in a query, in order. Those of whole issue numbers are among them."""
    words = issue_words(text)
    found: list[FoundSymbol] = []
    at = 0
    while at < len(words):
        parts = _parts(words, at)
        if parts < 2:
            at += 1
            continue
        year, after = year_in(words, at + parts)
        key = "".join(word.text for word in words[at : at + parts])
        found.append(FoundSymbol(words[at].start, words[after - 1].end, key, year, parts))
        at = after
    return found


def _parts(words: list[IssueWord], at: int) -> int:
    """How many words from `at` on are one symbol; it begins with a known code."""
    first = words[at]
    if not first.bare or not (first.text in kind_codes() or first.text in agency_codes()):
        return 0
    end = at + 1
    while end < len(words) and end - at < _MOST_PARTS and words[end].is_symbol_part and words[end].joined:
        end += 1
    if end > at + 1:
        # "hà nội - huế" is none: one part must be no word of the language.
        return end - at if any(not word.readable for word in words[at:end]) else 0
    return _parts_after_space(words, at)


def _parts_after_space(words: list[IssueWord], at: int) -> int:
    """`qd ubnd`: with a mere space between, both must be known codes and no words."""
    pair = words[at : at + 2]
    if len(pair) < 2 or any(word.readable or not word.bare for word in pair):
        return 0
    return 2 if pair[0].text in kind_codes() and pair[1].text in agency_codes() else 0
