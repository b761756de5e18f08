"""What a question wants, as values: words, phrases, numbers, days, fields, and what is not wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import chain


@dataclass(frozen=True, slots=True)
class OtherName:
    """[start, stop) of a name among terms, and the other names as folded terms, likeliest first: `same` of the same
    thing (UBND), `became` of what it has become, or was made of (a province that was merged).
    """

    start: int
    stop: int
    same: tuple[tuple[str, ...], ...]
    became: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Renamed:
    """`asked`, as typed, has become `names`, or (`was`) was made of them. `searched`: they were looked for too."""

    asked: str
    names: tuple[str, ...]
    was: bool
    since: date | None
    source: str
    searched: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Terms side by side, in both spellings, in parallel. `typed`: the same as a person typed it.

    `other`: the names among them that have other names, in order, none overlapping another.
    """

    syllables: tuple[str, ...]
    folded: tuple[str, ...]
    typed: str = field(default="", compare=False)
    other: tuple[OtherName, ...] = field(default=(), compare=False)

    @property
    def has_diacritics(self) -> bool:
        """Whether it was typed with any."""
        return self.syllables != self.folded


@dataclass(frozen=True, slots=True)
class WantedIssueNumber:
    """An issue number: its keys in the index, and its words as they may stand in a text.

    `symbol`: the key of the symbol alone, under which records stand whose number is not known for sure.
    `exact`: it was quoted, so that a mere collection of its words is not meant. `alike`: keys that it may have been
    meant for, or be held under, as its letters are easily misread.
    """

    key: str
    key_with_year: str | None
    words: Words
    exact: bool = False
    symbol: str = ""
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WantedSymbol:
    """A symbol without its number (QĐ-UBND 2019): its key, and the words of the symbol alone."""

    key: str
    year: int | None
    words: Words


@dataclass(frozen=True, slots=True)
class WantedDate:
    """A day."""

    day: date


@dataclass(frozen=True, slots=True)
class WantedPrefix:
    """The beginning of a word, folded: diacritics of a word that is not whole say little."""

    folded: str
    typed: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class WantedNear:
    """Two runs of words in a row each, with at most `between` words between them, in either order."""

    first: Words
    second: Words
    between: int


class AskedField(StrEnum):
    """A field that can be asked for by name."""

    NUMBER = "number"
    SYMBOL = "symbol"
    KIND = "kind"
    ISSUER = "issuer"
    ISSUED = "issued"
    SUBJECT = "subject"
    SIGNER = "signer"
    URGENCY = "urgency"
    SECRECY = "secrecy"
    DOSSIER = "dossier"
    RECIPIENTS = "recipients"
    ARRIVAL_NUMBER = "arrival_number"


TEXT_FIELDS = frozenset(
    {AskedField.ISSUER, AskedField.SUBJECT, AskedField.SIGNER, AskedField.DOSSIER, AskedField.RECIPIENTS}
)
"""Fields of words; all others have values."""


@dataclass(frozen=True, slots=True)
class FieldWish:
    """What a field shall hold: any of `values`; or, of a field of words, these (`exact`: in a row); or, of the day of
    issue, one from `first` to `last`, either of which may be open. `typed`: its values as typed.
    """

    name: AskedField
    values: tuple[str, ...] = ()
    words: Words | None = None
    exact: bool = False
    first: date | None = None
    last: date | None = None
    typed: str = field(default="", compare=False)


class Puzzle(StrEnum):
    """Why a piece of a question was not understood. It was then read as words, or passed over."""

    UNKNOWN_FIELD = "unknown_field"
    EMPTY_FIELD = "empty_field"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_URGENCY = "unknown_urgency"
    UNKNOWN_SECRECY = "unknown_secrecy"
    BAD_DATE = "bad_date"
    BAD_NUMBER = "bad_number"
    BAD_PREFIX = "bad_prefix"
    LONE_OPERATOR = "lone_operator"
    TOO_MANY = "too_many"
    TOO_DEEP = "too_deep"


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A piece of a question, as typed, and why it was read as words."""

    code: Puzzle
    piece: str


@dataclass(frozen=True, slots=True)
class DidYouMean:
    """The question in another spelling, and how many records it finds."""

    q: str
    total: int


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What a question wants: all of it must fit. `words` are runs of words that stood together.

    `either`: of each of these, at least one alternative must fit. `excluded…`: none of these may fit.
    `cut`: the question was longer than is read. `puzzles`: what was read as words for want of another sense.
    `renamed`: names in it that have become others. These three stand in the outermost one only.
    """

    words: tuple[Words, ...] = ()
    phrases: tuple[Words, ...] = ()
    issue_numbers: tuple[WantedIssueNumber, ...] = ()
    dates: tuple[WantedDate, ...] = ()
    excluded: tuple[Words, ...] = ()
    cut: bool = False
    symbols: tuple[WantedSymbol, ...] = ()
    prefixes: tuple[WantedPrefix, ...] = ()
    nears: tuple[WantedNear, ...] = ()
    fields: tuple[FieldWish, ...] = ()
    either: tuple[tuple[ParsedQuery, ...], ...] = ()
    excluded_prefixes: tuple[WantedPrefix, ...] = ()
    excluded_fields: tuple[FieldWish, ...] = ()
    puzzles: tuple[NotUnderstood, ...] = ()
    renamed: tuple[Renamed, ...] = ()

    @property
    def has_diacritics(self) -> bool:
        """Whether its words or phrases carry any: without, their spelling says nothing about the syllable meant."""
        return any(words.has_diacritics for words in (*self.words, *self.phrases))

    @property
    def text_fields(self) -> tuple[FieldWish, ...]:
        """Its wishes of fields of words."""
        return tuple(wish for wish in self.fields if wish.words is not None)

    @property
    def wants_something(self) -> bool:
        """Whether there is anything to rank by, or to mark in a text."""
        plain = self.words or self.phrases or self.issue_numbers or self.dates or self.symbols
        if plain or self.prefixes or self.nears or self.text_fields:
            return True
        return any(one.wants_something for alternatives in self.either for one in alternatives)

    @property
    def uses_language(self) -> bool:
        """Whether more than words, a phrase or a number was asked: then it is worth being told back."""
        told = self.fields or self.either or self.nears or self.prefixes or self.symbols
        return bool(told or self.excluded or self.excluded_prefixes or self.excluded_fields)

    @property
    def asks_freely(self) -> bool:
        """Whether it is nothing but words, and more than one: a number, a day, quotes or a sign ask exactly."""
        exact = self.phrases or self.issue_numbers or self.dates or self.uses_language
        return not exact and sum(len(words.folded) for words in self.words) > 1

    def groups(self) -> Iterator[ParsedQuery]:
        """Itself and all alternatives in it."""
        yield self
        for one in chain.from_iterable(self.either):
            yield from one.groups()
