"""A typed question into what is wanted: words, phrases, issue numbers, dates, and what is not.

Any text at all is a question: what makes no sense is passed over, never refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from analyzers.dates import find_dates
from analyzers.issue_numbers import FoundIssueNumber, find_issue_numbers
from analyzers.streams import Analysis, analyse

LONGEST_QUESTION = 1000
"""Characters of a question that are read; what follows is cut off, and the answer says so."""

MOST_TERMS = 64
"""Terms of a question that are looked for. An engine's time grows with them (25 already take Elasticsearch 0.2 s)."""

MOST_SPECIAL = 5
"""Issue numbers and dates of a question that are looked for as such; each stands in texts in many spellings.
Further ones are words as any others."""

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_SEGMENT = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
_LEADING = frozenset({"so", "ky", "hieu"})


@dataclass(frozen=True, slots=True)
class Words:
    """Terms side by side, in both spellings, in parallel."""

    syllables: tuple[str, ...]
    folded: tuple[str, ...]

    @property
    def has_diacritics(self) -> bool:
        """Whether it was typed with any."""
        return self.syllables != self.folded


@dataclass(frozen=True, slots=True)
class WantedIssueNumber:
    """An issue number: its keys in the index, and its words as they may stand in a text.

    `symbol`: the key of the symbol alone, under which records stand whose number is not known for sure.
    `exact`: it was quoted, so that a mere collection of its words is not meant.
    """

    key: str
    key_with_year: str | None
    words: Words
    exact: bool = False
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class WantedDate:
    """A day."""

    day: date


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What a question wants. `words` are runs of words that stood together; all of them must occur."""

    words: tuple[Words, ...] = ()
    phrases: tuple[Words, ...] = ()
    issue_numbers: tuple[WantedIssueNumber, ...] = ()
    dates: tuple[WantedDate, ...] = ()
    excluded: tuple[Words, ...] = ()
    cut: bool = False

    @property
    def has_diacritics(self) -> bool:
        """Whether its words or phrases carry any: without, their spelling says nothing about the syllable meant."""
        return any(words.has_diacritics for words in (*self.words, *self.phrases))

    @property
    def wants_something(self) -> bool:
        """Whether there is anything to rank by."""
        return bool(self.words or self.phrases or self.issue_numbers or self.dates)


def parse(untrusted_question: str) -> ParsedQuery:
    """What a question wants. Never fails."""
    text = untrusted_question[:LONGEST_QUESTION].translate(_QUOTES)
    parsing = _Parsing(cut=len(untrusted_question.rstrip()) > LONGEST_QUESTION)
    for stretch in _stretches(text):
        parsing.take(stretch)
    return ParsedQuery(
        tuple(parsing.words),
        tuple(parsing.phrases),
        tuple(parsing.issue_numbers),
        tuple(parsing.dates),
        tuple(parsing.excluded),
        parsing.cut,
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    text: str
    quoted: bool = False
    excluded: bool = False


def _stretches(text: str) -> Iterator[_Stretch]:
    """Quoted and excluded pieces one by one, and the free text between them in one piece each."""
    # A hyphen inside an issue number ("123/QĐ -UBND") excludes nothing.
    numbers = [found for found in find_issue_numbers(text) if "/" in text[found.start : found.end]]
    free_from = 0
    for match in _SEGMENT.finditer(text):
        excluded = match["minus"] is not None and not any(one.start < match.start() < one.end for one in numbers)
        if excluded or match["phrase"] is not None:
            yield _Stretch(text[free_from : match.start()])
            yield _Stretch(match["phrase"] or match["word"] or "", match["phrase"] is not None, excluded)
            free_from = match.end()
    yield _Stretch(text[free_from:])


@dataclass(slots=True)
class _Parsing:
    """What was found so far."""

    cut: bool
    words: list[Words] = field(default_factory=list)
    phrases: list[Words] = field(default_factory=list)
    issue_numbers: list[WantedIssueNumber] = field(default_factory=list)
    dates: list[WantedDate] = field(default_factory=list)
    excluded: list[Words] = field(default_factory=list)
    room: int = MOST_TERMS

    def take(self, stretch: _Stretch) -> None:
        if stretch.excluded:
            self._add(self.excluded, analyse(stretch.text))
        elif stretch.quoted:
            self._take_phrase(stretch.text)
        else:
            self._take_free(stretch.text)

    def _take_phrase(self, text: str) -> None:
        analysis, numbers = analyse(text), find_issue_numbers(text)
        whole = (analysis.spans[0][0], analysis.spans[-1][1]) if analysis.spans else None
        if numbers and (numbers[0].start, numbers[0].end) == whole and self._has_special_room():
            self._add_number(numbers[0], text, exact=True)
        else:
            self._add(self.phrases, analysis)

    def _take_free(self, text: str) -> None:
        at = 0
        for start, end, found in _special_places(text):
            if start < at:
                continue
            if not self._has_special_room():
                break
            self._add(self.words, analyse(text[at:start]))
            if isinstance(found, FoundIssueNumber):
                self._add_number(found, text, exact=False)
            else:
                self._add_date(found)
            at = end
        self._add(self.words, analyse(text[at:]))

    def _add(self, to: list[Words], analysis: Analysis) -> None:
        taken = min(len(analysis), self.room)
        self.cut = self.cut or taken < len(analysis)
        self.room -= taken
        if taken:
            to.append(Words(analysis.syllables[:taken], analysis.folded[:taken]))

    def _add_number(self, found: FoundIssueNumber, text: str, *, exact: bool) -> None:
        wanted = WantedIssueNumber(
            found.key, found.key_with_year, _number_words(text[found.start : found.end], found), exact, found.symbol
        )
        if wanted not in self.issue_numbers and self._has_room(len(wanted.words.folded)):
            self.issue_numbers.append(wanted)

    def _add_date(self, day: date) -> None:
        if WantedDate(day) not in self.dates and self._has_room(3):
            self.dates.append(WantedDate(day))

    def _has_special_room(self) -> bool:
        return len(self.issue_numbers) + len(self.dates) < MOST_SPECIAL

    def _has_room(self, terms: int) -> bool:
        if self.room < terms:
            self.cut = True
            return False
        self.room -= terms
        return True


def _special_places(text: str) -> list[tuple[int, int, FoundIssueNumber | date]]:
    """Issue numbers and dates with their places, in order."""
    places: list[tuple[int, int, FoundIssueNumber | date]] = [
        (found.start, found.end, found) for found in find_issue_numbers(text)
    ]
    places += [(found.start, found.end, found.date) for found in find_dates(text)]
    return sorted(places, key=lambda place: place[:2])


def _number_words(text: str, found: FoundIssueNumber) -> Words:
    """The words of an issue number as a text would have them: without "số" before and "năm" after it."""
    analysis = analyse(text)
    pairs = list(zip(analysis.syllables, analysis.folded, strict=True))
    while pairs and pairs[0][1] in _LEADING:
        del pairs[0]
    if len(pairs) > 2 and pairs[-2][1] == "nam":
        del pairs[-2:]
    glued = pairs[0][1] if pairs else ""
    if glued.lstrip("0").startswith(found.number) and glued.lstrip("0") != found.number:
        # "123qd ubnd": a text has the number and the kind as two words.
        kind = glued.lstrip("0")[len(found.number) :]
        pairs[:1] = [(found.number, found.number), (kind, kind)]
    return Words(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))
