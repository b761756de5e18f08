"""The index becomes equal to the catalogue, whatever happens in between: on both engines."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kernel.errors import EngineUnavailable
from mappings.index_document import index_document
from search_api import batches
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import SearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.indexer import Indexer
from search_api.rebuild import rebuild
from search_api.reconciling import Reconciled, reconcile
from tests.contracts.conftest import EngineOpener, engine, open_engine  # noqa: F401 - fixtures
from tests.records import touch
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias
from tests.serving import SearchHouse, search_house

BAD = "một trang hỏng"


@pytest.fixture
def house(tmp_path: Path, engine: SearchEngine) -> Iterator[SearchHouse]:  # noqa: F811
    with search_house(tmp_path, engine) as made:
        yield made


@pytest.fixture
def local_house(tmp_path: Path) -> Iterator[SearchHouse]:
    made = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, made) as found:
        yield found
    made.close()


def catalogue_of(house: SearchHouse) -> dict[str, int]:
    with house.catalogue.reading() as unit:
        return dict(unit.records.all_revisions())


def index_of(house: SearchHouse) -> dict[str, int]:
    return dict(house.engine.revisions())


def waiting(house: SearchHouse) -> int:
    with house.catalogue.reading() as unit:
        return unit.outbox.waiting()


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


@contextmanager
def running(indexer: Indexer) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=indexer.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


def test_a_step_brings_the_outbox_in_and_empties_it(house: SearchHouse) -> None:
    first, second = house.enter("một"), house.enter("hai")
    assert house.indexer.step() == 2
    assert index_of(house) == catalogue_of(house)
    assert waiting(house) == 0
    assert house.indexer.step() == 0
    touch(house.catalogue, first)
    assert house.indexer.step() == 1
    assert index_of(house) == catalogue_of(house) == {first: 3, second: 2}
    assert house.indexer.status.indexed == 3


def test_a_record_longer_than_a_batch_goes_in_whole(local_house: SearchHouse) -> None:
    long = local_house.enter(*(f"trang {number} dài" for number in range(900)))
    short = local_house.enter("ngắn")
    local_house.index()
    assert local_house.found("trang 899") == [long]
    assert local_house.found("ngắn") == [short]


def test_a_record_that_vanished_leaves_the_index(house: SearchHouse) -> None:
    with house.catalogue.reading() as unit:
        document = index_document(unit.records.view(house.enter("còn")))
    house.engine.put([replace(document, id="gone")])
    house.engine.commit()
    house.catalogue.write(lambda unit: unit.outbox.put({"gone": 7}))
    house.index()
    assert index_of(house) == catalogue_of(house)
    assert waiting(house) == 0


def refuse(monkeypatch: pytest.MonkeyPatch, marker: str) -> None:
    """Documents of records with this text get a value that no engine takes, as a wrong version of ours might make."""

    def spoiled(view):  # type: ignore[no-untyped-def]
        document = index_document(view)
        if marker in view.pages[0].text:
            return replace(document, values={**document.values, "issued_on": 1 << 70})
        return document

    monkeypatch.setattr(batches, "index_document", spoiled)


def test_a_refused_record_is_set_aside_with_its_reason_and_the_rest_goes_in(
    house: SearchHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad, also_good = house.enter("tốt"), house.enter(BAD), house.enter("cũng tốt")
    with monkeypatch.context() as spoiling:
        refuse(spoiling, BAD)
        house.index()
    assert set(index_of(house)) == {good, also_good}
    (aside,) = house.get("/status")["outbox"]["set_aside"]
    assert aside["record_id"] == bad
    assert "issued_on" in aside["reason"]
    assert waiting(house) == 0
    touch(house.catalogue, bad)
    house.index()
    assert index_of(house) == catalogue_of(house)
    assert house.get("/status")["outbox"]["set_aside"] == []


def test_a_text_that_trips_the_analysis_does_not_hold_up_the_rest(
    local_house: SearchHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tripping(view):  # type: ignore[no-untyped-def]
        if BAD in view.pages[0].text:
            raise ValueError("no such letter")
        return index_document(view)

    monkeypatch.setattr(batches, "index_document", tripping)
    bad, good = local_house.enter(BAD), local_house.enter("tốt")
    local_house.index()
    assert set(index_of(local_house)) == {good}
    assert [one["record_id"] for one in local_house.get("/status")["outbox"]["set_aside"]] == [bad]


def test_the_indexer_runs_and_stops(house: SearchHouse) -> None:
    with running(house.indexer):
        first = house.enter("một")
        until(lambda: waiting(house) == 0)
        assert house.found("một") == [first]
        second = house.enter("hai")
        until(lambda: house.found("hai") == [second])
    assert not house.indexer.status.running


def test_an_engine_that_was_away_is_caught_up_with(tmp_path: Path) -> None:
    """A door that is shut and opened again in front of a real Elasticsearch."""
    with fresh_alias(elasticsearch_url()) as alias, Door(elasticsearch_url()) as door:
        away = ElasticsearchEngine([door.url], alias)
        with search_house(tmp_path, away) as house:
            ids = {house.enter(f"trang {number}") for number in range(3)}
            with pytest.raises(EngineUnavailable):
                house.indexer.step()
            assert waiting(house) == 3
            with running(house.indexer):
                until(lambda: house.indexer.status.failures >= 2)
                assert house.indexer.status.trouble
                door.open()
                until(lambda: waiting(house) == 0)
                assert set(index_of(house)) == ids
                until(lambda: house.indexer.status.trouble is None)
        away.close()


class Door:
    """A port that leads to a server while it is open."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").rstrip("/").partition(":")
        self._target = (host, int(port))
        self._listener = socket.socket()
        # Bound but not listening: the port is ours, and connections are refused.
        self._listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Door:
        return self

    def open(self) -> None:
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                inside, _ = self._listener.accept()
                outside = socket.create_connection(self._target)
            except OSError:
                return
            for one, other in ((inside, outside), (outside, inside)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass_on(one: socket.socket, other: socket.socket) -> None:
        try:
            while chunk := one.recv(1 << 16):
                other.sendall(chunk)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def __exit__(self, *_: object) -> None:
        self._listener.close()


def test_reconciling_finds_what_is_missing_stale_and_extra(house: SearchHouse) -> None:
    ids = [house.enter(f"trang {number}") for number in range(6)]
    house.index()
    with house.catalogue.reading() as unit:
        document = index_document(unit.records.view(ids[0]))
    house.engine.put([replace(document, id="extra", sequence=3), replace(document, id="last", sequence=77)])
    house.engine.delete([ids[0], ids[4]])
    house.engine.commit()
    house.catalogue.write(lambda unit: unit.records.touch(ids[2]))  # as if its outbox row were lost
    found = reconcile(house.catalogue, house.engine, house.layout.index_lock)
    assert found == Reconciled(missing=2, stale=1, extra=2)
    house.index()
    assert index_of(house) == catalogue_of(house)
    nothing = reconcile(house.catalogue, house.engine, house.layout.index_lock)
    assert nothing == Reconciled(0, 0, 0)
    assert waiting(house) == 0


def test_an_index_ahead_of_a_restored_catalogue_goes_back_with_it(house: SearchHouse) -> None:
    record_id = house.enter("trang")
    with house.catalogue.reading() as unit:
        document = index_document(unit.records.view(record_id))
    house.engine.put([replace(document, revision=50)])
    house.engine.commit()
    house.index()
    assert index_of(house) == {record_id: 50}
    assert reconcile(house.catalogue, house.engine, house.layout.index_lock).stale == 1
    house.index()
    assert index_of(house) == catalogue_of(house)


def test_an_index_that_was_deleted_heals_by_itself(local_house: SearchHouse, tmp_path: Path) -> None:
    ids = {local_house.enter(f"trang {number}") for number in range(3)}
    local_house.index()
    local_house.engine.close()
    shutil.rmtree(tmp_path / "index")
    fresh = TantivyEngine(tmp_path / "index")
    with running(Indexer(local_house.catalogue, fresh, local_house.layout.index_lock)):
        until(lambda: set(dict(fresh.revisions())) == ids)
    fresh.close()


def test_an_index_of_an_older_form_is_built_anew_by_itself(local_house: SearchHouse, tmp_path: Path) -> None:
    ids = {local_house.enter(f"trang {number}") for number in range(3)}
    local_house.index()
    local_house.engine.close()
    (digest,) = (tmp_path / "index").glob("*/schema_digest")
    digest.chmod(0o600)
    digest.write_text("0" * 16)
    fresh = TantivyEngine(tmp_path / "index")
    with pytest.raises(EngineUnavailable):
        fresh.ping()
    with running(Indexer(local_house.catalogue, fresh, local_house.layout.index_lock)):
        until(lambda: set(index_or_nothing(fresh)) == ids)
    fresh.close()


def index_or_nothing(searched: SearchEngine) -> dict[str, int]:
    try:
        return dict(searched.revisions())
    except EngineUnavailable:
        return {}


def test_a_rebuild_fills_all_and_tells_how_far_it_is(house: SearchHouse) -> None:
    ids = {house.enter(f"trang {number}") for number in range(5)}
    told: list[tuple[int, int]] = []
    rebuilt = rebuild(
        house.catalogue, house.engine, house.layout.index_lock, lambda done, total: told.append((done, total))
    )
    assert (rebuilt.records, rebuilt.refused) == (5, {})
    assert index_of(house) == catalogue_of(house)
    assert set(house.found("trang")) == ids
    assert (told[0], told[-1]) == ((0, 5), (5, 5))


def test_searching_and_indexing_go_on_during_a_rebuild(house: SearchHouse, open_engine: EngineOpener) -> None:  # noqa: F811
    ids = [house.enter(f"trang {number}") for number in range(4)]
    house.index()
    during: list[str] = []

    def meanwhile(done: int, _total: int) -> None:
        if done and not during:
            # All is in the new generation by now: what changes must reach it all the same.
            assert set(house.found("trang")) == set(ids)
            touch(house.catalogue, ids[0])
            during.append(house.enter("trang mới"))
            house.index()
            assert house.found("mới") == during
            during.append(house.enter("trang mới hơn"))

    rebuild(house.catalogue, open_engine(), house.layout.index_lock, meanwhile)
    assert index_of(house) == catalogue_of(house)
    assert waiting(house) == 1, "the last one waits in the outbox, and is in the index already"
    assert set(house.found("trang mới")) == set(during)
    house.index()
    assert index_of(house) == catalogue_of(house)


def test_a_rebuild_that_fails_leaves_the_old_index_as_it_was(house: SearchHouse) -> None:
    record_id = house.enter("trang")
    house.index()

    def fail(_done: int, _total: int) -> None:
        raise EngineUnavailable(reason="test")

    with pytest.raises(EngineUnavailable):
        rebuild(house.catalogue, house.engine, house.layout.index_lock, fail)
    assert house.found("trang") == [record_id]
    house.enter("trang nữa")
    house.index()
    assert index_of(house) == catalogue_of(house)


def test_a_rebuild_takes_what_was_set_aside_and_sets_aside_what_is_refused_now(
    house: SearchHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, now_bad = house.enter(BAD), house.enter("trang sau")
    with monkeypatch.context() as spoiling:
        refuse(spoiling, BAD)
        house.index()
    assert [one["record_id"] for one in house.get("/status")["outbox"]["set_aside"]] == [bad]
    with monkeypatch.context() as spoiling:
        refuse(spoiling, "trang sau")
        rebuilt = rebuild(house.catalogue, house.engine, house.layout.index_lock)
    assert (rebuilt.records, list(rebuilt.refused)) == (1, [now_bad])
    assert set(index_of(house)) == {bad}
    assert [one["record_id"] for one in house.get("/status")["outbox"]["set_aside"]] == [now_bad]
    assert waiting(house) == 0


def test_two_indexers_take_turns(local_house: SearchHouse, tmp_path: Path) -> None:
    other_engine = TantivyEngine(tmp_path / "index")
    other = Indexer(local_house.catalogue, other_engine, local_house.layout.index_lock)
    with running(local_house.indexer), running(other):
        ids = {local_house.enter(f"trang {number}") for number in range(40)}
        until(lambda: waiting(local_house) == 0)
    assert set(index_of(local_house)) == ids
    assert local_house.indexer.status.failures == other.status.failures == 0
    other_engine.close()
