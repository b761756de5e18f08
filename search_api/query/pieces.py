"""A question cut into pieces: free text, phrases, fields, signs. What the signs are: docs/asking.md.

One pass from left to right over at most LONGEST_QUESTION characters; whatever is no sign stays free text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from analyzers.issue_numbers import find_issue_numbers
from analyzers.streams import analyse
from search_api.query.field_names import FieldHead, field_heads
from search_api.query.field_values import read_value
from search_api.query.wishes import FieldWish, NotUnderstood, Puzzle

NEAR = 10
"""Words between the two sides of a GẦN or NEAR without a number."""

MOST_BETWEEN = 100
"""Words between them at the most."""

_MOST_WORDS_OF_SMALL_OR = 12
_WORD = re.compile(r'[^\s"()|]+')
_NEAR = re.compile(r"(?:near|gần|gan)/(\d{1,4})", re.IGNORECASE)
_STAR = re.compile(r"([^\s*]+)\*")
_WITHOUT_ALL = re.compile(r"(?:(?<![^\s(])-|(?<!\w)(?:NOT|KHÔNG)\s+)\(")
_STOP = re.compile(r'(?<![,|])"|[()]|(?<=\s)-(?=[\w"(])')
_SLOP = re.compile(r"~(\d{1,4})(?!\w)")


class Sign(Enum):
    """What a piece is."""

    FREE = auto()
    PHRASE = auto()
    PREFIX = auto()
    FIELD = auto()
    OR = auto()
    NEAR = auto()
    OPEN = auto()
    CLOSE = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """`text` as typed, without its signs. `between`: of NEAR, and of a phrase with `~`."""

    sign: Sign
    text: str = ""
    excluded: bool = False
    between: int | None = None
    wish: FieldWish | None = None


def cut_up(text: str) -> tuple[list[Piece], list[NotUnderstood]]:
    """The pieces in order, and what was not understood. Quotes are plain ones. Never fails."""
    cutting = _Cutting(text, {head.start: head for head in field_heads(text)})
    cutting.run()
    return [piece for piece in cutting.pieces if piece.sign is not Sign.FREE or piece.text.strip()], cutting.puzzles


@dataclass(slots=True)
class _Cutting:
    text: str
    heads: dict[int, FieldHead]
    pieces: list[Piece] = field(default_factory=list)
    puzzles: list[NotUnderstood] = field(default_factory=list)
    at: int = 0
    free_from: int = 0
    capitals: bool = False
    structured: bool = False
    small_or: bool = False
    numbers: list[tuple[int, int]] = field(default_factory=list)

    def run(self) -> None:
        text = self.text
        # In a question all of capitals they say nothing.
        self.capitals = text != text.upper()
        self.small_or = len(text.split()) <= _MOST_WORDS_OF_SMALL_OR
        self.structured = "|" in text or any(self._is_or(match.group()) for match in _WORD.finditer(text))
        self.structured = self.structured or bool(_WITHOUT_ALL.search(text))
        # A hyphen inside an issue number ("123/QĐ -UBND") excludes nothing.
        found = find_issue_numbers(text)
        self.numbers = [(one.start, one.end) for one in found if "/" in text[one.start : one.end]]
        while self.at < len(text):
            self._step()
        self._flush(self.at)

    def _step(self) -> None:
        if self.text[self.at].isspace():
            self.at += 1
        elif self._excludes():
            self._flush(self.at)
            self.at += 1
            self.free_from = self.at
            self._take_excluded()
        elif not self._take_one(excluded=False) and not self._take_sign():
            self._pass_word()

    def _excludes(self) -> bool:
        at, text = self.at, self.text
        if text[at] != "-" or (at and not (text[at - 1].isspace() or text[at - 1] == "(")):
            return False
        following = text[at + 1 : at + 2]
        return bool(following.strip()) and not any(start < at < end for start, end in self.numbers)

    def _take_one(self, *, excluded: bool) -> bool:
        """A field or a quoted phrase that begins here."""
        if head := self.heads.get(self.at):
            return self._take_field(head, excluded)
        if self.text[self.at] != '"':
            return False
        closing = self.text.find('"', self.at + 1)
        if closing < 0:
            self.at += 1
            return True
        self._flush(self.at)
        slop = _SLOP.match(self.text, closing + 1)
        told = self.text[self.at + 1 : closing]
        between = min(int(slop[1]), MOST_BETWEEN) if slop else None
        self._put(Piece(Sign.PHRASE, told, excluded, between), slop.end() if slop else closing + 1)
        return True

    def _take_field(self, head: FieldHead, excluded: bool) -> bool:
        stop = self._end_of_value(head.end)
        if head.field is None:
            word = _WORD.match(self.text, head.end)
            end = word.end() if word else head.end
            self.puzzles.append(NotUnderstood(Puzzle.UNKNOWN_FIELD, self.text[head.start : end]))
            return self._left_as_words(head, excluded)
        value = read_value(head.field, self.text, head.end, stop)
        if value.wish is not None:
            self._flush(self.at)
            self._put(Piece(Sign.FIELD, self.text[head.start : value.end], excluded, wish=value.wish), value.end)
            return True
        if value.puzzle is not None:
            piece = self.text[head.start : min(stop, head.end + 40)].strip()
            self.puzzles.append(NotUnderstood(value.puzzle, piece))
        return self._left_as_words(head, excluded)

    def _left_as_words(self, head: FieldHead, excluded: bool) -> bool:
        """The name stays free text, and what follows is looked at as if there were no colon."""
        if excluded:
            return False
        self.at = head.end
        return True

    def _end_of_value(self, start: int) -> int:
        """Where a value must have ended: the next field, sign or exclusion; a quoted value ends with its quotes."""
        begin = _after_space(self.text, start)
        if self.text[begin : begin + 1] == '"' and (closing := self.text.find('"', begin + 1)) > 0:
            following = _after_space(self.text, closing + 1)
            if self.text[following : following + 1] not in {",", "|"}:
                return closing + 1
            start = following
        stops = [at for at in self.heads if at >= start]
        if stop := _STOP.search(self.text, start):
            stops.append(stop.start())
        words = (match for match in _WORD.finditer(self.text, start) if self._is_operator(match.group()))
        stops += [match.start() for match in words][:1]
        return min(stops, default=len(self.text))

    def _take_sign(self) -> bool:
        if self.text[self.at] in "()|":
            return self._take_bracket(self.text[self.at])
        if self.at and (self.text[self.at - 1].isalnum() or self.text[self.at - 1] == "_"):
            return False
        word = _WORD.match(self.text, self.at)
        if word is None:
            return False
        return self._take_operator(word.group(), word.end())

    def _take_bracket(self, sign: str) -> bool:
        if not self.structured:
            self.at += 1
            return True
        self._flush(self.at)
        self._put(Piece({"(": Sign.OPEN, ")": Sign.CLOSE, "|": Sign.OR}[sign], sign), self.at + 1)
        return True

    def _take_operator(self, word: str, end: int) -> bool:
        if self._is_or(word):
            self._flush(self.at)
            self._put(Piece(Sign.OR, word), end)
        elif near := _NEAR.fullmatch(word):
            self._flush(self.at)
            self._put(Piece(Sign.NEAR, word, between=min(int(near[1]), MOST_BETWEEN)), end)
        elif self.capitals and word in {"NEAR", "GẦN"}:
            self._flush(self.at)
            self._put(Piece(Sign.NEAR, word, between=NEAR), end)
        elif self.capitals and word in {"AND", "VÀ"}:
            self._flush(self.at)
            self.at = self.free_from = end
        elif self.capitals and word in {"NOT", "KHÔNG"}:
            self._exclude_next(end)
        elif "*" in word:
            self._take_star(word, end)
        else:
            return False
        return True

    def _exclude_next(self, end: int) -> None:
        begin = _after_space(self.text, end)
        if begin == len(self.text) or self.text[begin] in ")|":
            self.puzzles.append(NotUnderstood(Puzzle.LONE_OPERATOR, self.text[self.at : end]))
            self.at = end
            return
        self._flush(self.at)
        self.at = self.free_from = begin
        self._take_excluded()

    def _take_excluded(self) -> None:
        if self.text[self.at] == "(":
            self._put(Piece(Sign.OPEN, "(", excluded=True), self.at + 1)
        elif not self._take_one(excluded=True):
            self._take_word(excluded=True)

    def _take_star(self, word: str, end: int) -> None:
        if beginning := _beginning(word):
            self._flush(self.at)
            self._put(Piece(Sign.PREFIX, beginning), end)
            return
        if analyse(word).folded:
            self.puzzles.append(NotUnderstood(Puzzle.BAD_PREFIX, word))
        self.at = end

    def _take_word(self, *, excluded: bool) -> None:
        word = _WORD.match(self.text, self.at)
        if word is None:
            self.puzzles.append(NotUnderstood(Puzzle.LONE_OPERATOR, "-"))
            return
        if beginning := _beginning(word.group()):
            self._put(Piece(Sign.PREFIX, beginning, excluded), word.end())
        else:
            self._put(Piece(Sign.PHRASE, word.group(), excluded), word.end())

    def _pass_word(self) -> None:
        word = _WORD.match(self.text, self.at)
        end = word.end() if word else self.at + 1
        # A name before a colon may begin within the word, after a hyphen or a bracket.
        self.at = min([at for at in self.heads if self.at < at < end], default=end)

    def _is_or(self, word: str) -> bool:
        return word == "OR" or (self.small_or and word.lower() in {"hoặc", "hoac"})

    def _is_operator(self, word: str) -> bool:
        if self._is_or(word) or _NEAR.fullmatch(word):
            return True
        return self.capitals and word in {"NEAR", "GẦN", "AND", "VÀ", "NOT", "KHÔNG"}

    def _put(self, piece: Piece, end: int) -> None:
        self.pieces.append(piece)
        self.at = self.free_from = end

    def _flush(self, end: int) -> None:
        if self.free_from < end:
            self.pieces.append(Piece(Sign.FREE, self.text[self.free_from : end]))
        self.free_from = end


def _beginning(word: str) -> str:
    """What stands before the star of a word's beginning, of two letters and more; "" where it is none."""
    star = _STAR.fullmatch(word)
    terms = analyse(star[1]).folded if star else ()
    return star[1] if star and len(terms) == 1 and len(terms[0]) > 1 else ""


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
