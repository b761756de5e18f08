"""The whole way of a record over PostgreSQL, from the drop folder to the bin; and what only PostgreSQL shows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingest.confining import Confinement
from ingest.sandbox import ReadingPool
from mappings.record import DeliveryState, RecordState
from search_api.engines.tantivy_engine import TantivyEngine
from tests.integration import readers
from tests.integration.house import House
from tests.integration.test_pipeline import add, all_done, options, running, until
from tests.servers.postgresql import postgresql_database
from tests.serving import SearchHouse, search_house

LETTER = """ỦY BAN NHÂN DÂN XÃ HOA SEN
Số: 123/QĐ-UBND

QUYẾT ĐỊNH
Về việc phê duyệt dự toán ngân sách năm 2019
"""


@dataclass(frozen=True, slots=True)
class Both:
    """The way in and the way out of one archive on PostgreSQL."""

    url: str
    ingest: House
    search: SearchHouse


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    engine = TantivyEngine(tmp_path / "index")
    with (
        postgresql_database(tables=False) as url,
        House(tmp_path, url) as ingest,
        search_house(tmp_path, engine, database_url=url) as search,
    ):
        yield Both(url, ingest, search)
    engine.close()


def test_from_the_drop_folder_to_a_hit_to_the_bin_and_back(both: Both) -> None:
    house, client = both.search, both.search.client
    with both.ingest.service() as service:
        both.ingest.drop("quyết định.txt", LETTER)
        assert service.drain(120)
        uploaded = client.post(
            "/api/v1/records", files={"file": ("công văn.txt", b"Kinh ph\xc3\xad thu\xe1\xbb\xb7 l\xe1\xbb\xa3i")}
        )
        assert uploaded.status_code == 202, uploaded.text
        service.nudge()
        assert service.drain(120)
    house.index()
    (decision,) = house.found("du toan ngan sach")
    (letter,) = house.found("thuỷ lợi")
    assert house.get(uploaded.headers["Location"].removeprefix("/api/v1"))["record_id"] == letter
    record = house.get(f"/records/{decision}")
    assert (record["state"], record["issue_number"]) == ("searchable", "123/QĐ-UBND")
    assert house.get(f"/records/{decision}/pages/1/words")["words"] != []
    assert client.get(f"/api/v1/records/{decision}/original").content == LETTER.encode()
    corrected = client.patch(f"/api/v1/records/{decision}", json={"fields": {"number": {"value": "124"}}})
    assert corrected.json()["issue_number"] == "124/QĐ-UBND"
    house.index()
    assert house.found("124/QĐ-UBND") == [decision]
    client.request("DELETE", f"/api/v1/records/{decision}", json={"by": "A", "why": "nhầm"})
    assert house.found("du toan ngan sach") == []
    client.post(f"/api/v1/bin/{decision}/restore", json={"by": "A"})
    house.index()
    assert house.found("du toan ngan sach") == [decision]
    assert house.get("/status")["outbox"]["waiting"] == 0
    assert house.get("/status")["records"] == {"searchable": 2}


def test_two_processes_on_one_drop_folder_make_one_record_a_digest(both: Both, tmp_path: Path) -> None:
    for number in range(60):
        both.ingest.drop(f"{number}.txt", f"trang {number % 20}")
    with House(tmp_path, both.url) as other, both.ingest.service() as one, other.service() as two:
        ended: list[bool] = []
        threads = [threading.Thread(target=lambda run=run: ended.append(run.drain(120))) for run in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert ended == [True, True]
    assert both.ingest.record_states() == {RecordState.SEARCHABLE: 20}
    states = [row.delivery.state for row in both.ingest.deliveries().values()]
    assert (states.count(DeliveryState.ARCHIVED), states.count(DeliveryState.DUPLICATE)) == (20, 40)
    assert both.ingest.files_left() == []


def test_two_pipelines_read_each_page_once(both: Both, tmp_path: Path) -> None:
    for number in range(30):
        add(both.ingest, f"r{number}", 2)
    with (
        # The readers write to a folder of the test.
        ReadingPool(2, 512, 5, Confinement.LIMITS) as pool,
        running(both.ingest, pool, options(both.ingest)),
        running(both.ingest, pool, options(both.ingest, readers.reads)),
    ):
        until(lambda: all_done(both.ingest))
    lines = (tmp_path / "read").read_text().splitlines()
    assert len(lines) == len(set(lines)) == 60


@pytest.mark.parametrize("path", ["/records/%00", "/deliveries/%00", "/deliveries?before=%00", "/bin?before=%00"])
def test_ids_that_postgresql_cannot_even_hold_are_just_not_there(both: Both, path: str) -> None:
    assert both.search.client.get(f"/api/v1{path}").status_code in (200, 404, 422)


def test_no_transaction_stays_open_behind_an_answer(both: Both) -> None:
    record_id = both.search.enter("ngân sách")
    both.search.index()
    answers: list[Any] = [
        both.search.found("ngân sách"),
        both.search.get(f"/records/{record_id}"),
        both.search.client.get("/api/v1/records/nothing"),
        both.search.get("/status"),
        both.search.get("/bin"),
    ]
    assert all(answers)
    with psycopg.connect(both.url.replace("postgresql+psycopg", "postgresql")) as connection:
        query = "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
        assert connection.execute(query).fetchall() == []


def test_a_reading_unit_cannot_write(both: Both) -> None:
    record_id = both.search.enter("ngân sách")
    with both.search.catalogue.reading() as unit, pytest.raises(Exception, match="read-only"):
        unit.records.touch(record_id)
