"""Queries put together of others, for all who plan a question."""

from __future__ import annotations

from search_api.engines.nodes import AllOf, Boosted, Everything, Node, Phrase, Term, Unscored


def fixed(node: Node, score: float) -> Node:
    """Exactly this score: Everything scores 1 in every engine, a term that engine's idf."""
    return AllOf((Unscored(node),), (Boosted(Everything(), score),))


def in_order(field: str, terms: tuple[str, ...]) -> Node:
    """These terms one after another."""
    return Term(field, terms[0]) if len(terms) == 1 else Phrase(field, terms)
