"""How far what was read is from the truth."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

from benchmarks.quality.damages import Damaged
from benchmarks.quality.drawing import DrawnPage, TrueWord
from ingest.reading.sheet import Affine
from mappings.record import Box, Page, Word

_SAME_PLACE = 0.5


@dataclass
class Count:
    """Wrong ones of all."""

    wrong: int = 0
    all: int = 0

    def add(self, wrong: int, of: int) -> None:
        """Counts some more."""
        self.wrong, self.all = self.wrong + wrong, self.all + of

    @property
    def percent(self) -> float:
        """Wrong ones in a hundred."""
        return 100 * self.wrong / self.all if self.all else 0.0


class Score:
    """The pages of one kind: `letters` and `words` wrong (edits), `bare` words without diacritics, `lost` words that
    stand nowhere on the page, `places` of words found whose box overlaps the true one by less than half (IoU).
    """

    def __init__(self) -> None:
        self.letters, self.words, self.bare, self.lost, self.places = (Count() for _ in range(5))
        self.pages = self.failed = 0
        self.seconds = 0.0

    def add(self, drawn: DrawnPage, damaged: Damaged, read: Page, seconds: float) -> None:
        """One more page."""
        truth, text = drawn.text, " ".join(read.text.split())
        true_words, words = truth.split(), text.split()
        self.pages, self.seconds = self.pages + 1, self.seconds + seconds
        self.failed += not words
        self.letters.add(Levenshtein.distance(truth, text), len(truth))
        self.words.add(Levenshtein.distance(true_words, words), len(true_words))
        bare, true_bare = ([_without_marks(word) for word in some] for some in (words, true_words))
        self.bare.add(Levenshtein.distance(true_bare, bare), len(true_words))
        self.lost.add(sum((Counter(true_words) - Counter(words)).values()), len(true_words))
        self.places.add(*_misplaced(drawn.words, damaged.forward, read.words))


def _without_marks(word: str) -> str:
    bare = (letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))
    return "".join(bare).replace("đ", "d").replace("Đ", "D")


def _misplaced(truth: Sequence[TrueWord], forward: Affine, words: Sequence[Word]) -> tuple[int, int]:
    """How many of the words that were read right lie elsewhere, and how many were read right."""
    moves = Levenshtein.opcodes([word.text for word in truth], [word.text for word in words])
    wrong = found = 0
    for move in moves:
        if move.tag != "equal":
            continue
        pairs = zip(
            truth[move.src_start : move.src_end],
            words[move.dest_start : move.dest_end],
            strict=True,
        )
        for true, word in pairs:
            found += 1
            wrong += word.box is None or overlap(_seen(true, forward), word.box) < _SAME_PLACE
    return wrong, found


def _seen(word: TrueWord, forward: Affine) -> Box:
    """Where a drawn word lies on the damaged page."""
    left, top, right, bottom = word.box
    corners = forward @ np.array([[left, right, right, left], [top, top, bottom, bottom], [1, 1, 1, 1]], np.float64)
    xs, ys = corners[0] / corners[2], corners[1] / corners[2]
    return Box(float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))


def overlap(one: Box, other: Box) -> float:
    """The part that two boxes share of what they cover together (IoU)."""
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    return shared / (_area(one) + _area(other) - shared)


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)
