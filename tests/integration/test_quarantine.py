"""What may be a state secret is kept apart: read no further, forgotten, unseen; and released by one named for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.events import Event, EventType
from archive.quarantining import quarantine, release
from archive.receiving import Arrival, receive
from ingest.confining import Confinement
from ingest.options import PipelineOptions
from ingest.recognising import PDF
from ingest.sandbox import ReadingPool
from kernel.clock import now
from kernel.ids import new_id
from mappings.access import QUARANTINE
from mappings.record import DeliverySource, PageState, RecordState
from search_api.access import LOCAL, named_keeper
from search_api.engines.tantivy_engine import TantivyEngine
from tests.integration.house import House, until
from tests.integration.test_pipeline import running
from tests.serving import SearchHouse, search_house
from tests.unit.reading import pages, pdfs

KEEPER = named_keeper(LOCAL, "Ai khác, local")
WORD = "chỉnh lý tài liệu"


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    with ReadingPool(1, 768, 60, Confinement.LIMITS) as made:
        yield made


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SearchHouse]:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as made:
        yield made
    engine.close()


def five_pages(marked: int) -> bytes:
    head = ("UBND HUYỆN SÔNG XANH", "Số: 12/BC-UBND")
    return pdfs.joined(
        *(
            pdfs.born_digital((*head, *(("TỐI MẬT",) if number == marked else ()), *pages.LINES[3:]))
            for number in range(1, 6)
        )
    )


def take(house: House, content: bytes) -> str:
    path = house.root / "came"
    path.write_bytes(content)
    stored = house.originals.store(path)
    came = Arrival(new_id(), "tệp.pdf", DeliverySource.DROP, now(), stored.digest, stored.size, PDF, 5)
    (delivery,) = house.catalogue.write(lambda work: receive(work, [came], "office", "internal"))
    return str(delivery.record_id)


def state(house: House, record_id: str) -> RecordState:
    with house.catalogue.reading() as work:
        return work.records.by_id(record_id).state


def test_a_mark_on_page_three_of_five_stops_the_reading(tmp_path: Path, pool: ReadingPool) -> None:
    with House(tmp_path) as house:
        marked, plain = take(house, five_pages(3)), take(house, five_pages(0))
        with running(house, pool, PipelineOptions()):
            until(lambda: state(house, marked) is RecordState.QUARANTINED)
            until(lambda: state(house, plain) is RecordState.SEARCHABLE)
        with house.catalogue.reading() as work:
            found = work.pages.of_record(marked, words=True)
            assert {(page.state, page.reason, page.text, page.words) for page in found} == {
                (PageState.FAILED, "state-secret-mark", "", ())
            }
            record = work.records.by_id(marked)
            assert (record.access_class, work.records.fields([marked])[marked]) == (QUARANTINE, {})
            assert marked not in dict(work.records.all_revisions())
            told = work.events.of_record(marked)[-1]
            assert (told.type, told.detail["page"]) == (EventType.QUARANTINE, 3)


def test_released_it_is_read_and_is_not_kept_apart_again(tmp_path: Path, pool: ReadingPool) -> None:
    with House(tmp_path) as house:
        marked = take(house, five_pages(3))
        with running(house, pool, PipelineOptions()):
            until(lambda: state(house, marked) is RecordState.QUARANTINED)
            house.catalogue.write(lambda work: release(work, marked, "Lan", "bài tập"))
            until(lambda: state(house, marked) is RecordState.SEARCHABLE)
        with house.catalogue.reading() as work:
            assert work.records.by_id(marked).access_class == "internal"
            assert all(WORD in page.text for page in work.pages.of_record(marked))


def apart(house: SearchHouse) -> str:
    record_id = house.enter(WORD, "trang hai", fields={"subject": WORD})
    house.index()
    assert house.found(WORD) == [record_id]
    house.catalogue.write(lambda work: quarantine(work, record_id, 2))
    return record_id


def test_it_is_gone_for_all_at_once_and_from_the_index_soon(house: SearchHouse) -> None:
    record_id = apart(house)
    assert house.found(WORD) == []
    for path in ("", "/text", "/original", "/pages/1/image", "/pages/1/words", "/hocr", "/alike", "/links"):
        house.get(f"/records/{record_id}{path}", status=404)
    assert house.get("/deliveries")["deliveries"] == []
    assert house.get("/status")["records"] == {}
    assert house.get("/quarantine")["records"] == []
    house.index()
    assert dict(house.engine.revisions()) == {}


def test_who_is_named_sees_it_with_what_the_law_asks(house: SearchHouse) -> None:
    record_id = apart(house)
    house.index()
    house.as_viewer(KEEPER)
    told = house.get("/quarantine")
    assert [(one["record_id"], one["page"]) for one in told["records"]] == [(record_id, 2)]
    assert "117/2025/QH15" in told["note"]["remedy"]
    assert house.get(f"/records/{record_id}")["state"] == "quarantined"
    assert house.found(WORD) == house.found() == []
    assert WORD not in json.dumps(house.get(f"/records/{record_id}"), ensure_ascii=False)


def release_it(house: SearchHouse, record_id: str) -> int:
    said = {"by": "Lan", "why": "không phải dấu mật"}
    return house.client.post(f"/api/v1/quarantine/{record_id}/release", json=said).status_code


def test_only_who_is_named_releases_it(house: SearchHouse) -> None:
    record_id = apart(house)
    assert release_it(house, record_id) == 404
    house.as_viewer(replace(LOCAL, name="Lan"))
    assert release_it(house, record_id) == 404
    house.as_viewer(KEEPER)
    assert release_it(house, record_id) == 204
    assert release_it(house, record_id) == 409
    with house.catalogue.reading() as work:
        told = work.events.of_record(record_id)[-1]
        assert (told.type, told.agent, told.detail) == (EventType.QUARANTINE, "Lan", {"lifted": "không phải dấu mật"})
        assert work.records.by_id(record_id).state is RecordState.RECEIVED


def test_nobody_is_named_by_an_empty_setting() -> None:
    assert QUARANTINE not in named_keeper(LOCAL, "").tokens
    assert QUARANTINE not in named_keeper(replace(LOCAL, name=""), " , ").tokens


def test_the_mail_that_holds_it_is_kept_apart_too(house: SearchHouse) -> None:
    mail, attached = house.enter("thư"), house.enter("tệp")
    creation = Event(EventType.CREATION, record_id=attached, detail={"mail": mail, "digest": "0"})
    house.catalogue.write(lambda work: work.events.add([creation]))
    house.catalogue.write(lambda work: quarantine(work, attached, 1))
    with house.catalogue.reading() as work:
        assert {one.id for one in work.records.kept_apart()} == {mail, attached}
