"""The order of hits, paging through them, and generations, on each engine."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from search_api.engines.nodes import (
    AllOf,
    AnyOf,
    Everything,
    Node,
    Term,
)
from search_api.engines.protocol import Position, SearchEngine, Sort
from tests.contracts.conftest import EngineOpener
from tests.contracts.index_documents import PUBLIC, document, fill, find, found, ids


def word(term: str) -> Term:
    return Term("text_folded", term)


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
