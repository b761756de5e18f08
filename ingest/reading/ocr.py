"""A page image in, a page out: looked at, improved where it needs it, set upright and straight, read."""

from __future__ import annotations

from dataclasses import dataclass

import cv2

from ingest.reading import improving, separators, tesseract
from ingest.reading.looks import Look
from ingest.reading.options import ReadingOptions
from ingest.reading.sheet import Raster, Sheet
from ingest.reading.tesseract import Deadline
from ingest.reading.words import PlacedWord, blank_page, page_of_words
from kernel.errors import PageTimedOut
from mappings.record import Page, ReadBy

READ_DPI = 300
_UPSCALE_BELOW = 250
_DOWNSCALE_ABOVE = 400
_MOST_UPSCALED = 3.0
_MOST_PIXELS = 60_000_000  # given to the OCR engine
_SKEW_THAT_MATTERS = 0.4  # degrees
_NOISE_THAT_MATTERS = 12.0  # gray levels
_BAD_CONFIDENCE = 0.6
_FEW_LETTERS = 15

cv2.setNumThreads(1)  # one process is one core


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one run of the OCR engine gave: its words, and the turn of the page for it."""

    words: list[PlacedWord]
    turn: int

    @property
    def worth(self) -> float:
        """Letters and digits read, counted by how far their confidence stands above guessing."""
        return sum(sum(map(str.isalnum, word.text)) * max(0.0, word.confidence - 0.4) for word in self.words)

    @property
    def is_bad(self) -> bool:
        """Whether the page may well have lain the wrong way."""
        letters = sum(len(word.text) for word in self.words)
        sure = sum(len(word.text) * word.confidence for word in self.words)
        return letters < _FEW_LETTERS or sure / letters < _BAD_CONFIDENCE


def read_raster(raster: Raster, number: int, options: ReadingOptions) -> Page:
    """The page of an image. Raises PageTimedOut, ToolMissing, PageUnreadable."""
    deadline = Deadline.after(options.page_seconds)
    sheet, look = _prepared(raster)
    if look.is_blank():
        return blank_page(number, ReadBy.OCR, raster.size)
    square = separators.square_in(look.ink)
    if square and (payload := separators.payload_in(sheet.pixels, square)):
        return separators.separator_page(number, payload, raster.size)
    reading = _read_upright(sheet, look, options, deadline)
    if not reading.words and _is_red_seal(raster, look):
        return blank_page(number, ReadBy.OCR, raster.size)  # a seal printed off on the back of the page before
    page = page_of_words(number, reading.words, ReadBy.OCR, raster.size, reading.turn)
    return separators.unless_unread(page, square)


def _is_red_seal(raster: Raster, look: Look) -> bool:
    """Whether all that is on the page is red ink in one spot."""
    spot = look.seal()
    if raster.pixels.ndim != 3 or spot is None:
        return False
    height, width = raster.pixels.shape[:2]
    left, top, right, bottom = spot
    part = raster.pixels[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1]
    return improving.is_red_ink(part)


def _prepared(raster: Raster) -> tuple[Sheet, Look]:
    """The image in gray at about READ_DPI, cleaned as it needs it, and a look at it."""
    gray = improving.gray_without_red_over_black(raster.pixels) if raster.pixels.ndim == 3 else raster.pixels
    sheet = Sheet.of(gray)
    across, down = _factors(raster)
    if (across, down) != (1.0, 1.0):
        sheet = sheet.scaled(across, down)
        if raster.bilevel:  # its edges are stairs
            sheet = sheet.with_pixels(improving.smoothed(sheet.pixels))
    dpi = raster.dpi[0] * across
    look = Look.at(sheet.pixels, dpi)
    if raster.bilevel:
        return sheet, look
    pixels = sheet.pixels
    if look.is_shaded():
        pixels = improving.evened(pixels)
    if improving.noise_of(pixels) > _NOISE_THAT_MATTERS:
        pixels = improving.smoothed(pixels)
    if improving.looks_speckled(look.ink):
        pixels = improving.without_specks(pixels)
    if pixels is not sheet.pixels:
        sheet = sheet.with_pixels(pixels)
        look = Look.at(pixels, dpi)
    return sheet, look


def _factors(raster: Raster) -> tuple[float, float]:
    """How to scale across and down, so that both come to a good resolution for the OCR engine."""
    across, down = raster.dpi
    height, width = raster.pixels.shape[:2]
    best = max(across, down)
    aim = READ_DPI if best < _UPSCALE_BELOW or best > _DOWNSCALE_ABOVE else best
    aim = min(aim, best * _MOST_UPSCALED)
    factors = aim / across, aim / down
    if max(factors) < 1.02 and min(factors) > 0.98:
        return 1.0, 1.0
    shrink = min(1.0, (_MOST_PIXELS / (width * factors[0] * height * factors[1])) ** 0.5)
    return factors[0] * shrink, factors[1] * shrink


def _read_upright(sheet: Sheet, look: Look, options: ReadingOptions, deadline: Deadline) -> _Reading:
    """The best reading; the page is turned only if the lines run sideways or the first reading looks bad."""
    folder = options.temp_folder
    turns = [0]
    if asked := look.is_sideways():
        turns = _turns_to_try(tesseract.upright_turn(sheet.pixels, deadline, folder), [90, 270, 0])
    best = _read(sheet, turns[0], options, deadline)
    try:
        if best.is_bad and not asked:
            turns += _turns_to_try(tesseract.upright_turn(sheet.pixels, deadline, folder), [180, 90, 270])
        for turn in turns[1:]:
            if best.is_bad and turn != best.turn:
                best = max(best, _read(sheet, turn, options, deadline), key=lambda reading: reading.worth)
    except PageTimedOut:
        pass  # a bad reading is better than none
    return best


def _turns_to_try(told: int | None, otherwise: list[int]) -> list[int]:
    return otherwise if told is None else [told]


def _read(sheet: Sheet, turn: int, options: ReadingOptions, deadline: Deadline) -> _Reading:
    """A reading of the sheet, turned and made straight.

    A ruled table is read twice, without its rules and with them: on some tables the OCR engine drops words beside
    rules, on others (a word a cell) it drops whole columns once the rules are gone. The richer reading is taken.
    """
    sheet = sheet.turned(turn) if turn else sheet
    look = Look.at(sheet.pixels, READ_DPI)
    skew = look.skew()
    if abs(skew) >= _SKEW_THAT_MATTERS:
        sheet = sheet.rotated(-skew)
        look = Look.at(sheet.pixels, READ_DPI)
    reading = _run(sheet, turn, options, deadline)
    if not look.has_table():
        return reading
    bare = sheet.with_pixels(improving.without_rules(sheet.pixels))
    try:
        return max(reading, _run(bare, turn, options, deadline), key=lambda one: one.worth)
    except PageTimedOut:
        return reading  # one reading is better than none


def _run(sheet: Sheet, turn: int, options: ReadingOptions, deadline: Deadline) -> _Reading:
    """One run of the OCR engine over the sheet as it is."""
    glimpses = tesseract.read_words(sheet.pixels, options.languages, deadline, options.temp_folder)
    return _Reading([_placed(glimpse, sheet) for glimpse in glimpses], turn)


def _placed(glimpse: tesseract.Glimpse, sheet: Sheet) -> PlacedWord:
    box = sheet.box_seen(glimpse.left, glimpse.top, glimpse.width, glimpse.height)
    block, paragraph, line = glimpse.line
    return PlacedWord(glimpse.text, box, glimpse.confidence, (block * 1000 + paragraph) * 1000 + line, block)
