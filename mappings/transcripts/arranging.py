"""A page's words as blocks of lines, in whole pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from mappings.record import Box, Page, Word

DPI = 300
"""Pixels of an inch of a page in hOCR and ALTO; both name it or the page's extent, so that it can be scaled."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in pixels, the origin top left."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word with its area; None where its place is not known."""

    word: Word
    area: Area | None


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one line and the area around them."""

    words: tuple[PlacedWord, ...]
    area: Area | None


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together and the area around them."""

    lines: tuple[Line, ...]
    area: Area | None


def extent_of(page: Page) -> Area:
    """The whole page; nothing where it has no extent (one that could not be read)."""
    return Area(0, 0, round(page.width / 72 * DPI), round(page.height / 72 * DPI))


def blocks_of(page: Page) -> tuple[Block, ...]:
    """The page's blocks in reading order. Words of one block or line that are parted in the reading order stay so."""
    extent = extent_of(page)
    return tuple(_block(list(words), extent) for _, words in groupby(page.words, lambda word: word.block))


def _block(words: Sequence[Word], extent: Area) -> Block:
    lines = tuple(_line(list(ones), extent) for _, ones in groupby(words, lambda word: word.line))
    return Block(lines, _around(line.area for line in lines))


def _line(words: Sequence[Word], extent: Area) -> Line:
    placed = tuple(PlacedWord(word, _area(word.box, extent) if word.box else None) for word in words)
    return Line(placed, _around(one.area for one in placed))


def _area(box: Box, extent: Area) -> Area:
    """Outwards to whole pixels: no word becomes a line without width."""
    return Area(
        math.floor(box.x0 * extent.right),
        math.floor(box.y0 * extent.bottom),
        min(extent.right, math.ceil(box.x1 * extent.right)),
        min(extent.bottom, math.ceil(box.y1 * extent.bottom)),
    )


def _around(areas: Iterable[Area | None]) -> Area | None:
    known = [area for area in areas if area is not None]
    if not known:
        return None
    return Area(
        min(area.left for area in known),
        min(area.top for area in known),
        max(area.right for area in known),
        max(area.bottom for area in known),
    )
