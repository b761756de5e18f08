"""I4, on both engines: what the index holds otherwise than the catalogue is named, unless it is about to be healed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from archive.violations import Invariant
from search_api import batches
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import SearchEngine
from search_api.verifying import unindexed
from tests.contracts.conftest import engine, open_engine  # noqa: F401 - fixtures
from tests.records import touch
from tests.serving import SearchHouse, search_house


@pytest.fixture
def house(tmp_path: Path, engine: SearchEngine) -> Iterator[SearchHouse]:  # noqa: F811
    with search_house(tmp_path, engine) as made:
        yield made


def found(house: SearchHouse) -> list[tuple[str, str]]:
    violations = list(unindexed(house.catalogue, house.engine))
    assert {one.invariant for one in violations} <= {Invariant.INDEX}
    return [(one.code, one.where) for one in violations]


def put_straight(house: SearchHouse, record_id: str, revision: int, new_id: str | None = None) -> None:
    """Into the index, past the catalogue."""
    (batch,) = batches.batches(house.catalogue, [record_id])
    (document,) = batch.documents
    changed = replace(document, revision=revision)
    if new_id:
        changed = replace(changed, id=new_id, sequence=999)
    house.engine.put([changed])
    house.engine.commit()


def test_each_difference_is_named(house: SearchHouse) -> None:
    ids = [house.enter(f"Trang {number}") for number in range(6)]
    assert found(house) == []  # all of it waits
    house.index()
    assert found(house) == []
    house.engine.delete([ids[1]])
    house.engine.commit()
    assert found(house) == [("index-lacks", ids[1])]
    put_straight(house, ids[2], 99)
    put_straight(house, ids[3], 5, "0" * 26)
    assert sorted(found(house)) == [
        ("index-extra", "0" * 26),
        ("index-lacks", ids[1]),
        ("index-stale", ids[2]),
    ]


def test_what_waits_or_was_set_aside_is_no_violation(house: SearchHouse) -> None:
    ids = [house.enter(f"Trang {number}") for number in range(3)]
    house.index()
    touch(house.catalogue, ids[0])
    assert found(house) == []
    with house.catalogue.writing() as unit:
        unit.outbox.set_aside([(one, "no") for one in unit.outbox.pending(10)])
        unit.commit()
    assert found(house) == []


def test_no_false_alarm_while_records_come_and_change(house: SearchHouse) -> None:
    def work() -> None:
        ids = []
        for number in range(15):
            ids.append(house.enter(f"Trang {number}"))
            touch(house.catalogue, ids[number // 2])
            house.index()

    alarms = []
    with ThreadPoolExecutor(1) as worker:
        working = worker.submit(work)
        while not working.done():
            # A busy machine may make the engine late, and that is said; it is no word on the index.
            alarms += [one for one in found(house) if one[0] != "index-unreachable"]
        working.result()
    assert alarms == []
    assert found(house) == []


def test_an_engine_that_is_away_is_told(tmp_path: Path) -> None:
    away = ElasticsearchEngine(["http://127.0.0.1:9"], "tangthu")
    with search_house(tmp_path, away) as house:
        house.enter("Trang")
        assert [code for code, _ in found(house)] == ["index-unreachable"]
    away.close()
