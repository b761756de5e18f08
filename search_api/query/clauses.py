"""Fields, near words, beginnings and symbols of a question as queries for engines."""

from __future__ import annotations

from collections.abc import Callable

from mappings.index_document import days_since_1970
from search_api.engines.nodes import (
    AllOf,
    AnyOf,
    Boosted,
    Near,
    Node,
    Prefix,
    Range,
    Term,
    Unscored,
)
from search_api.query.composing import fixed, in_order
from search_api.query.other_ways import LESS, name_nodes, named_terms
from search_api.query.wishes import AskedField, FieldWish, WantedNear, WantedPrefix, WantedSymbol, Words

HAS_SYMBOL = 50.0
"""What a record with the symbol that was asked for scores, above those that only mention it."""

_MENTIONS_IT = 5.0

PhraseOf = Callable[[str, Words], Node]
"""A phrase in a field of folded words, other names of what it names included."""


def near(wanted: WantedNear, phrase: PhraseOf) -> Node:
    """Both runs, and the end of the one close to the beginning of the other."""
    first, second = wanted.first.folded, wanted.second.folded
    close = (
        Near("text_folded", first[-1], second[0], wanted.between),
        Near("text_folded", second[-1], first[0], wanted.between),
    )
    return AllOf((phrase("text_folded", wanted.first), phrase("text_folded", wanted.second), Unscored(AnyOf(close))))


def begins(wanted: WantedPrefix) -> Node:
    """Anything that begins so."""
    return Unscored(Prefix("text_folded", wanted.folded))


def symbol(wanted: WantedSymbol) -> Node:
    """The records with this symbol first, then those that name it; of the year, if one was told."""
    named = (Boosted(in_order("text_folded", wanted.words.folded), _MENTIONS_IT),)
    node = AnyOf((fixed(Term("issue_keys", wanted.key), HAS_SYMBOL), *named))
    if wanted.year is None:
        return node
    year = str(wanted.year)
    of_year = AnyOf((fixed(Term("year", year), HAS_SYMBOL), Term("text_folded", year)))
    return AllOf((node, of_year))


def field_node(wish: FieldWish, phrase: PhraseOf) -> Node:
    """The records whose field holds what is wished. Values are filters; words are scored as in any text."""
    if wish.words is not None:
        return _words_of(wish, wish.words, phrase)
    if wish.name is AskedField.ISSUED:
        first, last = (None if day is None else days_since_1970(day) for day in (wish.first, wish.last))
        return Unscored(Range("issued_on", first, last))
    if wish.name is AskedField.SYMBOL:
        # Whole symbols are the keys that begin with a letter.
        return Unscored(AnyOf(tuple(Prefix("issue_keys", value) for value in wish.values)))
    return Unscored(AnyOf(tuple(Term(wish.name.value, value) for value in wish.values)))


def _words_of(wish: FieldWish, words: Words, phrase: PhraseOf) -> Node:
    stream = f"{wish.name.value}_folded"
    if wish.exact:
        return phrase(stream, words)
    all_of = AllOf(tuple(Term(stream, term) for term in dict.fromkeys(words.folded)))
    if len(words.folded) == 1 and not words.other:
        return all_of.must[0]
    # In a row they count double.
    typed = AllOf(all_of.must, (in_order(stream, words.folded),))
    return AnyOf((typed, *_other_ways(stream, words))) if words.other else typed


def _other_ways(stream: str, words: Words) -> tuple[Node, ...]:
    """The other words, and each name as one of its other names."""
    named = named_terms(words)
    rest = (Term(stream, term) for at, term in enumerate(words.folded) if at not in named)
    return (AllOf((*rest, *name_nodes(words, stream, LESS))),)
