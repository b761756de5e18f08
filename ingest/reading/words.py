"""From placed words to the text of a page, so that every word knows where it stands in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kernel.errors import NoWords
from mappings.record import Box, Mark, Page, PageState, ReadBy, Word

# Line and page breaks, NUL and other controls, soft hyphens and zero-width marks: none belongs inside a word.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word as a reader gives it. `box`: fractions of the page as seen. Words of one line share `line` and `block`.

    `others`: what it could be too, as in `mappings.record.Word`.
    """

    text: str
    box: Box
    confidence: float
    line: int
    block: int
    others: str = ""


def clean(text: str) -> str:
    """The word in NFC, without what cannot be seen."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).strip()


def compose(placed: Iterable[PlacedWord]) -> tuple[str, tuple[Word, ...]]:
    """The page's text and its words in the given order.

    Words of a line are joined by a space, lines by a line end, blocks by an empty line;
    `text[word.start:word.end] == word.text` for each word. Lines and blocks are numbered from 0.
    """
    pieces: list[str] = []
    words: list[Word] = []
    length, line, block = 0, -1, -1
    previous: PlacedWord | None = None
    for word in placed:
        joint = _joint(previous, word)
        line += joint.startswith("\n") or previous is None
        block += joint == "\n\n" or previous is None
        pieces += (joint, word.text)
        length += len(joint)
        words.append(Word(word.text, length, word.box, word.confidence, line, block, word.others))
        length += len(word.text)
        previous = word
    return "".join(pieces), tuple(words)


def _joint(previous: PlacedWord | None, word: PlacedWord) -> str:
    if previous is None:
        return ""
    if previous.block != word.block:
        return "\n\n"
    return "\n" if previous.line != word.line else " "


def confidence_of(words: Sequence[PlacedWord]) -> float:
    """The mean confidence of the words, each weighted by its length; 0 for none."""
    length = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / length if length else 0.0


def page_of_words(
    number: int,
    placed: Sequence[PlacedWord],
    read_by: ReadBy,
    size: tuple[float, float],
    rotation: int = 0,
    marks: tuple[Mark, ...] = (),
) -> Page:
    """A searchable page of `placed` words; a failed one with reason `no-words` if there are none."""
    text, words = compose(placed)
    return Page(
        number=number,
        state=PageState.SEARCHABLE if words else PageState.FAILED,
        read_by=read_by,
        confidence=round(confidence_of(placed), 4) if words else None,
        text=text,
        words=words,
        width=size[0],
        height=size[1],
        rotation=rotation,
        reason=None if words else NoWords.code,
        marks=marks,
    )


def blank_page(number: int, read_by: ReadBy, size: tuple[float, float] = (0.0, 0.0), *, has_image: bool = True) -> Page:
    """A page with nothing on it."""
    return Page(number, PageState.BLANK, read_by, width=size[0], height=size[1], has_image=has_image)


def page_of_text(number: int, text: str) -> Page:
    """A page of a file that is text already: words with their places in the text, and no image."""
    words: list[Word] = []
    block = line = 0
    start_of_line = 0
    for row in text.split("\n"):
        found = [Word(m[0], start_of_line + m.start(), None, 1.0, line, block) for m in re.finditer(r"\S+", row)]
        words += found
        line += bool(found)
        block += not found and bool(words) and words[-1].block == block
        start_of_line += len(row) + 1
    if not words:
        return blank_page(number, ReadBy.FILE_TEXT, has_image=False)
    return Page(number, PageState.SEARCHABLE, ReadBy.FILE_TEXT, 1.0, text, tuple(words), has_image=False)
