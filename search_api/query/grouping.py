"""What is wanted together: pieces of a question taken one after another, within what one question may ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from analyzers.dates import find_dates
from analyzers.issue_numbers import FoundIssueNumber, find_issue_numbers
from analyzers.issue_symbols import FoundSymbol, find_symbols
from analyzers.streams import Analysis, analyse
from search_api.query.naming import NO_NAMES, Naming
from search_api.query.pieces import Piece, Sign
from search_api.query.wishes import (
    FieldWish,
    NotUnderstood,
    ParsedQuery,
    Puzzle,
    WantedDate,
    WantedIssueNumber,
    WantedNear,
    WantedPrefix,
    WantedSymbol,
    Words,
)

MOST_TERMS = 64
"""Terms of a question that are looked for. An engine's time grows with them (25 already take Elasticsearch 0.2 s)."""

MOST_SPECIAL = 5
"""Issue numbers, symbols and dates of a question that are looked for as such; each stands in texts in many spellings.
Further ones are words as any others."""

MOST_CLAUSES = 8
"""Fields, beginnings of words and pairs of near words of a question, each; further ones are words, and told."""

MOST_ALTERNATIVES = 16
"""Sides of OR in a question."""

_LEADING = frozenset({"so", "ki", "hieu"})
# Typed before a day it belongs to it: a record issued on that day need not hold the word.
_DAY_WORD = re.compile(r"(?<!\w)ng(?:à|a\u0300?)y\s*:?\s*\Z", re.IGNORECASE)
_LONGEST_DAY_WORD = 16


@dataclass(slots=True)
class Budget:
    """What is left of what a whole question may ask for."""

    cut: bool
    puzzles: list[NotUnderstood]
    naming: Naming
    room: int = MOST_TERMS
    special: int = MOST_SPECIAL
    clauses: dict[Sign, int] = field(default_factory=dict)
    alternatives: int = MOST_ALTERNATIVES

    def has_clause(self, piece: Piece) -> bool:
        """Takes one of the clauses of this sign, if one is left."""
        taken = self.clauses.get(piece.sign, 0)
        if taken >= MOST_CLAUSES:
            self.puzzles.append(NotUnderstood(Puzzle.TOO_MANY, piece.text))
            return False
        self.clauses[piece.sign] = taken + 1
        return True

    def has_room(self, terms: int) -> bool:
        """Takes room for so many terms, or for none."""
        if self.room < terms:
            self.cut = True
            return False
        self.room -= terms
        return True


@dataclass(slots=True)
class Group:
    """What was found so far of what is wanted together."""

    budget: Budget
    words: list[Words] = field(default_factory=list)
    phrases: list[Words] = field(default_factory=list)
    issue_numbers: list[WantedIssueNumber] = field(default_factory=list)
    symbols: list[WantedSymbol] = field(default_factory=list)
    dates: list[WantedDate] = field(default_factory=list)
    excluded: list[Words] = field(default_factory=list)
    prefixes: list[WantedPrefix] = field(default_factory=list)
    excluded_prefixes: list[WantedPrefix] = field(default_factory=list)
    fields: list[FieldWish] = field(default_factory=list)
    excluded_fields: list[FieldWish] = field(default_factory=list)
    nears: list[WantedNear] = field(default_factory=list)
    _side: Words | None = None
    _sign: Piece | None = None

    def parsed(self) -> ParsedQuery:
        """All of it."""
        self.close_near(None)
        return ParsedQuery(
            words=tuple(self.words),
            phrases=tuple(self.phrases),
            issue_numbers=tuple(self.issue_numbers),
            symbols=tuple(self.symbols),
            dates=tuple(self.dates),
            excluded=tuple(self.excluded),
            prefixes=tuple(self.prefixes),
            excluded_prefixes=tuple(self.excluded_prefixes),
            fields=tuple(self.fields),
            excluded_fields=tuple(self.excluded_fields),
            nears=tuple(self.nears),
        )

    def take(self, piece: Piece, following: Piece | None) -> None:
        """One piece; `following` tells whether it is a side of a NEAR."""
        is_side = piece.sign in (Sign.FREE, Sign.PHRASE) and not piece.excluded
        before_near = following is not None and following.sign is Sign.NEAR
        if piece.sign is Sign.NEAR:
            self._take_near(piece)
        elif is_side and (self._sign is not None or before_near):
            self._take_side(piece, before_near=before_near)
        else:
            self.close_near(None)
            self._take_plain(piece)

    def _take_plain(self, piece: Piece) -> None:
        match piece.sign:
            case Sign.FREE:
                self._take_free(piece.text)
            case Sign.PHRASE if piece.excluded:
                self._exclude(piece.text)
            case Sign.PHRASE:
                self._take_phrase(piece)
            case Sign.PREFIX:
                self._take_prefix(piece)
            case Sign.FIELD if piece.wish is not None:
                self._take_field(piece, piece.wish)
            case _:
                pass

    def _exclude(self, text: str) -> None:
        """What is excluded means just what was typed, no other name of it."""
        naming, self.budget.naming = self.budget.naming, NO_NAMES
        self._add(self.excluded, analyse(text), text)
        self.budget.naming = naming

    def _take_near(self, piece: Piece) -> None:
        if self._side is None or not self.budget.has_clause(piece):
            self.budget.puzzles.append(NotUnderstood(Puzzle.LONE_OPERATOR, piece.text))
        else:
            self._sign = piece

    def _take_side(self, piece: Piece, *, before_near: bool) -> None:
        side = self._taken(analyse(piece.text), piece.text)
        self.close_near(side)
        if side is not None:
            self._side = side if before_near else None

    def close_near(self, second: Words | None) -> None:
        """The pair of words is whole, or stays a lone word."""
        first, sign, self._side, self._sign = self._side, self._sign, None, None
        if first is None:
            return
        if sign is not None and second is not None:
            self.nears.append(WantedNear(first, second, sign.between or 0))
            return
        if sign is not None:
            self.budget.puzzles.append(NotUnderstood(Puzzle.LONE_OPERATOR, sign.text))
        self.words.append(first)

    def _take_phrase(self, piece: Piece) -> None:
        text = piece.text
        analysis, numbers = analyse(text), find_issue_numbers(text)
        whole = (analysis.spans[0][0], analysis.spans[-1][1]) if analysis.spans else None
        if piece.between is not None and len(analysis) > 1:
            self._take_loose_phrase(piece, analysis)
        elif numbers and (numbers[0].start, numbers[0].end) == whole and self._has_special():
            self._add_number(numbers[0], text, exact=True)
        else:
            self._add(self.phrases, analysis, text)

    def _take_loose_phrase(self, piece: Piece, analysis: Analysis) -> None:
        """`"đất rừng"~5`: each word near the one before."""
        taken = self._taken(analysis, piece.text)
        if taken is None:
            return
        each = [
            Words((syllable,), (folded,), piece.text[start:end])
            for syllable, folded, (start, end) in zip(taken.syllables, taken.folded, analysis.spans, strict=False)
        ]
        if len(each) > MOST_CLAUSES or not self.budget.has_clause(piece):
            self.words.append(taken)
            return
        self.nears += [WantedNear(first, second, piece.between or 0) for first, second in pairwise(each)]

    def _take_prefix(self, piece: Piece) -> None:
        analysis = analyse(piece.text)
        if not self.budget.has_clause(piece) or not self.budget.has_room(1):
            self._add(self.words, analysis, piece.text)
            return
        wanted = WantedPrefix(analysis.folded[0], piece.text)
        (self.excluded_prefixes if piece.excluded else self.prefixes).append(wanted)

    def _take_field(self, piece: Piece, wish: FieldWish) -> None:
        terms = len(wish.words.folded) if wish.words else 1
        if not self.budget.has_clause(piece) or not self.budget.has_room(terms):
            self._add(self.words, analyse(piece.text), piece.text)
            return
        if wish.words and not piece.excluded:
            wish = replace(wish, words=self.budget.naming.named(wish.words, quoted=wish.exact))
        (self.excluded_fields if piece.excluded else self.fields).append(wish)

    def _take_free(self, text: str) -> None:
        at = 0
        for start, end, found in _special_places(text):
            if start < at:
                continue
            if not self._has_special():
                break
            self._add(self.words, analyse(text[at:start]), text[at:start])
            self._add_special(found, text[start:end])
            at = end
        self._add(self.words, analyse(text[at:]), text[at:])

    def _add_special(self, found: FoundIssueNumber | FoundSymbol | date, text: str) -> None:
        if isinstance(found, FoundIssueNumber):
            self._add_number(found, text, exact=False)
        elif isinstance(found, FoundSymbol):
            self._add_symbol(found, text)
        else:
            self._add_date(found)

    def _add(self, to: list[Words], analysis: Analysis, text: str) -> None:
        if taken := self._taken(analysis, text, quoted=to is self.phrases):
            to.append(taken)

    def _taken(self, analysis: Analysis, text: str, *, quoted: bool = False) -> Words | None:
        """As many of the words as there is room for; `quoted`: meant just so."""
        taken = min(len(analysis), self.budget.room)
        self.budget.cut = self.budget.cut or taken < len(analysis)
        self.budget.room -= taken
        if not taken:
            return None
        typed = text[analysis.spans[0][0] : analysis.spans[taken - 1][1]]
        words = Words(analysis.syllables[:taken], analysis.folded[:taken], " ".join(typed.split()))
        return self.budget.naming.named(words, quoted=quoted)

    def _add_number(self, found: FoundIssueNumber, text: str, *, exact: bool) -> None:
        wanted = WantedIssueNumber(
            found.key, found.key_with_year, _number_words(text, found), exact, found.symbol, found.alike
        )
        if wanted not in self.issue_numbers and self.budget.has_room(len(wanted.words.folded)):
            self.budget.special -= 1
            self.issue_numbers.append(wanted)

    def _add_symbol(self, found: FoundSymbol, text: str) -> None:
        analysis = analyse(text)
        # Without the year, and the word "năm" before it.
        kept = analysis.folded[: found.parts]
        wanted = WantedSymbol(found.key, found.year, Words(analysis.syllables[: found.parts], kept, text))
        if wanted not in self.symbols and self.budget.has_room(len(kept) + 1):
            self.budget.special -= 1
            self.symbols.append(wanted)

    def _add_date(self, day: date) -> None:
        if WantedDate(day) not in self.dates and self.budget.has_room(3):
            self.budget.special -= 1
            self.dates.append(WantedDate(day))

    def _has_special(self) -> bool:
        return self.budget.special > 0


def _special_places(text: str) -> list[tuple[int, int, FoundIssueNumber | FoundSymbol | date]]:
    """Issue numbers, symbols and dates with their places, in order."""
    places: list[tuple[int, int, FoundIssueNumber | FoundSymbol | date]] = [
        (found.start, found.end, found) for found in find_issue_numbers(text)
    ]
    places += [(_with_day_word(text, found.start), found.end, found.date) for found in find_dates(text)]
    places += [(found.start, found.end, found) for found in find_symbols(text)]
    return sorted(places, key=lambda place: (place[0], -place[1]))


def _with_day_word(text: str, start: int) -> int:
    before = _DAY_WORD.search(text, max(0, start - _LONGEST_DAY_WORD), start)
    return before.start() if before else start


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
    return Words(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs), text)
