"""What a search finds, given away as CSV, XLSX and Atom: all of it, only what may be seen, no formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from search_api.access import Viewer
from search_api.engines.protocol import SearchEngine
from search_api.giving import found
from search_api.giving.tables import TableForm
from search_api.query import search
from tests.contracts.conftest import engine, open_engine  # noqa: F401 - fixtures
from tests.serving import SearchHouse, search_house

ATOM = {"a": "http://www.w3.org/2005/Atom"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def house(tmp_path: Path, engine: SearchEngine) -> Iterator[SearchHouse]:  # noqa: F811
    with search_house(tmp_path, engine) as made:
        yield made


def table(house: SearchHouse, **asked: Any) -> list[dict[str, str]]:
    answer = house.client.get("/api/v1/search.csv", params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def sheet(house: SearchHouse, **asked: Any) -> list[tuple[Any, ...]]:
    answer = house.client.get("/api/v1/search.xlsx", params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return [tuple(cell.value for cell in row) for row in book.active.iter_rows()]


def feed(house: SearchHouse, **asked: Any) -> ET.Element:
    answer = house.client.get("/api/v1/search.atom", params=asked)
    assert answer.headers["content-type"].startswith("application/atom+xml"), answer.text
    return ET.fromstring(answer.content)


def test_a_table_holds_all_hits_in_the_order_of_the_search(house: SearchHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search.SearchService.walk, "__defaults__", (7,))
    for number in range(30):
        house.enter("chung " * (number % 4 + 1), fields={"number": str(number), "symbol": "QĐ-UBND"})
    house.index()
    for sort in ("relevance", "newest", "oldest"):
        wanted = house.found("chung", sort=sort, limit=100)
        assert len(wanted) == 30
        assert [row["Mã"] for row in table(house, q="chung", sort=sort)] == wanted


def test_heads_and_values_are_those_of_the_described_fields(house: SearchHouse) -> None:
    fields = {"number": "5", "symbol": "CV-VP", "issued_on": "2019-03-05", "subject": "Về việc thu, chi\nngân sách"}
    record_id = house.enter("Ngân sách", fields=fields | {"dossier": "HS-15"})
    house.index()
    (row,) = table(house, q="ngan sach")
    assert row["Số, ký hiệu"] == "5/CV-VP"
    assert (row["Ngày ban hành"], row["Trích yếu"], row["Hồ sơ"]) == ("2019-03-05", fields["subject"], "HS-15")
    assert row["Xem tại"] == f"http://localhost:8000/van-ban/{record_id}"
    (english,) = table(house, q="ngan sach", lang="en")
    assert english["Subject"] == fields["subject"]
    heads, values = sheet(house, q="ngan sach")
    assert dict(zip(heads, values, strict=True))["Ngày ban hành"].date().isoformat() == "2019-03-05"


# A tab or a line's end may part cells as well: behind it a cell begins, and is kept from being a formula once more.
@pytest.mark.parametrize(
    ("dangerous", "harmless"),
    [
        *((text, f"'{text}") for text in ("=1+1", "+1", "-1", "@SUM(A1)", "＝1")),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("a;=1", "a;'=1"),
    ],
)
def test_no_cell_is_a_formula(house: SearchHouse, dangerous: str, harmless: str) -> None:
    house.enter("công thức", fields={"subject": dangerous, "issuer": '=HYPERLINK("http://x","y")'})
    house.index()
    (row,) = table(house, q="cong thuc")
    assert row["Trích yếu"] == harmless
    assert row["Cơ quan ban hành"].startswith("'=")
    answer = house.client.get("/api/v1/search.xlsx", params={"q": "cong thuc"})
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows() for cell in row]
    assert any(cell.value == '=HYPERLINK("http://x","y")' for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


def test_what_no_sheet_can_hold_breaks_none(house: SearchHouse) -> None:
    house.enter("hỏng", fields={"subject": "a\x01b\ufffe" + "c" * 40_000, "issued_on": "1897-01-02"})
    house.index()
    heads, values = sheet(house, q="hong")
    row = dict(zip(heads, values, strict=True))
    assert row["Trích yếu"].startswith("abccc") and len(row["Trích yếu"]) == 32_767
    assert row["Ngày ban hành"] == "1897-01-02"
    assert feed(house, q="hong").find("a:entry/a:title", ATOM) is not None


def test_a_table_ends_at_its_limit_and_says_so(house: SearchHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(found.MOST_ROWS, TableForm.CSV, 3)
    for _ in range(5):
        house.enter("nhiều")
    house.index()
    answer = house.client.get("/api/v1/search.csv", params={"q": "nhieu"})
    assert (answer.headers["tangthu-total"], answer.headers["tangthu-most"]) == ("5", "3")
    assert len(answer.text.splitlines()) == 1 + 3


def test_nothing_is_given_that_may_not_be_seen(house: SearchHouse) -> None:
    seen = house.enter("bí mật", fields={"subject": "thấy"}, access_class="public")
    house.enter("bí mật", fields={"subject": "không thấy"}, access_class="unit", unit="other")
    house.index()
    house.as_viewer(Viewer("guest", ("public",)))
    assert [row["Mã"] for row in table(house, q="bi mat")] == [seen]
    assert len(sheet(house, q="bi mat")) == 2
    assert len(feed(house, q="bi mat").findall("a:entry", ATOM)) == 1


def test_a_table_without_hits_has_its_heads(house: SearchHouse) -> None:
    house.enter("gì đó")
    house.index()
    assert table(house, q="khôngcóđâu") == []
    assert len(sheet(house, q="khôngcóđâu")) == 1


def test_errors_come_before_the_first_byte_as_problems(house: SearchHouse) -> None:
    answer = house.client.get("/api/v1/search.csv", params={"year": "năm"})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-value")


def test_a_feed_tells_the_latest_accessions_whatever_their_day(house: SearchHouse) -> None:
    days = ("2020-01-01", "1999-01-01", "2010-01-01")
    ids = [house.enter("lịch công tác", fields={"issued_on": day, "subject": f"<{day}> & \x00"}) for day in days]
    house.index()
    found_feed = feed(house, q="lich cong tac")
    links = [link.get("href", "") for link in found_feed.findall("a:entry/a:link", ATOM)]
    assert [link.rpartition("/")[2] for link in links] == ids[::-1]
    assert {one.tag for one in found_feed} >= {
        f"{{{ATOM['a']}}}{name}" for name in ("id", "title", "updated", "author")
    }
    for entry in found_feed.findall("a:entry", ATOM):
        assert all(entry.find(f"a:{name}", ATOM) is not None for name in ("id", "title", "updated", "link"))
    again = feed(house, q="lich cong tac")
    assert ET.tostring(again) == ET.tostring(found_feed)


def test_a_feed_leaves_out_what_fits_only_in_part(house: SearchHouse) -> None:
    house.enter("ngân sách")
    house.index()
    assert house.get("/search", q="ngân sách trường")["partial"]
    assert feed(house, q="ngân sách trường").findall("a:entry", ATOM) == []
