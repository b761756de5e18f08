"""What mistyped words could have been, as a loosened question looks for them besides."""

from __future__ import annotations

from collections.abc import Iterable

from analyzers.mending import mended_runs, mendings
from analyzers.streams import bigrams_of
from search_api.engines.nodes import Boosted, Node, Term
from search_api.query.parsing import Words

MENDED = 0.5
"""Weight of a word that was not typed so."""


def mended_words(runs: Iterable[Words]) -> tuple[Node, ...]:
    """The words that strange ones could have been."""
    terms = dict.fromkeys(term for run in runs for one in mendings(run.folded) for term in one.terms)
    return tuple(Boosted(Term("text_folded", term), MENDED) for term in terms)


def mended_pairs(runs: Iterable[Words]) -> tuple[Node, ...]:
    """The same as neighbours."""
    pairs = dict.fromkeys(pair for run in runs for mended in mended_runs(run.folded) for pair in bigrams_of(mended))
    return tuple(Boosted(Term("text_bigrams", pair), MENDED) for pair in pairs)
