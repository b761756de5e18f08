"""The marks of a page: its red seals, and its stamps, read by themselves where the first reading missed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from ingest.reading import tesseract
from ingest.reading.improving import is_red_ink
from ingest.reading.inks import Inks, without
from ingest.reading.judging import Reading
from ingest.reading.looks import Look
from ingest.reading.options import ReadingOptions
from ingest.reading.sheet import Raster
from ingest.reading.stamps import Stamp, cut_out, stamps
from ingest.reading.tesseract import Deadline
from ingest.reading.words import PlacedWord
from kernel.errors import PageTimedOut, PageUnreadable
from mappings.record import SEAL, STAMP, Box, Mark

_WELL_READ = 0.8
_LEAST_SURE = 0.5  # a word of a stamp; under it, it is the scrap of a frame or a pen's stroke
_KEPT = 0.7  # a word of the first reading that lies under a stamp
_LEAST_LETTERS = 3
_ONE_BLOCK = 6
_DARK_SPOTS = 3  # where red ink lies thick; a word has more letters
_BLOCKS_OF_STAMPS = 9_000_000


def marks_and_words(
    raster: Raster, look: Look, colours: Inks | None, reading: Reading, options: ReadingOptions, deadline: Deadline
) -> tuple[tuple[Mark, ...], list[PlacedWord]]:
    """Seals and stamps, and the words of the page with those of its stamps. `look`: at the page as seen."""
    found = stamps(look.ink, colours.coloured, colours.red) if colours else stamps(look.ink, None, None)
    shape = look.ink.shape
    words = reading.words
    for number, stamp in enumerate(found):
        try:
            words = _with_stamp(raster, shape, stamp, replace(reading, words=words), number, options, deadline)
        except PageTimedOut:
            break
        except PageUnreadable:
            continue  # the page itself was read, and so may the next stamp be
    boxes = [Mark(STAMP, stamp.box(shape)) for stamp in found]
    return (*(Mark(SEAL, box) for box in (colours.seals if colours else ())), *boxes), words


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
    # What the second reading passed over stays as it was, however doubtful: it is in no other place.
    gone = {id(old) for old in under if old.confidence < _KEPT and any(_covers(word, old) for word in fresh)}
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
    return _covers(word, old) and (not stamp.inked or word.text.lower() == old.text.lower())


def _covers(word: PlacedWord, old: PlacedWord) -> bool:
    """Whether the one lies over the middle of the other."""
    x, y = (old.box.x0 + old.box.x1) / 2, (old.box.y0 + old.box.y1) / 2
    return word.box.x0 <= x <= word.box.x1 and word.box.y0 <= y <= word.box.y1


def shows_only_seals(raster: Raster, colours: Inks | None, look: Look) -> bool:
    """Whether all that is on the page is red ink of seals or in one spot, and dust: hardly anything black."""
    if colours is None or not replace(look, ink=colours.black).is_blank(but=_DARK_SPOTS):
        return False
    seals = colours.seals if colours.black.shape == look.ink.shape else ()
    return (bool(seals) and replace(look, ink=without(look.ink, seals)).is_blank()) or _is_red_spot(raster, look)


def _is_red_spot(raster: Raster, look: Look) -> bool:
    spot = look.seal()
    if spot is None:
        return False
    height, width = raster.pixels.shape[:2]
    left, top, right, bottom = spot
    part = raster.pixels[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1]
    return is_red_ink(part)
