"""The home page by what somebody may do; every figure of what they may see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from archive import tables
from archive.backup import BackedUp
from archive.backup_note import note_backup, note_check, note_failure, read_note
from archive.layout import Layout
from archive.receiving import reject
from kernel.clock import now
from kernel.errors import EmptyFile
from kernel.ids import new_id
from mappings.filing import Direction
from mappings.record import Delivery, DeliverySource, DeliveryState
from search_api.filing.checking import today
from search_api.filing.registers import Registering, RegisterService
from tests.rights.offices import Offices, offices_in

_FIGURE = re.compile(r"<strong>(\d+)</strong> ([^<]+?)</")


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with offices_in(tmp_path) as made:
        yield made


def home(offices: Offices, actor: str) -> str:
    answer = offices.client(actor).get("/")
    assert answer.status_code == 200, answer.text
    return answer.text


def figures(offices: Offices, actor: str) -> dict[str, int]:
    return {words.strip(): int(count) for count, words in _FIGURE.findall(home(offices, actor))}


def change(offices: Offices, table: Any, where: Any, **values: Any) -> None:
    with offices.house.catalogue.connection_for_moving() as connection:
        connection.execute(update(table).where(where).values(**values))
        connection.commit()


def doubt(offices: Offices, kind: str) -> None:
    change(offices, tables.described_field, tables.described_field.c.record_id == offices.records[kind], doubtful=True)
    offices.house.catalogue.write(lambda work: work.review_queue.refresh(offices.records[kind]))


def test_each_role_has_its_own_home(offices: Offices) -> None:
    parts = {
        "Việc đang chờ": {"clerk", "archivist", "leader", "first"},
        "Văn bản mới vào kho": {"clerk", "archivist", "leader", "first"},
        "Trong 7 ngày qua, theo loại": {"archivist", "leader", "first"},
        "30 ngày qua": {"archivist", "first"},
        "An toàn của kho": {"first"},
        "tài khoản đang dùng": {"administrator", "first"},
        "Văn bản mới nhất": {"reader", "clerk", "archivist", "leader", "first"},
        'role="search"': {"reader", "clerk", "archivist", "leader", "first"},
    }
    pages = {
        actor: home(offices, actor) for actor in ("reader", "clerk", "archivist", "leader", "administrator", "first")
    }
    for words, whose in parts.items():
        assert {actor for actor, page in pages.items() if words in page} == whose, words


def test_who_reads_nothing_asks_nothing(offices: Offices) -> None:
    client = offices.client("administrator")
    assert client.get("/?q=cầu").status_code == 403
    assert "Cầu" not in client.get("/").text


def test_came_and_doubt_are_counted_by_rights(offices: Offices) -> None:
    for kind in offices.records:
        doubt(offices, kind)
    looked = "thông tin đọc chưa chắc, cần xác nhận"
    assert figures(offices, "clerk")["văn bản hôm nay"] == 4
    assert figures(offices, "first")["văn bản hôm nay"] == 6
    # To see is one thing, to correct another: of the four that the clerk sees one is of their unit.
    assert figures(offices, "clerk")[looked] == 1
    assert looked not in figures(offices, "leader")
    assert figures(offices, "first")[looked] == 6


def test_a_confirmed_field_waits_no_more(offices: Offices) -> None:
    doubt(offices, "of the unit")
    looked = "thông tin đọc chưa chắc, cần xác nhận"
    assert looked in figures(offices, "clerk")
    offices.client("clerk").patch(
        f"/api/v1/records/{offices.records['of the unit']}", json={"fields": {"subject": {"value": "Cầu"}}}
    )
    assert looked not in figures(offices, "clerk")


def test_files_not_taken_are_told_to_those_of_their_unit(offices: Offices) -> None:
    delivery = Delivery(new_id(), "trống.pdf", DeliverySource.DROP, DeliveryState.RECEIVED, now(), 0)
    offices.house.catalogue.write(lambda work: reject(work, delivery, EmptyFile()))
    assert "trống.pdf" in home(offices, "first")
    assert figures(offices, "first")["tệp không nhận được, chờ xử lý"] == 1
    assert "trống.pdf" not in home(offices, "clerk")
    change(offices, tables.delivery, tables.delivery.c.id == delivery.id, received_at=now() - timedelta(days=8))
    assert "trống.pdf" not in home(offices, "first")


def _course(page: str) -> list[tuple[int, int, int]]:
    table = page.partition("Xem số liệu dạng bảng")[2]
    rows = re.findall(r'<td class="number">(\d+)</td>' * 3, table)
    return [(int(came), int(read), int(waiting)) for came, read, waiting in rows]


def test_the_course_tells_what_came_was_read_and_waited(offices: Offices) -> None:
    record, moment = tables.record, now()
    ids = list(offices.records.values())
    old = moment - timedelta(days=40)
    change(offices, record, record.c.id.in_(ids), received_at=old, read_at=old)
    change(offices, record, record.c.id == ids[0], received_at=moment - timedelta(days=3), read_at=moment)
    change(
        offices, record, record.c.id == ids[1], received_at=moment - timedelta(days=2), read_at=None, state="received"
    )
    change(offices, record, record.c.id == ids[4], read_at=moment - timedelta(days=1))
    found = _course(home(offices, "first"))
    assert len(found) == 30
    assert found[:5] == [(0, 1, 1), (0, 1, 2), (1, 0, 3), (1, 0, 2), (0, 0, 1)]
    # The archivist of a unit does not see the record that was read yesterday, and it leaves no trace.
    assert _course(home(offices, "archivist"))[:5] == [(0, 1, 1), (0, 0, 2), (1, 0, 2), (1, 0, 1), (0, 0, 0)]


def test_the_last_backup_is_told_and_an_old_or_failed_one_loudly(offices: Offices, tmp_path: Path) -> None:
    layout, place = Layout(offices.house.services.data), tmp_path / "sao lưu"
    assert "Chưa sao lưu lần nào" in home(offices, "first")
    note_backup(layout, place, BackedUp(records=6, originals=6), reread=False)
    assert read_note(layout).verified_at is None
    note_check(layout, tmp_path / "nơi khác")
    assert read_note(layout).verified_at is None, "another backup was checked"
    note_check(layout, place)
    page = home(offices, "first")
    assert str(place) in page and "nguyên vẹn lúc" in page and "đã quá" not in page
    note_failure(layout, place, "No space left on device")
    assert "không thành công" in home(offices, "first")
    old = (
        layout.last_backup.read_text()
        .replace(f'"made_at":"{now():%Y}', '"made_at":"2001')
        .replace(f'"made_at": "{now():%Y}', '"made_at": "2001')
    )
    layout.last_backup.write_text(old)
    assert "đã quá 7 ngày" in home(offices, "first")
    layout.last_backup.write_text("{")
    assert "Chưa sao lưu lần nào" in home(offices, "first")


def test_saved_searches_with_news_are_told_to_their_owner(offices: Offices) -> None:
    client = offices.client("reader")
    client.post("/api/v1/saved-searches", json={"owner": "", "search": {"q": "cây cầu"}})
    assert "Mới trong các tìm kiếm bạn đã lưu" not in home(offices, "reader")
    with offices.house.catalogue.writing() as unit:
        search = unit.saved_searches.all()[0]
        unit.alerts.add((search.id, offices.records[kind]) for kind in ("of the unit", "of another unit"))
        unit.commit()
    page = home(offices, "reader")
    assert "Mới trong các tìm kiếm bạn đã lưu" in page and "1 văn bản mới" in page
    assert "Mới trong các tìm kiếm bạn đã lưu" not in home(offices, "clerk")


def _registered(offices: Offices, record_id: str, due: timedelta, done: str = "") -> None:
    columns = {"due_on": (today() + due).isoformat(), "done_on": done}
    first = offices.signing.of_account("first")
    wanted = Registering(Direction.IN, record_id, unit=offices.house.services.signing.unit, columns=columns)
    service = RegisterService(offices.house.catalogue, offices.house.services.signing.unit)
    service.register(wanted, first)


def test_what_is_due_is_told_to_those_who_see_the_record(offices: Offices) -> None:
    late, soon = "văn bản đến quá hạn giải quyết", "văn bản đến còn không quá 3 ngày là hết hạn giải quyết"
    enter = offices.house.enter
    seen = [enter("đến hạn", unit="a1", access_class="unit") for _ in range(5)]
    _registered(offices, seen[0], timedelta(days=-2))
    _registered(offices, seen[1], timedelta(days=-2), today().isoformat())
    _registered(offices, seen[2], timedelta(days=0))
    _registered(offices, seen[3], timedelta(days=3))
    _registered(offices, seen[4], timedelta(days=4))
    _registered(offices, enter("đến hạn", unit="b", access_class="unit"), timedelta(days=-2))
    for actor in ("clerk", "leader"):
        told = figures(offices, actor)
        assert (told[late], told[soon]) == (1, 2), actor
    assert figures(offices, "first")[late] == 2
    assert late not in figures(offices, "reader")
    address = re.search(r'href="(/so/den/[^"]*loc=overdue)"', home(offices, "clerk"))
    assert address and offices.client("clerk").get(unescape(address[1])).status_code == 200


def test_what_waits_leads_to_where_it_is_done(offices: Offices) -> None:
    doubt(offices, "of the unit")
    page = home(offices, "clerk")
    assert 'href="/soat-lai?mode=fields"' in page
    assert offices.client("clerk").get("/soat-lai?mode=fields").status_code == 200
