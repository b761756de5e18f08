"""A question of plain words asked by its meaning too, and both answers as one."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kernel.errors import EngineUnavailable
from search_api.engines.nodes import Node
from search_api.engines.protocol import EngineResults, SearchEngine, SearchRequest
from search_api.meaning.fusing import FIRST_OF_MEANING, FIRST_OF_WORDS, fuse, fused_query
from search_api.meaning.nearest import RequestOf, fitting, nearest_seen
from search_api.meaning.protocol import Embedder, Vector, VectorSet
from search_api.query.finding import find
from search_api.query.planning import Plan

LOG = logging.getLogger(__name__)

_QUESTIONS_KEPT = 64
"""Vectors of the latest questions: the next page, and the same words under another filter, need no model."""


@dataclass(frozen=True, slots=True)
class ByWords:
    """What the words have found: their query, its first hits, and whether these fit in part only."""

    node: Node
    results: EngineResults
    partial: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """Hits in the order of both; total and facets are the words'. `by_meaning`: ids that the words do not find."""

    results: EngineResults
    by_meaning: frozenset[str]


class Joining:
    """Joins what words find with what is near. Safe over threads."""

    first_of_words = FIRST_OF_WORDS

    def __init__(self, engine: SearchEngine, embedder: Embedder, vectors: VectorSet) -> None:
        self._engine = engine
        self._embedder = embedder
        self._vectors = vectors
        self._kept: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()

    def by_words(self, plan: Plan, request: RequestOf, *, partial: bool) -> ByWords:
        """As `find`, with the query that was answered. EngineUnavailable."""
        asked: list[Node] = []

        def noted(node: Node) -> SearchRequest:
            asked.append(node)
            return request(node)

        results, in_part = find(self._engine, plan, noted, partial=partial)
        return ByWords(asked[-1] if in_part else plan.strict, results, in_part)

    def joined(self, question: str, words: ByWords, request: SearchRequest, tokens: Sequence[str]) -> Joined | None:
        """The page that `request` asks for, whatever its query says.

        None where nothing is near, or where the model or the vectors do not answer: then the words alone are the
        answer, as without a model.
        """

        def asking(node: Node) -> SearchRequest:
            return replace(request, query=node)

        try:
            near = self._near(question, asking, tokens)
        except EngineUnavailable as error:
            LOG.warning("found by words alone: %s", error)
            return None
        if not near:
            return None
        found = [hit.id for hit in words.results.hits[:FIRST_OF_WORDS]]
        others = [one for one in near if one not in set(found)]
        further = len(words.results.hits) > len(found) or words.results.more
        # Further down the words may have found them all the same.
        also = fitting(self._engine, asking, words.node, others) if further else set[str]()
        page = self._engine.search(asking(fused_query(fuse(found, near), words.node)))
        results = replace(words.results, hits=page.hits, more=page.more)
        return Joined(results, frozenset(one for one in others if one not in also))

    def _near(self, question: str, request: RequestOf, tokens: Sequence[str]) -> list[str]:
        vector, least = self._vector(question), self._embedder.least_similarity
        if not vector.any():  # no word of it is known to the model
            return []
        return nearest_seen(self._engine, self._vectors, request, vector, FIRST_OF_MEANING, tokens=tokens, least=least)

    def _vector(self, question: str) -> Vector:
        with self._lock:
            if (kept := self._kept.get(question)) is not None:
                self._kept.move_to_end(question)
                return kept
        made = self._embedder.question(question)
        with self._lock:
            self._kept[question] = made
            if len(self._kept) > _QUESTIONS_KEPT:
                self._kept.popitem(last=False)
        return made
