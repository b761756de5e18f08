"""A page with some of its words replaced: text, places of words, confidence, all that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from mappings.record import Box, Page, PageState, Word

ALIKE = 0.5
"""From so much likeness on (shared letters, 0..1) two readings are taken for one place's."""

_ROOM = 0.6
"""Of a word's height: so far beside a box the middle of a word of the same place may lie."""


def text_of(words: Sequence[Word]) -> str:
    """Words as one line."""
    return " ".join(word.text for word in words)


def rewritten(page: Page, begin: int, end: int, new: Sequence[Word]) -> Page:
    """The page with `new` in the place of its words from `begin` up to `end`.

    Of the new words text, box, confidence, others, line and block are taken. Text outside of them stays to the letter.
    """
    before, after = page.words[:begin], page.words[end:]
    head = page.text[: before[-1].end] if before else ""
    tail = page.text[after[0].start :] if after else ""
    left = _joint(page, begin - 1, begin, before[-1:], new[:1]) if before else _outside(page, 0, begin, end)
    right = _joint(page, end - 1, end, new[-1:], after[:1]) if after else ""
    if not new:
        left, right = _stronger(page, begin, end) if before and after else "", ""
    middle, placed = _composed(new, len(head) + len(left))
    text = head + left + middle + right + tail
    shift = len(text) - len(page.text)
    moved = tuple(replace(word, start=word.start + shift) for word in after)
    words = (*before, *placed, *moved)
    state = PageState.SEARCHABLE if words else PageState.BLANK
    return replace(page, state=state, text=text, words=words, confidence=confidence_of(words, page.confidence))


def _outside(page: Page, first: int, begin: int, end: int) -> str:
    """What stands before the first word of the page."""
    if begin == first and end > begin:
        return page.text[: page.words[0].start]
    return ""


def _joint(page: Page, left: int, right: int, one: Sequence[Word], other: Sequence[Word]) -> str:
    """What parts two words: as it was if they were neighbours, else as their lines say."""
    words = page.words
    if left >= 0 and right < len(words) and left + 1 == right:
        between = page.text[words[left].end : words[right].start]
        if between and one and other and _same_break(between, one[0], other[0]):
            return between
    return _break(one[0], other[0]) if one and other else ""


def _same_break(between: str, one: Word, other: Word) -> bool:
    return ("\n" in between) == (one.line != other.line or one.block != other.block)


def _break(one: Word, other: Word) -> str:
    if one.block != other.block:
        return "\n\n"
    return "\n" if one.line != other.line else " "


def _stronger(page: Page, begin: int, end: int) -> str:
    """What parts the neighbours of words that are gone."""
    words = page.words
    if begin == end:
        return page.text[words[begin - 1].end : words[end].start]
    left = page.text[words[begin - 1].end : words[begin].start]
    right = page.text[words[end - 1].end : words[end].start]
    return max(left, right, key=lambda joint: joint.count("\n"))


def _composed(new: Sequence[Word], start: int) -> tuple[str, list[Word]]:
    pieces, placed = list[str](), list[Word]()
    at = start
    for number, word in enumerate(new):
        joint = _break(new[number - 1], word) if number else ""
        pieces += (joint, word.text)
        at += len(joint)
        placed.append(replace(word, start=at))
        at += len(word.text)
    return "".join(pieces), placed


def confidence_of(words: Sequence[Word], known: float | None) -> float | None:
    """The mean confidence of words, each weighed by its length; `known` where no word tells any."""
    told = [(word.confidence, len(word.text)) for word in words if word.confidence is not None]
    length = sum(letters for _, letters in told)
    return round(sum(trust * letters for trust, letters in told) / length, 4) if length else known


def same_reading(one: str, other: str) -> bool:
    """Whether two texts read from one place are readings of the same."""
    if not one or not other:
        return not one and not other
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def stretch_at(page: Page, boxes: Sequence[Box]) -> tuple[int, int] | None:
    """Which words of the page lie in these boxes: from, up to. Empty where none does; None if others lie between."""
    found = [index for index, word in enumerate(page.words) if word.box and _lies_in(word.box, boxes)]
    if not found:
        place = _reading_place(page, boxes)
        return place, place
    begin, end = found[0], found[-1] + 1
    return (begin, end) if end - begin == len(found) else None


def _lies_in(box: Box, boxes: Sequence[Box]) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return any(
        one.y0 <= y <= one.y1 and one.x0 - _ROOM * (one.y1 - one.y0) <= x <= one.x1 + _ROOM * (one.y1 - one.y0)
        for one in boxes
    )


def _reading_place(page: Page, boxes: Sequence[Box]) -> int:
    """Before the first word that lies lower than all of the boxes."""
    low = max((box.y1 for box in boxes), default=0.0)
    lower = (index for index, word in enumerate(page.words) if word.box and (word.box.y0 + word.box.y1) / 2 > low)
    return next(lower, len(page.words))
