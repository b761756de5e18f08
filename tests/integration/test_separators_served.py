"""Separator sheets are printed from the page, the API and the terminal; and what was divided is found and told of."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from archive.events import Event, EventType
from archive.layout import Layout
from archive.violations import Violation
from ingest.reading import ReadingOptions
from ingest.reading.ocr import read_raster
from ingest.reading.sheet import Raster
from mappings.record import DeliverySource
from mappings.separators import SeparatorSheet, SheetKind, sheet_of
from search_api.application import create_application
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.verifying import unindexed
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from tangthu.cli import app
from tests.integration.checking import found
from tests.integration.house import House
from tests.serving import SearchHouse, at_this_machine, search_house
from tests.stacks import BACKS, BLANK, START, pdf

FILED = SeparatorSheet(SheetKind.START, "HS-15 Quy hoạch đất đai", "Quyết định")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house that has taken two stacks: one in order, one with too few back sides."""
    root = tmp_path_factory.mktemp("house")
    with House(root) as house:
        house.drop("tap.pdf", pdf([FILED, "Nông nghiệp", BLANK, START, "Giáo dục"]))
        house.drop("thieu.pdf", pdf(["Y tế", BLANK, BACKS, "Văn hóa"]))
        with house.service() as service:
            assert service.drain(120)
    return root


@pytest.fixture
def house(folder: Path) -> Iterator[SearchHouse]:
    with closing(TantivyEngine(Layout(folder / "data").index)) as engine, search_house(folder, engine) as made:
        made.index()
        yield made


@pytest.fixture
def page(house: SearchHouse) -> Iterator[TestClient]:
    application = create_application(house.services, pages=web_router(house.services), error_page=error_page_in("vi"))
    with at_this_machine(application) as client:
        yield client


def ids(house: SearchHouse) -> dict[str, str]:
    return {one["file_name"]: one["record_id"] for one in house.get("/deliveries")["deliveries"]}


def sheets_in(content: bytes) -> list[SeparatorSheet]:
    """What the sheets of a PDF say to our own reading."""
    with closing(pdfium.PdfDocument(io.BytesIO(content))) as document:
        drawn = [np.array(page.render(scale=200 / 72, grayscale=True).to_numpy(), np.uint8) for page in document]
    read = [read_raster(Raster(one.reshape(one.shape[:2]), (200, 200)), 1, ReadingOptions()) for one in drawn]
    return [sheet_of(page.text) for page in read]


def test_the_form_gives_sheets_that_we_read(page: TestClient) -> None:
    asked = {"copies": 2, "sheet": "start", "dossier": " HS-9  Đất đai ", "kind": "Quyết định"}
    made = page.get("/to-phan-cach.pdf", params=asked)
    assert made.headers["content-type"] == "application/pdf"
    assert sheets_in(made.content) == [SeparatorSheet(SheetKind.START, "HS-9 Đất đai", "Quyết định")] * 2
    backs = page.get("/to-phan-cach.pdf", params={**asked, "sheet": "backs", "copies": 1})
    assert sheets_in(backs.content) == [SeparatorSheet(SheetKind.BACKS)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"copies": "0"}, "từ 1 đến 200"),
        ({"copies": "9999999999"}, "từ 1 đến 200"),
        ({"copies": "1" * 5000}, "từ 1 đến 200"),
        ({"dossier": "<b>" + "x" * 90}, "không quá 80"),
        ({"kind": "Lệnh lạ"}, "chọn loại văn bản"),
    ],
)
def test_what_cannot_be_printed_is_asked_for_again(page: TestClient, wrong: dict[str, str], said: str) -> None:
    answer = page.get("/to-phan-cach.pdf", params={"copies": "1", **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert "<b>" not in answer.text


def test_the_form_speaks_both_languages_and_is_found(page: TestClient) -> None:
    assert "Bắt đầu văn bản mới" in page.get("/to-phan-cach").text
    assert "Back sides follow" in page.get("/to-phan-cach?lang=en").text
    assert 'href="/to-phan-cach"' in page.get("/nop").text


def test_the_api_gives_sheets_by_any_name_of_a_kind(house: SearchHouse) -> None:
    made = house.client.get("/api/v1/separators", params={"kind": "qd", "dossier": "HS-9"})
    assert sheets_in(made.content) == [SeparatorSheet(SheetKind.START, "HS-9", "Quyết định")]
    assert house.get("/separators", 422, sheet="backs", dossier="HS-9")["code"] == "bad-value"


def test_the_terminal_writes_sheets(tmp_path: Path) -> None:
    target = tmp_path / "to.pdf"
    told = CliRunner().invoke(app, ["separators", str(target), "--copies", "1", "--kind", "TTr"])
    assert told.exit_code == 0, told.output
    assert sheets_in(target.read_bytes()) == [SeparatorSheet(SheetKind.START, "", "Tờ trình")]


def test_the_records_of_a_stack_are_found_and_the_scan_is_not(house: SearchHouse) -> None:
    known = ids(house)
    assert set(house.found("Nông nghiệp")) == {known["tap - 1.pdf"]}
    assert house.found(dossier="HS-15 Quy hoạch đất đai") == [known["tap - 1.pdf"]]
    assert house.found("quy hoach dat dai") == [known["tap - 1.pdf"]]
    assert sorted(house.found()) == sorted([known["tap - 1.pdf"], known["tap - 2.pdf"], known["thieu.pdf"]])
    assert house.found("TANGTHU") == [], "what a code says is no text of a record"
    assert list(unindexed(house.catalogue, house.engine)) == []
    assert house.get(f"/records/{known['tap.pdf']}")["state"] == "divided"


def test_the_pages_of_scan_and_records_lead_to_each_other(house: SearchHouse, page: TestClient) -> None:
    known = ids(house)
    whole = page.get(f"/van-ban/{known['tap.pdf']}").text
    part = page.get(f"/van-ban/{known['tap - 1.pdf']}").text
    assert "tách thành 2 văn bản" in whole
    assert f"/van-ban/{known['tap - 1.pdf']}" in whole
    assert f"/van-ban/{known['tap.pdf']}" in part
    assert "trang 2–3" in part


def test_a_stack_that_was_not_put_together_says_why(house: SearchHouse, page: TestClient) -> None:
    assert "Có 2 mặt trước nhưng 1 mặt sau" in page.get(f"/van-ban/{ids(house)['thieu.pdf']}").text


def test_blank_pages_are_hidden_until_they_are_asked_for_and_always_counted(
    house: SearchHouse, page: TestClient
) -> None:
    address = f"/van-ban/{ids(house)['tap - 1.pdf']}"
    hidden, shown = page.get(address).text, page.get(f"{address}?blanks=1").text
    assert "2 trang, trong đó 1 trang trống" in hidden
    assert "Đang ẩn 1 trang trống" in hidden
    assert "page=2" not in hidden
    assert "page=2" in shown
    assert page.get(f"{address}?page=2").status_code == 200, "a page that is asked for is always shown"


def test_a_scan_whose_pages_are_told_of_twice_or_not_at_all_is_found_by_the_checker(folder: Path) -> None:
    with House(folder) as house:
        assert found(house) == []
        delivery = house.deliveries()["tap - 2.pdf"].delivery
        assert delivery.source is DeliverySource.DIVISION
        with house.catalogue.writing() as work:
            work.events.add([planted(str(delivery.record_id), house)])
            work.commit()
        told: list[Violation] = [one for one in found(house) if one.code == "pages-unaccounted"]
        assert [one.what.en.partition(":")[0] for one in told] == ["A scan that was divided"]
        assert "pages 4, 5 " in told[0].what.en


def planted(part: str, house: House) -> Event:
    """An event that forgets a page of the scan and tells of another twice."""
    whole = str(house.deliveries()["tap.pdf"].delivery.record_id)
    detail = {"parts": [{"record_id": part, "digest": "", "pages": [2, 3, 5, 5]}], "separators": [1]}
    return Event(EventType.SPLITTING, record_id=whole, detail=detail)
