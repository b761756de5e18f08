"""Vectors are made behind the index, by one process at a time, whatever goes wrong in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest

from archive.quarantining import quarantine
from kernel.errors import EngineUnavailable
from search_api.indexer import Indexer
from search_api.meaning import following
from search_api.meaning.embedded import EmbeddedVectors
from search_api.meaning.following import Follower
from search_api.meaning.protocol import Vector
from tests.integration.house import until
from tests.records import touch
from tests.serving import SearchHouse

FAR_AWAY = 3600.0


@dataclass
class Counting:
    """As `Embedder`: a vector for each text; fails so often before it works."""

    failures: int = 0
    seen: list[str] = field(default_factory=list)
    dimension: int = 4
    digest: str = "counting"
    least_similarity: float = 0.0

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        if self.failures:
            self.failures -= 1
            raise EngineUnavailable(reason="not yet")
        self.seen += texts
        return [np.array([1, 0, 0, 0], np.float32) for _ in texts]

    def question(self, text: str) -> Vector:
        return self.passages([text])[0]


def vectors_of(house: SearchHouse) -> EmbeddedVectors:
    return EmbeddedVectors(house.layout.index, "counting", 4)


def follower_of(house: SearchHouse, embedder: Counting, seconds: float = FAR_AWAY) -> Follower:
    lock = house.layout.index_lock.with_name("meaning.lock")
    return Follower(house.catalogue, embedder, vectors_of(house), lock, compare_seconds=seconds)


@contextmanager
def running(*followers: Follower) -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=one.run, args=(stop,)) for one in followers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()


def held(house: SearchHouse) -> dict[str, int]:
    return dict(vectors_of(house).revisions())


def catalogued(house: SearchHouse) -> dict[str, int]:
    with house.catalogue.reading() as unit:
        return dict(unit.records.all_revisions())


def test_what_the_indexer_learns_is_followed_without_a_comparison(house: SearchHouse) -> None:
    embedder = Counting()
    follower = follower_of(house, embedder)
    indexer = Indexer(house.catalogue, house.engine, house.layout.index_lock, learned=follower.tell)
    with running(follower):
        first = house.enter("một", fields={"subject": "Trích yếu"})
        indexer.step()
        until(lambda: held(house) == catalogued(house))
        touch(house.catalogue, first)
        house.enter("hai")
        indexer.step()
        until(lambda: held(house) == catalogued(house))
    assert embedder.seen[0] == "Trích yếu một"
    assert len(embedder.seen) == 3


def test_a_model_that_fails_for_a_while_is_waited_for(house: SearchHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_FIRST_WAIT_SECONDS", 0.05)
    for number in range(40):
        house.enter(f"văn bản {number}")
    with running(follower_of(house, Counting(failures=60))):
        until(lambda: held(house) == catalogued(house))


def test_of_two_one_works_and_the_other_goes_on_after_it(house: SearchHouse) -> None:
    first, second = Counting(), Counting()
    house.enter("một")
    with running(follower_of(house, second, seconds=0.1)):
        until(lambda: len(second.seen) == 1)
        with running(follower_of(house, first, seconds=0.1)):
            house.enter("hai")
            until(lambda: held(house) == catalogued(house))
        assert first.seen == []
    with running(follower_of(house, first, seconds=0.1)):
        house.enter("ba")
        until(lambda: held(house) == catalogued(house))
    assert first.seen == ["ba"]


def test_told_of_too_many_it_compares_all(house: SearchHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_MOST_TOLD", 5)
    follower = follower_of(house, Counting())
    follower.step()
    records = [house.enter(f"văn bản {number}") for number in range(20)]
    follower.tell(records[:10])
    assert follower.step() == 20
    assert held(house) == catalogued(house)


def test_files_that_go_or_are_spoiled_while_it_runs_come_again(house: SearchHouse) -> None:
    for number in range(10):
        house.enter(f"văn bản {number}")
    with running(follower_of(house, Counting(), seconds=0.1)):
        until(lambda: held(house) == catalogued(house))
    codes = next(house.layout.index.glob("meaning-*/vectors"))
    codes.write_bytes(bytes(codes.stat().st_size))
    again = Counting()
    with running(follower_of(house, again, seconds=0.1)):
        until(lambda: len(again.seen) == 10)
        until(lambda: held(house) == catalogued(house))


def test_what_is_kept_apart_has_no_vector_and_what_is_shared_is_near_to_whom_it_is_shared_with(
    house: SearchHouse,
) -> None:
    follower = follower_of(house, Counting())
    indexer = Indexer(house.catalogue, house.engine, house.layout.index_lock, learned=follower.tell)
    apart = house.enter("một", shared="person:lan")
    shared = house.enter("hai", access_class="named", shared="person:lan")
    follower.step()
    assert vectored(follower, house) == {apart: ("internal", "internal:office", "person:lan"), shared: ("person:lan",)}
    house.catalogue.write(lambda work: quarantine(work, apart, 1))
    while indexer.step():
        pass
    follower.step()
    assert held(house) == catalogued(house)
    assert list(held(house)) == [shared]


def vectored(follower: Follower, house: SearchHouse) -> dict[str, tuple[str, ...]]:
    """The tokens that go with each record's vector."""
    with house.catalogue.reading() as unit:
        views = unit.records.views(list(held(house)), pages=True)
    return {one.id: one.access for one in follower.vectored(list(views.values()))}
