"""What every search engine promises, held on each of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mappings.index_document import days_since_1970
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
from search_api.engines.protocol import FacetCount, SearchEngine, Sort
from tests.contracts.conftest import EngineOpener
from tests.contracts.index_documents import PUBLIC, document, fill, find, found, ids

CHECKOUT = Path(__file__).parents[2]


def word(term: str) -> Term:
    return Term("text_folded", term)


def scores(engine: SearchEngine, query: Node) -> dict[str, float]:
    return {hit.id: hit.position.score for hit in find(engine, query, limit=100).hits}


# ---- writing


def test_an_empty_engine_answers_with_nothing(engine: SearchEngine) -> None:
    results = find(engine, word("a"), facets=("kind",))
    assert (results.hits, results.total, results.total_is_exact, results.more) == ((), 0, True, False)
    assert results.facets == {"kind": ()}
    assert list(engine.revisions()) == []
    engine.commit()
    engine.ping()


def test_what_was_put_is_found_after_the_commit_with_id_revision_and_place(engine: SearchEngine) -> None:
    one = document(7, "quyet dinh ho tro", revision=3)
    fill(engine, one)
    (hit,) = find(engine, word("dinh")).hits
    assert (hit.id, hit.revision, hit.position.sort_key) == ("r7", 3, one.sort_key)
    assert hit.position.score > 0


def test_nothing_is_found_before_the_commit(engine: SearchEngine) -> None:
    fill(engine, document(1))
    engine.put([document(2)])
    assert found(engine) == {"r1"}
    engine.commit()
    assert found(engine) == {"r1", "r2"}


def test_a_new_revision_replaces_the_old_one_whole(engine: SearchEngine) -> None:
    fill(engine, document(1, "cu ky", kind="Thông báo"), document(2, "khac"))
    fill(engine, document(1, "moi", revision=2, kind="Quyết định"))
    assert found(engine, word("cu")) == set()
    assert found(engine, word("moi")) == {"r1"}
    assert find(engine, facets=("kind",)).facets["kind"] == (FacetCount("Quyết định", 1),)
    assert list(engine.revisions()) == [("r1", 2), ("r2", 1)]


def test_the_same_revision_may_be_put_again(engine: SearchEngine) -> None:
    fill(engine, document(1, "mot"))
    fill(engine, document(1, "hai"))
    assert found(engine, word("hai")) == {"r1"}
    assert found(engine) == {"r1"}


@pytest.mark.parametrize("commit_between", [True, False])
def test_a_lower_revision_is_passed_over_without_error(engine: SearchEngine, commit_between: bool) -> None:
    engine.put([document(1, "moi", revision=5)])
    if commit_between:
        engine.commit()
    assert engine.put([document(1, "cu", revision=4), document(2)]) == ()
    engine.commit()
    assert found(engine, word("moi")) == {"r1"}
    assert list(engine.revisions()) == [("r1", 5), ("r2", 1)]


def test_of_several_revisions_in_one_batch_the_highest_stays(engine: SearchEngine) -> None:
    fill(engine, document(1, "a", revision=2), document(1, "b", revision=3), document(1, "c", revision=1))
    assert found(engine, word("b")) == {"r1"}
    assert list(engine.revisions()) == [("r1", 3)]


def test_what_was_deleted_is_gone_and_what_was_never_there_is_passed_over(engine: SearchEngine) -> None:
    fill(engine, document(1), document(2))
    engine.delete(["r1", "never", ""])
    engine.commit()
    assert found(engine) == {"r2"}


@pytest.mark.parametrize("commit_between", [True, False])
def test_after_a_delete_any_revision_is_taken_again(engine: SearchEngine, commit_between: bool) -> None:
    fill(engine, document(1, "moi", revision=5))
    engine.delete(["r1"])
    if commit_between:
        engine.commit()
    fill(engine, document(1, "cu", revision=2))
    assert list(engine.revisions()) == [("r1", 2)]
    assert found(engine, word("cu")) == {"r1"}


def test_one_bad_document_is_refused_with_its_reason_and_the_rest_go_in(engine: SearchEngine) -> None:
    refusals = engine.put([document(1), document(2, kind="k" * 32_767), document(3, "x " * 3 + "y" * 300), document(4)])
    engine.commit()
    assert [refusal.id for refusal in refusals] == ["r2", "r3"]
    assert "kind" in refusals[0].reason
    assert "text_folded" in refusals[1].reason
    assert found(engine) == {"r1", "r4"}


def test_revisions_come_in_accession_order(engine: SearchEngine) -> None:
    fill(engine, *(document(sequence, revision=sequence % 3 + 1) for sequence in (5, 300, 2, 11)))
    fill(engine, document(7, revision=9))
    assert list(engine.revisions()) == [("r2", 3), ("r5", 3), ("r7", 9), ("r11", 3), ("r300", 1)]


def test_a_closed_engine_has_lost_nothing_when_opened_again(open_engine: EngineOpener) -> None:
    engine = open_engine()
    fill(engine, document(1), document(2))
    engine.close()
    again = open_engine()
    assert found(again) == {"r1", "r2"}
    fill(again, document(3))
    assert found(again) == {"r1", "r2", "r3"}


def test_two_engines_over_one_place_see_each_others_commits_and_take_turns_in_writing(
    open_engine: EngineOpener,
) -> None:
    one, other = open_engine(), open_engine()
    for sequence in range(1, 7):
        writer, reader = (one, other) if sequence % 2 else (other, one)
        fill(writer, document(sequence))
        assert len(found(reader)) == sequence


# ---- what each node finds

RECORDS = (
    document(1, "quyet dinh ho tro ho ngheo", text_bigrams="quyet_dinh dinh_ho", kind="Quyết định", number="5"),
    document(2, "thong bao ho tro dinh quyet", text_bigrams="thong_bao", kind="Thông báo"),
    document(3, "quyet toan ngan sach", kind="Quyết định", issue_keys=("3qdubnd", "qdubnd")),
    document(4, "to trinh", day=date(1969, 12, 31)),
)
DAY = days_since_1970(date(2020, 1, 3))
NODES: list[tuple[Node, set[int]]] = [
    (Everything(), {1, 2, 3, 4}),
    (Nothing(), set()),
    (word("quyet"), {1, 2, 3}),
    (word("khong"), set()),
    (word(""), set()),
    (word("\ud800"), set()),
    (word("x" * 70_000), set()),
    (Term("text_bigrams", "quyet_dinh"), {1}),
    (Term("kind", "Quyết định"), {1, 3}),
    (Term("kind", "quyết định"), set()),
    (Term("kind", "Quyết"), set()),
    (Term("issue_keys", "3qdubnd"), {3}),
    (Term("issue_keys", "qdubnd"), {3}),
    (Phrase("text_folded", ("quyet", "dinh")), {1}),
    (Phrase("text_folded", ("dinh", "quyet")), {2}),
    (Phrase("text_folded", ("ho", "tro", "ho", "ngheo")), {1}),
    (Phrase("text_folded", ("quyet",)), {1, 2, 3}),
    (Phrase("text_folded", ()), set()),
    (Phrase("text_folded", ("quyet", "")), set()),
    (Prefix("text_folded", "tr"), {1, 2, 4}),
    (Prefix("text_folded", "quye"), {1, 2, 3}),
    (Prefix("kind", "Quyết"), {1, 3}),
    (Prefix("text_folded", ""), set()),
    (Prefix("text_folded", "q.*"), set()),
    (Range("issued_on", at_least=DAY), {2, 3}),
    (Range("issued_on", at_most=DAY), {1, 2, 4}),
    (Range("issued_on", DAY, DAY), {2}),
    (Range("issued_on", DAY, DAY - 1), set()),
    (Range("issued_on", at_most=-1), {4}),
    (Range("issued_on"), {1, 2, 3, 4}),
    (Range("issued_on", -(10**30), 10**30), {1, 2, 3, 4}),
    (Range("issued_on", at_least=10**30), set()),
    (AllOf((word("ho"), word("dinh"))), {1, 2}),
    (AllOf((word("ho"),), should=(word("ngheo"),)), {1, 2}),
    (AllOf((word("quyet"),), none=(word("ngheo"),)), {2, 3}),
    (AllOf(()), {1, 2, 3, 4}),
    (AllOf((), should=(word("ho"),)), {1, 2, 3, 4}),
    (AllOf((), none=(word("ho"), word("sach"))), {4}),
    (AnyOf((word("ngheo"), word("sach"))), {1, 3}),
    (AnyOf((word("ngheo"),)), {1}),
    (AnyOf(()), set()),
    (Boosted(word("ho"), 2.5), {1, 2}),
    (Unscored(AnyOf((word("ngheo"), word("trinh")))), {1, 4}),
    (AllOf((AnyOf((word("ho"), word("sach"))), Unscored(Term("kind", "Quyết định")))), {1, 3}),
]


@pytest.mark.parametrize("of_engine", ["all of the nodes"])
def test_each_node_finds_what_it_says(engine: SearchEngine, of_engine: str) -> None:
    fill(engine, *RECORDS)
    for node, expected in NODES:
        assert found(engine, node) == {f"r{sequence}" for sequence in expected}, node


def test_scores_add_up_as_the_nodes_say(engine: SearchEngine) -> None:
    fill(engine, *RECORDS)
    ho, tro = scores(engine, word("ho"))["r2"], scores(engine, word("tro"))["r2"]
    near = pytest.approx
    assert scores(engine, AllOf((word("ho"), word("tro"))))["r2"] == near(ho + tro, rel=1e-4)
    assert scores(engine, AnyOf((word("ho"), word("tro"), word("sach"))))["r2"] == near(ho + tro, rel=1e-4)
    assert scores(engine, AllOf((word("ho"),), should=(word("tro"),)))["r2"] == near(ho + tro, rel=1e-4)
    assert scores(engine, Boosted(word("ho"), 3.0))["r2"] == near(3 * ho, rel=1e-4)
    assert scores(engine, Boosted(Boosted(word("ho"), 3.0), 0.5))["r2"] == near(1.5 * ho, rel=1e-4)
    assert scores(engine, AllOf((word("ho"), Unscored(word("tro")))))["r2"] == near(ho, rel=1e-4)
    assert scores(engine, AllOf((word("ho"), Term("kind", "Thông báo"))))["r2"] == near(ho + 1, rel=1e-4)
    assert scores(engine, AllOf((word("ho"), Prefix("text_folded", "t"))))["r2"] == near(ho + 1, rel=1e-4)
    assert scores(engine, AllOf((word("ho"), Range("issued_on"))))["r2"] == near(ho + 1, rel=1e-4)
    assert scores(engine, AllOf((word("ho"), Everything())))["r2"] == near(ho + 1, rel=1e-4)
    assert scores(engine, Boosted(AnyOf((Term("kind", "Thông báo"), Range("issued_on"))), 2.0))["r2"] == near(4.0)
    assert scores(engine, Boosted(Term("kind", "Thông báo"), 7.0)) == {"r2": near(7.0)}
    assert scores(engine, Unscored(word("ho"))) == {"r1": 0.0, "r2": 0.0}


def test_rarer_words_and_denser_records_come_first(engine: SearchEngine) -> None:
    fill(
        engine,
        document(1, "ho khac khac khac khac khac"),
        document(2, "ho ho khac"),
        document(3, "ho hiem khac"),
        document(4, "khac"),
    )
    assert ids(find(engine, AnyOf((word("ho"), word("hiem"))))) == ["r3", "r2", "r1"]


# ---- access, filters, facets


def test_access_holds_for_hits_totals_and_facets_alike(engine: SearchEngine) -> None:
    fill(
        engine,
        document(1, kind="Quyết định", access=("public",)),
        document(2, kind="Thông báo", access=("unit:noi-vu",)),
        document(3, kind="Tờ trình", access=()),
    )
    everyone = PUBLIC
    of_the_unit = Unscored(AnyOf((Term("access", "public"), Term("access", "unit:noi-vu"))))
    for access, expected, kinds in (
        (everyone, {"r1"}, {"Quyết định"}),
        (of_the_unit, {"r1", "r2"}, {"Quyết định", "Thông báo"}),
        (Nothing(), set(), set()),
    ):
        for filters in ({}, {"kind": Everything()}, {"year": Term("year", "2020")}):
            results = find(engine, None, access, filters=filters, facets=("kind", "year"))
            assert set(ids(results)) == expected
            assert results.total == len(expected)
            assert {count.value for count in results.facets["kind"]} == kinds
            assert sum(count.count for count in results.facets["year"]) == len(expected)


def test_each_facet_is_counted_under_the_filters_of_the_others(engine: SearchEngine) -> None:
    fill(
        engine,
        document(1, kind="Quyết định", issuer="Sở Nội vụ"),
        document(2, kind="Quyết định", issuer="Sở Tài chính"),
        document(3, kind="Thông báo", issuer="Sở Nội vụ"),
        document(4, kind="Tờ trình", issuer="Sở Xây dựng"),
        document(5, kind="Tờ trình", issuer="Sở Xây dựng", day=date(1990, 1, 1)),
    )
    results = find(
        engine,
        filters={
            "kind": Term("kind", "Quyết định"),
            "issuer": AnyOf((Term("issuer", "Sở Nội vụ"), Term("issuer", "Sở Xây dựng"))),
            "issued_on": Range("issued_on", at_least=days_since_1970(date(2000, 1, 1))),
        },
        facets=("kind", "issuer", "year"),
    )
    assert ids(results) == ["r1"]
    assert results.total == 1
    assert results.facets == {
        "kind": (FacetCount("Quyết định", 1), FacetCount("Thông báo", 1), FacetCount("Tờ trình", 1)),
        "issuer": (FacetCount("Sở Nội vụ", 1), FacetCount("Sở Tài chính", 1)),
        "year": (FacetCount("2020", 1),),
    }


def test_facets_come_by_count_then_value_and_no_more_than_asked(engine: SearchEngine) -> None:
    kinds = ["b", "c", "c", "a", "đ", "d", "d", "d"]
    fill(engine, *(document(sequence, kind=kind) for sequence, kind in enumerate(kinds, 1)))
    results = find(engine, facets=("kind",), facet_size=4)
    assert [(one.value, one.count) for one in results.facets["kind"]] == [("d", 3), ("c", 2), ("a", 1), ("b", 1)]


def test_a_record_counts_for_each_of_its_keywords_and_is_found_by_any(engine: SearchEngine) -> None:
    fill(
        engine,
        document(1, keywords=("đất đai", "khiếu nại")),
        document(2, keywords=("đất đai",)),
        document(3, keywords=()),
        document(4, keywords=("hộ nghèo",), access=("secret",)),
    )
    counts = find(engine, facets=("keywords",)).facets["keywords"]
    assert counts == (FacetCount("đất đai", 2), FacetCount("khiếu nại", 1))
    filters = {"keywords": Unscored(AnyOf((Term("keywords", "khiếu nại"), Term("keywords", "hộ nghèo"))))}
    assert found(engine, filters=filters) == {"r1"}


def test_facets_and_totals_are_those_of_all_hits_on_every_page(engine: SearchEngine) -> None:
    fill(engine, *(document(sequence, kind=f"k{sequence % 2}") for sequence in range(1, 11)))
    first = find(engine, sort=Sort.NEWEST, limit=4, facets=("kind",))
    second = find(engine, sort=Sort.NEWEST, limit=4, facets=("kind",), after=first.hits[-1].position)
    assert (
        (second.total, second.facets)
        == (first.total, first.facets)
        == (10, {"kind": (FacetCount("k0", 5), FacetCount("k1", 5))})
    )


def test_totals_are_exact_up_to_their_limit(engine: SearchEngine) -> None:
    fill(engine, *(document(sequence) for sequence in range(1, 31)))
    assert (find(engine, total_limit=30).total, find(engine, total_limit=30).total_is_exact) == (30, True)
    limited = find(engine, word("van"), total_limit=10, limit=1)
    assert limited.total == 30 if limited.total_is_exact else 10 <= limited.total <= 30


# ---- frequencies


def test_frequencies_count_the_records_that_hold_each_term_and_may_be_seen(engine: SearchEngine) -> None:
    seen = Term("access", "public")
    assert engine.frequencies("text_folded", ["quyet"], seen) == {"quyet": 0}
    fill(engine, document(1, "quyet dinh quyet"), document(2, "dinh huong"), document(3, "dinh", access=("secret",)))
    assert engine.frequencies("text_folded", ["quyet", "dinh", "khong", ""], seen) == {
        "quyet": 1,
        "dinh": 2,
        "khong": 0,
        "": 0,
    }
    assert engine.frequencies("text_folded", [], seen) == {}
    assert engine.frequencies("text_folded", ["dinh"], Term("access", "secret")) == {"dinh": 1}
