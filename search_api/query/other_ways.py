"""Other names of what a question names, as queries: bounded, and scored below the name that was typed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from search_api.engines.nodes import AllOf, AnyOf, Boosted, Node, Term
from search_api.query.composing import in_order
from search_api.query.wishes import Words

MOST_WAYS = 6
"""Other ways of saying one phrase."""

LESS = 0.5
"""What another name of the same thing counts beside the one that was typed."""

MUCH_LESS = 0.3
"""What a name counts that the thing has now, or had once."""


def named_terms(words: Words) -> frozenset[int]:
    """Indices of the terms that are part of a name with other names."""
    return frozenset(at for name in words.other for at in range(name.start, name.stop))


def name_nodes(words: Words, field: str, weight: float) -> Iterator[Node]:
    """For each name: its terms, or one of its other names in a row."""
    for name in words.other:
        terms = dict.fromkeys(words.folded[name.start : name.stop])
        own: tuple[Node, ...] = tuple(Boosted(Term(field, term), weight) for term in terms)
        typed = own[0] if len(own) == 1 else AllOf(own)
        same = (Boosted(in_order(field, way), weight * LESS) for way in name.same[:MOST_WAYS])
        became = (Boosted(in_order(field, way), weight * MUCH_LESS) for way in name.became[:MOST_WAYS])
        yield AnyOf((typed, *same, *became))


def phrase_ways(words: Words) -> Iterator[tuple[str, ...]]:
    """The folded phrase with other names in place of the same things' names, without the phrase as typed."""
    return islice((way for way in _combined(words) if way != words.folded), MOST_WAYS)


def _combined(words: Words) -> Iterator[tuple[str, ...]]:
    """Names that have become others are no other names of the same: what is quoted is meant so."""
    same = [name for name in words.other if name.same]
    choices = [(words.folded[name.start : name.stop], *name.same) for name in same]
    for chosen in product(*choices):
        terms: list[str] = []
        at = 0
        for name, way in zip(same, chosen, strict=True):
            terms += (*words.folded[at : name.start], *way)
            at = name.stop
        yield (*terms, *words.folded[at:])
