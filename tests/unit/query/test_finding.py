"""How an engine is asked: for all words where few were chosen, for most of them where there are many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search_api.engines.nodes import Term, Unscored
from search_api.engines.protocol import EngineResults, SearchRequest
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.query import finding
from search_api.query.finding import FEW_HITS, find
from search_api.query.loosening import FEW_WORDS, words_of
from search_api.query.parsing import parse
from search_api.query.planning import plan
from tests.contracts.index_documents import document, fill

LONG = "ai là chủ tịch ủy ban nhân dân huyện bình minh năm nào"
PUBLIC = Unscored(Term("access", "public"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[TantivyEngine]:
    opened = TantivyEngine(tmp_path / "index")
    yield opened
    opened.close()


def found(engine: TantivyEngine, question: str, *, whole: bool = False) -> tuple[EngineResults, bool]:
    return find(engine, plan(parse(question)), lambda node: SearchRequest(node, PUBLIC), whole=whole)


def asked(engine: TantivyEngine, question: str) -> tuple[list[str], bool]:
    results, partial = found(engine, question)
    return [hit.id for hit in results.hits], partial


def test_few_words_must_all_occur(engine: TantivyEngine) -> None:
    fill(engine, document(1, "quyet dinh ho tro"), document(2, "quyet dinh khac"))
    assert asked(engine, "quyết định hỗ trợ") == (["r1"], False)


def test_few_hits_of_several_words_are_filled_up_with_what_fits_in_part(engine: TantivyEngine) -> None:
    whole = [document(number, "quyet dinh ho tro hoc phi") for number in range(1, FEW_HITS)]
    fill(engine, document(50, "quyet dinh ho tro hoc sinh"), *whole)
    found, partial = asked(engine, "quyết định hỗ trợ học phí")
    assert (found[-1], len(found), partial) == ("r50", FEW_HITS, True)
    fill(engine, document(51, "quyet dinh ho tro hoc phi"))
    found, partial = asked(engine, "quyết định hỗ trợ học phí")
    assert "r50" not in found
    assert not partial


@pytest.mark.parametrize("others", [0, 4])
def test_pages_of_few_hits_hold_each_record_once(engine: TantivyEngine, others: int) -> None:
    fill(engine, *(document(number, "quyet dinh ho tro hoc phi") for number in range(1, 6)))
    fill(engine, *(document(number, "quyet dinh ho tro hoc sinh") for number in range(20, 20 + others)))
    planned, met, after, partial = plan(parse("quyết định hỗ trợ học phí")), [], None, False
    for _ in range(20):
        start = after
        results, partial = find(
            engine,
            planned,
            lambda node, start=start: SearchRequest(node, PUBLIC, limit=2, after=start),
            partial=partial,
        )
        met += [hit.id for hit in results.hits]
        if not results.more:
            break
        after = results.hits[-1].position
    assert met[:5] == ["r5", "r4", "r3", "r2", "r1"]
    assert sorted(met[5:]) == [f"r{number}" for number in range(20, 20 + others)]


def test_who_asks_for_the_whole_gets_nothing_in_part(engine: TantivyEngine) -> None:
    fill(engine, document(1, "quyet dinh ho tro hoc phi"), document(2, "quyet dinh ho tro hoc sinh"))
    for question, expected in (("quyết định hỗ trợ học phí", ["r1"]), (LONG, []), ("quyết định học sinh", ["r2"])):
        results, partial = found(engine, question, whole=True)
        assert ([hit.id for hit in results.hits], partial) == (expected, False)


def test_a_question_of_many_words_is_answered_by_what_has_most_of_them(engine: TantivyEngine) -> None:
    fill(engine, document(1, "chu tich uy ban nhan dan huyen binh minh"), document(2, "ai nao la nam huyen khac"))
    assert len(words_of(plan(parse(LONG)).words)) > FEW_WORDS
    assert asked(engine, LONG) == (["r1", "r2"], True)


def test_a_mistyped_word_is_looked_for_as_what_it_could_be_where_nothing_else_is_found(engine: TantivyEngine) -> None:
    fill(engine, document(1, "quyet dinh"), document(2, "khac"))
    assert asked(engine, "qyuết") == (["r1"], True)
    fill(engine, document(3, "qyuet"))
    assert asked(engine, "qyuết") == (["r3"], False)


def test_words_that_stand_nearly_everywhere_are_passed_over_but_for_the_rarest(
    engine: TantivyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    everywhere = "ai la nao nam huyen"
    fill(engine, *(document(number, everywhere) for number in range(1, 9)), document(9, "chu tich uy ban nhan dan"))
    assert len(asked(engine, LONG)[0]) == 9
    monkeypatch.setattr(finding, "FEW_RECORDS", 0)
    assert asked(engine, LONG) == (["r9"], True)


def test_what_fits_all_of_few_words_comes_before_longer_texts_with_rarer_ones(engine: TantivyEngine) -> None:
    fill(engine, document(1, "bien ban hop " + "khac " * 60), document(2, "bien ban ban giao"), document(3, "hop hop"))
    assert asked(engine, "biên bản họp giao bann")[0][0] in {"r1", "r2"}
    assert asked(engine, "hop bien ban") == (["r1"], False)
