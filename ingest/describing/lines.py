"""The lines of a page as a person sees them, built from the boxes of its words.

Tesseract's own lines run across the two columns of a document's head, and its blocks cut lines in two. Here a
line is a run of words on one height without a wide gap: the columns come apart, the broken lines together.
Pages of text files have no boxes: there a line is a line of the text, cut at tabs and wide spaces.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from statistics import median

from ingest.describing.letters import clean
from mappings.record import STAMP, Box, Page, Word

WIDE_GAP = 1.7
"""A gap this many word heights wide parts two columns; in justified text gaps stay under 1."""

_A4_ASPECT = 842 / 595
_CELL_BREAK = re.compile(r"\t+| {3,}|\s\|\s")
_UPPER = "".join(sign for sign in map(chr, range(0x41, 0x1EFA)) if sign.isupper())
"""Capitals one by one: a range from À to Ỹ holds the small letters too, and cut "Lê Thị Mẫu" behind its first word."""

# Text files may hold a whole cell of a head's table in one line: it is cut before each part of a head.
_PART_BREAK = re.compile(
    r"\s(?=Số\s*:\s*\S*/\S)|\s(?=V/v\s)|(?<=\S)\s(?=CỘNG H[ÒO][AÀ] XÃ HỘI)|(?<=VIỆT NAM)\s(?=Độc lập)|(?<=Hạnh phúc)\s"
    rf"|(?<=[{_UPPER}]{{2}})\s(?=(?:[{_UPPER}][a-zđà-ỹ]+\s?){{2,5}}$)"
)
_LONG_LINE = 0.3
_MOST_WORDS = 5000
"""A page of print has under a thousand; more is no document, and must not cost a worker its time."""


@dataclass(frozen=True)
class Line:
    """A run of words. `box` is None on pages of text files. `height`: median of its words, share of the page."""

    words: tuple[Word, ...]
    page: int = 1

    @cached_property
    def text(self) -> str:
        """Its words, one space between."""
        return " ".join(clean(word.text) for word in self.words)

    @cached_property
    def box(self) -> Box | None:
        """The smallest box around its words."""
        return around(self.words)

    @cached_property
    def height(self) -> float:
        """The median height of its words, as a share of the page; 0 without boxes."""
        heights = [word.box.y1 - word.box.y0 for word in self.words if word.box]
        return median(heights) if heights else 0.0

    def words_in(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that the characters [start, end) of `text` come from."""
        found, place = [], 0
        for word in self.words:
            after = place + len(clean(word.text))
            if place < end and after > start:
                found.append(word)
            place = after + 1
        return tuple(found)

    def cut(self, places: Iterable[int]) -> list[Line]:
        """The parts between these indexes of its words; empty parts are left out."""
        marks = [0, *sorted(places), len(self.words)]
        parts = (self.words[a:b] for a, b in pairwise(marks))
        return [Line(part, self.page) for part in parts if part]


def around(words: Sequence[Word]) -> Box | None:
    """The smallest box around words, None if one of them has none (or there are no words)."""
    boxes = [word.box for word in words if word.box]
    if not boxes or len(boxes) < len(words):
        return None
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


class LinedPage:
    """A page with its lines, made when first asked for and kept: one reader after the other looks through them.

    `is_print`: tells of the lines within a frame, from the top down, that they are no stamp's.
    """

    def __init__(self, page: Page, is_print: Callable[[Sequence[Line]], bool]) -> None:
        self._page = page
        self._is_print = is_print

    @property
    def number(self) -> int:
        """The page's number."""
        return self._page.number

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """As `page_lines`."""
        return page_lines(self._page, {id(word) for line in self.stamped for word in line.words})

    @cached_property
    def stamped(self) -> tuple[Line, ...]:
        """The lines of its stamps, which are no part of what is written around them."""
        return tuple(line for frame in _framed(self._page) if not self._is_print(frame) for line in frame)

    @property
    def with_stamps(self) -> tuple[Line, ...]:
        """Its lines, then those of its stamps."""
        return (*self.lines, *self.stamped)


def page_lines(page: Page, apart: Collection[int]) -> tuple[Line, ...]:
    """The lines of a page from the top down, those on one height from left to right.

    `apart`: the `id` of words that are left out.
    """
    boxed = [word for word in page.words[:_MOST_WORDS] if word.box and clean(word.text) and id(word) not in apart]
    return _seen_lines(page, boxed) if boxed else _text_lines(page)


def _text_lines(page: Page) -> tuple[Line, ...]:
    lines, start = [], 0
    for number, row in enumerate(page.text.split("\n")):
        place = 0
        for cell in (part for whole in _CELL_BREAK.split(row) for part in _PART_BREAK.split(whole)):
            place = row.index(cell, place)
            words = [
                Word(m[0], start + place + m.start(), line=number)
                for m in islice(re.finditer(r"\S+", cell), _MOST_WORDS)
            ]
            place += len(cell)
            if words:
                lines.append(Line(tuple(words), page.number))
        start += len(row) + 1
    return tuple(lines)


def _seen_lines(page: Page, words: list[Word]) -> tuple[Line, ...]:
    aspect = page.height / page.width if page.width and page.height else _A4_ASPECT
    slope = _slope(words)
    height = median(_box(word).y1 - _box(word).y0 for word in words)
    gap = WIDE_GAP * height * aspect
    runs = [run for row in _rows(words, slope, height) for run in _parted(row, gap)]
    lines = [Line(tuple(run), page.number) for run in _mended(runs, slope, height, gap)]
    return tuple(sorted(lines, key=lambda line: _reading_place(line, slope, height)))


def _framed(page: Page) -> list[list[Line]]:
    """Of each frame, the reader's lines of the blocks that lie in it: aslant, so that no height tells them apart."""
    boxes = [mark.box for mark in page.marks if mark.kind == STAMP]
    groups: dict[int, list[Word]] = defaultdict(list)
    for word in page.words[:_MOST_WORDS] if boxes else ():
        groups[word.block].append(word)
    frames: list[dict[int, list[Word]]] = [defaultdict(list) for _ in boxes]
    for group in groups.values():
        around_it = (
            place for place, box in enumerate(boxes) if all(word.box and _lies_in(word.box, box) for word in group)
        )
        if (place := next(around_it, None)) is not None:
            for word in group:
                frames[place][word.line].append(word)
    return [_from_above(Line(tuple(run), page.number) for run in frame.values()) for frame in frames if frame]


def _from_above(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line.box.y0 if line.box else 0.0)


def _lies_in(box: Box, other: Box) -> bool:
    return other.x0 <= (box.x0 + box.x1) / 2 <= other.x1 and other.y0 <= (box.y0 + box.y1) / 2 <= other.y1


def _box(word: Word) -> Box:
    if word.box is None:
        raise AssertionError("only words with boxes come here")
    return word.box


def _middle(word: Word, slope: float) -> float:
    box = _box(word)
    return (box.y0 + box.y1) / 2 - slope * ((box.x0 + box.x1) / 2 - 0.5)


def _slope(words: Sequence[Word]) -> float:
    """How far lines fall from left to right: the median over the long lines of the reader."""
    groups: dict[tuple[int, int], list[Word]] = defaultdict(list)
    for word in words:
        groups[(word.block, word.line)].append(word)
    slopes = []
    for group in groups.values():
        first, last = min(group, key=lambda w: _box(w).x0), max(group, key=lambda w: _box(w).x0)
        run = _box(last).x0 - _box(first).x0
        if run > _LONG_LINE:
            slopes.append((_middle(last, 0) - _middle(first, 0)) / run)
    return median(slopes) if len(slopes) > 3 else 0.0


def _rows(words: Sequence[Word], slope: float, height: float) -> list[list[Word]]:
    """The reader's lines, each cut where its words do not stand on one height after all."""
    groups: dict[tuple[int, int], list[Word]] = defaultdict(list)
    for word in words:
        groups[(word.block, word.line)].append(word)
    rows = []
    for group in groups.values():
        rows.extend(_levels(group, slope, height))
    return rows


def _levels(group: Sequence[Word], slope: float, height: float) -> list[list[Word]]:
    levels: list[list[Word]] = []
    start = 0.0
    for word in sorted(group, key=lambda w: _middle(w, slope)):
        middle = _middle(word, slope)
        if levels and middle - start < 0.9 * height:
            levels[-1].append(word)
        else:
            levels.append([word])
            start = middle
    return levels


def _parted(row: Sequence[Word], gap: float) -> list[list[Word]]:
    runs: list[list[Word]] = []
    end = 0.0
    for word in sorted(row, key=lambda w: _box(w).x0):
        if runs and _box(word).x0 - end < gap:
            runs[-1].append(word)
            end = max(end, _box(word).x1)
        else:
            runs.append([word])
            end = _box(word).x1
    return runs


def _mended(runs: list[list[Word]], slope: float, height: float, gap: float) -> list[list[Word]]:
    """Runs that follow each other on one height without a wide gap are one line that the reader broke."""
    mended: list[list[Word]] = []
    ends: dict[int, list[list[Word]]] = defaultdict(list)
    for run in sorted(runs, key=lambda r: _box(r[0]).x0):
        band = int(_middle(run[0], slope) / height)
        near = (earlier for number in (band - 1, band, band + 1) for earlier in ends[number])
        before = next((earlier for earlier in near if _goes_on(earlier, run, (slope, height, gap))), None)
        if before is None:
            before = []
            mended.append(before)
        else:
            ends[int(_middle(before[-1], slope) / height)].remove(before)
        before.extend(run)
        ends[int(_middle(run[-1], slope) / height)].append(before)
    return mended


def _goes_on(earlier: Sequence[Word], run: Sequence[Word], measures: tuple[float, float, float]) -> bool:
    slope, height, gap = measures
    between = _box(run[0]).x0 - _box(earlier[-1]).x1
    level = abs(_middle(run[0], slope) - _middle(earlier[-1], slope))
    return -gap / 4 < between < gap and level < 0.5 * height


def _reading_place(line: Line, slope: float, height: float) -> tuple[int, float]:
    middle = median(_middle(word, slope) for word in line.words)
    return round(middle / (0.6 * height)), _box(line.words[0]).x0
