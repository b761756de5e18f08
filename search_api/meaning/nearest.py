"""The records nearest to a question of those that somebody may see, and that fit the filters.

The set of vectors knows little of rights and nothing of filters, so the index has the last word on each record. What is
hidden takes nobody's place: where few fit, only they are compared; else more and more of the nearest are put before the
index until enough have fitted or there are no more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from mappings.index_document import sequence_of
from search_api.engines.nodes import AllOf, AnyOf, Everything, Node, Term, Unscored
from search_api.engines.protocol import SearchEngine, SearchRequest, Sort
from search_api.meaning.protocol import Vector, VectorSet

FEW = 1000
"""Up to so many records that fit are compared one by one."""

_LOOKED_AT_FIRST = 4  # times the records wanted
_GROWTH = 4
_CONFIRMED_TOGETHER = 1000

RequestOf = Callable[[Node], SearchRequest]
"""A query as it is sent, with access and filters."""


def nearest_seen(
    engine: SearchEngine,
    vectors: VectorSet,
    request: RequestOf,
    vector: Vector,
    wanted: int,
    *,
    tokens: Sequence[str],
    least: float,
) -> list[str]:
    """Ids of at most `wanted` records, the nearest first. EngineUnavailable."""
    among = _few(engine, request)
    if among is not None and not among:
        return []
    look = wanted if among is not None else wanted * _LOOKED_AT_FIRST
    asked, fit = set[str](), set[str]()
    while True:
        found = vectors.nearest(vector, look, tokens=tokens, among=among)
        near = [one.id for one in found if one.similarity >= least]
        fit |= fitting(engine, request, Everything(), [one for one in near if one not in asked])
        asked.update(near)
        if len(fit) >= wanted or len(near) < look:  # enough, or there are no more
            return [one for one in near if one in fit][:wanted]
        look *= _GROWTH


def _few(engine: SearchEngine, request: RequestOf) -> list[int] | None:
    """The accession numbers of all that fit, None where they are many."""
    results = engine.search(_of_all(request(Unscored(Everything())), FEW))
    if results.more:
        return None
    return [sequence_of(hit.position.sort_key) for hit in results.hits]


def fitting(engine: SearchEngine, request: RequestOf, node: Node, ids: Sequence[str]) -> set[str]:
    """Those of these records that fit a query, access and filters."""
    found: set[str] = set()
    for start in range(0, len(ids), _CONFIRMED_TOGETHER):
        part = ids[start : start + _CONFIRMED_TOGETHER]
        among = AnyOf(tuple(Term("id", one) for one in part))
        asked = _of_all(request(Unscored(AllOf((node, among)))), len(part))
        found |= {hit.id for hit in engine.search(asked).hits}
    return found


def _of_all(request: SearchRequest, limit: int) -> SearchRequest:
    return replace(request, sort=Sort.NEWEST, after=None, facets=(), limit=limit, total_limit=limit)
