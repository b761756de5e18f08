"""A typed question into what is wanted: words, phrases, numbers, days, fields, alternatives, and what is not.

Any text at all is a question: what makes no sense is read as words, never refused, and told (`puzzles`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from mappings.other_names import OtherNames, builtin_names
from search_api.query.grouping import MOST_ALTERNATIVES, MOST_CLAUSES, MOST_SPECIAL, MOST_TERMS, Budget, Group
from search_api.query.naming import Naming
from search_api.query.pieces import Piece, Sign, cut_up
from search_api.query.wishes import (
    FieldWish,
    NotUnderstood,
    ParsedQuery,
    Puzzle,
    WantedDate,
    WantedIssueNumber,
    Words,
)

__all__ = [
    "LONGEST_QUESTION",
    "MOST_CLAUSES",
    "MOST_SPECIAL",
    "MOST_TERMS",
    "ParsedQuery",
    "WantedDate",
    "WantedIssueNumber",
    "Words",
    "parse",
]

LONGEST_QUESTION = 1000
"""Characters of a question that are read; what follows is cut off, and the answer says so."""

_DEEPEST = 3
_SIGNS = str.maketrans({**dict.fromkeys("“”„‟«»＂", '"'), "：": ":", "\uff0d": "-", "\u2212": "-"})


def parse(untrusted_question: str, names: OtherNames | None = None) -> ParsedQuery:
    """What a question wants. Never fails. `names`: other names to look for too; None: those that ship."""
    text = untrusted_question[:LONGEST_QUESTION].translate(_SIGNS)
    pieces, puzzles = cut_up(text)
    naming = Naming(names if names is not None else builtin_names())
    budget = Budget(cut=len(untrusted_question.rstrip()) > LONGEST_QUESTION, puzzles=puzzles, naming=naming)
    parsed, at = _alternatives(pieces, 0, budget, 0)
    while at < len(pieces):
        # A bracket closed that was never opened.
        further, at = _alternatives(pieces, at + 1, budget, 0)
        parsed = _together(parsed, further)
    if not (parsed.wants_something or parsed.uses_language):
        # Signs and nothing else, such as "hoặc": then they are the words.
        group = Group(budget)
        group.take(Piece(Sign.FREE, text), None)
        parsed = group.parsed()
    told = tuple(dict.fromkeys(budget.puzzles))[:MOST_CLAUSES]
    return replace(parsed, cut=budget.cut, puzzles=told, renamed=tuple(naming.renamed))


def _alternatives(pieces: Sequence[Piece], at: int, budget: Budget, depth: int) -> tuple[ParsedQuery, int]:
    """What stands up to the closing bracket or the end, and the index of that. OR binds weakest."""
    found: list[ParsedQuery] = []
    while True:
        group, at = _group(pieces, at, budget, depth)
        found.append(group)
        if at == len(pieces) or pieces[at].sign is Sign.CLOSE:
            return _any_of([one for one in found if one != ParsedQuery()][:MOST_ALTERNATIVES]), at
        sign, at = pieces[at], at + 1
        budget.alternatives -= 1
        sides = group != ParsedQuery() and at < len(pieces) and pieces[at].sign is not Sign.CLOSE
        if not sides:
            budget.puzzles.append(NotUnderstood(Puzzle.LONE_OPERATOR, sign.text))
        elif budget.alternatives <= 0:
            budget.cut = True


def _any_of(found: Sequence[ParsedQuery]) -> ParsedQuery:
    """One of these. A field named in one alternative only, beside other wishes, holds for all; so does what is
    excluded: `loại:QĐ đất đai hoặc nhà ở -Huế`.
    """
    if len(found) < 2:
        return found[0] if found else ParsedQuery()
    shared: list[FieldWish] = []
    bare: list[ParsedQuery] = []
    for one in found:
        others = {wish.name for other in found if other is not one for wish in other.fields}
        alone = not replace(one, fields=()).wants_something
        kept = tuple(wish for wish in one.fields if alone or wish.name in others)
        shared += [wish for wish in one.fields if wish not in kept]
        bare.append(replace(one, fields=kept, excluded=(), excluded_prefixes=(), excluded_fields=()))
    alternatives = tuple(one for one in dict.fromkeys(bare) if one.wants_something or one.fields)
    return ParsedQuery(
        either=(alternatives,) if alternatives else (),
        fields=tuple(shared),
        excluded=tuple(words for one in found for words in one.excluded),
        excluded_prefixes=tuple(prefix for one in found for prefix in one.excluded_prefixes),
        excluded_fields=tuple(wish for one in found for wish in one.excluded_fields),
    )


def _group(pieces: Sequence[Piece], at: int, budget: Budget, depth: int) -> tuple[ParsedQuery, int]:
    """Everything up to an OR, a closing bracket or the end: all of it is wanted."""
    group = Group(budget)
    inner: list[ParsedQuery] = []
    while at < len(pieces) and pieces[at].sign not in (Sign.OR, Sign.CLOSE):
        piece = pieces[at]
        if piece.sign is Sign.OPEN:
            group.close_near(None)
            if depth < _DEEPEST + piece.excluded:
                found, at = _alternatives(pieces, at + 1, budget, depth + 1)
                inner.append(_none_of(found, budget) if piece.excluded else found)
        else:
            group.take(piece, pieces[at + 1] if at + 1 < len(pieces) else None)
        at = min(at + 1, len(pieces))  # a bracket may never be closed
    parsed = group.parsed()
    for one in inner:
        parsed = _together(parsed, one)
    return parsed, at


def _none_of(found: ParsedQuery, budget: Budget) -> ParsedQuery:
    """Without any of what stood in brackets. What is no mere list of wishes is passed over, and told: to look for it
    would find what nobody wants.
    """
    alternatives = found.either[0] if len(found.either) == 1 and found == ParsedQuery(either=found.either) else (found,)
    without = [_without(one) for one in alternatives if one != ParsedQuery()]
    whole = [one for one in without if one is not None]
    if len(whole) < len(without):
        budget.puzzles.append(NotUnderstood(Puzzle.TOO_DEEP, "-(…)"))
    return reduce(_together, whole, ParsedQuery())


def _without(one: ParsedQuery) -> ParsedQuery | None:
    """The opposite of a single wish; None for any other. Several words are meant in a row, as after a minus sign."""
    words = (*one.words, *one.phrases)
    words += tuple(number.words for number in one.issue_numbers) + tuple(symbol.words for symbol in one.symbols)
    more = one.dates or one.nears or one.either or _leaves_out(one)
    if more or len(words) + len(one.prefixes) + len(one.fields) != 1:
        return None
    return ParsedQuery(excluded=words, excluded_prefixes=one.prefixes, excluded_fields=one.fields)


def _leaves_out(one: ParsedQuery) -> bool:
    return bool(one.excluded or one.excluded_prefixes or one.excluded_fields)


def _together(one: ParsedQuery, other: ParsedQuery) -> ParsedQuery:
    """All of both."""
    names = (name for name in ParsedQuery.__slots__ if name not in ("cut", "puzzles", "renamed"))
    return ParsedQuery(**{name: getattr(one, name) + getattr(other, name) for name in names})
