"""Text as OCR would have read it: misreadings as often as Tesseract made them, scaled to so many wrong letters.

The table (`misreadings.json`) is made by `benchmarks.retrieval.fitting`.
"""

from __future__ import annotations

import hashlib
import json
import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz.distance import Levenshtein

_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảạãầấếềệộốờợựứ0159lI "
_EXCHANGED, _MADE_UP = 0.75, 0.15  # of the wrong letters; the others are lost

MISREADINGS = Path(__file__).with_name("misreadings.json")


@dataclass(frozen=True)
class NoiseModel:
    """`rates`: what stood there to (what is read instead, how often of a hundred such places); "" for made up ones."""

    rates: Mapping[str, tuple[tuple[str, float], ...]]
    letters_wrong: float

    def noisy(self, text: str, share: float, seed: str) -> str:
        """The text with about `share` of its letters wrong; the same for the same seed."""
        chance = random.Random(hashlib.sha256(seed.encode()).digest())
        plain = " ".join(unicodedata.normalize("NFC", text).split())
        scale, pieces, at = share / self.letters_wrong, [], 0
        while at < len(plain):
            stood, read = self._misread(plain, at, scale, chance)
            pieces.append(read)
            at += len(stood)
            if chance.random() < scale * self.made_up:
                pieces.append(_drawn(self.rates.get("", ()), chance))
        return "".join(pieces)

    @property
    def made_up(self) -> float:
        """How often a letter is made up, a place."""
        return sum(rate for _, rate in self.rates.get("", ()))

    def _misread(self, text: str, at: int, scale: float, chance: random.Random) -> tuple[str, str]:
        for length in (3, 2, 1):
            stood = text[at : at + length]
            choices = self.rates.get(stood, ()) if len(stood) == length else ()
            if choices and chance.random() < scale * sum(rate for _, rate in choices):
                return stood, _drawn(choices, chance)
        return text[at], text[at]


def _drawn(choices: tuple[tuple[str, float], ...], chance: random.Random) -> str:
    return chance.choices([one for one, _ in choices], [rate for _, rate in choices])[0] if choices else ""


def even(text: str, share: float, seed: str) -> str:
    """Any letter for any other, lost, made up, spaces too: harder than any scanner, and like none of them."""
    chance = random.Random(hashlib.sha256(seed.encode()).digest())
    pieces = []
    for letter in " ".join(unicodedata.normalize("NFC", text).split()):
        drawn = chance.random() / share
        if drawn >= 1:
            pieces.append(letter)
        elif drawn < _EXCHANGED:
            pieces.append("" if letter == " " else chance.choice(_LETTERS))
        elif drawn < _EXCHANGED + _MADE_UP:
            pieces.append(letter + chance.choice(_LETTERS))
    return "".join(pieces)


@cache
def fitted() -> NoiseModel:
    """The model of the table. SystemExit without it."""
    if not MISREADINGS.is_file():
        raise SystemExit(f"{MISREADINGS.name} is missing: python -m benchmarks.retrieval.fitting")
    table = json.loads(MISREADINGS.read_text("utf-8"))
    letters: dict[str, int] = table["letters"]
    everything = sum(letters.values())
    rates: dict[str, list[tuple[str, float]]] = {}
    wrong = 0.0
    for stood, read, count in table["misreadings"]:
        # A run of letters is seldom: about as often as its rarest letter at the most, by chance of the others.
        places = _places(stood, letters, everything)
        rates.setdefault(stood, []).append((read, count / places))
        wrong += count * Levenshtein.distance(stood, read)
    return NoiseModel({stood: tuple(reads) for stood, reads in rates.items()}, wrong / everything)


def _places(stood: str, letters: Mapping[str, int], everything: int) -> float:
    """How often it stood there; of a run of letters, as if they were drawn one by one, never less than 1 in 20,000."""
    share = 1.0
    for letter in stood:
        share *= letters.get(letter, 1) / everything
    return max(share * everything, everything / 20_000)
