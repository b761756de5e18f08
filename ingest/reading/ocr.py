"""A page image in, a page out: looked at, improved where it needs it, set upright and straight, read."""

from __future__ import annotations

from dataclasses import replace

import cv2

from ingest.reading import improving, retrying, separators, tesseract
from ingest.reading.alternatives import with_alternatives
from ingest.reading.inks import Inks
from ingest.reading.judging import Reading, better
from ingest.reading.looks import Look
from ingest.reading.options import ReadingOptions
from ingest.reading.sheet import Raster, Sheet
from ingest.reading.stamped import marks_and_words, shows_only_seals
from ingest.reading.tesseract import Deadline
from ingest.reading.two_up import gutter
from ingest.reading.words import PlacedWord, blank_page, page_of_words
from kernel.errors import PageTimedOut, PageUnreadable
from mappings.record import Page, PageState, ReadBy

READ_DPI = 300
_UPSCALE_BELOW = 250
_DOWNSCALE_ABOVE = 400
_MOST_UPSCALED = 3.0
_MOST_PIXELS = 60_000_000  # given to the OCR engine
_BLOCKS_OF_A_HALF = 1_000_000
_FEW_LETTERS = 15
_GUESSED = 0.5
_SKEW_THAT_MATTERS = 0.4  # degrees
_NOISE_THAT_MATTERS = 12.0  # gray levels

cv2.setNumThreads(1)  # one process is one core


def read_raster(raster: Raster, number: int, options: ReadingOptions) -> Page:
    """The page of an image. Raises PageTimedOut, ToolMissing, PageUnreadable."""
    deadline = Deadline.after(options.page_seconds)
    sheet, look = _prepared(raster)
    if look.is_blank():
        return blank_page(number, ReadBy.OCR, raster.size)
    square = separators.square_in(look.ink)
    if square and (payload := separators.payload_in(sheet.pixels, square)):
        return separators.separator_page(number, payload, raster.size)
    colours = Inks.of(raster)
    if shows_only_seals(raster, colours, look):
        # Printed off on the back of the page before, or a stamp: no other way up, and no other settings.
        reading = _read(sheet, look, 0, options, deadline)
        if not reading.lost and reading.letters < _FEW_LETTERS and reading.confidence < _GUESSED:
            return blank_page(number, ReadBy.OCR, raster.size)
    else:
        reading = _read_upright(sheet, look, options, deadline)
    marks, words = marks_and_words(raster, look, colours, reading, options, deadline)
    page = page_of_words(number, words, ReadBy.OCR, raster.size, reading.turn, marks)
    return separators.unless_unread(_unless_lost(page, reading), square)


def _unless_lost(page: Page, reading: Reading) -> Page:
    """The page as read; failed, with its words, if a part of it is not among them: nobody is to think it whole."""
    return replace(page, state=PageState.FAILED, reason=reading.lost.code) if reading.lost else page


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


def _read_upright(sheet: Sheet, look: Look, options: ReadingOptions, deadline: Deadline) -> Reading:
    """The best reading, judged without the truth.

    The page is turned only if the lines run sideways or the first reading looks bad; it is made ready in other ways
    only where a reading is not good.
    """
    folder = options.temp_folder
    turns = [0]
    if asked := look.is_sideways():
        turns = _turns_to_try(tesseract.upright_turn(sheet.pixels, deadline, folder), [90, 270, 0])
    best = _read(sheet, look, turns[0], options, deadline)
    try:
        if best.is_bad and not asked:
            told = tesseract.upright_turn(sheet.pixels, deadline, folder)
            if told is None:  # perhaps there is too little on it to tell, perhaps it is but badly printed
                best = _retried(best, sheet, options, deadline)
            turns += _turns_to_try(told, [180, 90, 270])
        for turn in turns[1:]:
            if best.is_bad and turn != best.turn:
                best = _better_so(best, sheet, look, turn, options, deadline)
        best = _retried(best, sheet, options, deadline)
    except PageUnreadable:
        pass  # a bad reading is better than none
    return best


def _retried(first: Reading, sheet: Sheet, options: ReadingOptions, deadline: Deadline) -> Reading:
    """The best of the reading and of those with other settings, if it is not good but has words."""
    best = first
    try:
        for other in retrying.settings(sheet) if first.is_poor else ():
            best = _better_so(best, other, Look.at(other.pixels, READ_DPI), first.turn, options, deadline)
            if not best.is_poor:
                break
    except PageTimedOut:
        pass  # the best so far
    return replace(best, retried=True)


def _better_so(
    best: Reading, sheet: Sheet, look: Look, turn: int, options: ReadingOptions, deadline: Deadline
) -> Reading:
    """The best reading, or this one of the sheet if it is better; one that fails takes nothing away.

    Raises PageTimedOut: then no other is to be tried.
    """
    try:
        other = _read(sheet, look, turn, options, deadline)
    except PageTimedOut:
        raise
    except PageUnreadable:  # too large for the memory it is held to, say
        return best
    # Half a page read better is worth less than the whole of it.
    return best if other.lost and not best.lost and turn == best.turn else better(best, other)


def _turns_to_try(told: int | None, otherwise: list[int]) -> list[int]:
    return otherwise if told is None else [told]


def _read(sheet: Sheet, look: Look, turn: int, options: ReadingOptions, deadline: Deadline) -> Reading:
    """A reading of the sheet, turned and made straight; the left half first, if two pages lie on it."""
    sheet, look = _straight(sheet, look, turn)
    if (middle := gutter(look.ink)) is not None:
        return _read_halves(sheet, middle, turn, options, deadline)
    return _read_one(sheet, look, turn, options, deadline)


def _read_halves(sheet: Sheet, middle: float, turn: int, options: ReadingOptions, deadline: Deadline) -> Reading:
    """Two pages side by side, the left one first; each lies at an angle of its own.

    If one of them cannot be read, what was read of the other, and why (`lost`). Raises PageTimedOut, PageUnreadable if
    nothing was.
    """
    words: list[PlacedWord] = []
    lost: PageUnreadable | None = None
    for number, (left, right) in enumerate(((0.0, middle), (middle, 1.0))):
        half = sheet.cut(left, right)
        look = Look.at(half.pixels, READ_DPI)
        if look.is_blank():
            continue
        try:
            reading = _read_one(*_straight(half, look, 0), turn, options, deadline)
        except PageUnreadable as error:
            lost = error
            continue
        words += [replace(word, block=word.block + number * _BLOCKS_OF_A_HALF) for word in reading.words]
    if lost and not words:
        raise lost
    return Reading(words, turn, lost=lost)


def _read_one(sheet: Sheet, look: Look, turn: int, options: ReadingOptions, deadline: Deadline) -> Reading:
    """A reading of a level sheet with one page on it.

    A ruled table of which not all is sure is read twice, with its rules and without them: on some tables the OCR engine
    drops words beside rules, on others (a word a cell) it drops whole columns once the rules are gone. The richer
    reading is taken.
    """
    reading = _run(sheet, turn, options, deadline)
    try:
        if not reading.is_sure and look.has_table():
            bare = sheet.with_pixels(improving.without_rules(sheet.pixels))
            reading = better(reading, _run(bare, turn, options, deadline))
        return reading if reading.is_bad else with_alternatives(reading, options, deadline)
    except PageUnreadable:
        return reading  # one reading is better than none


def _straight(sheet: Sheet, look: Look, turn: int) -> tuple[Sheet, Look]:
    """The sheet turned, its lines level, and a look at it as it is then."""
    if turn:
        sheet = sheet.turned(turn)
        look = Look.at(sheet.pixels, READ_DPI)
    skew = look.skew()
    if abs(skew) < _SKEW_THAT_MATTERS:
        return sheet, look
    sheet = sheet.rotated(-skew)
    return sheet, Look.at(sheet.pixels, READ_DPI)


def _run(sheet: Sheet, turn: int, options: ReadingOptions, deadline: Deadline) -> Reading:
    """One run of the OCR engine over the sheet as it is."""
    glimpses = tesseract.read_words(sheet.pixels, options.languages, deadline, options.temp_folder)
    spots = [glimpse.spot for glimpse in glimpses]
    return Reading([_placed(glimpse, sheet) for glimpse in glimpses], turn, spots, sheet)


def _placed(glimpse: tesseract.Glimpse, sheet: Sheet) -> PlacedWord:
    box = sheet.box_seen(*glimpse.spot)
    block, paragraph, line = glimpse.line
    return PlacedWord(glimpse.text, box, glimpse.confidence, (block * 1000 + paragraph) * 1000 + line, block)
