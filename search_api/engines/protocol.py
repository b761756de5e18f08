"""The seam between the house and a search engine. `tests/contracts` holds each engine to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from mappings.index_document import IndexDocument
from search_api.engines.nodes import Node


class Sort(StrEnum):
    """How hits are ordered. Each order is total: ties go to the later accession (earlier for oldest)."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Position:
    """A place between two hits, to go on from. `score` counts under relevance only."""

    sort_key: int
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What to find. `access` is never left out: it holds for hits, totals and facets alike.

    `filters`: by facet field; each facet is counted under the query, the access filter and the
    filters of the OTHER facets. `facets`: fields to count. `total_limit`: count exactly up to
    here.
    """

    query: Node
    access: Node
    filters: Mapping[str, Node] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    limit: int = 10
    after: Position | None = None
    facets: tuple[str, ...] = ()
    facet_size: int = 50
    total_limit: int = 100_000


@dataclass(frozen=True, slots=True)
class EngineHit:
    """One hit: the record's id, the revision that was indexed, and where it stands."""

    id: str
    revision: int
    position: Position


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many records carry this value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class EngineResults:
    """`total` is exact up to the request's `total_limit`, else at least that."""

    hits: tuple[EngineHit, ...]
    total: int
    total_is_exact: bool
    facets: Mapping[str, tuple[FacetCount, ...]]
    more: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that the engine would not take, and its reason."""

    id: str
    reason: str


class Generation(Protocol):
    """A new index being filled beside the one that answers."""

    @property
    def name(self) -> str:
        """Its name, unique in the engine."""

    def put(self, documents: Sequence[IndexDocument]) -> tuple[Refusal, ...]:
        """As `SearchEngine.put`, into this generation."""

    def delete(self, ids: Sequence[str]) -> None:
        """As `SearchEngine.delete`, in this generation."""

    def commit(self) -> None:
        """Makes everything so far durable and readable by `revisions`."""

    def revisions(self) -> Iterator[tuple[str, int]]:
        """(id, revision) of each record in it, in accession order."""

    def switch(self) -> None:
        """From now on this generation answers, atomically; the former one is removed."""

    def leave(self) -> None:
        """Lets go of it as last committed, to be gone on with by `resume_generation`."""

    def discard(self) -> None:
        """Removes it, unless it may be the one that answers by now."""


class SearchEngine(Protocol):
    """Errors: EngineUnavailable when it does not answer (whatever was put may or may not be in);
    IndexOutdated, one of its kind, when only a new generation mends it.

    The first put makes a missing index: whoever puts must know that it was missing (`count`), and
    put all records.

    One process at a time writes (`put`, `delete`, `commit`, a generation's `switch`): the caller
    holds the index lock of the archive. Any number of processes search.
    """

    def put(self, documents: Sequence[IndexDocument]) -> tuple[Refusal, ...]:
        """Adds or replaces by id; a lower revision than the one held is passed over without error.

        Returns the documents that were refused; all others are in after the next `commit`.
        """

    def delete(self, ids: Sequence[str]) -> None:
        """Takes them out; ids that are not there are passed over."""

    def commit(self) -> None:
        """Makes all that was put and deleted durable and visible to searches that begin after."""

    def search(self, request: SearchRequest) -> EngineResults:
        """The hits in the order asked for, with exact totals up to the limit."""

    def frequencies(self, field: str, terms: Sequence[str], access: Node) -> Mapping[str, int]:
        """In how many of the records that pass `access` each term stands: for choosing how to ask.

        What is chosen shows in what is found. Counted over the whole index it would tell of records that the asker
        may not see.
        """

    def revisions(self) -> Iterator[tuple[str, int]]:
        """(id, revision) of each record, in accession order, streaming: for reconciliation."""

    def count(self) -> int | None:
        """How many records it holds, as committed; None where there is no index."""

    def check(self, *, anew: bool = False) -> None:
        """IndexOutdated if the index is damaged. `anew`: reads all of it, not only what has changed."""

    def new_generation(self) -> Generation:
        """An empty index beside the current one."""

    def resume_generation(self, name: str) -> Generation | None:
        """One that was left, as last committed. The caller knows that nobody else fills it.

        None if it is not there, answers by now, or is damaged or of another form.
        """

    def ping(self) -> None:
        """Returns if the engine answers, else EngineUnavailable."""

    def close(self) -> None:
        """Lets go of files and connections."""
