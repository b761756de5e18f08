"""What every search engine promises, held on each of them."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest

from kernel.errors import EngineUnavailable, IndexOutdated
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
from search_api.engines.protocol import FacetCount, Position, SearchEngine, Sort
from search_api.engines.tantivy_engine import TantivyEngine
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


# ---- order and paging


def test_newest_and_oldest_order_by_day_then_accession(engine: SearchEngine) -> None:
    days = {1: date(2021, 5, 5), 2: date(2019, 1, 1), 3: date(2021, 5, 5), 4: date(1960, 1, 1), 5: date(2024, 2, 29)}
    fill(engine, *(document(sequence, day=day) for sequence, day in days.items()))
    assert ids(find(engine, sort=Sort.NEWEST)) == ["r5", "r3", "r1", "r2", "r4"]
    assert ids(find(engine, sort=Sort.OLDEST)) == ["r4", "r2", "r1", "r3", "r5"]


def test_equal_scores_order_by_the_later_accession(engine: SearchEngine) -> None:
    # In several commits, so in several segments.
    for start in (1, 40, 20):
        fill(engine, *(document(sequence, "giong nhau") for sequence in range(start, start + 15)))
    expected = [f"r{sequence}" for sequence in sorted([*range(1, 16), *range(20, 35), *range(40, 55)], reverse=True)]
    for query in (word("giong"), Everything(), AllOf((word("giong"), word("nhau")))):
        assert ids(find(engine, query, limit=100)) == expected
        assert ids(find(engine, query, limit=5)) == expected[:5]


def pages(engine: SearchEngine, query: Node, sort: Sort, limit: int, access: Node = PUBLIC) -> list[str]:
    listed: list[str] = []
    after: Position | None = None
    while True:
        results = find(engine, query, access, sort=sort, limit=limit, after=after)
        listed += ids(results)
        if not results.more:
            return listed
        assert len(results.hits) == limit
        after = results.hits[-1].position


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("query", [Everything(), AnyOf((word("chung"), word("n3"), word("n7")))], ids=["tie", "scored"])
def test_pages_join_without_loss_or_double(engine: SearchEngine, sort: Sort, query: Node) -> None:
    for start in (1, 101):
        made = (
            document(n, f"chung n{n % 10} " + "them " * (n % 4), day=date(2020, 1, n % 28 + 1))
            for n in range(start, start + 100)
        )
        fill(engine, *made)
    whole = ids(find(engine, query, sort=sort, limit=1000))
    assert len(whole) == 200
    for limit in (1, 7, 100, 200):
        assert pages(engine, query, sort, limit) == whole


@pytest.mark.parametrize("sort", list(Sort))
def test_paging_goes_past_ten_thousand_hits(engine: SearchEngine, sort: Sort) -> None:
    count = 12_000
    for start in range(1, count, 4_000):
        engine.put([document(n, f"chung n{n % 7} " + "them " * (n % 5)) for n in range(start, start + 4_000)])
    engine.commit()
    listed = pages(engine, AllOf((word("chung"),), should=(word("n3"), word("n5"))), sort, 1_500)
    assert len(listed) == count
    assert len(set(listed)) == count
    if sort is not Sort.RELEVANCE:
        assert listed == sorted(listed, key=lambda one: int(one[1:]), reverse=sort is Sort.NEWEST)


def test_a_page_goes_on_after_its_position_though_the_hit_there_is_gone(engine: SearchEngine) -> None:
    fill(engine, *(document(n) for n in range(1, 8)))
    first = find(engine, sort=Sort.NEWEST, limit=3)
    engine.delete([first.hits[-1].id])
    fill(engine, document(9))
    after = first.hits[-1].position
    assert ids(find(engine, sort=Sort.NEWEST, limit=10, after=after)) == ["r4", "r3", "r2", "r1"]


# ---- generations


def test_a_generation_is_not_searched_before_the_switch_and_alone_after(engine: SearchEngine) -> None:
    fill(engine, document(1, "cu"), document(2, "cu"))
    generation = engine.new_generation()
    assert generation.put([document(2, "moi", revision=2), document(3, kind="k" * 40_000)]) != ()
    generation.put([document(4, "moi")])
    generation.delete(["r4"])
    generation.commit()
    assert list(generation.revisions()) == [("r2", 2)]
    assert found(engine) == {"r1", "r2"}
    fill(engine, document(5, "cu"))
    generation.switch()
    assert found(engine) == {"r2"}
    fill(engine, document(6))
    assert found(engine) == {"r2", "r6"}
    assert list(engine.revisions()) == [("r2", 2), ("r6", 1)]


def test_a_generation_takes_a_lower_revision_after_a_delete(engine: SearchEngine) -> None:
    generation = engine.new_generation()
    generation.put([document(1, revision=5)])
    generation.commit()
    generation.delete(["r1"])
    generation.put([document(1, revision=3)])
    generation.commit()
    assert list(generation.revisions()) == [("r1", 3)]
    generation.switch()
    assert list(engine.revisions()) == [("r1", 3)]


def test_a_discarded_generation_leaves_everything_as_it_was(engine: SearchEngine) -> None:
    fill(engine, document(1))
    generation = engine.new_generation()
    generation.put([document(2)])
    generation.discard()
    assert found(engine) == {"r1"}
    fill(engine, document(3))
    assert found(engine) == {"r1", "r3"}


def test_the_first_generation_of_an_empty_engine_can_be_switched_to(engine: SearchEngine) -> None:
    generation = engine.new_generation()
    generation.put([document(1)])
    generation.switch()
    assert found(engine) == {"r1"}


def test_searches_go_on_without_a_failure_or_a_missing_hit_while_generations_change(open_engine: EngineOpener) -> None:
    engine, reader = open_engine(), open_engine()
    records = [document(n) for n in range(1, 51)]
    fill(engine, *records)
    stop, totals, troubles = threading.Event(), [0], []

    def search_all_the_time() -> None:
        while not stop.is_set():
            try:
                results = find(reader, word("van"), limit=50, facets=("year",))
                totals.append(results.total)
                assert results.total == len(results.hits) == 50
            except BaseException as error:
                troubles.append(error)

    threads = [threading.Thread(target=search_all_the_time) for _ in range(2)]
    for thread in threads:
        thread.start()
    for revision in range(2, 7):
        generation = engine.new_generation()
        generation.put([document(n, revision=revision) for n in range(1, 51)])
        generation.commit()
        generation.switch()
    stop.set()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert len(totals) > 10
    assert {revision for _, revision in reader.revisions()} == {6}


# ---- of the embedded engine alone


def in_another_process(code: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


READ = """
import sys
from pathlib import Path
from search_api.engines.tantivy_engine import TantivyEngine
from tests.contracts.index_documents import found
print(len(found(TantivyEngine(Path(sys.argv[1]), read_only=True))))
"""


def test_another_process_sees_commits_and_switches(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "index")
    assert in_another_process(READ, tmp_path / "index") == "0"
    fill(engine, document(1), document(2))
    assert in_another_process(READ, tmp_path / "index") == "2"
    generation = engine.new_generation()
    generation.put([document(3)])
    generation.switch()
    assert in_another_process(READ, tmp_path / "index") == "1"
    engine.close()


WRITE_WITHOUT_COMMIT = """
import os, sys
from pathlib import Path
from search_api.engines.tantivy_engine import TantivyEngine
from tests.contracts.index_documents import document, fill
engine = TantivyEngine(Path(sys.argv[1]))
fill(engine, document(1))
engine.put([document(2)])
generation = engine.new_generation()
generation.put([document(3)])
sys.stdout.write(generation.name)
sys.stdout.flush()
os._exit(0)
"""


def test_a_killed_writer_leaves_what_was_committed_and_its_generation_is_swept(tmp_path: Path) -> None:
    left = in_another_process(WRITE_WITHOUT_COMMIT, tmp_path / "index")
    assert (tmp_path / "index" / left).is_dir()
    engine = TantivyEngine(tmp_path / "index")
    assert found(engine) == {"r1"}
    fill(engine, document(4))
    assert found(engine) == {"r1", "r4"}
    generation = engine.new_generation()
    another = TantivyEngine(tmp_path / "index").new_generation()
    assert not (tmp_path / "index" / left).exists()
    assert (tmp_path / "index" / generation.name).is_dir(), "one that is being filled must not be swept"
    another.discard()
    generation.discard()
    engine.close()


def test_a_second_writer_is_told_that_the_index_is_taken(tmp_path: Path) -> None:
    one, other = TantivyEngine(tmp_path / "index"), TantivyEngine(tmp_path / "index")
    one.put([document(1)])
    with pytest.raises(EngineUnavailable, match="another process writes"):
        other.put([document(2)])
    one.commit()
    fill(other, document(2))
    assert found(one) == {"r1", "r2"}
    one.close()
    other.close()


def test_a_reader_does_not_write(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable):
        TantivyEngine(tmp_path / "index", read_only=True).put([document(1)])
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("content", ["../../etc", "generation-../x", "", "generation-\xe9"])
def test_a_damaged_pointer_is_told_and_mended_by_a_new_generation(tmp_path: Path, content: str) -> None:
    engine = TantivyEngine(tmp_path / "index")
    fill(engine, document(1))
    (tmp_path / "index" / "current").write_text(content, "utf-8")
    with pytest.raises(EngineUnavailable):
        find(engine)
    generation = engine.new_generation()
    generation.put([document(2)])
    generation.switch()
    assert found(engine) == {"r2"}
    engine.close()


def test_an_index_of_an_older_form_is_told_and_mended_by_a_new_generation(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "index")
    fill(engine, document(1))
    engine.close()
    (digest,) = (tmp_path / "index").glob("generation-*/schema_digest")
    digest.write_text("0" * 16, "ascii")
    with pytest.raises(IndexOutdated):
        find(engine)
    generation = engine.new_generation()
    generation.put([document(2)])
    generation.switch()
    assert found(engine) == {"r2"}
    engine.close()
