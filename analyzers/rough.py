"""Whether words stand in a text at all, told roughly and fast: for choosing which of many pages to analyse.

Exact terms with their places take `analyzers.streams.analyse` some ten times as long.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

_UNITS = 1 << 16
_SPACE = ord(" ")
_OTHER_LETTER = 0x7F
_NOT_DECOMPOSED = {"đ": "d", "ð": "d", "ɖ": "d"}


def rough_words(text: str) -> bytes:
    """The words of a text, each letter one byte, small and without its marks, one space before and after each word.

    All letters that are none of Latin script become one and the same.
    """
    units = unicodedata.normalize("NFC", text).encode("utf-16-le", "surrogatepass")
    letters = _letters()[np.frombuffer(units, np.uint16)]
    return b" %b " % b" ".join(letters.tobytes().split())


@cache
def _letters() -> NDArray[np.uint8]:
    """For each unit of UTF-16 the byte that stands for it; 64 KB, made in 30 ms."""
    table = np.full(_UNITS, _SPACE, np.uint8)
    for code in range(_UNITS):
        letter = chr(code)
        if letter.isalnum() or 0xD800 <= code < 0xE000:  # halves of rarer letters
            table[code] = _rough(letter)
    return table


def _rough(letter: str) -> int:
    small = letter.lower()
    bare = unicodedata.normalize("NFD", _NOT_DECOMPOSED.get(small, small))[0]
    return ord(bare) if bare.isascii() else _OTHER_LETTER
