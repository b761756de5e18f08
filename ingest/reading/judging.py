"""How good a reading is, told without the truth."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.reading.sheet import Sheet
from ingest.reading.syllables import syllable_share
from ingest.reading.words import PlacedWord
from kernel.errors import PageUnreadable

_GUESSING = 0.4  # a confidence that says nothing
_BAD_CONFIDENCE = 0.6
_POOR_CONFIDENCE = 0.75  # pages that are read well have 0.9 and more
_FEW_LETTERS = 15
_UNSURE = 0.6
_GOOD_UNSURE_SHARE = 0.003
"""Of letters. At 0.01 a second reading of the table that was left out would have brought back a word in 150."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the OCR engine gave: its words, and the turn of the page for it.

    `spots`: left, top, width, height of each word in the pixels of `sheet`, the image that was read; none where it was
    more than one. `retried`: with other settings too, which need not be done again. `lost`: why a part of the page is
    not in it.
    """

    words: list[PlacedWord]
    turn: int
    spots: list[tuple[int, int, int, int]] = field(default_factory=list)
    sheet: Sheet | None = None
    retried: bool = False
    lost: PageUnreadable | None = None

    @property
    def worth(self) -> float:
        """Letters and digits read, counted by how far their confidence stands above guessing.

        Times the share of sound syllables: what shows through from the back is read with some confidence too.
        """
        sure = sum(sum(map(str.isalnum, word.text)) * max(0.0, word.confidence - _GUESSING) for word in self.words)
        return sure * syllable_share(" ".join(word.text for word in self.words))

    @property
    def letters(self) -> int:
        """Characters read."""
        return sum(len(word.text) for word in self.words)

    @property
    def confidence(self) -> float:
        """The mean confidence, each word weighted by its length; 0 for none."""
        return sum(len(word.text) * word.confidence for word in self.words) / max(1, self.letters)

    @property
    def is_bad(self) -> bool:
        """Whether the page may well have lain the wrong way."""
        return self.letters < _FEW_LETTERS or self.confidence < _BAD_CONFIDENCE

    @property
    def is_poor(self) -> bool:
        """Whether there is something to read on it, and other settings may well read it better."""
        return not self.retried and self.letters >= _FEW_LETTERS and self.confidence < _POOR_CONFIDENCE

    @property
    def is_sure(self) -> bool:
        """Whether hardly a word of it is unsure."""
        unsure = sum(len(word.text) for word in self.words if word.confidence < _UNSURE)
        return self.letters >= _FEW_LETTERS and unsure <= _GOOD_UNSURE_SHARE * self.letters


def better(one: Reading, other: Reading) -> Reading:
    """The one that is worth more; the first of equals."""
    return max(one, other, key=lambda reading: reading.worth)
