"""Dossiers and registers through the API: what it does, refuses, and never tells."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from archive.disposing import discard
from mappings.people import OfficeUnit
from search_api.access import LOCAL, Viewer
from search_api.access.policy import Permission
from search_api.access.rights import Rights
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.filing.checking import today
from tests.records import confirm
from tests.serving import SearchHouse, search_house

YEAR = today().year


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SearchHouse]:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as made:
        yield made
    engine.close()


def send(house: SearchHouse, method: str, path: str, status: int = 200, **body: Any) -> Any:
    answer = house.client.request(method, f"/api/v1{path}", json=body or None)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def make(house: SearchHouse, title: str = "Tuyển dụng 2019", **said: str) -> dict[str, Any]:
    return dict(send(house, "POST", "/dossiers", 201, title=title, **said))


def lay(house: SearchHouse, made: dict[str, Any], *ids: str) -> None:
    send(house, "POST", f"/dossiers/{made['id']}/records", record_ids=list(ids))


def secret(house: SearchHouse, **more: Any) -> str:
    return house.enter("mật", unit="other", access_class="unit", **more)


def cells(house: SearchHouse, path: str) -> list[tuple[Any, ...]]:
    answer = house.client.get(f"/api/v1{path}", params={"lang": "vi"})
    assert answer.status_code == 200, answer.text
    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))


def test_filed_records_are_found_by_their_dossier_and_counted_in_its_facet(house: SearchHouse) -> None:
    made = make(house, code="01.TCCB")
    ids = [house.enter("lịch công tác") for _ in range(3)]
    send(house, "POST", f"/dossiers/{made['id']}/records", record_ids=ids[:2])
    house.index()
    assert set(house.found("hồ sơ:01.TCCB")) == set(ids[:2])
    facet = house.get("/search", q="lịch")["facets"]["dossier"]
    assert [(one["value"], one["count"]) for one in facet] == [("01.TCCB Tuyển dụng 2019", 2)]
    send(house, "PATCH", f"/dossiers/{made['id']}", title="Tuyển dụng 2020")
    house.index()
    assert set(house.found(dossier="01.TCCB Tuyển dụng 2020")) == set(ids[:2])


def test_dossiers_are_listed_in_pages_and_by_any_part_of_their_names(house: SearchHouse) -> None:
    for number in range(5):
        make(house, f"Đất đai {number}")
    make(house)
    first = house.get("/dossiers", limit=4)
    rest = house.get("/dossiers", limit=4, after=first["next_after"])
    assert [len(first["dossiers"]), len(rest["dossiers"]), rest["next_after"]] == [4, 2, None]
    named = house.get("/dossiers", words="dat DAI 3")["dossiers"]
    assert [one["dossier"]["name"] for one in named] == ["Đất đai 3"]
    assert house.get("/dossiers", state="closed")["dossiers"] == []


def test_a_list_of_documents_counts_pages_and_sheets_in_order(house: SearchHouse) -> None:
    made = make(house)
    late = house.enter("ba", fields={"issued_on": "2019-03-05", "number": "3", "subject": "=1+1"})
    early = house.enter("một", "hai", fields={"issued_on": "2019-01-05", "sheets": "1", "kind": "Báo cáo"})
    middle = house.enter("hai", fields={"issued_on": "2019-02-05", "sheets": "2"})
    secret(house, fields={"dossier": "Tuyển dụng 2019"})
    lay(house, made, early, middle, late)
    opened = house.get(f"/dossiers/{made['id']}")
    assert [one["record_id"] for one in opened["records"]] == [early, middle, late]
    spans = [(one["first_page"], one["last_page"], one["first_sheet"], one["last_sheet"]) for one in opened["records"]]
    assert spans == [(1, 2, 1, 1), (3, 3, 2, 3), (4, 4, None, None)]
    assert (opened["starts_on"], opened["ends_on"], opened["pages"]) == ("2019-01-05", "2019-03-05", 4)
    rows = cells(house, f"/dossiers/{made['id']}/contents.xlsx")
    assert rows[0][:5] == (
        "STT",
        "Số, ký hiệu văn bản",
        "Ngày tháng văn bản",
        "Tên loại và trích yếu nội dung văn bản",
        "Tác giả văn bản",
    )
    assert [(row[0], row[3], row[5], row[6]) for row in rows[1:]] == [
        (1, "Báo cáo", "1", "1–2"),
        (2, "văn bản.pdf", "2–3", "3"),
        (3, "=1+1", None, "4"),
    ]


def test_a_persons_order_holds_and_can_be_taken_back(house: SearchHouse) -> None:
    made = make(house)
    ids = [house.enter("x", fields={"issued_on": f"2019-0{n}-01"}) for n in (1, 2, 3)]
    lay(house, made, *ids)
    hidden = secret(house, fields={"dossier": made["name"]})
    send(house, "PUT", f"/dossiers/{made['id']}/order", record_ids=[ids[2], hidden, ids[0]], version=2)
    opened = house.get(f"/dossiers/{made['id']}")
    assert [one["record_id"] for one in opened["records"]] == [ids[2], ids[0], ids[1]]
    send(house, "PUT", f"/dossiers/{made['id']}/order", 409, record_ids=ids, version=2)
    change = house.get(f"/dossiers/{made['id']}/changes")["changes"][0]
    assert change["placed"]["new"] == [ids[2], ids[0]]
    send(house, "POST", f"/dossiers/{made['id']}/changes/{change['id']}/undo", 204)
    opened = house.get(f"/dossiers/{made['id']}")
    assert [one["record_id"] for one in opened["records"]] == ids


def test_a_rule_proposes_and_fills_without_emptying_other_dossiers(house: SearchHouse) -> None:
    made = make(house)
    loose = [house.enter("quyết định tuyển dụng") for _ in range(2)]
    elsewhere = house.enter("tuyển dụng nơi khác", fields={"dossier": "Khác"})
    house.enter("việc khác")
    secret(house)
    house.index()
    path = f"/dossiers/{made['id']}"
    assert house.get(f"{path}/proposals")["records"] == []
    send(house, "PUT", f"{path}/rule", 422, search={"q": ""})
    send(house, "PUT", f"{path}/rule", search={"q": "tuyển dụng"})
    proposed = house.get(f"{path}/proposals")["records"]
    assert {one["record_id"]: one["dossier"] for one in proposed} == {elsewhere: "Khác"} | dict.fromkeys(loose)
    moved = send(house, "POST", f"{path}/fill")["change"]["moved"]
    assert set(moved) == set(loose)
    assert send(house, "POST", f"{path}/fill") == {"change": None}
    assert {one["record_id"] for one in house.get(path)["records"]} == set(loose)


def test_what_may_not_be_seen_is_as_if_it_were_not_there(house: SearchHouse) -> None:
    hidden = secret(house, fields={"dossier": "Hồ sơ kín", "arrived_on": f"{YEAR}-01-02"})
    made = make(house)
    closed = make(house, "Riêng", access_class="unit")
    house.catalogue.write(lambda unit: unit.people.put_unit(OfficeUnit("other", "Nơi khác")))
    house.as_viewer(Viewer("other", ("internal", "unit:other")))
    send(house, "GET", f"/dossiers/{closed['id']}", 404)
    send(house, "PATCH", f"/dossiers/{closed['id']}", 404, title="x")
    assert [one["name"] for one in house.get("/dossiers/names")["names"]] == ["Hồ sơ kín"]
    entry = send(house, "POST", "/registers/in", 201, record_id=hidden)
    away = make(house, "Nơi khác", unit="other", access_class="unit")
    change = send(house, "POST", f"/dossiers/{away['id']}/records", record_ids=[hidden])["change"]
    house.as_viewer(house.services.viewer)
    assert house.get("/dossiers/names")["names"] == []
    assert [one["dossier"]["id"] for one in house.get("/dossiers")["dossiers"]] == [closed["id"], made["id"]]
    assert house.get(f"/dossiers/{made['id']}")["records"] == []
    told = house.get(f"/dossiers/{made['id']}/changes")["changes"]
    assert [bool(one["described"]) for one in told] == [True]
    assert hidden not in str(told)
    shown = house.get(f"/registers/in/{YEAR}", unit="other")
    assert (shown["lines"], shown["stamped"], shown["series"]["last"]) == ([], [], 0)
    assert house.get("/registers")["series"] == []
    send(house, "GET", f"/dossiers/{away['id']}", 404)
    send(house, "POST", f"/dossiers/{made['id']}/removals", 404, record_ids=[hidden])
    send(house, "POST", "/registers/in", 404, record_id=hidden)
    send(house, "PATCH", f"/registers/entries/{entry['id']}", 404, columns={"note": "x"})
    send(house, "POST", f"/registers/entries/{entry['id']}/void", 404, why="x")
    assert change["moved"] == {hidden: ["Hồ sơ kín", away["name"]]}


def test_what_makes_no_sense_is_refused(house: SearchHouse) -> None:
    made = make(house)
    record_id = house.enter("x")
    for said in (
        {"title": " "},
        {"title": "a" * 199, "code": "b" * 10},
        {"title": "a", "retention": "mãi mãi"},
        {"title": "a", "starts_on": "05/03/2019"},
        {"title": "a", "starts_on": "2020-01-01", "ends_on": "2019-01-01"},
        {"title": "a", "access_class": "secret"},
    ):
        send(house, "POST", "/dossiers", 422, **said)
    send(house, "POST", "/dossiers", 409, title="Tuyển dụng 2019")
    send(house, "PATCH", f"/dossiers/{made['id']}", 422, state="lost")
    send(house, "POST", "/registers/in", 422, record_id=record_id, columns={"copies": "3"})
    send(house, "POST", "/registers/in", 422, record_id=record_id, columns={"due_on": "mai"})
    send(house, "POST", "/registers/in", 422, record_id=record_id, day="1800-01-01")
    send(house, "POST", "/registers/out", 422, record_id=record_id, printed=True)
    send(house, "GET", "/registers/up/2026", 422)
    assert house.get(f"/registers/in/{YEAR}")["series"]["last"] == 0


def test_a_register_tells_lateness_voids_and_what_is_only_stamped(house: SearchHouse) -> None:
    send(house, "PUT", f"/registers/in/{YEAR}/begin", first=41)
    ids = [house.enter("x", fields={"issuer": "Sở Nội vụ", "number": "7", "symbol": "SNV-VP"}) for _ in range(3)]
    stamped = house.enter("x", fields={"arrived_on": f"{YEAR}-01-02", "arrival_number": "9"})
    columns = {"handed_to": "Phòng Nội vụ", "due_on": f"{YEAR - 1}-06-01"}
    late, done, void = (send(house, "POST", "/registers/in", 201, record_id=one, columns=columns) for one in ids)
    send(house, "PATCH", f"/registers/entries/{done['id']}", columns={"done_on": f"{YEAR - 1}-05-30"}, version=1)
    send(house, "PATCH", f"/registers/entries/{done['id']}", 409, columns={"note": "x"}, version=1)
    send(house, "POST", f"/registers/entries/{void['id']}/void", why="Vào sổ nhầm")
    shown = house.get(f"/registers/in/{YEAR}")
    assert [(one["number"], one["is_late"], one["entry"]["state"]) for one in shown["lines"]] == [
        ("41", True, "standing"),
        ("42", False, "standing"),
        ("43", False, "void"),
    ]
    assert [one["record_id"] for one in shown["stamped"]] == [stamped]
    only_late = house.get(f"/registers/in/{YEAR}", late=True)
    assert [one["entry"]["id"] for one in only_late["lines"]] == [late["id"]]
    send(house, "PATCH", f"/registers/entries/{late['id']}", columns={"done_on": f"{YEAR}-01-05"}, version=1)
    assert house.get(f"/registers/in/{YEAR}", late=True)["lines"][0]["is_late"], "done, and late all the same"
    assert house.get(f"/registers/in/{YEAR}", late=True, undone=True)["lines"] == []
    assert house.get(f"/registers/in/{YEAR}", due=True, undone=True)["lines"] == []
    assert house.get(f"/registers/in/{YEAR}", to_day=f"{YEAR}-01-01")["lines"] == []
    house.index()
    assert house.found("số đến 41") == [ids[0]]
    rows = cells(house, f"/registers/in/{YEAR}/table.xlsx")
    assert rows[0] == (
        "Ngày đến",
        "Số đến",
        "Tác giả",
        "Số, ký hiệu văn bản",
        "Ngày tháng văn bản",
        "Tên loại và trích yếu nội dung văn bản",
        "Đơn vị hoặc người nhận",
        "Ngày chuyển",
        "Ký nhận",
        "Ghi chú",
    )
    assert [(row[1], row[3], row[6], row[9]) for row in rows[1:]] == [
        ("41", "7/SNV-VP", "Phòng Nội vụ", None),
        ("42", "7/SNV-VP", "Phòng Nội vụ", None),
        ("43", "7/SNV-VP", "Phòng Nội vụ", "Đã hủy: Vào sổ nhầm"),
        ("9", None, None, None),
    ]
    assert len(cells(house, f"/registers/in/{YEAR}/table.xlsx?due=true")[0]) == 10


def test_a_register_of_what_goes_out_takes_printed_numbers(house: SearchHouse) -> None:
    fields = {"number": "05", "symbol": "QĐ-UBND", "issued_on": "2019-03-05", "signer": "Lê Trọng Tuyến"}
    record_id = house.enter("x", fields=fields)
    problem = send(house, "POST", "/registers/out", 409, record_id=record_id, printed=True)
    assert problem["type"].endswith("number-not-confirmed"), problem
    confirm(house.catalogue, record_id, "number", "issued_on")
    send(house, "POST", "/registers/out", 201, record_id=record_id, printed=True)
    rows = cells(house, "/registers/out/2019/table.xlsx")
    assert rows[0][:7] == (
        "Số, ký hiệu văn bản",
        "Ngày tháng văn bản",
        "Tên loại và trích yếu nội dung văn bản",
        "Người ký",
        "Nơi nhận văn bản",
        "Đơn vị, người nhận bản lưu",
        "Số lượng bản",
    )
    assert (rows[1][0], rows[1][3]) == ("05/QĐ-UBND", "Lê Trọng Tuyến")
    assert [(one["direction"], one["year"], one["last"]) for one in house.get("/registers")["series"]] == [
        ("out", 2019, 5)
    ]


def test_a_record_in_the_bin_keeps_its_line_and_leaves_its_dossier(house: SearchHouse) -> None:
    made = make(house)
    record_id = house.enter("x")
    lay(house, made, record_id)
    send(house, "POST", "/registers/in", 201, record_id=record_id)
    house.catalogue.write(lambda unit: discard(unit, record_id, "Lan", "nhầm"))
    assert house.get(f"/dossiers/{made['id']}")["records"] == []
    assert [one["number"] for one in house.get(f"/registers/in/{YEAR}")["lines"]] == ["01"]
    send(house, "DELETE", f"/dossiers/{made['id']}", 409)


def test_what_lies_in_the_bin_is_told_to_those_alone_who_may_look_there(house: SearchHouse) -> None:
    fields = {"subject": "Việc kín", "issuer": "Sở Nội vụ"}
    record_id = house.enter("x", fields=fields)
    entry = send(house, "POST", "/registers/in", 201, record_id=record_id)
    house.catalogue.write(lambda unit: discard(unit, record_id, "Lan", "nhầm"))
    line = house.get(f"/registers/in/{YEAR}")["lines"][0]
    assert (line["is_binned"], line["record_id"], line["subject"]) == (True, record_id, "Việc kín")
    allowed = frozenset(Permission) - {Permission.SEE_BIN}
    house.as_viewer(Viewer("Lan", LOCAL.tokens, "lan", Rights({"office": allowed}, allowed)))
    shown = house.get(f"/registers/in/{YEAR}")
    line = shown["lines"][0]
    assert (line["number"], line["is_binned"], line["record_id"], line["subject"]) == ("01", True, None, None)
    changed = send(house, "PATCH", f"/registers/entries/{entry['id']}", columns={"note": "gấp"})
    for told in (shown, changed):
        assert not [word for word in (record_id, *fields.values()) if word in str(told)]
    assert cells(house, f"/registers/in/{YEAR}/table.xlsx")[1][9] == "Văn bản ở thùng rác; gấp"
