"""A text divided into words: the longest that pyvi's list of 31,000 knows, and names by their capitals.

Not by pyvi's own division: that takes eight times as long, and keywords chosen from it are worse
(`benchmarks/keywords.py`, docs/decisions/0040-keywords.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from analyzers.listed_rows import listed_rows
from analyzers.normalising import normalise
from analyzers.tokens import TOKEN_PATTERN, term_pair

Terms = tuple[str, ...]

_LONGEST_NAME = 4
_LETTERS = re.compile(r"[^\W\d_]+")
# What no word reaches over. A line's end is none: lines are broken anywhere.
_BREAK = re.compile(r"[^\w\s\u0300-\u036f]+")
# Where the tone may stand on either of two last vowels: old spelling to the one that offices use (hoà, hòa; uỷ, ủy).
_OLD_TONES = {
    **dict(zip(("oà", "oá", "oả", "oã", "oạ"), ("òa", "óa", "ỏa", "õa", "ọa"), strict=True)),
    **dict(zip(("oè", "oé", "oẻ", "oẽ", "oẹ"), ("òe", "óe", "ỏe", "õe", "ọe"), strict=True)),
    **dict(zip(("uỳ", "uý", "uỷ", "uỹ", "uỵ"), ("ùy", "úy", "ủy", "ũy", "ụy"), strict=True)),
}
_Y = re.compile("[yỳýỷỹỵ]")
_OLD_TONE = re.compile(rf"(?<!q)(?:{'|'.join(_OLD_TONES)})(?!\w)")


@dataclass(frozen=True, slots=True)
class DividedWord:
    """`terms`: its syllables, as in the syllable stream. `text`: as it is written. `is_name`: by its capitals alone."""

    terms: Terms
    text: str
    is_name: bool = False


@cache
def listed_words() -> dict[Terms, str]:
    """Words of the list by their syllables, with their spelling; tones where offices write them. Read in .1 s."""
    listed: dict[Terms, str] = {}
    for row in listed_rows():
        words = TOKEN_PATTERN.findall(row)
        if words and all(_LETTERS.fullmatch(word) for word in words):
            spelled = _OLD_TONE.sub(lambda found: _OLD_TONES[found.group()], " ".join(words))
            terms = _terms(words)
            # Of two spellings the one with y: công ty, đăng ký, as offices write.
            listed[terms] = max(listed.get(terms, spelled), spelled, key=lambda one: len(_Y.findall(one)))
    return listed


@cache
def _longest() -> dict[str, int]:
    """By the first syllable, how many syllables the longest word has that begins so."""
    longest: dict[str, int] = {}
    for terms in listed_words():
        longest[terms[0]] = max(len(terms), longest.get(terms[0], 0))
    return longest


def divided(text: str) -> Iterator[list[DividedWord]]:
    """The words in order, those between two signs together; a syllable that is part of none stands alone."""
    for run in _BREAK.split(text):
        written = TOKEN_PATTERN.findall(run)
        terms = _terms(TOKEN_PATTERN.findall(normalise(run).text))
        # Compatible letters apart, both are cut alike; where not, capitals tell nothing.
        if terms:
            yield [*_divided_run(terms, written if len(written) == len(terms) else [*terms])]


def word_ends(terms: Terms) -> frozenset[int]:
    """Behind which of these syllables a word ends, as indices: a piece that ends elsewhere ends in half a word."""
    ends: list[int] = []
    at = 0
    while at < len(terms):
        at += _listed_at(terms, at)
        ends.append(at - 1)
    return frozenset(ends)


def _divided_run(terms: Terms, written: Sequence[str]) -> Iterator[DividedWord]:
    at = 0
    while at < len(terms):
        length = _listed_at(terms, at)
        is_name = length < 2 and (name := _name_at(terms, written, at)) > 1
        length = name if is_name else length
        yield DividedWord(terms[at : at + length], " ".join(written[at : at + length]), is_name)
        at += length


def _listed_at(terms: Terms, at: int) -> int:
    """Syllables of the longest known word here, at least 1."""
    listed = listed_words()
    most = min(_longest().get(terms[at], 1), len(terms) - at)
    return next((length for length in range(most, 1, -1) if terms[at : at + length] in listed), 1)


def _name_at(terms: Terms, written: Sequence[str], at: int) -> int:
    """How many syllables with a capital each stand here, up to a known word or four."""
    length = 0
    while at + length < len(terms) and length < _LONGEST_NAME and _is_capitalised(written[at + length]):
        if length and _listed_at(terms, at + length) > 1:
            break
        length += 1
    return length


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() and word[1:].islower() and word.isalpha()


def _terms(words: Sequence[str]) -> Terms:
    return tuple(term_pair(word)[0] for word in words)
