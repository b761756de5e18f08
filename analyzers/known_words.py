"""The Vietnamese words that are known beforehand: pyvi's list of 31,000, folded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from analyzers.listed_rows import listed_rows
from analyzers.tokens import term_pair

# A folded Vietnamese syllable: onset, vowels, coda. The foreign words and single letters of the list tell nothing.
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?[aeiouy]{1,3}(?:ch?|m|ng?|nh|p|t)?"
)


@dataclass(frozen=True, slots=True)
class KnownWords:
    """`syllables`: folded, with the number of words that have it. `pairs`: neighbours within words.

    `shortened`: by a syllable without one of its letters, the syllables that it may come from.
    """

    syllables: Mapping[str, int]
    pairs: frozenset[tuple[str, str]]
    shortened: Mapping[str, tuple[str, ...]]


@cache
def known_words() -> KnownWords:
    """Read once, in less than 0.1 s."""
    words = [[term_pair(word)[1] for word in row.split()] for row in listed_rows()]
    counts = Counter(term for terms in words for term in terms)
    syllables = Counter({term: count for term, count in counts.items() if _SYLLABLE.fullmatch(term)})
    pairs = {pair for terms in words for pair in pairwise(terms)}
    return KnownWords(syllables, frozenset(pairs), _shortened(syllables))


def _shortened(syllables: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for syllable in syllables:
        for at in range(len(syllable)):
            found.setdefault(syllable[:at] + syllable[at + 1 :], set()).add(syllable)
    return {rest: tuple(sorted(whole)) for rest, whole in found.items()}
