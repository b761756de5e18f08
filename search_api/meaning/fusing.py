"""Two lists of hits as one: reciprocal rank fusion, as a query that every engine orders and pages through by itself.

Each list adds 1 / (60 + rank) to a record (G. Cormack, C. Clarke, S. Büttcher: Reciprocal Rank Fusion outperforms
Condorcet and individual rank learning methods, SIGIR 2009; 60 is theirs). No scores are compared, which would need a
scale that the two do not share.
"""

from __future__ import annotations

from collections.abc import Sequence

from search_api.engines.nodes import AllOf, AnyOf, Boosted, Node, Term

RANK = 60
"""What is added to each rank."""

FIRST_OF_WORDS, FIRST_OF_MEANING = 100, 50
"""So many hits of each list are fused; what else the words find follows in its own order."""

FUSED = 100_000.0
"""Above any score of words: exact with the order of the fused added, within the 22 bits that engines keep."""


def fuse(words: Sequence[str], near: Sequence[str]) -> tuple[str, ...]:
    """All ids of both lists, each best first, by the sum of their shares; what the words found first among equals."""
    shares: dict[str, float] = {}
    for ranked in (words, near):
        for rank, record_id in enumerate(ranked, 1):
            shares[record_id] = shares.get(record_id, 0.0) + 1 / (RANK + rank)
    # The dictionary has the words' hits first, and sorting keeps the order of equals.
    return tuple(sorted(shares, key=lambda one: -shares[one]))


def fused_query(order: Sequence[str], words: Node) -> Node:
    """What stands first, in this order, then the rest of what the words find as they order it. Each record once."""
    first = tuple(Term("id", one) for one in order)
    placed = tuple(Boosted(term, FUSED + len(order) - at) for at, term in enumerate(first))
    return AnyOf((*placed, AllOf((words,), none=(AnyOf(first),)))) if first else words
