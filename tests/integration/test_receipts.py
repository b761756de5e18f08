"""The receipt of a delivery: each file with its outcome, each page accounted for, and loud where it does not add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from archive import tables
from archive.deliveries import DeliveryRow, HandedIn
from archive.disposing import discard
from archive.receiving import announce, reject
from kernel.clock import now
from kernel.errors import TooManyPages
from kernel.ids import new_id
from mappings.record import Delivery, DeliverySource, DeliveryState, PageState
from tests.rights.offices import Offices, offices_in
from tests.tus import HEADERS, begin, send, whole

MORNING = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
"""Half past one on the third of March in Hanoi."""


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with offices_in(tmp_path) as made:
        yield made


def deliver(offices: Offices, record_id: str | None, **more: Any) -> Delivery:
    """A row of a delivery, of this record if one is given."""
    state = DeliveryState.ARCHIVED if record_id else DeliveryState.RECEIVED
    values = {"source": DeliverySource.UPLOAD, "state": state, "received_at": MORNING, "size": 9} | more
    handed = values.pop("handed", None)
    delivery = Delivery(new_id(), values.pop("name", "tệp.pdf"), record_id=record_id, **values)
    row = DeliveryRow(delivery, unit="a1", handed=handed)
    offices.house.catalogue.write(lambda work: work.deliveries.put([row]))
    return delivery


def batch_of(offices: Offices, files: int) -> str:
    """An upload by the clerk: a new record, a duplicate of another, a file not taken, one that nothing is known of."""
    batch = new_id()
    handed = HandedIn(batch, files, "Nguyễn clerk (clerk)", "clerk")
    read = offices.house.enter("cây cầu", None, fields={"subject": "Cầu mới"}, unit="a1", access_class="unit")
    deliver(offices, read, name="mới.pdf", handed=handed)
    deliver(offices, offices.records["of the unit"], name="cũ.pdf", state=DeliveryState.DUPLICATE, handed=handed)
    refused = deliver(offices, None, name="dài.pdf", handed=handed)
    offices.house.catalogue.write(lambda work: reject(work, refused, TooManyPages(pages=9, limit=5)))
    deliver(offices, None, name="vừa gửi.pdf", handed=handed)
    offices.house.index()
    return batch


def told(offices: Offices, batch: str, actor: str = "clerk") -> Any:
    answer = offices.client(actor).get(f"/api/v1/receipts/{batch}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_file_and_page_is_accounted_for(offices: Offices) -> None:
    made = told(offices, batch_of(offices, 4))
    assert made["outcomes"] == {"new": 1, "duplicate": 1, "rejected": 1, "under_way": 1}
    assert (made["files"], made["pages"]) == (4, 3)
    assert made["page_states"] == {"searchable": 2, "failed": 1}
    assert made["balances"] and made["under_way"] == 1 and made["missing"] == 0
    first = made["lines"][0]
    assert [one["number"] for one in first["unread_pages"]] == [2]
    assert first["by"] == "Nguyễn clerk (clerk)"
    assert made["lines"][2]["reason"]["code"] == TooManyPages.code


def test_the_page_says_the_same_and_who_signs(offices: Offices) -> None:
    page = offices.client("clerk").get(f"/bien-nhan/{batch_of(offices, 4)}").text
    for words in ("Chưa xong", "Bên giao", "Bên nhận", "Nguyễn clerk (clerk)", "Không đọc được trang 2", "dài.pdf"):
        assert words in page, words
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "Không ký" not in page


def test_a_file_that_the_archive_lost_sight_of_is_told_loudly(offices: Offices) -> None:
    batch = batch_of(offices, 6)
    made = told(offices, batch)
    assert (made["missing"], made["balances"]) == (2, False)
    assert "Số liệu không khớp. Không ký" in offices.client("clerk").get(f"/bien-nhan/{batch}").text


def test_a_page_that_is_nowhere_is_told_loudly(offices: Offices) -> None:
    batch = batch_of(offices, 4)
    lost = told(offices, batch)["lines"][0]["record_id"]
    change = update(tables.record).where(tables.record.c.id == lost).values(page_count=3)
    with offices.house.catalogue.connection_for_moving() as connection:
        connection.execute(change)
        connection.commit()
    assert told(offices, batch)["balances"] is False
    assert "Có 1 tệp không khớp số trang" in offices.client("clerk").get(f"/bien-nhan/{batch}").text


def test_pages_not_read_yet_are_under_way(offices: Offices) -> None:
    batch = batch_of(offices, 4)
    record_id = told(offices, batch)["lines"][0]["record_id"]
    offices.house.catalogue.write(lambda work: work.pages.forget(record_id, PageState.WAITING))
    offices.house.catalogue.write(lambda work: work.records.read_again(record_id))
    made = told(offices, batch)
    assert made["page_states"] == {"searchable": 1, "waiting": 2}
    assert (made["under_way"], made["balances"]) == (2, True)


def test_nobody_learns_of_what_they_may_not_see(offices: Offices) -> None:
    batch = new_id()
    handed = HandedIn(batch, 2, "Ai đó (first)", "first")
    deliver(offices, offices.records["of the unit"], name="thấy.pdf", handed=handed)
    deliver(offices, offices.records["named, shared with nobody"], name="không thấy.pdf", handed=handed)
    made = told(offices, batch)
    assert [line["file_name"] for line in made["lines"]] == ["thấy.pdf"]
    assert (made["files"], made["missing"], made["balances"]) == (1, 0, True)
    hidden = HandedIn(new_id(), 1, "Ai đó (first)", "first")
    deliver(offices, offices.records["named, shared with nobody"], handed=hidden)
    assert offices.client("clerk").get(f"/bien-nhan/{hidden.batch}").status_code == 404
    assert hidden.batch not in offices.client("clerk").get("/bien-nhan").text
    assert offices.client("reader").get(f"/bien-nhan/{batch}").status_code == 403


def test_what_was_thrown_away_is_told_to_those_alone_who_may_look_into_the_bin(offices: Offices) -> None:
    batch, record_id = new_id(), offices.records["of the unit"]
    handed = HandedIn(batch, 2, "Ai đó (first)", "first")
    deliver(offices, record_id, name="bỏ đi.pdf", handed=handed)
    deliver(offices, offices.records["internal of the agency"], name="còn.pdf", handed=handed)
    offices.house.catalogue.write(lambda unit: discard(unit, record_id, "Lan", "nhầm"))
    names = {one: [line["file_name"] for line in told(offices, batch, one)["lines"]] for one in ("clerk", "leader")}
    assert names == {"clerk": ["còn.pdf"], "leader": ["bỏ đi.pdf", "còn.pdf"]}
    assert record_id not in str(told(offices, batch))
    assert "bỏ đi.pdf" in offices.client("leader").get("/tiep-nhan").text
    answer = offices.client("clerk").get("/tiep-nhan")
    assert answer.status_code == 200 and "còn.pdf" in answer.text
    assert "bỏ đi.pdf" not in answer.text


def test_a_folder_and_a_day_and_a_person_have_theirs(offices: Offices) -> None:
    seen = offices.records["of the unit"]
    deliver(offices, seen, name="hộp 1_2/a.pdf", source=DeliverySource.DROP)
    deliver(offices, seen, name="hộp 1x2/b.pdf", source=DeliverySource.DROP)
    deliver(offices, seen, name="c.pdf", handed=HandedIn(new_id(), 1, "Nguyễn clerk (clerk)", "clerk"))
    deliver(offices, seen, name="hộp 3/d.pdf", source=DeliverySource.UPLOAD)
    client = offices.client("clerk")

    def names(**query: str) -> list[str]:
        answer = client.get("/api/v1/receipts", params=query)
        return [line["file_name"] for line in answer.json()["lines"]] if answer.status_code == 200 else []

    assert names(day="2026-03-03") == ["hộp 1_2/a.pdf", "hộp 1x2/b.pdf", "c.pdf", "hộp 3/d.pdf"]
    assert names(day="2026-03-02") == []
    assert names(day="2026-03-03", folder="hộp 1_2") == ["hộp 1_2/a.pdf"]
    assert names(day="2026-03-03", folder="hộp 3") == ["hộp 3/d.pdf"]
    assert names(day="2026-03-03", account="clerk") == ["c.pdf"]
    assert client.get("/api/v1/receipts", params={"day": "hôm qua"}).status_code == 422
    assert "hộp 1_2/a.pdf" in client.get("/bien-nhan?day=03/03/2026&folder=hộp 1_2").text
    assert "Gõ ngày" in client.get("/bien-nhan?day=hôm qua").text


def test_what_is_handed_in_together_is_one_batch_of_its_person(offices: Offices) -> None:
    files = [("file", (name, name.encode(), "application/pdf")) for name in ("một.pdf", "hai.pdf")]
    answer = offices.client("clerk").post("/nop", files=files)
    assert answer.status_code == 303
    batch = answer.headers["location"].rpartition("batch=")[2]
    made = told(offices, batch)
    assert [line["file_name"] for line in made["lines"]] == ["một.pdf", "hai.pdf"]
    assert made["outcomes"] == {"under_way": 2} and made["missing"] == 0
    assert {line["by"] for line in made["lines"]} == {"Nguyễn clerk (clerk)"}
    assert f"/bien-nhan/{batch}" in offices.client("clerk").get(answer.headers["location"]).text


def test_what_intake_made_of_it_first_keeps_the_batch(offices: Offices) -> None:
    came = Delivery(new_id(), "tệp.pdf", DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), 1)
    handed = HandedIn(came.id, 1, "Nguyễn clerk (clerk)", "clerk")
    catalogue = offices.house.catalogue
    catalogue.write(lambda work: reject(work, came, TooManyPages(pages=2, limit=1)))
    catalogue.write(lambda work: announce(work, [came], "a1", handed))
    with catalogue.reading() as work:
        row = work.deliveries.by_id(came.id)
    assert (row.handed, row.delivery.state) == (handed, DeliveryState.REJECTED)


def test_files_sent_in_pieces_are_one_delivery_and_one_that_stays_out_is_missing(offices: Offices) -> None:
    client, together = offices.client("clerk"), {"together": "lot-1", "files": "3"}
    first = begin(client, 4, filename="một.txt", **together)
    batch = first.headers["tangthu-batch"]
    whole(client, b"hai!", filename="hai.txt", **together)
    made = told(offices, batch)
    assert (made["files"], made["missing"], made["coming"], made["under_way"]) == (1, 1, 1, 2)
    assert made["lines"][0]["by"] and not made["balances"]
    send(client, first.headers["location"], 0, b"mot!")
    whole(client, b"ba!!", filename="ba.txt", **together)
    made = told(offices, batch)
    assert (made["files"], made["missing"], made["coming"], made["balances"]) == (3, 0, 0, True)
    # One that is cancelled was announced all the same.
    lone = begin(client, 4, filename="bốn.txt", together="lot-2", files="2")
    whole(client, b"nam!", filename="năm.txt", together="lot-2", files="2")
    assert client.delete(lone.headers["location"], headers=HEADERS).status_code == 204
    assert told(offices, lone.headers["tangthu-batch"])["missing"] == 1


def test_nobody_sends_files_into_the_delivery_of_another(offices: Offices) -> None:
    mine = begin(offices.client("clerk"), 4, filename="a.txt", together="lot", files="2").headers["tangthu-batch"]
    other = begin(offices.client("archivist"), 4, filename="a.txt", together="lot", files="2").headers["tangthu-batch"]
    assert mine != other
    for files in ("0", "x", "100001", "-1"):
        assert begin(offices.client("clerk"), 4, filename="a.txt", together="lot", files=files).status_code == 400
    alone = whole(offices.client("clerk"), b"mot", filename="a.txt")
    assert told(offices, alone)["balances"]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_all_days_is_no_day(offices: Offices, day: str) -> None:
    answer = offices.client("clerk").get("/api/v1/receipts", params={"day": day})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-value")
    assert offices.client("clerk").get("/bien-nhan", params={"day": day}).status_code == 200
