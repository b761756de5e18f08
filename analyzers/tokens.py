"""Text into syllables, each with its place, and syllables into terms.

A term of the syllable stream has its tone mark behind its letters, so that both ways of placing
it (hoà and hòa, thuỷ and thủy) are one term; a combining mark never occurs in ASCII text, so
no other word collides with it. Where i and y are two spellings of one syllable (kỹ and kĩ), so
are they.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from analyzers.normalising import NormalisedText, normalise

LONGEST_TERM = 64
"""Characters of a term. Longer ones (links, OCR noise) are cut, in documents and queries alike: an
engine's own limits (Elasticsearch splits words at 255 characters) then never come into play."""

# Numbers grouped by thousands are one token (1.500.000), without the separators. Dates, section
# numbers and decimals stay apart: 3,5 may also be a list ("khoản 3,5") and each part must be found.
# The bound on a word keeps hostile text out of the cache below.
# Without a group, so that all words are found in one call.
TOKEN_PATTERN = re.compile(r"[0-9]{1,3}(?:(?:\.[0-9]{3})+|(?:,[0-9]{3})+)(?!\w)|\w[\w\u0300-\u036f]{0,255}")

# i and y say the same at the end of these (kỹ and kĩ, tỷ and tỉ); after qu it is y that is usual (quý, quí). Not the
# other way round: what has been typed of "kiểm" is "ki".
_ONE_SPELLING = {"hy": "hi", "ky": "ki", "ly": "li", "my": "mi", "sy": "si", "ty": "ti", "qui": "quy"}

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")  # huyền, sắc, ngã, hỏi, nặng


@dataclass(frozen=True, slots=True)
class Token:
    """A term and [start, end) of the word it came from, in the given text."""

    text: str
    start: int
    end: int


def syllable_tokens(text: str) -> list[Token]:
    """The syllables of a text in order, as terms of the syllable stream."""
    normalised = normalise(text)
    return [Token(term_pair(word)[0], *span) for word, span in words_with_spans(normalised)]


def words_with_spans(normalised: NormalisedText) -> list[tuple[str, tuple[int, int]]]:
    """Each word as written in the normalised text, with its span in the given text."""
    text, found, at = normalised.text, [], 0
    # Between two words stands no letter, so the next word is found where it begins: twice as fast as match by match.
    for word in TOKEN_PATTERN.findall(text):
        start = text.find(word, at)
        at = start + len(word)
        found.append((word, (start, at)))
    if normalised.starts is None:
        return found
    return [(word, normalised.original_span(*span)) for word, span in found]


def one_spelling(folded: str) -> str:
    """The one spelling, of two usual ones, in which a folded syllable is held: `ki` for `ky`."""
    return _ONE_SPELLING.get(folded, folded)


@lru_cache(maxsize=1 << 16)
def term_pair(word: str) -> tuple[str, str]:
    """(syllable term, folded term) of one word of a normalised text."""
    if word.isascii():
        # Only a grouped number has a separator inside.
        plain = word.replace(".", "").replace(",", "")[:LONGEST_TERM]
        plain = _ONE_SPELLING.get(plain, plain)
        return plain, plain
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(letter for letter in letters if letter in _TONES)
    toneless = "".join(letter for letter in letters if letter not in _TONES)
    toneless = _ONE_SPELLING.get(toneless, toneless)
    syllable = unicodedata.normalize("NFC", toneless)[: LONGEST_TERM - len(tones)] + tones
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("đ", "d")
    return syllable[:LONGEST_TERM], _ONE_SPELLING.get(bare, bare)[:LONGEST_TERM]
