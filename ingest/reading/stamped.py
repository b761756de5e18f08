"""The marks of a page: its red seals, and its stamps, read by themselves where the first reading missed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from ingest.reading import inks, tesseract
from ingest.reading.judging import Reading
from ingest.reading.looks import LOOK_DPI, Look
from ingest.reading.options import ReadingOptions
from ingest.reading.sheet import Pixels, Raster
from ingest.reading.stamps import Stamp, cut_out, stamps
from ingest.reading.tesseract import Deadline
from ingest.reading.words import PlacedWord
from kernel.errors import PageTimedOut
from mappings.record import SEAL, STAMP, Box, Mark

_WELL_READ = 0.8
_LEAST_SURE = 0.5  # a word of a stamp; under it, it is the scrap of a frame or a pen's stroke
_KEPT = 0.7  # a word of the first reading that lies under a stamp
_LEAST_LETTERS = 3
_ONE_BLOCK = 6
_BLOCKS_OF_STAMPS = 9_000_000


def marks_and_words(
    raster: Raster, look: Look, reading: Reading, options: ReadingOptions, deadline: Deadline
) -> tuple[tuple[Mark, ...], list[PlacedWord]]:
    """Seals and stamps, and the words of the page with those of its stamps. `look`: at the page as seen."""
    coloured = red = None
    seals: tuple[Box, ...] = ()
    if raster.pixels.ndim == 3:
        rgb = inks.small_copy(raster)
        coloured, red = inks.coloured(rgb), inks.red(rgb)
        seals = inks.seals(red)
        coloured, red = (_without(mask, seals) for mask in (coloured, red))
    found = stamps(look.ink, coloured, red)
    shape = look.ink.shape
    words = reading.words
    try:
        for number, stamp in enumerate(found):
            words = _with_stamp(raster, shape, stamp, replace(reading, words=words), number, options, deadline)
    except PageTimedOut:
        pass  # the page itself was read
    boxes = [Mark(STAMP, stamp.box(shape)) for stamp in found]
    return (*(Mark(SEAL, box) for box in seals), *boxes), words


def _without(mask: Pixels, boxes: Sequence[Box]) -> Pixels:
    """A mask without what lies in some round seals."""
    height, width = mask.shape
    left = mask.copy()
    for box in boxes:
        middle = round((box.x0 + box.x1) / 2 * width), round((box.y0 + box.y1) / 2 * height)
        axes = round((box.x1 - box.x0) * 0.57 * width), round((box.y1 - box.y0) * 0.57 * height)
        cv2.ellipse(left, middle, axes, 0, 0, 360, 0, -1)
    return left


def _with_stamp(
    raster: Raster,
    shape: tuple[int, ...],
    stamp: Stamp,
    reading: Reading,
    number: int,
    options: ReadingOptions,
    deadline: Deadline,
) -> list[PlacedWord]:
    """The words of the page, those of a stamp that was not read well read again."""
    under = [word for word in reading.words if _lies_in(word.box, stamp, shape)]
    if not stamp.inked and _is_read(under):
        return reading.words
    sheet = cut_out(raster, shape, stamp, reading.turn)
    block = _BLOCKS_OF_STAMPS + number * 1000
    glimpses = tesseract.read_words(
        sheet.pixels, options.languages, deadline, options.temp_folder, segmentation=_ONE_BLOCK
    )
    read = [
        PlacedWord(
            one.text, sheet.box_seen(*one.spot), one.confidence, (block + one.line[0]) * 1000 + one.line[2], block
        )
        for one in glimpses
        if one.confidence >= _LEAST_SURE and any(map(str.isalnum, one.text))
    ]
    kept = [word for word in under if word.confidence >= _KEPT]
    fresh = [word for word in read if not any(_is_same(word, old, stamp) for old in kept)]
    if sum(len(word.text) for word in fresh) < _LEAST_LETTERS:
        return reading.words
    gone = {id(word) for word in under if word.confidence < _KEPT}
    return [word for word in reading.words if id(word) not in gone] + fresh


def _is_read(under: Sequence[PlacedWord]) -> bool:
    letters = sum(len(word.text) for word in under)
    sure = sum(len(word.text) * word.confidence for word in under)
    return letters >= _LEAST_LETTERS and sure / letters >= _WELL_READ


def _lies_in(box: Box, stamp: Stamp, shape: tuple[int, ...]) -> bool:
    corners = np.asarray(cv2.boxPoints((stamp.middle, stamp.size, stamp.angle)), np.float32)
    middle = (box.x0 + box.x1) / 2 * shape[1], (box.y0 + box.y1) / 2 * shape[0]
    return cv2.pointPolygonTest(corners, middle, measureDist=False) >= 0


def _is_same(word: PlacedWord, old: PlacedWord, stamp: Stamp) -> bool:
    """Whether the first reading had it; what lies under coloured ink may be another word."""
    x, y = (old.box.x0 + old.box.x1) / 2, (old.box.y0 + old.box.y1) / 2
    there = word.box.x0 <= x <= word.box.x1 and word.box.y0 <= y <= word.box.y1
    return there and (not stamp.inked or word.text.lower() == old.text.lower())


def shows_only_seals(raster: Raster, look: Look) -> bool:
    """Whether all ink on the page is that of red seals, printed off on the back of the page before, and dust."""
    if raster.pixels.ndim != 3:
        return False
    rgb = inks.small_copy(raster)
    red = inks.red(rgb)
    seals = inks.seals(red)
    if not seals or rgb.shape[:2] != look.ink.shape:
        return False
    around = cv2.dilate(red, np.ones((LOOK_DPI // 12,) * 2, np.uint8))
    rest = np.where((around > 0) & (_without(look.ink, seals) == 0), 0, look.ink)
    return replace(look, ink=np.asarray(rest, np.uint8)).is_blank()
