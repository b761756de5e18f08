"""The same question finds the same records in the same order, whichever engine answers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

import pytest

from analyzers.issue_numbers import document_kinds
from analyzers.streams import analyse
from benchmarks.generated_records import generated_records, questions
from mappings.index_document import days_since_1970, index_document
from search_api.engines.nodes import AllOf, AnyOf, Boosted, Everything, Node, Phrase, Prefix, Range, Term, Unscored
from search_api.engines.protocol import EngineResults, SearchEngine, SearchRequest, Sort
from search_api.query.parsing import parse
from search_api.query.planning import plan

ACCESS = Unscored(AnyOf((Term("access", "public"), Term("access", "internal"))))
RECORDS = list(generated_records(400, syllables=120))
QUESTIONS = 200
FACETS = ("kind", "issuer", "signer", "urgency", "secrecy", "state", "year")


def asked() -> Iterator[SearchRequest]:
    """Questions as the query layer plans them, strict and loose, with and without diacritics, and every other node."""
    chance = random.Random(11)
    for number, question in enumerate(questions(RECORDS, QUESTIONS)):
        typed = " ".join(analyse(question).folded) if number % 2 else question
        planned = plan(parse(typed))
        node = planned.loose if number % 3 == 0 and planned.loose else planned.strict
        yield SearchRequest(
            _varied(node, typed, number),
            ACCESS,
            filters=_filters(chance, number),
            sort=list(Sort)[number % 4 % 3],
            facets=FACETS if number % 2 else (),
        )


def _varied(node: Node, question: str, number: int) -> Node:
    folded = analyse(question).folded
    varied: dict[int, Node] = {
        5: AnyOf((Phrase("text_folded", folded[:2]), Boosted(node, 0.5))),
        6: AllOf(
            (Everything(),), should=(node, Prefix("text_folded", folded[0][:2])), none=(Term("kind", "Thư công"),)
        ),
        7: AllOf((AnyOf(tuple(Term("text_syllables", term) for term in analyse(question).syllables)),), should=(node,)),
    }
    return varied.get(number % 10, node)


def _filters(chance: random.Random, number: int) -> dict[str, Node]:
    some: dict[str, Node] = {
        "kind": AnyOf(tuple(Term("kind", kind.name) for kind in chance.sample(document_kinds(), 20))),
        "year": AnyOf(tuple(Term("year", str(year)) for year in range(2016, 2022))),
        "issued_on": Range("issued_on", at_least=days_since_1970(date(2026, 1, 1)) - 3000),
    }
    return {name: some[name] for name in list(some)[: number % 5 % 4]}


@pytest.fixture
def filled(both_engines: tuple[SearchEngine, SearchEngine]) -> tuple[SearchEngine, SearchEngine]:
    documents = [index_document(view) for view in RECORDS]
    for engine in both_engines:
        # Two commits, so that tantivy has two segments.
        for part in (documents[:250], documents[250:]):
            assert engine.put(part) == ()
            engine.commit()
    return both_engines


def everything_told(results: EngineResults) -> tuple[object, ...]:
    return [hit.id for hit in results.hits], results.total, dict(results.facets), results.more


def test_two_hundred_questions_are_answered_alike(filled: tuple[SearchEngine, SearchEngine]) -> None:
    tantivy, elasticsearch = filled
    with_hits = 0
    for request in asked():
        one, other = tantivy.search(request), elasticsearch.search(request)
        assert everything_told(one) == everything_told(other), request
        assert [hit.position.score for hit in one.hits] == pytest.approx(
            [hit.position.score for hit in other.hits], rel=1e-4
        ), request
        with_hits += bool(one.hits)
    assert with_hits > QUESTIONS * 0.7, "questions without hits prove nothing"


def test_whole_lists_are_alike_page_by_page(filled: tuple[SearchEngine, SearchEngine]) -> None:
    query = AnyOf(tuple(Term("text_folded", term) for term in analyse(RECORDS[0].pages[0].text).folded[:30]))
    lists = []
    for engine in filled:
        listed, after = [], None
        while True:
            results = engine.search(SearchRequest(query, ACCESS, limit=17, after=after))
            listed += [hit.id for hit in results.hits]
            if not results.more:
                break
            after = results.hits[-1].position
        lists.append(listed)
    assert len(lists[0]) > 200
    assert lists[0] == lists[1]


def test_both_hold_the_same_revisions(filled: tuple[SearchEngine, SearchEngine]) -> None:
    expected = [(view.record.id, 1) for view in RECORDS]
    assert [list(engine.revisions()) for engine in filled] == [expected, expected]
