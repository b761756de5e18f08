"""Transcripts over the API, the page and the command line: the same bytes, for those who may see the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree, html
from typer.testing import CliRunner

from search_api.access import Viewer
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.web.router import web_router
from tangthu.cli import app
from tests.serving import SearchHouse, search_house
from tests.unit.mappings.alto_rules import check_alto

TYPES = {"hocr": "text/vnd.hocr+html; charset=utf-8", "alto": "application/xml"}
NAME = 'Quyết định\r\nX: 1"; 123.pdf'


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SearchHouse]:
    engine = TantivyEngine(tmp_path / "data" / "index")
    with search_house(tmp_path, engine) as made:
        yield made
    engine.close()


@pytest.fixture
def record_id(house: SearchHouse) -> str:
    return house.enter("Trang một\nvề đất", None, "Trang ba", file_name=NAME)


@pytest.mark.parametrize("form", sorted(TYPES))
def test_a_transcript_is_a_download_that_no_browser_shows(house: SearchHouse, record_id: str, form: str) -> None:
    answer = house.client.get(f"/api/v1/records/{record_id}/{form}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == TYPES[form]
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith(
        "attachment; filename*=utf-8''Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh%0D%0AX%3A%201%22%3B%20123."
    )
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    root = etree.fromstring(answer.content)
    found = root.iterfind(".//{*}String" if form == "alto" else ".//{*}span[@class='ocrx_word']")
    assert " ".join(one.get("CONTENT") or one.text for one in found) == "Trang một về đất Trang ba"
    if form == "alto":
        check_alto(root)
        assert len(root.findall(".//{*}Page")) == 3


@pytest.mark.parametrize("form", sorted(TYPES))
def test_one_page_alone_can_be_had(house: SearchHouse, record_id: str, form: str) -> None:
    answer = house.client.get(f"/api/v1/records/{record_id}/{form}", params={"page": 3})
    assert "Trang" in answer.text
    assert "một" not in answer.text
    assert "123-3." in answer.headers["content-disposition"]
    assert house.get(f"/records/{record_id}/{form}", status=404, page=4)["code"] == "not-found"
    assert house.get(f"/records/{record_id}/{form}", status=422, page=0)["code"] == "bad-value"
    assert house.get(f"/records/{record_id}/{form}", status=404, page=2)["code"] == "not-found", (
        "nothing was read there"
    )


@pytest.mark.parametrize("form", sorted(TYPES))
def test_who_may_not_see_a_record_gets_no_transcript(house: SearchHouse, form: str) -> None:
    secret = house.enter("mật", access_class="secret", unit="khác")
    assert house.get(f"/records/{secret}/{form}", status=404)["code"] == "not-found"
    house.as_viewer(Viewer("nobody", ()))
    assert house.get(f"/records/{house.enter('trang')}/{form}", status=404)["code"] == "not-found"


@pytest.mark.parametrize("form", sorted(TYPES))
def test_a_file_without_places_has_none_to_tell(house: SearchHouse, form: str) -> None:
    record_id = house.enter("chữ của tệp")
    with house.catalogue.writing() as unit:
        unit.pages.save(record_id, [replace(unit.pages.page(record_id, 1), width=0.0, height=0.0)])
        unit.commit()
    assert house.get(f"/records/{record_id}/{form}", status=404)["code"] == "not-found"


def test_the_words_are_those_that_stand_in_the_catalogue_now(house: SearchHouse, record_id: str) -> None:
    path = f"/api/v1/records/{record_id}/alto"
    assert 'CONTENT="một"' in house.client.get(path).text
    with house.catalogue.writing() as unit:
        page = unit.pages.page(record_id, 1)
        text = page.text.replace("một", "mốt")
        words = tuple(replace(word, text=text[word.start : word.end]) for word in page.words)
        unit.pages.save(record_id, [replace(page, text=text, words=words)])
        unit.commit()
    assert 'CONTENT="mốt"' in house.client.get(path).text


def test_the_page_offers_what_there_is(house: SearchHouse, record_id: str) -> None:
    house.client.app.include_router(web_router(house.services))  # type: ignore[attr-defined]
    page = html.fromstring(house.client.get(f"/van-ban/{record_id}").text)
    links = page.xpath("//section[@aria-labelledby='downloads-title']//a/@href")
    assert links == [f"/api/v1/records/{record_id}/{form}" for form in ("hocr", "alto")]
    assert page.xpath("//h2[@id='downloads-title']/text()") == ["Tải về"]
    failed = house.enter(None)
    assert "downloads-title" not in house.client.get(f"/van-ban/{failed}").text


def test_the_command_writes_a_file_a_record(house: SearchHouse, record_id: str, tmp_path: Path) -> None:
    failed, out = house.enter(None), tmp_path / "out"
    arguments = ["--data", str(house.layout.data), "export", str(out), record_id, failed, "--as", "alto"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 4, done.output
    assert failed in done.output
    assert [path.name for path in out.iterdir()] == [f"{record_id}.alto.xml"]
    assert (out / f"{record_id}.alto.xml").read_bytes() == house.client.get(f"/api/v1/records/{record_id}/alto").content
    done = CliRunner().invoke(app, [*arguments[:4], record_id, "--as", "text", "--json"])
    assert done.exit_code == 0, done.output
    assert (out / f"{record_id}.txt").read_text() == "Trang một\nvề đất\f\fTrang ba"
