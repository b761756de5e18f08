"""Whatever tree of nodes or question Hypothesis comes upon, both engines find the same.

A few hundred in `./test`; marked `long`, many more by `./test contracts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.index_document import index_document
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.nodes import (
    AllOf,
    AnyOf,
    Boosted,
    Everything,
    Node,
    Nothing,
    Phrase,
    Prefix,
    Range,
    Term,
    Unscored,
)
from search_api.engines.protocol import EngineResults, SearchEngine, SearchRequest, Sort
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.query.parsing import parse
from search_api.query.planning import plan
from tests.parity.corpus import corpus
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias

ACCESS = Unscored(AnyOf((Term("access", "public"), Term("access", "internal"))))
DOCUMENTS = [index_document(view) for view in corpus()]
_STREAMS = ("text_syllables", "text_folded", "subject_folded", "issuer_folded")
_EXACT = ("kind", "year", "signer", "issue_keys", "id")
_NEAR = 1e-5
_LIMIT = 40

Engines = tuple[SearchEngine, SearchEngine]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    with ExitStack() as stack:
        alias = stack.enter_context(fresh_alias(elasticsearch_url()))
        made: Engines = (
            TantivyEngine(tmp_path_factory.mktemp("drawn") / "index"),
            ElasticsearchEngine([elasticsearch_url()], alias),
        )
        for engine in made:
            stack.callback(engine.close)
            for part in (DOCUMENTS[:200], DOCUMENTS[200:]):
                assert engine.put(part) == ()
                engine.commit()
        yield made


def words(field: str) -> st.SearchStrategy[tuple[str, ...]]:
    """A stretch of one document's terms, so that something is found."""

    def stretch(drawn: tuple[int, int, int]) -> tuple[str, ...]:
        document, start, length = drawn
        terms = str(DOCUMENTS[document].values[field]).split()
        start %= len(terms)
        return tuple(terms[start : start + length])

    return st.tuples(st.integers(0, len(DOCUMENTS) - 1), st.integers(0, 200), st.integers(1, 4)).map(stretch)


def exact(field: str) -> st.SearchStrategy[str]:
    held = {str(one) for document in DOCUMENTS for one in _several(document.all_values().get(field, "-"))}
    return st.sampled_from(sorted(held))


def _several(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def leaves() -> st.SearchStrategy[Node]:
    bags = ("text_bigrams", "subject_bigrams")
    streams = [words(field).map(lambda terms, field=field: Term(field, terms[0])) for field in (*_STREAMS, *bags)]
    phrases = [words(field).map(lambda terms, field=field: Phrase(field, terms)) for field in _STREAMS]
    beginnings = words("text_folded").map(lambda terms: Prefix("text_folded", terms[0][:3]))
    values = [exact(field).map(lambda value, field=field: Term(field, value)) for field in _EXACT]
    days = st.tuples(st.integers(16_000, 21_000), st.none() | st.integers(16_000, 21_000))
    ranges = days.map(lambda ends: Range("issued_on", *ends))
    return st.one_of(*streams, *phrases, beginnings, *values, ranges, st.just(Everything()), st.just(Nothing()))


def branches(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(AllOf, some, some, some),
        st.builds(AnyOf, some),
        st.builds(Boosted, inner, st.sampled_from([0.15, 0.5, 2.0, 20.0])),
        st.builds(Unscored, inner),
    )


TREES = st.recursive(leaves(), branches, max_leaves=8)
REQUESTS = st.builds(
    SearchRequest,
    query=TREES,
    access=st.just(ACCESS),
    filters=st.dictionaries(st.sampled_from(["kind", "signer"]), TREES.map(Unscored), max_size=2),
    sort=st.sampled_from(list(Sort)),
    limit=st.just(_LIMIT),
    facets=st.sampled_from([(), ("kind", "year", "signer")]),
)
_MARKS = st.sampled_from(["{}", '"{}"', "-{}", "{} ", "số {}", "{}/QĐ-UBND", "{}*", "kind:{}", "({}", "ngày {}/3/2018"])
QUESTIONS = st.lists(
    st.tuples(
        _MARKS, st.one_of(words("text_syllables"), words("text_folded"), st.text(max_size=6).map(lambda t: (t,)))
    ),
    min_size=1,
    max_size=4,
).map(lambda parts: " ".join(mark.format(" ".join(terms)) for mark, terms in parts))


def drawn(examples: int) -> settings:
    return settings(
        max_examples=examples, deadline=None, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip


def check(engines: Engines, request: SearchRequest) -> None:
    one, other = (engine.search(request) for engine in engines)
    assert (one.total, one.facets, one.more) == (other.total, other.facets, other.more)
    if one.total <= _LIMIT:
        assert {hit.id for hit in one.hits} == {hit.id for hit in other.hits}
    assert in_one_order(one, other)


def in_one_order(one: EngineResults, other: EngineResults) -> bool:
    """The same hits in the same places, but where two stand so close that the last bits of a float decide."""
    for its, others in zip(one.hits, other.hits, strict=True):
        near = abs(its.position.score - others.position.score) <= _NEAR * max(1.0, abs(its.position.score))
        if not near or (its.id != others.id and its.position.score == 0.0):
            return False
    return True


@drawn(150)
@given(request=REQUESTS)
def test_any_tree_finds_the_same(engines: Engines, request: SearchRequest) -> None:
    check(engines, request)


@drawn(100)
@given(question=QUESTIONS, sort=st.sampled_from(list(Sort)))
def test_any_question_finds_the_same(engines: Engines, question: str, sort: Sort) -> None:
    planned = plan(parse(question))
    for node in (planned.strict, planned.loose):
        if node is not None:
            check(engines, SearchRequest(node, ACCESS, sort=sort, limit=_LIMIT, facets=("kind", "year")))


@pytest.mark.long
@drawn(3000)
@given(request=REQUESTS)
def test_any_of_many_trees_finds_the_same(engines: Engines, request: SearchRequest) -> None:
    check(engines, request)


@pytest.mark.long
@drawn(2000)
@given(question=QUESTIONS)
def test_any_of_many_questions_finds_the_same(engines: Engines, question: str) -> None:
    planned = plan(parse(question))
    for node in (planned.strict, planned.loose):
        if node is not None:
            check(engines, SearchRequest(node, ACCESS, limit=_LIMIT))
