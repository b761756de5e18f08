"""The text layer of a PDF page: its words with their boxes, and whether it is all that the page says."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pdfplumber
from pdfminer.encodingdb import EncodingDB

from ingest.reading import legacy
from ingest.reading.sheet import Pixels
from ingest.reading.syllables import is_garbage
from ingest.reading.words import PlacedWord, clean
from kernel.errors import PageUnreadable
from mappings.record import Box

# pdfminer calls this code a space, which tears words; it is the hyphen's second one (ISO 32000-1, annex D.2, note 6),
# and in a font of TCVN3 it is the letter ư. As a soft hyphen it can be told from both.
EncodingDB.win2unicode[0xAD] = "\u00ad"
SHORTEST_MEAN = 2  # letters a word; fewer where lines do not run across, for then each letter is a word
_FULL_PAGE_WORDS = 150
_SOME_WORDS = 20
_DARK = 140  # gray level at 72 dpi, where thin strokes are blurred
_UNTOLD_ON_IMAGES = 0.35
_UNTOLD = 0.6


def words_of(untrusted_pdf: bytes) -> list[PlacedWord]:
    """The words of the only page of a PDF, in the order in which they were written; of old fonts in Unicode.

    Raises PageUnreadable.
    """
    try:
        with pdfplumber.open(io.BytesIO(untrusted_pdf)) as pdf:
            page = pdf.pages[0]
            found = page.extract_words(use_text_flow=True, keep_blank_chars=False, return_chars=True)
            left, top, right, bottom = (float(side) for side in page.cropbox or page.bbox)
            page.close()
            return placed(_in_unicode(found), (left, top, right - left, bottom - top))
    except MemoryError:
        raise
    except Exception as error:  # the parser falls over hostile bytes in ways of its own
        raise PageUnreadable from error


def _in_unicode(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The words with those letters repaired that stand in fonts of an old encoding."""
    runs = [_runs(word["chars"]) for word in found]
    texts: dict[str, list[str]] = {}
    for font, text in itertools.chain.from_iterable(runs):
        texts.setdefault(font, []).append(text)
    repairs = legacy.repairs({font: " ".join(words) for font, words in texts.items()})
    if not repairs:
        return found
    return [
        word | {"text": "".join(repairs[font](text) if font in repairs else text for font, text in parts)}
        if any(font in repairs for font, _ in parts)
        else word
        for word, parts in zip(found, runs, strict=True)
    ]


def _runs(letters: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Font and text of each stretch of a word that stands in one font."""
    stretches = itertools.groupby(letters, key=lambda letter: str(letter.get("fontname")))
    return [(font, "".join(letter["text"] for letter in stretch)) for font, stretch in stretches]


def mean_length(words: Sequence[PlacedWord]) -> float:
    """Letters a word; 0 for no words."""
    return sum(len(word.text) for word in words) / len(words) if words else 0.0


def turned(words: Sequence[PlacedWord], clockwise: int) -> list[PlacedWord]:
    """The words where they lie when their page is turned by 0, 90, 180 or 270 degrees clockwise."""
    return [replace(word, box=_turned_box(word.box, clockwise)) for word in words]


def _turned_box(box: Box, clockwise: int) -> Box:
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    sides = {
        0: (x0, y0, x1, y1),
        90: (1 - y1, x0, 1 - y0, x1),
        180: (1 - x1, 1 - y1, 1 - x0, 1 - y0),
        270: (y0, 1 - x1, y1, 1 - x0),
    }[clockwise]
    return Box(*(round(side, 5) for side in sides))


def placed(found: list[dict[str, Any]], area: tuple[float, float, float, float]) -> list[PlacedWord]:
    """Words with their sides in points (`text`, `x0`, `top`, `x1`, `bottom`), of a page of left, top, width, height."""
    words: list[PlacedWord] = []
    line = block = 0
    previous: dict[str, Any] | None = None
    for word, (x0, y0, x1, y1) in zip(found, _shares(found, area), strict=True):
        text = "".join(clean(word["text"]).split())
        if not text or x1 <= 0 or y1 <= 0 or x0 >= 1 or y0 >= 1:
            continue  # not to be seen
        if previous is not None:
            same_line, same_block = _follows(previous, word)
            line += not same_line
            block += not same_block
        words.append(PlacedWord(text, Box(x0, y0, x1, y1), 1.0, line, block))
        previous = word
    return words


def _shares(found: list[dict[str, Any]], area: tuple[float, float, float, float]) -> list[list[float]]:
    """Left, top, right and bottom of each word as shares of the page, from 0 to 1."""
    left, top, width, height = area
    sides = np.array([(word["x0"], word["top"], word["x1"], word["bottom"]) for word in found], np.float64)
    shares = (sides.reshape(-1, 4) - (left, top, left, top)) / (width, height, width, height)
    rounded: list[list[float]] = np.clip(np.nan_to_num(shares), 0.0, 1.0).round(5).tolist()
    return rounded


def _follows(previous: dict[str, Any], word: dict[str, Any]) -> tuple[bool, bool]:
    """Whether `word` stands in the same line as the one before, and in the same block."""
    height = max(1.0, previous["bottom"] - previous["top"], word["bottom"] - word["top"])
    overlap = min(previous["bottom"], word["bottom"]) - max(previous["top"], word["top"])
    gap = word["x0"] - previous["x1"]
    same_line = overlap > 0.4 * min(height, word["bottom"] - word["top"]) and -height < gap < 3 * height
    below = word["top"] - previous["bottom"]
    same_block = same_line or (-0.5 * height < below < 1.2 * height)
    return same_line, same_block


def tells_page(words: Sequence[PlacedWord], image_coverage: float, drawn: Callable[[], Pixels]) -> bool:
    """Whether the layer's words are what the page says.

    They are not if they are garbage, nor if most ink lies elsewhere: the text of a signature over a scan is true
    text, but not the page's. `image_coverage`: share of the page under images; `drawn`: the page in gray, at 72 dpi.
    """
    if not words or is_garbage(" ".join(word.text for word in words)):
        return False
    over_images = image_coverage >= 0.3
    if len(words) >= _FULL_PAGE_WORDS and image_coverage < 0.7:
        return True
    if not over_images and len(words) >= _SOME_WORDS:
        return True
    return _untold_ink(words, drawn()) <= (_UNTOLD_ON_IMAGES if over_images else _UNTOLD)


def _untold_ink(words: Sequence[PlacedWord], gray: Pixels) -> float:
    """The share of the ink that lies outside all word boxes; 0 where there is no ink."""
    height, width = gray.shape
    ink = gray < _DARK
    total = int(np.count_nonzero(ink))
    for word in words:
        rows = slice(max(0, int(word.box.y0 * height) - 2), int(word.box.y1 * height) + 3)
        ink[rows, max(0, int(word.box.x0 * width) - 2) : int(word.box.x1 * width) + 3] = False
    return int(np.count_nonzero(ink)) / total if total else 0.0
