"""Where in a found record the wanted words stand: the best pages, snippets with marks, boxes on the scan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from analyzers.marking import Match, SnippetPart, Wanted, find_matches, gap, phrase_places, snippet
from analyzers.mending import mendings
from analyzers.rough import rough_words
from analyzers.streams import Analysis, analyse
from archive.pages import PackedPage
from mappings.record import Box, Page
from search_api.query.other_ways import MOST_WAYS
from search_api.query.planning import date_spellings, number_spellings
from search_api.query.wishes import AskedField, ParsedQuery, Words

MOST_PAGES = 3
"""Pages shown of one hit."""

_MOST_ANALYSED = 16
# Of one answer: to analyse a page takes some 2 ms, to tell roughly what it holds a tenth of that.
_ANALYSED_OF_ANSWER = 240
_LOOKED_AT_OF_ANSWER = 6000
_MOST_BOXES = 300


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """A page with what is marked on it."""

    page: Page
    matches: tuple[Match, ...]

    @property
    def snippet(self) -> tuple[SnippetPart, ...]:
        """The piece of its text to show."""
        return tuple(snippet(self.page.text, self.matches))

    def boxes(self, packed: PackedPage) -> tuple[Box, ...]:
        """The boxes of the words that a match lies on."""
        return packed.boxes([(match.start, match.end) for match in self.matches], _MOST_BOXES)


@dataclass(frozen=True, slots=True)
class MarkedRecord:
    """The subject in parts and the best pages, in page order."""

    subject: tuple[SnippetPart, ...]
    pages: tuple[MarkedPage, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many pages of one record may be looked at, and how many of these analysed."""

    looked_at: int
    analysed: int

    @classmethod
    def of(cls, hits: int) -> Share:
        """The share of each of so many hits, so that no answer takes much longer than another."""
        each = max(1, hits)
        return cls(_LOOKED_AT_OF_ANSWER // each, max(MOST_PAGES, min(_MOST_ANALYSED, _ANALYSED_OF_ANSWER // each)))


ALONE = Share.of(1)
"""The share of a record that is shown by itself."""


def mark(parsed: ParsedQuery, subject: str, pages: Sequence[Page], share: Share = ALONE) -> MarkedRecord:
    """Finds what a question wants in one record. Each word is marked as spelled, or else as its folded like.

    Of more pages than may be analysed those are that hold most of the words, roughly told.
    """
    chosen = _worth_analysing(parsed, pages[: share.looked_at], share.analysed)
    analyses = [analyse(page.text) for page in chosen]
    subject_analysis = analyse(subject)
    wanted = _wanted(parsed, [subject_analysis, *analyses])
    marked = [
        MarkedPage(page, tuple(find_matches(analysis, wanted))) for page, analysis in zip(chosen, analyses, strict=True)
    ]
    best = _best(marked)
    subject_matches = find_matches(subject_analysis, wanted)
    parts = tuple(snippet(subject, subject_matches, width=len(subject) + 1)) if subject else ()
    return MarkedRecord(parts, tuple(sorted(best, key=lambda one: one.page.number)))


def _best(marked: Iterable[MarkedPage]) -> list[MarkedPage]:
    """The pages to show: none that holds half or less of what the best one holds."""
    found = sorted((one for one in marked if one.matches), key=_worth, reverse=True)
    return [one for one in found[:MOST_PAGES] if 2 * _held_words(one) > _held_words(found[0])]


def _worth(marked: MarkedPage) -> tuple[int, int, int, int]:
    """Most different words, these close together, most places; the earlier page of equals."""
    # In steps of twice the distance: a line break or a comma more makes no difference.
    distance = gap(marked.matches).bit_length()
    return _held_words(marked), -distance, len(marked.matches), -marked.page.number


def _held_words(marked: MarkedPage) -> int:
    """How many different words it holds; a phrase counts as all of its words."""
    return sum(len(term.split()) for term in {match.term for match in marked.matches})


@dataclass(slots=True)
class _Choice:
    """What is marked in this record, chosen by what it holds."""

    analyses: Sequence[Analysis]
    held_syllables: frozenset[str]
    syllables: set[str] = field(default_factory=set)
    folded: set[str] = field(default_factory=set)
    syllable_phrases: set[tuple[str, ...]] = field(default_factory=set)
    folded_phrases: set[tuple[str, ...]] = field(default_factory=set)

    def add_words(self, words: Words, *, spelled: bool) -> None:
        for syllable, folded in zip(words.syllables, words.folded, strict=True):
            if spelled and syllable in self.held_syllables:
                self.syllables.add(syllable)
            else:
                self.folded.add(folded)

    def add_phrase(self, words: Words) -> None:
        if words.has_diacritics and self._holds_spelled(words.syllables):
            self.syllable_phrases.add(words.syllables)
        elif not self.add_spellings([words.folded]):
            self.add_words(words, spelled=words.has_diacritics)

    def add_other_names(self, words: Words) -> None:
        """Other names of what is named stand in the record instead, or beside it."""
        for name in words.other:
            self.add_spellings((*name.same[:MOST_WAYS], *name.became[:MOST_WAYS]))

    def add_spellings(self, spellings: Iterable[tuple[str, ...]]) -> bool:
        """Those of these folded phrases that the record holds; whether it holds any."""
        held = [terms for terms in spellings if self._holds_folded(terms)]
        self.folded_phrases.update(held)
        return bool(held)

    def _holds_spelled(self, phrase: tuple[str, ...]) -> bool:
        return any(phrase_places(one.syllables, one.syllable_places, phrase) for one in self.analyses)

    def _holds_folded(self, phrase: tuple[str, ...]) -> bool:
        return any(phrase_places(one.folded, one.folded_places, phrase) for one in self.analyses)


def _wanted(parsed: ParsedQuery, analyses: Sequence[Analysis]) -> Wanted:
    held = frozenset().union(*(analysis.syllable_places for analysis in analyses))
    choice = _Choice(analyses, held)
    for group in parsed.groups():
        _choose(choice, group, spelled=parsed.has_diacritics or group.has_diacritics)
    return Wanted(
        frozenset(choice.syllables),
        frozenset(choice.folded),
        tuple(sorted(choice.syllable_phrases)),
        tuple(sorted(choice.folded_phrases)),
        frozenset(term for one in parsed.groups() for words in (*one.words, *one.phrases) for term in words.folded),
        tuple(sorted({prefix.folded for group in parsed.groups() for prefix in group.prefixes})),
    )


def _choose(choice: _Choice, group: ParsedQuery, *, spelled: bool) -> None:
    for words in group.words:
        choice.add_words(words, spelled=spelled)
        # What was mistyped is found as what it could have been.
        choice.folded.update(term for one in mendings(words.folded) for term in one.terms)
        choice.add_other_names(words)
    for phrase in _phrases(group):
        choice.add_phrase(phrase)
        choice.add_other_names(phrase)
    for number in group.issue_numbers:
        if not choice.add_spellings(number_spellings(number.words.folded)):
            choice.add_words(number.words, spelled=False)
    for wanted in group.dates:
        choice.add_spellings(date_spellings(wanted.day))
    for told in (*_runs_of_fields(group), *(symbol.words for symbol in group.symbols)):
        # A name is marked where it stands whole: its words alone are everywhere.
        choice.add_spellings([told.folded])
        choice.add_other_names(told)


def _phrases(group: ParsedQuery) -> Iterable[Words]:
    """What stands in a row: phrases, the two sides of near ones, and what a subject shall say."""
    yield from group.phrases
    for one in group.nears:
        yield from (one.first, one.second)
    yield from (wish.words for wish in group.text_fields if wish.words and wish.name is AskedField.SUBJECT)


def _runs_of_fields(group: ParsedQuery) -> Iterable[Words]:
    return (wish.words for wish in group.text_fields if wish.words and wish.name is not AskedField.SUBJECT)


def _worth_analysing(parsed: ParsedQuery, pages: Sequence[Page], most: int) -> list[Page]:
    """All pages of a record of usual length; of a long one those that hold most of the words, roughly told."""
    if len(pages) <= most:
        return list(pages)
    groups = list(parsed.groups())
    runs = [words.folded for group in groups for words in (*group.words, *_phrases(group), *_runs_of_fields(group))]
    runs += [number.words.folded for group in groups for number in group.issue_numbers]
    runs += [symbol.words.folded for group in groups for symbol in group.symbols]
    terms = {rough_words(term).strip() for run in runs for term in run}
    terms |= {rough_words(str(one.day.year)).strip() for group in groups for one in group.dates}
    neighbours = [_rough_pair(*pair) for pair in {pair for run in runs for pair in pairwise(run)}]
    worth = {page.number: _roughly_held(page.text, terms, neighbours) for page in pages}
    best = sorted(pages, key=lambda page: (*worth[page.number], page.number))[:most]
    return sorted(best, key=lambda page: page.number)


def _rough_pair(first: str, second: str) -> tuple[set[bytes], bytes]:
    """Both words alone, and side by side."""
    pair = rough_words(f"{first} {second}")
    return set(pair.split()), pair


def _roughly_held(text: str, terms: set[bytes], neighbours: Collection[tuple[set[bytes], bytes]]) -> tuple[int, int]:
    """How many of the folded terms a text lacks, and how many of the neighbours; many times as fast as analysing."""
    line = rough_words(text)
    held = terms.intersection(line.split())
    beside = sum(both <= held and pair in line for both, pair in neighbours) if len(held) > 1 else 0
    return len(terms) - len(held), len(neighbours) - beside
