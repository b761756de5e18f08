"""The streams of terms that the index holds: syllables, folded syllables, folded bigrams.

Which streams, and how they weigh, was measured on three judged sets (docs/decisions/).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from analyzers.normalising import normalise
from analyzers.tokens import TOKEN_PATTERN, term_pair, words_with_spans


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
