"""One search of one snapshot of a tantivy index."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tantivy import DocAddress, Order, Query, Schema, Searcher

from mappings.index_document import sequence_of
from search_api.engines.embedded.query import all_must, translate, unscored
from search_api.engines.meaning import constant_score
from search_api.engines.nodes import Range, Unscored
from search_api.engines.protocol import (
    EngineHit,
    EngineResults,
    FacetCount,
    Position,
    SearchRequest,
    Sort,
)

DEEPEST_BY_RELEVANCE = 200_000
"""So many hits are looked at together to find the next page by relevance: tantivy cannot go on after a score, so that a
page costs as much as all before it. Beyond, the records are gone through in parts of so many accession numbers each,
and a page costs as much as all hits: some .3 s for each part. Newest and oldest cost the same at any depth."""

_FIRST_LOOK = 64
_GROWTH = 4
# Two equal documents in different segments may differ in the last bits, as their terms are added up in another order.
# No fewer bits than that needs: Elasticsearch does not round, and near-equal scores would stand in another order there.
_SCORE_BITS = 22
# Facet values are cut to size by us, so that which of several equal counts stay does not depend on segments.
_FACET_VALUES = 10_000

_TOTAL = "total"  # no field's name

_Row = tuple[float, DocAddress]


def search(searcher: Searcher, schema: Schema, request: SearchRequest) -> EngineResults:
    """As `SearchEngine.search`, on this snapshot."""
    return _Search(searcher, schema, request).results()


def rounded_score(score: float) -> float:
    """A score to 22 significant bits."""
    mantissa, exponent = math.frexp(score)
    return math.ldexp(round(mantissa * (1 << _SCORE_BITS)), exponent - _SCORE_BITS)


def _place(one: tuple[_Row, int]) -> tuple[float, int]:
    """By score, then the later accession first."""
    (score, _), sequence = one
    return -score, -sequence


@dataclass(frozen=True, slots=True)
class _Search:
    searcher: Searcher
    schema: Schema
    request: SearchRequest

    def results(self) -> EngineResults:
        everything = self._query(without=None)
        facets, total = self._facets(everything)
        hits = self._hits(everything, self.request.limit + 1) if total else []
        return EngineResults(
            hits=tuple(hits[: self.request.limit]),
            total=total,
            total_is_exact=True,
            facets=facets,
            more=len(hits) > self.request.limit,
        )

    def _query(self, without: str | None) -> Query:
        """Query, access and filters, the filter of the facet `without` left out."""
        filters = [node for name, node in self.request.filters.items() if name != without]
        unscored_nodes = [Unscored(node) for node in (self.request.access, *filters)]
        return all_must([translate(node, self.schema) for node in (self.request.query, *unscored_nodes)])

    def _hits(self, query: Query, wanted: int) -> list[EngineHit]:
        if self.request.sort is not Sort.RELEVANCE:
            return self._by_column(query, "sort_key", wanted, 0.0)
        constant = constant_score(self.request.query)
        if constant is not None:
            return self._by_column(query, "sequence", wanted, constant)
        return self._by_score(query, wanted)

    def _by_column(self, query: Query, column: str, wanted: int, score: float) -> list[EngineHit]:
        """Hits in the order of a unique number; the next page is a range on it."""
        oldest = self.request.sort is Sort.OLDEST
        after = self.request.after
        if after is not None:
            key = after.sort_key if column == "sort_key" else sequence_of(after.sort_key)
            beyond = Range(column, at_least=key + 1) if oldest else Range(column, at_most=key - 1)
            query = all_must([query, translate(Unscored(beyond), self.schema)])
        order = Order.Asc if oldest else Order.Desc
        found = self.searcher.search(query, limit=wanted, count=False, order_by_field=column, order=order)
        return self._read([(score, address) for _, address in found.hits])

    def _by_score(self, query: Query, wanted: int) -> list[EngineHit]:
        look = wanted + _FIRST_LOOK
        while True:
            found = self.searcher.search(query, limit=look, count=False).hits
            rows = [(rounded_score(score), address) for score, address in found]
            last_look = len(rows) < look
            if not last_look:
                # The last tie may go on beyond what was looked at, and later accessions come first in it.
                rows = [row for row in rows if row[0] > rows[-1][0]]
            ordered = self._ordered(rows)
            if last_look or len(ordered) >= wanted:
                return self._read(ordered[:wanted])
            if look >= DEEPEST_BY_RELEVANCE:
                return self._read(self._in_parts(query, wanted))
            look = min(look * _GROWTH, DEEPEST_BY_RELEVANCE)

    def _in_parts(self, query: Query, wanted: int) -> list[_Row]:
        """The next rows out of all hits, of which no more are held at a time than one part has."""
        best: list[tuple[_Row, int]] = []
        first, last = 0, self._last_sequence()
        while first <= last:
            part = Range("sequence", at_least=first, at_most=first + DEEPEST_BY_RELEVANCE - 1)
            narrowed = all_must([query, translate(Unscored(part), self.schema)])
            found = self.searcher.search(narrowed, limit=DEEPEST_BY_RELEVANCE, count=False).hits
            rows = self._placed([(rounded_score(score), address) for score, address in found])
            best = sorted([*best, *rows[:wanted]], key=_place)[:wanted]
            first += DEEPEST_BY_RELEVANCE
        return [row for row, _ in best]

    def _last_sequence(self) -> int:
        everything = Query.all_query()
        last = self.searcher.search(everything, limit=1, count=False, order_by_field="sequence", order=Order.Desc).hits
        return int(last[0][0]) if last else -1

    def _ordered(self, rows: list[_Row]) -> list[_Row]:
        """The rows after the position, by score, then the later accession first."""
        return [row for row, _ in self._placed(rows)]

    def _placed(self, rows: list[_Row]) -> list[tuple[_Row, int]]:
        """The same, each with its accession number."""
        after = self.request.after
        if after is not None:
            rows = [row for row in rows if row[0] <= after.score]
        sequences = self.searcher.fast_field_values("sequence", [address for _, address in rows])
        placed = sorted(zip(rows, sequences, strict=True), key=_place)
        if after is None:
            return placed
        place = (-after.score, -sequence_of(after.sort_key))
        return [one for one in placed if _place(one) > place]

    def _read(self, rows: list[_Row]) -> list[EngineHit]:
        addresses = [address for _, address in rows]
        revisions = self.searcher.fast_field_values("revision", addresses)
        keys = self.searcher.fast_field_values("sort_key", addresses)
        return [
            EngineHit(self.searcher.doc(address).get_first("id"), revision, Position(key, score))
            for (score, address), revision, key in zip(rows, revisions, keys, strict=True)
        ]

    def _facets(self, everything: Query) -> tuple[Mapping[str, tuple[FacetCount, ...]], int]:
        """Counts of each facet, and how many fit everything.

        Facets without a filter of their own are counted in one pass, and all that fit in the same.
        """
        together = [name for name in self.request.facets if name not in self.request.filters]
        if together:
            counted, total = self._count(together, everything)
        else:
            counted, total = {}, self.searcher.search(unscored(everything), limit=1, count=True).count
        for name in self.request.facets:
            if name in self.request.filters:
                counted |= self._count([name], self._query(without=name))[0]
        return {name: counted[name] for name in self.request.facets}, total

    def _count(self, names: list[str], query: Query) -> tuple[dict[str, tuple[FacetCount, ...]], int]:
        size = max(self.request.facet_size, _FACET_VALUES)
        asked: dict[str, object] = {
            name: {"terms": {"field": name, "size": size, "segment_size": size}} for name in names
        }
        asked[_TOTAL] = {"value_count": {"field": "sequence"}}
        answer = self.searcher.aggregate(unscored(query), asked)
        return {name: self._largest(answer[name]["buckets"]) for name in names}, int(answer[_TOTAL]["value"])

    def _largest(self, buckets: list[dict[str, object]]) -> tuple[FacetCount, ...]:
        counts = [FacetCount(str(bucket["key"]), int(str(bucket["doc_count"]))) for bucket in buckets]
        counts.sort(key=lambda one: (-one.count, one.value))
        return tuple(counts[: self.request.facet_size])
