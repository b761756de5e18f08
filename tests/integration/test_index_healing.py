"""What befalls an index while the house runs: it is deleted, damaged, half removed; it heals by itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from kernel.errors import EngineUnavailable, IndexOutdated
from mappings.record import RecordState
from search_api.engines.elasticsearch.client import Client
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.embedded.generation import EmbeddedIndex, engine_errors
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.indexer import Indexer
from search_api.rebuild import rebuild
from tests.integration.test_indexer import catalogue_of, index_of, index_or_nothing, running, until, waiting
from tests.records import enter
from tests.servers.elasticsearch import call, elasticsearch_url, fresh_alias
from tests.serving import SearchHouse, search_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SearchHouse]:
    made = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, made) as found:
        yield found
    made.close()


def folder_of(house: SearchHouse) -> Path:
    (found,) = (house.layout.data.parent / "index").glob("generation-*")
    return found


def alter(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[0] ^= 0x55
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:10])


def each(suffix: str, damage: Callable[[Path], None]) -> Callable[[Path], None]:
    def all_of_them(folder: Path) -> None:
        for path in folder.glob(f"*{suffix}"):
            damage(path)

    return all_of_them


DAMAGES: dict[str, Callable[[Path], None]] = {
    "the generation is gone": shutil.rmtree,
    "its list is cut": each("meta.json", lambda path: path.write_bytes(b"{") and None),
    "its list is of something else": each("meta.json", lambda path: path.write_bytes(b'{"segments": []}') and None),
    "its list is gone": each("meta.json", Path.unlink),
    "its digest is gone": each("schema_digest", Path.unlink),
    "terms are altered": each(".term", alter),
    "postings are altered": each(".idx", alter),
    "columns are cut": each(".fast", cut),
    "a segment is missing": each(".store", Path.unlink),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_index_is_built_anew_at_the_start(house: SearchHouse, damage: Callable[[Path], None]) -> None:
    ids = {house.enter(f"trang {number}") for number in range(3)}
    house.index()
    house.engine.close()
    damage(folder_of(house))
    with running(house.indexer):
        until(lambda: set(index_or_nothing(house.engine)) == ids and set(house.found("trang")) == ids)


def test_an_index_altered_while_the_indexer_is_idle_is_built_anew(house: SearchHouse) -> None:
    ids = {house.enter(f"trang {number}") for number in range(3)}
    looking = Indexer(house.catalogue, house.engine, house.layout.index_lock, look_seconds=0.2)
    with running(looking):
        until(lambda: waiting(house) == 0)
        former = folder_of(house)
        each(".pos", alter)(former)
        until(lambda: not former.exists())
        until(lambda: set(house.found("trang")) == ids)


def test_a_sound_index_is_not_read_twice_and_not_called_damaged(house: SearchHouse) -> None:
    house.enter("trang")
    house.index()
    house.engine.check(anew=True)
    house.engine.check()
    assert house.indexer.look()
    alter(next(folder_of(house).glob("*.term")))
    with pytest.raises(IndexOutdated):
        house.engine.check()


def test_an_index_deleted_under_an_idle_indexer_comes_back_whole(house: SearchHouse) -> None:
    ids = {house.enter(f"trang {number}") for number in range(3)}
    looking = Indexer(house.catalogue, house.engine, house.layout.index_lock, look_seconds=0.2)
    with running(looking):
        until(lambda: waiting(house) == 0)
        shutil.rmtree(house.layout.data.parent / "index")
        until(lambda: set(index_or_nothing(house.engine)) == ids)


def test_a_record_that_comes_after_the_index_was_deleted_brings_all_others_with_it(house: SearchHouse) -> None:
    for number in range(3):
        house.enter(f"trang {number}")
    house.index()
    shutil.rmtree(house.layout.data.parent / "index")
    house.enter("trang mới")
    house.index()
    assert index_of(house) == catalogue_of(house)


def test_a_missing_index_is_told_and_an_empty_archive_finds_nothing(house: SearchHouse) -> None:
    assert house.get("/search", q="trang")["total"] == 0
    house.enter("trang")
    house.index()
    shutil.rmtree(house.layout.data.parent / "index")
    assert house.get("/search", q="trang", status=503)["code"] == "index-outdated"


def test_records_lost_from_the_index_are_missed_by_a_look(house: SearchHouse) -> None:
    ids = [house.enter(f"trang {number}") for number in range(3)]
    house.index()
    assert house.indexer.look()
    house.engine.delete(ids[:1])
    house.engine.commit()
    assert not house.indexer.look()
    house.index()
    assert index_of(house) == catalogue_of(house)


def test_a_panic_of_the_engine_is_an_engine_that_does_not_answer() -> None:
    panic = type("PanicException", (BaseException,), {})
    with pytest.raises(EngineUnavailable), engine_errors():
        raise panic("index out of bounds")
    with pytest.raises(KeyboardInterrupt), engine_errors():
        raise KeyboardInterrupt


def test_a_rebuild_whose_last_step_fails_keeps_the_index_that_answers(
    house: SearchHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = house.enter("trang")
    house.index()

    point_to = TantivyEngine.point_to

    def point_and_fail(engine: TantivyEngine, index: EmbeddedIndex) -> None:
        point_to(engine, index)
        raise EngineUnavailable(reason="input/output error")

    with monkeypatch.context() as failing:
        failing.setattr(TantivyEngine, "point_to", point_and_fail)
        with pytest.raises(EngineUnavailable):
            rebuild(house.catalogue, house.engine, house.layout.index_lock)
    fresh = TantivyEngine(house.layout.data.parent / "index")
    assert list(dict(fresh.revisions())) == [record_id]
    fresh.close()


def test_a_former_index_that_cannot_be_removed_takes_nothing_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = elasticsearch_url()
    with fresh_alias(url) as alias:
        engine = ElasticsearchEngine([url], alias)
        with search_house(tmp_path, engine) as house:
            record_id = house.enter("trang")
            house.index()

            def fail(_client: Client, names: Sequence[str]) -> None:
                # A sweep with nothing to remove asks as well.
                assert not names or len(names) == 1
                raise EngineUnavailable(reason="timed out")

            with monkeypatch.context() as failing:
                failing.setattr(Client, "delete_indices", fail)
                rebuild(house.catalogue, engine, house.layout.index_lock)
            assert house.found("trang") == [record_id]
            generation = engine.new_generation()
            generation.switch()
            generation.discard()
            assert call(url, "GET", f"/{generation.name}") is not None
        engine.close()


def test_received_and_reading_are_one_state_to_find_and_the_hit_tells_which(house: SearchHouse) -> None:
    record_id = enter(house.catalogue, ("trang",))

    def put_back(state: RecordState) -> None:
        house.catalogue.write(lambda unit: unit.outbox.put({record_id: unit.records.finish(record_id, state)}))

    put_back(RecordState.RECEIVED)
    house.index()
    house.catalogue.write(lambda unit: unit.records.claim("o" * 26, lambda: ["o" * 26], 5))
    for indexed_again in (False, True):
        for asked in ("received", "reading"):
            answer = house.get("/search", state=asked)
            assert [hit["state"] for hit in answer["hits"]] == ["reading"]
            assert answer["facets"]["state"] == [{"value": "received", "count": 1}]
        if not indexed_again:
            house.catalogue.write(lambda unit: unit.outbox.put({record_id: unit.records.touch(record_id)}))
            house.index()
    assert house.get("/search", state="searchable")["total"] == 0


def test_records_that_the_index_does_not_know_count_as_unsearchable(house: SearchHouse) -> None:
    house.enter("trang", None)
    house.index()
    house.enter("chờ")
    hidden = house.enter("mật", None, unit="police", access_class="restricted")
    assert hidden
    assert house.get("/search")["unsearchable"] == {"records": 2, "pages": 1}
