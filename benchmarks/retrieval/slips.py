"""Questions as they are typed: without diacritics, or with a slip of the finger in one word."""

from __future__ import annotations

import hashlib
import random
import unicodedata

# Neighbours on a keyboard, row by row.
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_LEAST_LETTERS = 3


def bare(text: str) -> str:
    """Without diacritics, as on a keyboard without Vietnamese."""
    letters = unicodedata.normalize("NFD", text)
    return "".join(one for one in letters if not unicodedata.combining(one)).replace("đ", "d").replace("Đ", "D")


def slipped(text: str) -> str:
    """One slip in one word of three letters or more: a letter left out, doubled, exchanged with the next, or hit
    beside. The same text always slips alike.
    """
    chance = random.Random(hashlib.sha256(text.encode()).digest())
    words = unicodedata.normalize("NFC", text).split(" ")
    places = [at for at, word in enumerate(words) if sum(map(str.isalpha, word)) >= _LEAST_LETTERS]
    if not places:
        return text
    at = chance.choice(places)
    words[at] = _slip(words[at], chance)
    return " ".join(words)


def _slip(word: str, chance: random.Random) -> str:
    places = [at for at, letter in enumerate(word) if letter.isalpha()]
    at, kind = chance.choice(places), chance.choice(("left out", "doubled", "exchanged", "beside"))
    if kind == "left out":
        return word[:at] + word[at + 1 :]
    if kind == "doubled":
        return word[: at + 1] + word[at:]
    if kind == "exchanged" and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + _beside(word[at], chance) + word[at + 1 :]


def _beside(letter: str, chance: random.Random) -> str:
    plain = bare(letter.lower())
    for row in _ROWS:
        if plain in row:
            at = row.index(plain)
            return chance.choice(row[max(0, at - 1) : at] + row[at + 1 : at + 2])
    return plain
