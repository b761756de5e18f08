"""Whether words stand in a text at all, told roughly and fast: for choosing which of many pages to analyse.

Exact terms with their places take `analyzers.streams.analyse` some ten times as long.
"""

from __future__ import annotations

import codecs
import unicodedata

# Folded syllables that have two usual spellings, so that either finds the other (kỹ and kĩ, quý and quí).
_SPELLED_ALIKE = [(b" %by " % first, b" %bi " % first) for first in (b"h", b"k", b"l", b"m", b"s", b"t", b"qu")]


def rough_words(text: str) -> bytes:
    """The words of a text, each letter one byte, small and without its marks, one space before and after each word.

    Letters that are not Vietnamese part words as all else does.
    """
    composed = text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
    letters = codecs.charmap_encode(composed, "replace", _CODES)[0].translate(_BARE)
    line = b" %b " % b" ".join(letters.split())
    for one, other in _SPELLED_ALIKE:
        line = line.replace(one, other)
    return line


def _alphabet() -> str:
    """The characters that have a byte: those of ASCII, and letters with Vietnamese marks. What has none costs time."""
    marks = set("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")
    marked = (chr(code) for code in (*range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA)))
    composed = [one for one in marked if (bare := _bare(one)) in "aeiouyd" and set(_marks(one)) <= marks and bare]
    plain = [chr(code) for code in (*range(9, 14), *range(32, 127))]
    # The codec makes its fast table only of an alphabet that begins with NUL.
    return "\0" + "".join([*plain, *composed])


def _marks(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[1:]


def _bare(letter: str) -> str:
    small = letter.lower()
    return {"đ": "d", "ð": "d", "ɖ": "d"}.get(small, unicodedata.normalize("NFD", small)[0])


_ALPHABET = _alphabet()
_CODES = codecs.charmap_build(_ALPHABET.ljust(256, "\ufffe"))
# What has no byte becomes "?", which is no letter.
_BARE = bytes(ord(_bare(one)) if one.isalnum() else ord(" ") for one in _ALPHABET).ljust(256, b" ")
