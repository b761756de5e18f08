"""The streams of terms that the index holds: syllables, folded syllables, folded bigrams, pyvi words.

Which streams, and how they weigh, was measured on three judged sets (docs/decisions/).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

from analyzers.normalising import normalise
from analyzers.tokens import LONGEST_TERM, TOKEN_PATTERN, term_pair, words_with_spans

# pyvi takes time by the square of a line's length; sentences of more words than this are rare.
_WORDS_PER_CALL = 100


@dataclass(frozen=True)
class Analysis:
    """A text's terms in order. `syllables`, `folded` and `spans` run in parallel.

    `spans` are [start, end) of each word in the text as given.
    """

    syllables: tuple[str, ...]
    folded: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @cached_property
    def bigrams(self) -> tuple[str, ...]:
        """Each folded term with its follower: `quyet_dinh`."""
        return bigrams_of(self.folded)

    @cached_property
    def syllable_places(self) -> dict[str, list[int]]:
        """Where each syllable stands, as indices into `syllables`, in order."""
        return _places_of(self.syllables)

    @cached_property
    def folded_places(self) -> dict[str, list[int]]:
        """Where each folded term stands, as indices into `folded`, in order."""
        return _places_of(self.folded)

    @property
    def has_diacritics(self) -> bool:
        """Whether any word carries a mark that folding takes away."""
        return self.syllables != self.folded

    def __len__(self) -> int:
        return len(self.spans)


def _places_of(terms: tuple[str, ...]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, term in enumerate(terms):
        places.setdefault(term, []).append(at)
    return places


_NOTHING = Analysis((), (), ())


def analyse(text: str) -> Analysis:
    """Syllables, folded syllables and spans in one pass."""
    found = words_with_spans(normalise(text))
    if not found:
        return _NOTHING
    words, spans = zip(*found, strict=True)
    syllables, folded = zip(*map(term_pair, words), strict=True)
    return Analysis(syllables, folded, spans)


def terms_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Syllables and folded syllables alone: to find where each stands takes half of the time of `analyse`."""
    pairs = [*map(term_pair, TOKEN_PATTERN.findall(normalise(text).text))]
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


def syllables(text: str) -> list[str]:
    """The terms of the syllable stream: with diacritics, tone mark last."""
    return list(analyse(text).syllables)


def folded(text: str) -> list[str]:
    """The terms without any diacritics, đ as d."""
    return list(analyse(text).folded)


def folded_bigrams(text: str) -> list[str]:
    """Each two neighbouring folded terms as one."""
    return list(analyse(text).bigrams)


def bigrams_of(terms: tuple[str, ...]) -> tuple[str, ...]:
    """Neighbours joined by an underscore; n terms give n - 1 bigrams."""
    return tuple(map("_".join, pairwise(terms)))


def has_diacritics(text: str) -> bool:
    """Whether a text carries Vietnamese diacritics at all, as a query typed without them does not."""
    return analyse(text).has_diacritics


def pyvi_words(text: str) -> list[str]:
    """The words as pyvi divides them, syllables joined by an underscore: `quyết_định`.

    Each syllable is a term of the syllable stream; punctuation is dropped. Slow (about 84,000 syllables/s).
    """
    tokenize = _pyvi_tokenize()
    found: list[str] = []
    for line in _short_lines(text):
        for word in tokenize(line).split():
            found.extend(_word_terms(word))
    return found


def _short_lines(text: str) -> Iterator[str]:
    # Case is kept: pyvi looks at it.
    for line in re.split(r"[\r\n\f\v\u2028\u2029]+|(?<=[.;:?!])\s", text.replace("_", " ")):
        words = line.split()
        for start in range(0, len(words), _WORDS_PER_CALL):
            yield " ".join(words[start : start + _WORDS_PER_CALL])


def _word_terms(word: str) -> list[str]:
    syllables_of_word = [
        term_pair(match.group())[0] for match in TOKEN_PATTERN.finditer(normalise(word.replace("_", " ")).text)
    ]
    if "_" in word and syllables_of_word:
        return ["_".join(syllables_of_word)[: 2 * LONGEST_TERM]]
    return syllables_of_word


@cache
def _pyvi_tokenize() -> Any:
    # The import takes 1.2 s and some 100 MB; a process that only searches never pays it.
    with warnings.catch_warnings():
        # Its source has escapes that newer Pythons complain about on the first import.
        warnings.simplefilter("ignore")
        from pyvi import ViTokenizer  # noqa: PLC0415

    return ViTokenizer.tokenize
