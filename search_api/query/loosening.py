"""A question loosened: what of its words may be left out, what they could have been, and what raises a record then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from analyzers.mending import mended_runs, mendings
from analyzers.streams import bigrams_of
from search_api.engines.nodes import AllOf, AnyOf, Boosted, Node, Term
from search_api.query.composing import fixed
from search_api.query.wishes import Words

FEW_WORDS = 6
"""Up to so many words are chosen ones; more are a question, of which hardly any record holds all."""

FITS_ALL, FITS_ALL_OF_MANY, FITS_ALL_BUT_ONE = 5.0, 1.0, 3.0
"""What is added to the score of a record that fits everything of a loosened question, or all but one of few words."""

MISTYPED = 0.5
"""Weight of a word that was not typed so, and of such neighbours."""

_LEAST_BUT_ONE = 4


def mistyped(runs: Iterable[Words]) -> tuple[Node, ...]:
    """The words that strange ones could have been."""
    terms = dict.fromkeys(term for run in runs for one in mendings(run.folded) for term in one.terms)
    return tuple(Boosted(Term("text_folded", term), MISTYPED) for term in terms)


def mistyped_pairs(runs: Iterable[Words]) -> tuple[Node, ...]:
    """The same as neighbours."""
    pairs = dict.fromkeys(pair for run in runs for mended in mended_runs(run.folded) for pair in bigrams_of(mended))
    return tuple(Boosted(Term("text_bigrams", pair), MISTYPED) for pair in pairs)


def fitting(must: Sequence[Node]) -> tuple[Node, ...]:
    """What raises a record that fits all of a loosened question: much where it has few words, which were chosen; and
    there one that fits all but one as well, for that one may be mistyped, or misread in the record.
    """
    few = len(must) <= FEW_WORDS
    nodes = [fixed(AllOf(tuple(must)), FITS_ALL if few else FITS_ALL_OF_MANY)]
    if few and len(must) >= _LEAST_BUT_ONE:
        nodes.append(fixed(AnyOf(tuple(map(AllOf, combinations(must, len(must) - 1)))), FITS_ALL_BUT_ONE))
    return tuple(nodes)


def words_of(runs: Iterable[Words]) -> tuple[str, ...]:
    """The different folded words."""
    return tuple(dict.fromkeys(term for run in runs for term in run.folded))


def without_words(node: Node, runs: Iterable[Words], left_out: frozenset[str]) -> Node:
    """The query without these folded words and their syllables, which still count among their neighbours."""
    pairs = [pair for run in runs for pair in zip(run.syllables, run.folded, strict=True)]
    spelled = frozenset(syllable for syllable, folded in pairs if folded in left_out)
    return _pruned(node, {"folded": left_out, "syllables": spelled})


def _pruned(node: Node, left_out: dict[str, frozenset[str]]) -> Node:
    match node:
        case AllOf(must=must, should=should, none=none):
            return AllOf(_kept(must, left_out), _kept(should, left_out), none)
        case AnyOf(nodes=nodes):
            return AnyOf(_kept(nodes, left_out))
        case _:
            return node


def _kept(nodes: Iterable[Node], left_out: dict[str, frozenset[str]]) -> tuple[Node, ...]:
    return tuple(_pruned(node, left_out) for node in nodes if not _is_of(node, left_out))


def _is_of(node: Node, left_out: dict[str, frozenset[str]]) -> bool:
    if isinstance(node, Boosted) and isinstance(node.node, Term):
        return node.node.term in left_out.get(node.node.field.rpartition("_")[2], ())
    return False
