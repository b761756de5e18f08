"""A new index that a kill or a stop has left half filled is gone on with, and ends up as the catalogue is by then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from kernel.errors import EngineUnavailable, Unavailable
from search_api import rebuild as rebuilding
from search_api.begun import purge_mark
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import SearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.rebuild import rebuild
from tests.integration.rebuilding import killed_after
from tests.integration.test_indexer import catalogue_of, index_of
from tests.records import touch
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias
from tests.serving import SearchHouse, search_house

Made = tuple[SearchHouse, str]


@pytest.fixture(params=["tantivy", "elasticsearch"])
def made(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """A house of 23 records that are indexed, and where its index is."""
    monkeypatch.setattr(rebuilding, "BATCH_RECORDS", 5)
    with ExitStack() as stack:
        place = str(tmp_path / "index")
        engine: SearchEngine = TantivyEngine(Path(place))
        if request.param == "elasticsearch":
            place = stack.enter_context(fresh_alias(elasticsearch_url()))
            engine = ElasticsearchEngine([elasticsearch_url()], place)
        stack.callback(engine.close)
        house = stack.enter_context(search_house(tmp_path, engine))
        for number in range(23):
            house.enter(f"trang {number}")
        house.index()
        yield house, place


def rebuilt_from(house: SearchHouse) -> int:
    """With how many records a rebuild begins, which is then whole."""
    told: list[int] = []
    rebuild(house.catalogue, house.engine, house.layout.index_lock, lambda done, _total: told.append(done))
    assert index_of(house) == catalogue_of(house)
    return told[0]


def test_a_killed_rebuild_is_gone_on_with_and_meets_what_has_changed_since(made: Made) -> None:
    house, place = made
    ids = list(catalogue_of(house))
    killed_after(house.layout, house.engine, place, 12)
    assert len(house.found("trang", limit=50)) == 23, "the former index answers"
    touch(house.catalogue, ids[1])
    house.enter("trang mới")
    # Each put into Elasticsearch is durable by itself.
    assert rebuilt_from(house) == (10 if isinstance(house.engine, TantivyEngine) else 15)
    assert len(house.found("trang", limit=50)) == 24
    assert rebuilt_from(house) == 0, "the one that answers is never gone on with"


@pytest.mark.each(2)
def test_one_that_was_killed_again_and_again_ends(made: Made) -> None:
    house, place = made
    for records in (6, 11, 23):
        killed_after(house.layout, house.engine, place, records)
    assert rebuilt_from(house) == (20 if isinstance(house.engine, TantivyEngine) else 23)


def test_what_was_begun_before_a_purge_is_not_gone_on_with(made: Made) -> None:
    house, place = made
    killed_after(house.layout, house.engine, place, 12)
    purge_mark(house.layout.index_lock).write_text("a purge")
    assert rebuilt_from(house) == 0


def test_a_stop_leaves_what_is_filled_and_a_failing_engine_does_not(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, _ = made
    monkeypatch.setattr(rebuilding, "COMMIT_RECORDS", 5)
    for error, begun_with in ((Unavailable(reason="stop"), 10), (EngineUnavailable(reason="full"), 0)):

        def fail(done: int, _total: int, error: Exception = error) -> None:
            if done >= 10:
                raise error

        with suppress(Unavailable):
            rebuild(house.catalogue, house.engine, house.layout.index_lock, fail)
        assert rebuilt_from(house) == begun_with


def test_of_a_damaged_one_nothing_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "BATCH_RECORDS", 5)
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as house:
        for number in range(23):
            house.enter(f"trang {number}")
        house.index()
        (answering,) = (tmp_path / "index").glob("generation-*")
        killed_after(house.layout, engine, str(tmp_path / "index"), 12)
        (left,) = set((tmp_path / "index").glob("generation-*")) - {answering}
        part = next(left.glob("*.idx"))
        part.write_bytes(b"x" + part.read_bytes()[1:])
        assert rebuilt_from(house) == 0
        assert not left.exists()
    engine.close()
