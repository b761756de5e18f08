"""What can be told of a query without asking an engine; the same for all of them."""

from __future__ import annotations

from mappings.fields import FIELDS, FieldKind
from search_api.engines.nodes import (
    AllOf,
    Boosted,
    Everything,
    Fuzzy,
    Near,
    Node,
    Nothing,
    Phrase,
    Prefix,
    Range,
    Term,
    Unscored,
)

WHOLE_MIN, WHOLE_MAX = -(1 << 63), (1 << 63) - 1
"""The whole numbers that a field can hold."""

_SCORED_KINDS = (FieldKind.STREAM, FieldKind.BAG)


def is_scored(name: str) -> bool:
    """Whether terms of this field are scored by BM25; all others score 1."""
    return FIELDS[name].kind in _SCORED_KINDS


def bounds(node: Range) -> tuple[int, int] | None:
    """The range as [low, high] within 64 bits; None where nothing can lie in it."""
    low = WHOLE_MIN if node.at_least is None else max(node.at_least, WHOLE_MIN)
    high = WHOLE_MAX if node.at_most is None else min(node.at_most, WHOLE_MAX)
    return (low, high) if low <= high else None


def constant_score(node: Node) -> float | None:  # noqa: PLR0911 - one return a kind of node
    """The one score of everything that this query finds; None where scores may differ.

    Such hits are one great tie, which an engine orders by accession at once instead of by score first.
    """
    match node:
        case Everything() | Range() | Prefix() | Near() | Fuzzy():
            return 1.0
        case Nothing() | Unscored():
            return 0.0
        case Term(field=name):
            return None if is_scored(name) else 1.0
        case Phrase():
            return None
        case Boosted(node=inner, boost=boost):
            score = constant_score(inner)
            return None if score is None else score * boost
        case AllOf(must=must, should=()):
            scores = [constant_score(one) for one in must]
            return None if None in scores else float(sum(score or 0.0 for score in scores))
        case _:
            return None
