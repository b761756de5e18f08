"""What a misread or mistyped syllable could have been: told from the known words, nothing else.

A term that no word has ("nhdn", "rnoi", "dinhky") is compared with the syllables one letter off, with what scanners
confuse (rn and m, 1 and l), with two syllables run into one and with one torn in two. Which it was, its neighbours say:
a known word of two syllables first, a usual syllable next. The reading as given always stays; what is told here is
held beside it. Own rules and weights; tuned on one half of judged questions, measured on the other (docs/retrieval.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analyzers.known_words import known_words

_SHORTEST, _LONGEST = 3, 12
_RUNS = tuple(map(str.split, ("rn m", "cl d", "li h", "ii u", "vv w", "m rn", "ri n", "in m", "ni m")))
"""Letters that are read as others together."""

_ALIKE = tuple(
    map(frozenset, ("1lit|j", "o0cedq", "rnmu", "uvnyw", "gq9y", "bh6", "s5", "ft", "ao", "kh", "b8", "vy", "iu", "pd"))
)

# Worths, added up. Of how it was misread:
_ALIKE_LETTERS, _TORN, _EXCHANGED, _ONE_MORE_OR_LESS, _ANOTHER, _TOGETHER = 0.0, 0.5, -0.8, -1.0, -1.2, -2.5
# Of what it is then, beside its neighbours: a usual syllable (times the log of its words), a known pair.
_USUAL, _PAIR = 0.8, 2.0
_TOGETHER_AS_PAIR = 1.0
_TOGETHER_AS_NONE = -3.0


@dataclass(frozen=True, slots=True)
class Mending:
    """The terms at the places from `first` to `last`, both included, were probably `terms`."""

    first: int
    last: int
    terms: tuple[str, ...]


def mendings(folded: Sequence[str]) -> tuple[Mending, ...]:
    """What could be mended in folded terms, in order, none overlapping another."""
    known = known_words().syllables
    found: list[Mending] = []
    free_from = 0
    for at, term in enumerate(folded):
        if term in known or at < free_from or term.isdigit():
            continue
        place = _Place(folded, at, free_from)
        best = max(place.readings(), default=None)
        if best is not None:
            _, first, last, terms = best
            found.append(Mending(first, last, terms))
            free_from = last + 1
    return tuple(found)


def mended_runs(folded: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The mended terms in runs, each with its neighbour before and after, so that phrases over them are whole."""
    runs: list[list[str]] = []
    end = -1  # place of the neighbour that ended the last run
    for one in mendings(folded):
        if runs and one.first <= end + 1:
            if one.first == end:
                runs[-1].pop()
            runs[-1] += one.terms
        else:
            runs.append([*folded[max(0, one.first - 1) : one.first], *one.terms])
        end = one.last + 1
        runs[-1] += folded[end : end + 1]
    return tuple(map(tuple, runs))


@dataclass(frozen=True, slots=True)
class _Place:
    """A strange term among others; those before `free_from` belong to another mending."""

    folded: Sequence[str]
    at: int
    free_from: int

    def readings(self) -> Iterator[tuple[float, int, int, tuple[str, ...]]]:
        """(worth, first, last, terms) of each."""
        yield from self._torn()
        term = self.folded[self.at]
        if _SHORTEST <= len(term) <= _LONGEST:
            yield from self._together(term)
            for other, worth in candidates(term).items():
                yield worth + self._fits(self.at, self.at, (other,)), self.at, self.at, (other,)

    def _torn(self) -> Iterator[tuple[float, int, int, tuple[str, ...]]]:
        known = known_words().syllables
        for first in (self.at - 1, self.at):
            if first >= self.free_from and first + 1 < len(self.folded):
                whole = self.folded[first] + self.folded[first + 1]
                if whole in known:
                    yield _TORN + self._fits(first, first + 1, (whole,)), first, first + 1, (whole,)

    def _together(self, term: str) -> Iterator[tuple[float, int, int, tuple[str, ...]]]:
        words = known_words()
        for at in range(2, len(term) - 1):
            parts = (term[:at], term[at:])
            if parts[0] in words.syllables and parts[1] in words.syllables:
                worth = _TOGETHER + (_TOGETHER_AS_PAIR if parts in words.pairs else _TOGETHER_AS_NONE)
                yield worth + self._fits(self.at, self.at, parts), self.at, self.at, parts

    def _fits(self, first: int, last: int, terms: tuple[str, ...]) -> float:
        """How usual the terms are, and whether they make known words with what stands beside."""
        words = known_words()
        worth = sum(_USUAL * math.log(1 + words.syllables[term]) for term in terms)
        worth += _PAIR * (first > 0 and (self.folded[first - 1], terms[0]) in words.pairs)
        return worth + _PAIR * (last + 1 < len(self.folded) and (terms[-1], self.folded[last + 1]) in words.pairs)


@lru_cache(maxsize=1 << 15)
def candidates(term: str) -> Mapping[str, float]:
    """The known syllables that this term could be a misreading of, each with the worth of that misreading."""
    syllables = known_words().syllables
    found: dict[str, float] = {}
    for other, worth in _one_off(term):
        if other != term and other in syllables and worth > -math.inf:
            found[other] = max(worth, found.get(other, worth))
    return found


def _one_off(term: str) -> Iterator[tuple[str, float]]:
    for read, stood in _RUNS:
        at = term.find(read)
        while at >= 0:
            yield term[:at] + stood + term[at + len(read) :], _ALIKE_LETTERS
            at = term.find(read, at + 1)
    shortened = known_words().shortened
    yield from ((other, _ONE_MORE_OR_LESS) for other in shortened.get(term, ()))
    for at in range(len(term)):
        rest = term[:at] + term[at + 1 :]
        yield rest, _ONE_MORE_OR_LESS
        yield from ((other, _exchange(term, other)) for other in shortened.get(rest, ()) if len(other) == len(term))


def _exchange(read: str, other: str) -> float:
    """The worth of a letter exchanged for another, or of two that changed places."""
    places = [at for at, (one, two) in enumerate(zip(read, other, strict=True)) if one != two]
    if len(places) == 1:
        pair = {read[places[0]], other[places[0]]}
        return _ALIKE_LETTERS if any(pair <= group for group in _ALIKE) else _ANOTHER
    crossed = len(places) == 2 and places[1] == places[0] + 1 and read[places[0]] == other[places[1]]
    return _EXCHANGED if crossed and read[places[1]] == other[places[0]] else -math.inf
