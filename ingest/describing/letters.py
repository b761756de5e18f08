"""Vietnamese letters as OCR gives and mistakes them: folding, likeness, and which syllables cannot be."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_STROKES = str.maketrans({"đ": "d", "Đ": "D", "Ð": "D", "ð": "d"})
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_STOPPED_TONES = "\u0301\u0323"


def clean(text: str) -> str:
    """NFC, one space between words, Eth (U+00D0, U+00F0) as Đ, đ: keyboards and OCR confuse the two."""
    return " ".join(unicodedata.normalize("NFC", text).replace("Ð", "Đ").replace("ð", "đ").split())


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Without marks, in capitals, Đ as D: what stays right when OCR slips a mark."""
    bare = unicodedata.normalize("NFD", text.translate(_STROKES))
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).upper()


def letters_only(text: str) -> str:
    """Folded, and only the letters and digits of it."""
    return "".join(sign for sign in fold(text) if sign.isalnum())


def distance(one: str, other: str, limit: int) -> int:
    """Levenshtein's distance of two short strings; `limit + 1` as soon as it is over `limit`."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    row = list(range(len(other) + 1))
    for place, sign in enumerate(one, 1):
        above, row = row, [place]
        for column, opposite in enumerate(other, 1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (sign != opposite)))
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def capital_share(text: str) -> float:
    """The share of capitals among the letters, 0 where there is no letter."""
    letters = [sign for sign in text if sign.isalpha()]
    return sum(sign.isupper() for sign in letters) / len(letters) if letters else 0.0


def tone_free(syllable: str) -> tuple[str, str]:
    """The syllable in small letters without its tone mark (â, ơ, đ stay), and the mark or "".

    Syllables that differ only in where the mark stands (hòa, hoà) come out alike.
    """
    signs = unicodedata.normalize("NFD", syllable.lower())
    tone = "".join(sign for sign in signs if sign in _TONES)
    return unicodedata.normalize("NFC", "".join(sign for sign in signs if sign not in _TONES)), tone


_INITIAL = r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
_RIME = (
    r"(?:(?:a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|iê|yê|uô|ươ|oa|oă|oe|oo|uâ|uê|uy|uyê|uơ)(?P<stop>c|ch|k|p|t)"
    r"|(?:a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|iê|yê|uô|ươ|oa|oă|oe|oo|uâ|uê|uy|uyê)(?:m|ng|nh|n)"
    r"|i?(?:a|e|ê|i|o|ô|ơ|u|ư|y)|ia|ya|ua|ưa|uya|uơ|oa|oe|uê|uy|ai|ao|au|ay|âu|ây|eo|êu|iu|iêu|yêu|oi|ôi|ơi|oai|oao"
    r"|oay|oeo|ui|ưi|uôi|ươi|ưu|ươu|uây|uyu|uêu)"
)
_SYLLABLE = re.compile(_INITIAL + _RIME)


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Whether Vietnamese can have this syllable: initial, rime, one tone, and before c, ch, p, t only sắc or nặng.

    Source: the phonotactics of the language (Đoàn Thiện Thuật, Ngữ âm tiếng Việt, 1977). "quyêt" and "Nøãi",
    which OCR makes of "quyết" and "Ngãi", are none.
    """
    bare, tone = tone_free(word)
    found = _SYLLABLE.fullmatch(bare)
    if found is None or len(tone) > 1:
        return False
    return not found["stop"] or tone in tuple(_STOPPED_TONES)
