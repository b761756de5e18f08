"""Two lists of hits as one: reciprocal rank fusion, as a query that every engine orders and pages through by itself.

Each list adds 1 / (60 + rank) to a record (G. Cormack, C. Clarke, S. Büttcher: Reciprocal Rank Fusion outperforms
Condorcet and individual rank learning methods, SIGIR 2009; 60 is theirs). No scores are compared, which would need a
scale that the two do not share. Two things are ours, measured by `benchmarks.retrieval.fusing`: the words weigh five
times as much, for a model can be of no use; and what they do not find stands as if they had it at every fifth place,
for at such weights it would come behind all that they find.
"""

from __future__ import annotations

from collections.abc import Sequence

from search_api.engines.nodes import AllOf, AnyOf, Boosted, Node, Term

RANK = 60
"""What is added to each rank."""

WORDS_WEIGH = 5.0
"""A place by words beside the same place by meaning."""

EVERY = 5
"""The first that only meaning finds stands as at this place of the words' hits, the second at twice this, and so on."""

FIRST_OF_WORDS, FIRST_OF_MEANING = 100, 50
"""So many hits of each list are fused; what else the words find follows in its own order."""

FUSED = 100_000.0
"""Above any score of words: exact with the order of the fused added, within the 22 bits that engines keep."""


def fuse(
    words: Sequence[str], near: Sequence[str], weight: float = WORDS_WEIGH, every: int | None = EVERY
) -> tuple[str, ...]:
    """All ids of both lists, each best first, by their shares; what the words found first among equals.

    `every` None: what only meaning finds has no place by words, and nothing of their weight.
    """
    shares = {record_id: weight / (RANK + rank) for rank, record_id in enumerate(words, 1)}
    unknown = 0
    for rank, record_id in enumerate(near, 1):
        if record_id in shares or every is None:
            shares[record_id] = shares.get(record_id, 0.0) + 1 / (RANK + rank)
        else:
            unknown += 1
            shares[record_id] = weight / (RANK + every * unknown)
    # The dictionary has the words' hits first, and sorting keeps the order of equals.
    return tuple(sorted(shares, key=lambda one: -shares[one]))


def fused_query(order: Sequence[str], words: Node) -> Node:
    """What stands first, in this order, then the rest of what the words find as they order it. Each record once."""
    first = tuple(Term("id", one) for one in order)
    placed = tuple(Boosted(term, FUSED + len(order) - at) for at, term in enumerate(first))
    return AnyOf((*placed, AllOf((words,), none=(AnyOf(first),)))) if first else words
