"""Where a query's words stand in a shown text, and the piece of it to show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analyzers.mending import mendings
from analyzers.streams import Analysis

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to mark: terms of either stream, phrases as terms one after another, and beginnings of folded terms.

    A query typed with diacritics wants syllables, one typed without wants folded terms. `misread`: folded terms that
    are marked also where a word was probably misread (`analyzers.mending`).
    """

    syllables: frozenset[str] = frozenset()
    folded: frozenset[str] = frozenset()
    syllable_phrases: tuple[tuple[str, ...], ...] = ()
    folded_phrases: tuple[tuple[str, ...], ...] = ()
    misread: frozenset[str] = frozenset()
    folded_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """[start, end) in the given text, and which wanted term or phrase stands there."""

    start: int
    end: int
    term: str


@dataclass(frozen=True, slots=True)
class SnippetPart:
    """A stretch of a snippet; `marked` where it is what was searched for."""

    text: str
    marked: bool


def find_matches(analysis: Analysis, wanted: Wanted) -> list[Match]:
    """Every place to mark, in order, none overlapping another; a phrase is one match."""
    taken: dict[int, tuple[int, str]] = {}  # first token -> (tokens, term)
    for terms, places, phrases in (
        (analysis.syllables, analysis.syllable_places, wanted.syllable_phrases),
        (analysis.folded, analysis.folded_places, wanted.folded_phrases),
    ):
        for phrase in phrases:
            for at in phrase_places(terms, places, phrase):
                if taken.get(at, (0, ""))[0] < len(phrase):
                    taken[at] = (len(phrase), " ".join(phrase))
    _take_words(analysis, wanted, taken)
    return _without_overlaps(analysis, taken)


def _take_words(analysis: Analysis, wanted: Wanted, taken: dict[int, tuple[int, str]]) -> None:
    """Adds single words where no phrase begins."""
    for places, wanted_terms in (
        (analysis.syllable_places, wanted.syllables),
        (analysis.folded_places, wanted.folded),
    ):
        for term in wanted_terms:
            for at in places.get(term, ()):
                taken.setdefault(at, (1, analysis.folded[at]))
    for one in mendings(analysis.folded) if wanted.misread else ():
        held = [term for term in one.terms if term in wanted.misread]
        if held:
            taken.setdefault(one.first, (one.last - one.first + 1, held[0]))
    if wanted.folded_prefixes:
        for term, at_all in analysis.folded_places.items():
            if prefix := next((one for one in wanted.folded_prefixes if term.startswith(one)), None):
                for at in at_all:
                    taken.setdefault(at, (1, prefix))


def phrase_places(terms: Sequence[str], places: Mapping[str, Sequence[int]], phrase: tuple[str, ...]) -> list[int]:
    """Where a phrase begins among `terms`, whose `places` are known.

    Only the places of its rarest term are looked at: most phrases are ruled out by a term that is not there.
    """
    if not phrase:
        return []
    rarest = min(range(len(phrase)), key=lambda nth: len(places.get(phrase[nth], ())))
    begins = (at - rarest for at in places.get(phrase[rarest], ()))
    return [at for at in begins if at >= 0 and tuple(terms[at : at + len(phrase)]) == phrase]


def gap(matches: Sequence[Match]) -> int:
    """Characters left unmarked in the shortest stretch that holds every term of these matches, which are in order."""
    wanted = len({match.term for match in matches})
    counts: dict[str, int] = {}
    first, marked, shortest = 0, 0, None
    for match in matches:
        counts[match.term] = counts.get(match.term, 0) + 1
        marked += match.end - match.start
        while len(counts) == wanted:
            between = match.end - matches[first].start - marked
            shortest = between if shortest is None else min(shortest, between)
            marked -= matches[first].end - matches[first].start
            _take_out(counts, matches[first].term)
            first += 1
    return shortest or 0


def _without_overlaps(analysis: Analysis, taken: dict[int, tuple[int, str]]) -> list[Match]:
    matches: list[Match] = []
    free_from = 0
    for at in sorted(taken):
        length, term = taken[at]
        if at >= free_from:
            matches.append(Match(analysis.spans[at][0], analysis.spans[at + length - 1][1], term))
            free_from = at + length
    return matches


def snippet(text: str, matches: Sequence[Match], width: int = 240) -> list[SnippetPart]:
    """The stretch of about `width` characters that shows the most different terms, as parts.

    Cut at word borders, an ellipsis where text was left out, white space as single spaces. Without matches: the
    beginning of the text.
    """
    start, end = _window(text, matches, width)
    parts = _Parts()
    if start > 0:
        parts.add(ELLIPSIS + " ", marked=False)
    at = start
    for match in matches:
        if start <= match.start and match.end <= end:
            parts.add(text[at : match.start], marked=False)
            parts.add(text[match.start : match.end], marked=True)
            at = match.end
    parts.add(text[at:end].rstrip(), marked=False)
    if end < len(text.rstrip()):
        parts.add(" " + ELLIPSIS, marked=False)
    return parts.parts


@dataclass(slots=True)
class _Parts:
    parts: list[SnippetPart] = field(default_factory=list)

    def add(self, text: str, *, marked: bool) -> None:
        text = re.sub(r"\s+", " ", text)
        if text:
            self.parts.append(SnippetPart(text, marked))


def _window(text: str, matches: Sequence[Match], width: int) -> tuple[int, int]:
    """[start, end) of the stretch to show, at word borders, whole matches inside."""
    if not matches:
        return _word_start(text, 0, 0), _word_end(text, min(width, len(text)), 0)
    first, last = _densest(matches, width)
    low, high = matches[first].start, matches[last].end
    # What room is left goes before and after; more of it after, as one reads on.
    spare = max(0, width - (high - low))
    start = max(0, low - spare // 3)
    end = min(len(text), start + max(width, high - start))
    start = max(0, min(start, end - width)) if end == len(text) else start
    return _word_start(text, start, low), _word_end(text, end, high)


def _densest(matches: Sequence[Match], width: int) -> tuple[int, int]:
    """First and last match of the stretch with the most different terms, then the most matches, then the earliest."""
    best, best_worth = (0, 0), (0, 0)
    counts: dict[str, int] = {}
    first = 0
    for last, match in enumerate(matches):
        counts[match.term] = counts.get(match.term, 0) + 1
        while first < last and match.end - matches[first].start > width:
            _take_out(counts, matches[first].term)
            first += 1
        worth = (len(counts), last - first + 1)
        if worth > best_worth:
            best, best_worth = (first, last), worth
    return best


def _take_out(counts: dict[str, int], term: str) -> None:
    counts[term] -= 1
    if not counts[term]:
        del counts[term]


def _word_start(text: str, at: int, latest: int) -> int:
    """The first beginning of a word from `at` on, at the latest `latest`."""
    while 0 < at < latest and not text[at - 1].isspace():
        at += 1
    while at < latest and text[at].isspace():
        at += 1
    return at


def _word_end(text: str, at: int, earliest: int) -> int:
    """The last end of a word up to `at`, at the earliest `earliest`; `at` itself in one endless word."""
    end = at
    while earliest < end < len(text) and not text[end].isspace():
        end -= 1
    return end if end > earliest or earliest > 0 else at
