"""What a doubtful word could be too: read again by itself, and letter by letter.

Tesseract tells what else a letter could be only where it is asked to, and for a whole page that takes a tenth more.
So only the few words of low confidence are cut out and read again. Read alone, without the line around
it, a word is often read right; what its letters could be too comes with it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ingest.reading import tesseract
from ingest.reading.judging import Reading
from ingest.reading.options import ReadingOptions
from ingest.reading.sheet import Pixels
from ingest.reading.tesseract import Deadline
from ingest.reading.words import PlacedWord, clean
from kernel.errors import PageUnreadable

LOW = 0.6
_MOST_WORDS = 12
_MOST_OTHERS = 3
_LONGEST = 40  # letters of a word
_TALLEST = 250  # pixels: no word, but a seal
_AROUND = 12  # pixels of the page around the word that are cut out with it
_LEAST_CHANCE = 5.0  # percent: what a letter could be too
_WORD = re.compile(r"class='ocrx_word'[^>]*>([^<]*)")
_LETTER = re.compile(r"id='lstm_choices_\d+_\d+_\d+'>")
_CHOICE = re.compile(r"x_confs ([\d.]+)'>([^<]*)<")
_EDGES = re.compile(r"\A[\W_]+|[\W_]+\Z")
_ICELANDIC = str.maketrans("Ðð", "Đđ")  # of another language, and looks the same


@dataclass(frozen=True, slots=True)
class _Alone:
    """A word as read by itself, and what each of its letters could be with how many percent, the likeliest first."""

    text: str
    letters: list[list[tuple[str, float]]]


def with_alternatives(reading: Reading, options: ReadingOptions, deadline: Deadline) -> Reading:
    """The reading, its doubtful words with what they could be too. Raises PageTimedOut, ToolMissing."""
    doubtful = [place for place, word in enumerate(reading.words) if _is_doubtful(word)]
    doubtful = [place for place in doubtful if reading.spots and max(reading.spots[place][2:]) < 8 * _TALLEST]
    doubtful = sorted(doubtful, key=lambda place: -len(reading.words[place].text))[:_MOST_WORDS]
    if not doubtful or reading.sheet is None:
        return reading
    pieces = [_cut(reading.sheet.pixels, reading.spots[place]) for place in doubtful]
    try:
        told = tesseract.read_alone(pieces, options.languages, deadline, options.temp_folder)
    except PageUnreadable:
        return reading  # the page itself was read
    words = list(reading.words)
    for place, hocr in zip(doubtful, told, strict=False):
        words[place] = replace(words[place], others=" ".join(_others(words[place].text, _alone(hocr))))
    return replace(reading, words=words)


def _is_doubtful(word: PlacedWord) -> bool:
    return word.confidence < LOW and sum(map(str.isalnum, word.text)) > 1 and len(word.text) <= _LONGEST


def _cut(pixels: Pixels, spot: tuple[int, int, int, int]) -> Pixels:
    left, top, width, height = spot
    piece = pixels[
        max(0, top - _AROUND) : top + min(height, _TALLEST) + _AROUND, max(0, left - _AROUND) : left + width + _AROUND
    ]
    return np.asarray(cv2.copyMakeBorder(piece, 10, 10, 10, 10, cv2.BORDER_CONSTANT, value=255), np.uint8)


def _alone(hocr: str) -> _Alone:
    text = "".join(html.unescape(part) for part in _WORD.findall(hocr))
    choices = (_CHOICE.findall(part) for part in _LETTER.split(hocr)[1:])
    letters = [[(html.unescape(one), float(chance)) for chance, one in choice if one.strip()] for choice in choices]
    return _Alone(text, [choice for choice in letters if choice])


def _others(text: str, alone: _Alone) -> Sequence[str]:
    """At most three other readings, the likeliest first, without the signs around a word; a capital makes no other."""
    told = {_core(text).lower()}
    found = []
    for candidate in (alone.text, *_by_letter(alone.letters)):
        other = _core("".join(clean(candidate).split()))
        if other.lower() not in told and len(other) <= _LONGEST and any(map(str.isalnum, other)):
            told.add(other.lower())
            found.append(other)
    return found[:_MOST_OTHERS]


def _core(text: str) -> str:
    return _EDGES.sub("", text).translate(_ICELANDIC)


def _by_letter(letters: Sequence[Sequence[tuple[str, float]]]) -> Iterator[str]:
    """The word with one letter exchanged, the likeliest exchange first."""
    best = [choice[0][0] for choice in letters]
    chances = [
        (chance, place, other)
        for place, choice in enumerate(letters)
        for other, chance in choice[1:]
        if chance >= _LEAST_CHANCE
    ]
    for _, place, other in sorted(chances, reverse=True):
        yield "".join([*best[:place], other, *best[place + 1 :]])
