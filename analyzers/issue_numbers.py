"""Số, ký hiệu: one key for all the ways of writing an issue number.

`123/QĐ-UBND`, `123 qd ubnd` and `số 123/QD-UBND` share the key `123qdubnd`.

How an issue number is told from words after a number ("12 hộ nghèo"), our own rule over
NĐ 30/2020 art. 15 and Phụ lục III: a part of a symbol is a known abbreviation, or it cannot be
read as a Vietnamese syllable. Joined by a slash or hyphen one such part is enough; parted by mere
spaces, the first must be known and a second must follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from analyzers.issue_codes import agency_codes as known_agency_codes
from analyzers.issue_codes import codes
from analyzers.issue_codes import kind_codes as known_kind_codes
from analyzers.issue_slips import MOST_ALIKE, alike_symbols, figures_of, repaired_symbol
from analyzers.streams import analyse


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of record by its name, and its abbreviation in symbols (None: it has none)."""

    name: str
    abbreviation: str | None


@dataclass(frozen=True, slots=True)
class FoundIssueNumber:
    """[start, end) in the given text, and the parts in canonical form: `123`, `qdubnd`, 2019.

    `alike`: keys that it may have been meant for, as letters are misread and agencies go by several codes.
    """

    start: int
    end: int
    number: str
    symbol: str
    year: int | None
    alike: tuple[str, ...] = ()

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
    return tuple(DocumentKind(name, short) for name, short in codes()["kinds"])


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


def misread_issue_key(number: str | None, symbol: str | None) -> str | None:
    """The key of a record whose symbol OCR seems to have spoilt, for what it may have been: `~5hdnn` for 05/HDANN.

    None where nothing speaks for a slip. Marked, so that nothing but a question takes it for the number itself.
    """
    parts = analyse(symbol or "").folded
    figures = "".join(analyse(number or "").folded).lstrip("0")
    repaired = repaired_symbol(parts[1:] if parts and _YEAR.fullmatch(parts[0]) else parts)
    read = figures_of(figures) or figures
    if not parts or not read or (not repaired and read == figures):
        return None
    return f"~{read}{repaired or ''.join(parts)}"


def open_issue_key(symbol_key: str) -> str:
    """The key of a record that bears this symbol and any number at all."""
    return f"?{symbol_key}"


def canonical_number(number: str) -> str:
    """`05` as `5`, `12B` as `12b`, `1.234` as `1234`."""
    return "".join(analyse(number).folded).lstrip("0")


def find_issue_numbers(text: str) -> list[FoundIssueNumber]:
    """The issue numbers in a query or a text, in order, without overlaps."""
    words = issue_words(text)
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
class IssueWord:
    """A folded word; `bare`: it carries no mark but đ; `gap`: what stands before it; [start, end)."""

    text: str
    bare: bool
    capital: bool
    gap: str
    start: int
    end: int

    @property
    def joined(self) -> bool:
        """Whether a slash, hyphen, dot or & ties the word to the one before."""
        return self.gap.strip() in _JOINTS and not self.gap.isspace()

    @property
    def readable(self) -> bool:
        """Whether it can be read as a Vietnamese syllable."""
        return _SYLLABLE.fullmatch(self.text) is not None

    @property
    def is_symbol_part(self) -> bool:
        """Whether it has the form of a part of a symbol."""
        return self.bare and (_SYMBOL_PART.fullmatch(self.text) is not None or bool(repaired_symbol((self.text,))))


_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,6}[a-z]?")
_GLUED = re.compile(r"([0-9]{1,6})([a-z]{2,10})")
_SYMBOL_PART = re.compile(r"[a-z]{1,10}[0-9]{0,2}")
# A folded Vietnamese syllable: onset, vowels, coda. Folded "d" stands for d and đ.
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?[aeiouy]{1,3}(?:ch?|m|ng?|nh|p|t)?"
)
_LEADING_WORDS = ("so", "ki", "hieu")  # "ký" as the streams spell it
_JOINTS = frozenset({"/", "-", "–", ".", "", "_", "&"})
_MOST_PARTS = 5


@dataclass(slots=True)
class _Reading:
    """One attempt to read an issue number from the word at `at` on."""

    words: Sequence[IssueWord]
    at: int

    def read(self) -> tuple[FoundIssueNumber, int] | None:
        """The issue number and the index after its last word, or None."""
        start, told = self.at, self._pass_leading_words()
        misread = self._misread_number()
        number = misread or self._number()
        if number is None:
            return None
        year = self._year_inside()
        parts = self._parts(told or year is not None)
        if not parts:
            return None
        if year is None:
            year, self.at = _year_told(self.words, self.at)
        end = self.words[self.at - 1].end
        found = FoundIssueNumber(self.words[start].start, end, number, "".join(parts), year, _alike(number, parts))
        return found, self.at

    def _word(self) -> IssueWord | None:
        return self.words[self.at] if self.at < len(self.words) else None

    def _pass_leading_words(self) -> bool:
        begun = self.at
        while (word := self._word()) and word.text in _LEADING_WORDS:
            self.at += 1
        return self.at > begun

    def _misread_number(self) -> str | None:
        """The figures of `l23/` and `1O/`: before a slash only, where nothing but a number can stand."""
        pair = self.words[self.at : self.at + 2]
        if len(pair) < 2 or pair[1].gap.strip() != "/" or pair[0].text.isdigit() or not pair[0].bare:
            return None
        figures = "" if _NUMBER.fullmatch(pair[0].text) else figures_of(pair[0].text).lstrip("0")
        if figures:
            self.at += 1
        return figures or None

    def _number(self) -> str | None:
        word = self._word()
        if word is None or not _NUMBER.fullmatch(word.text):
            return None
        self.at += 1
        return word.text.lstrip("0") or None

    def _year_inside(self) -> int | None:
        """The year of `30/2020/NĐ-CP`."""
        word, following = self._word(), self.words[self.at + 1 : self.at + 2]
        if word and following and word.joined and following[0].joined and _YEAR.fullmatch(word.text):
            self.at += 1
            return int(word.text)
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


def _credible(parts: list[IssueWord], told: bool) -> bool:
    first = parts[0]
    if len(parts) == 1 and not (first.joined or (told and not first.readable)):
        return False
    return told or first.capital or any(_known(part) or repaired_symbol((part.text,)) for part in parts)


def _begins_symbol(word: IssueWord) -> bool:
    if not word.is_symbol_part:
        return False
    return _known(word) or (word.joined and len(word.text) > 1 and not word.readable)


def _continues_symbol(word: IssueWord, parts_before: int) -> bool:
    if not word.is_symbol_part:
        return False
    if word.joined:
        return True
    # After mere spaces only one more part: "5 bc ubnd tp hcm" goes on with a place.
    return parts_before == 1 and (word.text in known_agency_codes() - _READABLE_CODES or not word.readable)


def _known(word: IssueWord) -> bool:
    return word.text in known_kind_codes() or word.text in known_agency_codes()


_READABLE_CODES = frozenset({"tu", "hu", "du", "ca"})
"""Codes of agencies that are words as well: after a mere space they are taken for words."""


def _alike(number: str, parts: list[str]) -> tuple[str, ...]:
    """The other keys: another reading of the number (12l for 121), then of the symbol."""
    numbers = dict.fromkeys((number, figures_of(number) or number))
    symbols = ("".join(parts), *alike_symbols(parts))
    keys = [figures + symbol for figures in numbers for symbol in symbols]
    return tuple(keys[1 : MOST_ALIKE + 1])


def year_in(words: Sequence[IssueWord], at: int) -> tuple[int | None, int]:
    """The year that follows a symbol at `at`, alone or after "năm", and the index after it."""
    if at < len(words) and _YEAR.fullmatch(words[at].text):
        return int(words[at].text), at + 1
    return _year_told(words, at)


def _year_told(words: Sequence[IssueWord], at: int) -> tuple[int | None, int]:
    """The year of `123/QĐ-UBND năm 2019`."""
    following = words[at : at + 2]
    if len(following) == 2 and following[0].text == "nam" and _YEAR.fullmatch(following[1].text):
        return int(following[1].text), at + 2
    return None, at


def issue_words(text: str) -> list[IssueWord]:
    """The words of a text as issue numbers are read from them."""
    return list(_split_glued(text))


def _split_glued(text: str) -> Iterator[IssueWord]:
    analysis, before = analyse(text), 0
    for syllable, folded, (start, end) in zip(analysis.syllables, analysis.folded, analysis.spans, strict=True):
        bare, gap, before = syllable.replace("đ", "d") == folded, text[before:start], end
        glued = _GLUED.fullmatch(folded)
        # Only while the word has one character a letter can it be divided by counting.
        capital = text[start:end].isupper()
        if glued and end - start == len(folded) and glued[2] in known_kind_codes():
            middle = start + len(glued[1])
            yield IssueWord(glued[1], True, capital, gap, start, middle)
            yield IssueWord(glued[2], bare, capital, "", middle, end)
        else:
            yield IssueWord(folded, bare, capital, gap, start, end)
