"""Số, ký hiệu: one key for all the ways of writing an issue number.

`123/QĐ-UBND`, `123 qd ubnd` and `số 123/QD-UBND` share the key `123qdubnd`.

How an issue number is told from words after a number ("12 hộ nghèo"), our own rule over
NĐ 30/2020 art. 15 and Phụ lục III: a part of a symbol is a known abbreviation, or it cannot be
read as a Vietnamese syllable. Joined by a slash or hyphen one such part is enough; parted by mere
spaces, the first must be known and a second must follow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from analyzers.streams import analyse


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of record by its name, and its abbreviation in symbols (None: it has none)."""

    name: str
    abbreviation: str | None


@dataclass(frozen=True, slots=True)
class FoundIssueNumber:
    """[start, end) in the given text, and the parts in canonical form: `123`, `qdubnd`, 2019."""

    start: int
    end: int
    number: str
    symbol: str
    year: int | None

    @property
    def key(self) -> str:
        """Number and symbol: `123qdubnd`."""
        return self.number + self.symbol

    @property
    def key_with_year(self) -> str | None:
        """`123qdubnd2019`, None without a year."""
        return None if self.year is None else f"{self.key}{self.year}"


@cache
def document_kinds() -> tuple[DocumentKind, ...]:
    """The 29 kinds of NĐ 30/2020 art. 7, in its order."""
    return tuple(DocumentKind(name, short) for name, short in _codes()["kinds"])


@cache
def known_kind_codes() -> frozenset[str]:
    """Abbreviations of kinds, copies and legal normative documents, folded: `qd`, `ttr`, `nd`."""
    groups = ("kinds", "copies", "normative_kinds")
    return frozenset(_fold(short) for group in groups for _, short in _codes()[group] if short)


@cache
def known_agency_codes() -> frozenset[str]:
    """Abbreviations of agencies, folded: `ubnd`, `snv`."""
    return frozenset(_fold(code) for code in _codes()["agencies"])


def issue_keys(number: str | None, symbol: str | None, year: int | None) -> tuple[str, ...]:
    """The keys under which a record's issue number is found; none where the symbol is not known.

    For 05, QĐ-UBND, 2019: `5qdubnd`, `5qdubnd2019`, `qdubnd` and, for `05/QĐ` typed alone, `5qd`: the number with each
    beginning of the symbol. A year inside (`30/2020/NĐ-CP`) counts before `year`.
    """
    figures, parts = analyse(number or "").folded, analyse(symbol or "").folded
    if len(figures) == 2 and _YEAR.fullmatch(figures[1]):
        year, figures = int(figures[1]), figures[:1]
    if len(parts) > 1 and _YEAR.fullmatch(parts[0]):
        year, parts = int(parts[0]), parts[1:]
    if not parts:
        return ()
    whole, canonical = "".join(parts), "".join(figures).lstrip("0")
    if not canonical:
        return (whole,)
    keys = [canonical + "".join(parts[: length + 1]) for length in range(len(parts))]
    keys.append(whole)
    if year is not None:
        keys.append(f"{canonical}{whole}{year}")
    return tuple(keys)


def open_issue_key(symbol_key: str) -> str:
    """The key of a record that bears this symbol and any number at all."""
    return f"?{symbol_key}"


def canonical_number(number: str) -> str:
    """`05` as `5`, `12B` as `12b`, `1.234` as `1234`."""
    return "".join(analyse(number).folded).lstrip("0")


def find_issue_numbers(text: str) -> list[FoundIssueNumber]:
    """The issue numbers in a query or a text, in order, without overlaps."""
    words = _words(text)
    found: list[FoundIssueNumber] = []
    at = 0
    while at < len(words):
        reading = _Reading(words, at).read()
        if reading is None:
            at += 1
        else:
            issue_number, at = reading
            found.append(issue_number)
    return found


@dataclass(frozen=True, slots=True)
class _Word:
    """A folded word; `bare`: it carries no mark but đ; `gap`: what stands before it; [start, end)."""

    text: str
    bare: bool
    capital: bool
    gap: str
    start: int
    end: int


_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,6}[a-z]?")
_GLUED = re.compile(r"([0-9]{1,6})([a-z]{2,10})")
_SYMBOL_PART = re.compile(r"[a-z]{1,10}[0-9]{0,2}")
# A folded Vietnamese syllable: onset, vowels, coda. Folded "d" stands for d and đ.
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?[aeiouy]{1,3}(?:ch?|m|ng?|nh|p|t)?"
)
_LEADING_WORDS = ("so", "ky", "hieu")
_MOST_PARTS = 5


@dataclass(slots=True)
class _Reading:
    """One attempt to read an issue number from the word at `at` on."""

    words: Sequence[_Word]
    at: int

    def read(self) -> tuple[FoundIssueNumber, int] | None:
        """The issue number and the index after its last word, or None."""
        start, told = self.at, self._pass_leading_words()
        number = self._number()
        if number is None:
            return None
        year = self._year_inside()
        parts = self._parts(told or year is not None)
        if not parts:
            return None
        year = self._year_after() if year is None else year
        end = self.words[self.at - 1].end
        return FoundIssueNumber(self.words[start].start, end, number, "".join(parts), year), self.at

    def _word(self) -> _Word | None:
        return self.words[self.at] if self.at < len(self.words) else None

    def _pass_leading_words(self) -> bool:
        begun = self.at
        while (word := self._word()) and word.text in _LEADING_WORDS:
            self.at += 1
        return self.at > begun

    def _number(self) -> str | None:
        word = self._word()
        if word is None or not _NUMBER.fullmatch(word.text):
            return None
        self.at += 1
        return word.text.lstrip("0") or None

    def _year_inside(self) -> int | None:
        """The year of `30/2020/NĐ-CP`."""
        word, following = self._word(), self.words[self.at + 1 : self.at + 2]
        if word and following and _joined(word) and _joined(following[0]) and _YEAR.fullmatch(word.text):
            self.at += 1
            return int(word.text)
        return None

    def _year_after(self) -> int | None:
        """The year of `123/QĐ-UBND năm 2019`."""
        following = self.words[self.at : self.at + 2]
        if len(following) == 2 and following[0].text == "nam" and _YEAR.fullmatch(following[1].text):
            self.at += 2
            return int(following[1].text)
        return None

    def _parts(self, told: bool) -> list[str]:
        """The parts of the symbol; `told`: a word or form before has said that this is an issue number."""
        first = self._word()
        if first is None or not _begins_symbol(first):
            return []
        parts, begun = [first], self.at
        self.at += 1
        while len(parts) < _MOST_PARTS and (word := self._word()) and _continues_symbol(word, len(parts)):
            parts.append(word)
            self.at += 1
        if not _credible(parts, told):
            self.at = begun
            return []
        return [part.text for part in parts]


def _credible(parts: list[_Word], told: bool) -> bool:
    first = parts[0]
    if len(parts) == 1 and not (_joined(first) or (told and not _readable(first))):
        return False
    return told or first.capital or any(_known(part) for part in parts)


def _begins_symbol(word: _Word) -> bool:
    if not word.bare or not _SYMBOL_PART.fullmatch(word.text):
        return False
    return _known(word) or (_joined(word) and len(word.text) > 1 and not _readable(word))


def _continues_symbol(word: _Word, parts_before: int) -> bool:
    if not word.bare or not _SYMBOL_PART.fullmatch(word.text):
        return False
    if _joined(word):
        return True
    # After mere spaces only one more part: "5 bc ubnd tp hcm" goes on with a place.
    return parts_before == 1 and (word.text in known_agency_codes() - _READABLE_CODES or not _readable(word))


def _known(word: _Word) -> bool:
    return word.text in known_kind_codes() or word.text in known_agency_codes()


_READABLE_CODES = frozenset({"tu", "hu", "du", "ca"})
"""Codes of agencies that are words as well: after a mere space they are taken for words."""


def _joined(word: _Word) -> bool:
    """Whether a slash, hyphen or dot ties the word to the one before."""
    return word.gap.strip() in {"/", "-", "–", ".", "", "_"} and not word.gap.isspace()


def _readable(word: _Word) -> bool:
    return _SYLLABLE.fullmatch(word.text) is not None


def _words(text: str) -> list[_Word]:
    return list(_split_glued(text))


def _split_glued(text: str) -> Iterator[_Word]:
    analysis, before = analyse(text), 0
    for syllable, folded, (start, end) in zip(analysis.syllables, analysis.folded, analysis.spans, strict=True):
        bare, gap, before = syllable.replace("đ", "d") == folded, text[before:start], end
        glued = _GLUED.fullmatch(folded)
        # Only while the word has one character a letter can it be divided by counting.
        capital = text[start:end].isupper()
        if glued and end - start == len(folded) and glued[2] in known_kind_codes():
            middle = start + len(glued[1])
            yield _Word(glued[1], True, capital, gap, start, middle)
            yield _Word(glued[2], bare, capital, "", middle, end)
        else:
            yield _Word(folded, bare, capital, gap, start, end)


@cache
def _codes() -> dict[str, list[list[str]]]:
    codes: dict[str, list[list[str]]] = json.loads(
        resources.files("analyzers").joinpath("issue_codes.json").read_text("utf-8")
    )
    return codes


def _fold(code: list[str] | str) -> str:
    return "".join(analyse(str(code)).folded)
