"""A question made ready for an engine, and the looking for it: strictly first, in part where nothing fits all."""

from __future__ import annotations

from dataclasses import dataclass

from search_api.engines.nodes import Node
from search_api.engines.protocol import EngineResults, Position, SearchEngine, SearchRequest
from search_api.query.answers import FACETS, MOST_HITS, SearchQuery, Sort
from search_api.query.cursor import read_cursor
from search_api.query.filtering import filters_of
from search_api.query.parsing import ParsedQuery, parse
from search_api.query.planning import FEW_WORDS, Plan, loosened, plan

FEW_HITS = 10
"""Fewer records than these that fit all words are told together with those that fit in part."""

COMMON = 0.2
"""The share of all records from which on a word of a question tells too little."""

FEW_RECORDS = 1000
"""Lists of so many records cost nothing to speak of."""

FEWEST_TOLD = 4
"""So many of the rarest words are looked for however common they are."""

FEWEST_WORDS = 5
"""So many words, or else what fits all of them is told alone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready."""

    parsed: ParsedQuery
    plan: Plan
    filters: dict[str, Node]
    sort: Sort
    limit: int
    after: Position | None
    partial: bool
    whole: bool


def make_ready(query: SearchQuery) -> Asked:
    """What is asked. BadValue (a filter), BadCursor."""
    after, partial = read_cursor(query.cursor, query) if query.cursor is not None else (None, False)
    parsed = parse(query.q)
    planned = plan(parsed)
    sort = query.sort or Sort.RELEVANCE
    if sort is Sort.RELEVANCE and not planned.ranked:
        sort = Sort.NEWEST
    limit = max(1, min(query.limit, MOST_HITS))
    return Asked(parsed, planned, filters_of(query), sort, limit, after, partial, query.whole)


def find(
    engine: SearchEngine, asked: Asked, access: Node, facets: tuple[str, ...] = FACETS
) -> tuple[EngineResults, bool]:
    """The engine's results, and whether they fit only in part. EngineUnavailable."""
    may_loosen = asked.plan.loose is not None and not asked.whole
    if may_loosen and (asked.partial or _is_question(asked)):
        results = engine.search(_request(asked, _loosened(engine, asked), access, facets))
        return results, results.total > 0
    results = engine.search(_request(asked, asked.plan.strict, access, facets))
    enough = FEW_HITS if len(asked.plan.words) >= FEWEST_WORDS else 1
    if results.total >= enough or not may_loosen or asked.after is not None:
        return results, False
    more = engine.search(_request(asked, _loosened(engine, asked), access, facets))
    return more, more.total > results.total


def _is_question(asked: Asked) -> bool:
    """Whether it has so many words that hardly any record holds them all."""
    return len(asked.plan.words) > FEW_WORDS


def _loosened(engine: SearchEngine, asked: Asked) -> Node:
    """The loosened question, without the words that stand nearly everywhere where it has many."""
    if not _is_question(asked):
        return asked.plan.loose or asked.plan.strict
    often = max(FEW_RECORDS, (engine.count() or 0) * COMMON)
    rarest_first = sorted(engine.frequencies("text_folded", asked.plan.words).items(), key=lambda one: one[1])
    return loosened(asked.parsed, frozenset(word for word, count in rarest_first[FEWEST_TOLD:] if count > often))


def _request(asked: Asked, node: Node, access: Node, facets: tuple[str, ...]) -> SearchRequest:
    return SearchRequest(
        query=node,
        access=access,
        filters=asked.filters,
        sort=asked.sort,
        limit=asked.limit,
        after=asked.after,
        facets=facets,
    )
