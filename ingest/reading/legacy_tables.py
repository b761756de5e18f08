"""Vietnamese as it was written before Unicode: which letter each code stands for.

In TCVN3 (TCVN 5712:1993, VN3; fonts named .Vn…) a letter is one byte and a capital with a tone has none of its own. In
VNI (fonts named VNI-…) most letters are a base and a mark, of the same case. In VIQR (RFC 1456) marks are signs of
ASCII. Values checked against UniKey's ukengine/data.cpp. Codes are given as the Latin-1 letters that they pass for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

# From each code on, the letters of the codes that follow; a dot is a code without a letter.
_TCVN3_ROWS = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ.ằẳẵắ",
    0xC6: "ặầẩẫấậè.ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ",
}
_TONES = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_HAT_TONES = {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
_BREVE_TONES = {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
_HORNS = {"ơ": "ô", "ư": "ö"}
_VNI_ALONE = {"í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î", "đ": "ñ", **_HORNS}
_VIQR_SHAPES = {"^": "\u0302", "(": "\u0306", "+": "\u031b"}
_VIQR_TONES = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}


def tcvn3() -> dict[str, str]:
    """Code → letter."""
    rows = ((first + place, letter) for first, row in _TCVN3_ROWS.items() for place, letter in enumerate(row))
    return {chr(code): letter for code, letter in rows if letter != "."}


def vni() -> dict[str, str]:
    """Code of one or two letters → letter. Some wrote a small mark upon a capital: the base says which case it is."""
    table: dict[str, str] = {}
    for code, letter in _vni_small():
        table[code], table[code.upper()] = letter, letter.upper()
        table[code[0].upper() + code[1:]] = letter.upper()
    return table


def _vni_small() -> Iterator[tuple[str, str]]:
    for letter, code in _VNI_ALONE.items():
        yield code, letter
    for base in "aeouyơư":
        for tone, mark in _TONES.items():
            if base + tone != "y\u0323":
                yield _HORNS.get(base, base) + mark, _composed(base + tone)
    for bases, shape, marks in (("aeo", "\u0302", _HAT_TONES), ("a", "\u0306", _BREVE_TONES)):
        for base in bases:
            for tone, mark in marks.items():
                yield base + mark, _composed(base + shape + tone)


def viqr() -> dict[str, str]:
    """Signs → letter: a base with a shape, a tone, or both; đ is dd."""
    table = {"dd": "đ", "DD": "Đ", "Dd": "Đ"}
    tones = {"": "", **_VIQR_TONES}
    for base, shapes in {"a": "^(", "e": "^", "i": "", "o": "^+", "u": "+", "y": ""}.items():
        for shape in ("", *shapes):
            for sign, tone in tones.items():
                if shape or sign:
                    letter = _composed(base + _VIQR_SHAPES.get(shape, "") + tone)
                    table[base + shape + sign] = letter
                    table[base.upper() + shape + sign] = letter.upper()
    return table


def _composed(letters: str) -> str:
    return unicodedata.normalize("NFC", letters)
