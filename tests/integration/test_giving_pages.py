"""The pages of what is given away: the chart, downloads, lists, saved searches; without script, by links and forms."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from fastapi.testclient import TestClient

from search_api.access import LOCAL
from search_api.application import create_application
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.query.search import SearchService
from search_api.saved.alerting import Alerter
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from tests.serving import SearchHouse, at_this_machine, search_house

Page = tuple[SearchHouse, TestClient]
HREF = re.compile(r'href="([^"]+)"')


class PlainRows:
    """Reads plain lines, for tests of the pages alone."""

    def rows(self, untrusted_file: bytes, most: int) -> tuple[tuple[str, ...], ...]:
        lines = untrusted_file.decode().splitlines()
        return tuple((line.strip('"'),) for line in lines)[:most]


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as house:
        for day in ("2016-05-05", "2019-01-31", "2019-03-05"):
            house.enter("lịch công tác", fields={"issued_on": day, "kind": "Quyết định", "subject": f"Ngày {day}"})
        house.index()
        services = replace(house.services, rows=PlainRows())
        made = create_application(services, pages=web_router(services), error_page=error_page_in("vi"))
        yield house, at_this_machine(made)
    engine.close()


def links(text: str, beginning: str) -> list[str]:
    return [unescape(href) for href in HREF.findall(text) if unescape(href).startswith(beginning)]


def test_bars_lead_to_just_their_records(page: Page) -> None:
    _, client = page
    text = client.get("/?q=lich").text
    (bar,) = [href for href in links(text, "/?") if "issued_from=01%2F01%2F2019" in href]
    narrowed = client.get(bar).text
    assert "2 văn bản" in narrowed
    assert "2016-05-05" not in narrowed
    assert [href for href in links(narrowed, "/?") if "issued_from=01%2F03%2F2019" in href]


def test_the_same_search_can_be_had_as_a_file_or_a_feed(page: Page) -> None:
    _, client = page
    text = client.get("/?q=lich&kind=Quyết định&issued_from=01/01/2019").text
    for form in ("csv", "xlsx", "atom"):
        (href, *_) = links(text, f"/api/v1/search.{form}")
        answer = client.get(href)
        assert answer.status_code == 200
        if form == "csv":
            assert len(answer.text.splitlines()) == 1 + 2
    assert 'rel="alternate" type="application/atom+xml"' in text


def test_typed_questions_come_back_as_a_workbook(page: Page) -> None:
    _, client = page
    assert 'href="/tra-cuu-danh-sach"' in client.get("/").text
    answer = client.post("/tra-cuu-danh-sach", data={"typed": "lịch công tác, tuần\nlich", "form": "xlsx", "hits": "2"})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[:2] for row in rows[1:]] == [
        (1, "lịch công tác, tuần"), (1, "lịch công tác, tuần"), (2, "lich"), (2, "lich"),
    ]  # fmt: skip


def test_an_empty_list_is_asked_for_again_with_what_was_typed(page: Page) -> None:
    _, client = page
    answer = client.post("/tra-cuu-danh-sach", data={"typed": "  ", "form": "csv"})
    assert answer.status_code == 422
    assert "Hãy chọn tệp" in answer.text


def test_a_search_is_saved_told_of_seen_and_deleted(page: Page) -> None:
    house, client = page
    form = re.search(r'<form method="post" action="/tim-kiem-da-luu">(.*?)</form>', client.get("/?q=lich").text, re.S)
    assert form
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[1]))
    answer = client.post("/tim-kiem-da-luu", data=hidden | {"title": "Lịch <b>", "owner": "Lan"})
    assert "Đã lưu tìm kiếm" in answer.text
    assert "Lịch &lt;b&gt;" in answer.text
    house.enter("lịch công tác mới", fields={"subject": "Lịch mới"})
    house.index()
    Alerter(house.catalogue, SearchService(house.catalogue, house.engine), lambda _: LOCAL).step()
    listed = client.get("/tim-kiem-da-luu").text
    assert "1 văn bản mới" in listed
    (news, *_) = links(listed, "/tim-kiem-da-luu/")
    shown = client.get(news).text
    assert "Lịch mới" in shown
    until = re.search(r'name="until" value="(\d+)"', shown)
    assert until
    assert "Không có văn bản mới" in client.post(f"{news}/da-xem", data={"until": until[1]}).text
    assert "Đã xóa tìm kiếm" in client.post(f"{news}/xoa").text
    assert client.get(news).status_code == 404


def test_what_cannot_be_saved_is_said(page: Page) -> None:
    _, client = page
    answer = client.post("/tim-kiem-da-luu", data={"q": "x", "title": "x", "owner": " "})
    assert answer.status_code == 422
    assert "Hãy ghi họ tên" in answer.text


def test_others_like_it_stand_on_the_page_of_a_record(page: Page) -> None:
    house, client = page
    text = "Sửa chữa cầu treo bắc qua suối"
    first = house.enter(text, fields={"subject": "Cầu treo"})
    house.enter(text, fields={"subject": "Cầu treo thứ hai"})
    house.index()
    shown = client.get(f"/van-ban/{first}").text
    assert "Văn bản tương tự" in shown
    assert "Cầu treo thứ hai" in shown


def test_a_page_in_english(page: Page) -> None:
    _, client = page
    for path in ("/tim-kiem-da-luu", "/tra-cuu-danh-sach", "/?q=lich"):
        assert "Saved searches" in client.get(path, params={"lang": "en", "q": "lich"}).text
