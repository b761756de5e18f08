"""The Vietnamese words that are known beforehand: pyvi's list of 31,000, folded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from analyzers.normalising import normalise
from analyzers.tokens import TOKEN_PATTERN, term_pair

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
    """Read once, in about 0.3 s; never needed for a text in which every syllable is one."""
    syllables: Counter[str] = Counter()
    pairs: set[tuple[str, str]] = set()
    for line in files("pyvi").joinpath("models/words.txt").read_text("utf-8").splitlines():
        terms = [term_pair(found.group())[1] for found in TOKEN_PATTERN.finditer(normalise(line).text)]
        syllables.update(filter(_SYLLABLE.fullmatch, terms))
        pairs.update(pairwise(terms))
    return KnownWords(syllables, frozenset(pairs), _shortened(syllables))


def _shortened(syllables: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for syllable in syllables:
        for at in range(len(syllable)):
            found.setdefault(syllable[:at] + syllable[at + 1 :], set()).add(syllable)
    return {rest: tuple(sorted(whole)) for rest, whole in found.items()}
