"""How an engine is asked: for all that is wanted where that is enough, else for what fits most of it."""

from __future__ import annotations

from collections.abc import Callable

from search_api.engines.nodes import Everything, Node
from search_api.engines.protocol import EngineResults, SearchEngine, SearchRequest, Sort
from search_api.query.loosening import FEW_WORDS, without_words, words_of
from search_api.query.planning import Plan

FEW_HITS = 10
"""Fewer records than these that fit all words are told together with those that fit in part."""

FEWEST_WORDS = 5
"""So many words, or else what fits all of them is told alone."""

COMMON = 0.2
"""The share of all records from which on a word of a question tells too little for what it costs."""

FEW_RECORDS = 1000
"""Words of no more records than these cost nothing to speak of."""

_MOST_COUNTED = 10_000_000

FEWEST_TOLD = 4
"""So many of the rarest words are looked for however common they are."""


def seen_by(engine: SearchEngine, access: Node) -> int:
    """How many records pass this filter of rights, counted up to ten millions. EngineUnavailable."""
    every = SearchRequest(Everything(), access, sort=Sort.NEWEST, limit=1, total_limit=_MOST_COUNTED)
    return engine.search(every).total


def find(
    engine: SearchEngine,
    plan: Plan,
    request: Callable[[Node], SearchRequest],
    *,
    whole: bool = False,
    partial: bool = False,
) -> tuple[EngineResults, bool]:
    """The engine's results, and whether they fit only in part. EngineUnavailable.

    `request`: a query as it is sent, with filters and where to go on. `whole`: only what fits all. `partial`: the
    request goes on from hits that fitted in part.
    """
    if plan.loose is None or whole:
        return engine.search(request(plan.strict)), False
    words = words_of(plan.words)
    goes_on = request(plan.strict).after is not None
    if partial:
        results = engine.search(request(_affordable(engine, plan, words, request(plan.strict).access)))
        return results, results.total > 0
    results = engine.search(request(plan.strict))
    if goes_on or results.total >= (FEW_HITS if len(words) >= FEWEST_WORDS else 1):
        return results, False
    more = engine.search(request(_affordable(engine, plan, words, request(plan.strict).access)))
    # Where nothing more was found the next page goes on strictly, and so must this one be scored.
    return (more, True) if more.total > results.total else (results, False)


def _affordable(engine: SearchEngine, plan: Plan, words: tuple[str, ...], access: Node) -> Node:
    """The loosened question; of many words without those that stand nearly everywhere.

    Everywhere in what the asker may see: what is left out decides what is found.
    """
    loose = plan.loose or plan.strict
    if len(words) <= FEW_WORDS:
        return loose
    often = max(FEW_RECORDS, seen_by(engine, access) * COMMON)
    rarest_first = sorted(engine.frequencies("text_folded", words, access).items(), key=lambda one: one[1])
    common = frozenset(word for word, count in rarest_first[FEWEST_TOLD:] if count > often)
    return without_words(loose, plan.words, common) if common else loose
