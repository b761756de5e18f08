"""Two pages on one image: an open book, or two sheets side by side under the glass.

Told from a small copy of the ink, and only where the image lies across: a valley without ink from top to bottom in the
middle, wider than the gap between two columns of a table, with lines of running text on both sides. What crosses the
valley (a heading over two columns, the rules of a wide table, a map) keeps the image whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ingest.reading.sheet import Pixels

_LEAST_ACROSS = 1.2  # width over height
_MIDDLE = (0.42, 0.58)  # where the gutter lies, of the width
_LEAST_VALLEY = 0.03  # of the width: 9 mm of A4, 13 mm of A3
_SPECK = 8  # pixels of the small copy
_SHADOW_WIDTH = 0.04
_SHADOW_HEIGHT = 0.4
_LINE_HEIGHTS = (5, 45)
_WORD_GAP = 25  # pixels of the small copy: more than the space between the words of a line
_LONG_LINE = 0.5  # of the half
_MOST_LINES_OF_ONE = 5


@dataclass(frozen=True, slots=True)
class _Half:
    """`long`: lines of running text. `lines`: all lines of it."""

    long: int
    lines: int


def gutter(ink: Pixels) -> float | None:
    """Where the image is to be cut, as a fraction of its width; None where it is one page. `ink`: that of a Look."""
    height, width = map(int, ink.shape)
    if width < _LEAST_ACROSS * height:
        return None
    writing = _writing(ink)
    valley = _valley(writing)
    if valley is None:
        return None
    left, right = _half(writing[:, : valley[0]]), _half(writing[:, valley[1] :])
    if not _are_pages(left, right):
        return None
    return float((valley[0] + valley[1]) / 2 / width)


def _writing(ink: Pixels) -> Pixels:
    """The ink without specks, and without the shadow or the dark line that a gutter itself throws."""
    height, width = ink.shape
    _, labels, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    middle = (centres[:, 0] > _MIDDLE[0] * width) & (centres[:, 0] < _MIDDLE[1] * width)
    upright = (stats[:, cv2.CC_STAT_HEIGHT] > _SHADOW_HEIGHT * height) & (
        stats[:, cv2.CC_STAT_WIDTH] < _SHADOW_WIDTH * width
    )
    away = (stats[:, cv2.CC_STAT_AREA] < _SPECK) | (middle & upright)
    away[0] = True
    return np.where(away[labels], 0, 255).astype(np.uint8)


def _valley(writing: Pixels) -> tuple[int, int] | None:
    """The first and the last column of the widest run without ink that reaches into the middle."""
    width = writing.shape[1]
    inked = np.flatnonzero(writing.any(axis=0))
    if not inked.size:
        return None
    starts, ends = inked[:-1] + 1, inked[1:]
    wide = (ends - starts >= _LEAST_VALLEY * width) & (ends > _MIDDLE[0] * width) & (starts < _MIDDLE[1] * width)
    if not wide.any():
        return None
    best = int(np.argmax(np.where(wide, ends - starts, 0)))
    return int(starts[best]), int(ends[best])


def _half(writing: Pixels) -> _Half:
    width = writing.shape[1]
    joined = cv2.morphologyEx(writing, cv2.MORPH_CLOSE, np.ones((1, _WORD_GAP), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    across, down = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    lines = (down >= _LINE_HEIGHTS[0]) & (down <= _LINE_HEIGHTS[1]) & (across > 2 * down)
    return _Half(int((lines & (across > _LONG_LINE * width)).sum()), int(lines.sum()))


def _are_pages(left: _Half, right: _Half) -> bool:
    """Whether both sides hold running text: the cells of a table are shorter than the half of the page.

    One of them may be the end of a paper, with few lines of it and a signature.
    """
    more, fewer = max(left.long, right.long), min(left.long, right.long)
    if more < _MOST_LINES_OF_ONE or fewer < 1:
        return False
    # Cells of a wide column are long too, but its neighbour on the other side has but figures and short words.
    return all(half.long >= 0.3 * half.lines or half.long >= _MOST_LINES_OF_ONE for half in (left, right))
