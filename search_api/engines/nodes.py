"""A query as engines understand it: a small tree, the same for every engine.

Fields are names of `mappings.fields`; terms are already analysed by `analyzers`. An engine
translates each node one to one and adds nothing of its own, so that the same tree finds the
same records everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Everything:
    """Every record, score 1."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No record."""


@dataclass(frozen=True, slots=True)
class Term:
    """Records that hold exactly this term in this field, scored by BM25 (1 on exact fields)."""

    field: str
    term: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Records that hold these terms one after another. Only on fields with positions."""

    field: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Records that hold a term which begins so, score 1."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Near:
    """Records that hold both terms with at most `between` others between them, in either order; score 1.

    Only on fields with positions. Near itself, a term is just that term.
    """

    field: str
    first: str
    second: str
    between: int


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Records that hold a term that one letter parts from this one at the most (left out, added, another, or two
    neighbours exchanged); score 1. Dear: an engine looks through all of its terms.
    """

    field: str
    term: str


@dataclass(frozen=True, slots=True)
class Range:
    """Records whose whole number in this field lies in [at_least, at_most], both included."""

    field: str
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Records that fit each of `must` and none of `none`; `should` only adds to the score."""

    must: tuple[Node, ...]
    should: tuple[Node, ...] = ()
    none: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Records that fit at least one; the scores of all that fit add up."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Boosted:
    """The same records, the score multiplied."""

    node: Node
    boost: float


@dataclass(frozen=True, slots=True)
class Unscored:
    """The same records, adding 0 to the score: a filter."""

    node: Node


Node = Everything | Nothing | Term | Phrase | Prefix | Near | Fuzzy | Range | AllOf | AnyOf | Boosted | Unscored
