"""A record's searchable PDF over the API, the page and the command line: made once, kept, gone with the purge."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from lxml import html
from typer.testing import CliRunner

from ingest.reading import ReadingOptions
from ingest.sandbox import ReadingPool
from kernel.errors import Busy, NotFound
from mappings.record import Page, Record
from search_api.access import LOCAL, Viewer
from search_api.disposing import DisposalService
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.kept_files import KeptFiles
from search_api.searchable_pdfs import MOST_WAITING, SearchablePdfs
from search_api.web.router import web_router
from tangthu.bootstrap import open_house, removables
from tangthu.cli import app
from tangthu.searchable_pdfs import SandboxedPdfs
from tangthu.settings import read_settings
from tests.integration.house import until
from tests.records import touch
from tests.serving import SearchHouse, search_house
from tests.unit.searchable.scans import found_by_pdfium, pdf_of, scan

SCAN = pdf_of(scan()[0])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SearchHouse]:
    engine = TantivyEngine(tmp_path / "data" / "index")
    with search_house(tmp_path, engine) as made, ReadingPool(1, 1024, 60) as pool:
        maker = SandboxedPdfs(pool, made.originals, ReadingOptions())
        give(made, SearchablePdfs(made.catalogue, maker, made.layout.searchable))
        yield made
    engine.close()


def give(house: SearchHouse, pdfs: SearchablePdfs) -> None:
    house.services = replace(house.services, searchable_pdfs=pdfs)
    house.client.app.state.services = house.services  # type: ignore[attr-defined]


def enter(house: SearchHouse, text: str = "Quyết định\nvề đất đai", **more: object) -> str:
    return house.enter(text, content=more.pop("content", SCAN), file_name="Quyết định 1.pdf", **more)


def kept(house: SearchHouse) -> list[Path]:
    return [path for path in house.layout.searchable.rglob("*") if path.is_file()]


def test_it_is_a_download_with_the_words_of_the_catalogue(house: SearchHouse) -> None:
    record_id = enter(house)
    answer = house.client.get(f"/api/v1/records/{record_id}/searchable-pdf")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].endswith("%20%C4%91%E1%BB%8Bnh%201.searchable.pdf")
    assert answer.headers["x-pdf-profile"] == "none"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert [one.text for one in found_by_pdfium(answer.content)] == ["Quyết", "định", "về", "đất", "đai"]


def test_it_is_made_once_and_anew_when_the_words_have_changed(house: SearchHouse) -> None:
    record_id = enter(house)
    path = f"/api/v1/records/{record_id}/searchable-pdf"
    house.client.get(path)
    (first,) = kept(house)
    stamp = first.stat().st_mtime_ns
    house.client.get(path)
    assert first.stat().st_mtime_ns == stamp
    with house.catalogue.writing() as unit:
        page = unit.pages.page(record_id, 1)
        unit.pages.save(record_id, [replace(page, text=page.text.replace("đất", "đắt"))])
        unit.commit()
    touch(house.catalogue, record_id)
    assert "đắt" in [one.text for one in found_by_pdfium(house.client.get(path).content)]
    (second,) = kept(house)
    assert second != first


def test_who_may_not_see_a_record_gets_none(house: SearchHouse) -> None:
    secret, open_to_all = enter(house, access_class="secret", unit="khác"), enter(house, content=SCAN + b"\n")
    path = f"/records/{open_to_all}/searchable-pdf"
    assert house.client.get(f"/api/v1{path}").status_code == 200
    assert house.get(f"/records/{secret}/searchable-pdf", status=404)["code"] == "not-found"
    house.as_viewer(Viewer("nobody", ()))
    assert house.get(path, status=404)["code"] == "not-found", "also one that is kept"
    pdfs = house.services.searchable_pdfs
    assert pdfs
    for record_id in (secret, open_to_all):
        with pytest.raises(NotFound):
            pdfs.pdf(record_id, Viewer("nobody", ()))


def test_what_cannot_be_made_says_why_and_leaves_nothing(house: SearchHouse) -> None:
    broken = enter(house, content=b"%PDF-1.4 no more")
    assert house.get(f"/records/{broken}/searchable-pdf", status=500)["code"] == "page-unreadable"
    failed = house.enter(None)
    assert house.get(f"/records/{failed}/searchable-pdf", status=404)["code"] == "not-found"
    assert kept(house) == []


def test_it_goes_with_the_purge_and_so_does_one_that_is_made_meanwhile(house: SearchHouse) -> None:
    first, second = enter(house), enter(house, content=SCAN + b"\n")
    places = (house.originals, KeptFiles(house.layout.searchable))
    disposal = DisposalService(house.catalogue, places)
    assert house.client.get(f"/api/v1/records/{first}/searchable-pdf").status_code == 200
    digest = house.get(f"/records/{first}")["digest"]
    left = house.layout.searchable / digest[:2] / f"{digest}-killed.part"
    left.write_bytes(b"half")

    def purge(record_id: str) -> None:
        disposal.discard(record_id, "An", "trùng", LOCAL)
        disposal.purge(record_id, "An", "Bình", LOCAL)

    purge(first)
    assert kept(house) == []

    class Slow:
        def write(self, record: Record, pages: Sequence[Page], target: BinaryIO) -> bool:
            target.write(b"%PDF")
            purge(record.id)
            return True

    give(house, SearchablePdfs(house.catalogue, Slow(), house.layout.searchable))
    assert house.get(f"/records/{second}/searchable-pdf", status=404)["code"] == "not-found"
    assert kept(house) == []


def test_all_who_purge_know_where_it_lies(house: SearchHouse) -> None:
    record_id = enter(house)
    house.client.get(f"/api/v1/records/{record_id}/searchable-pdf")
    assert len(kept(house)) == 1
    with open_house(read_settings(house.layout.data)) as opened:
        for place in removables(opened):
            place.remove(house.get(f"/records/{record_id}")["digest"])
    assert kept(house) == []


def test_those_made_longest_ago_go_when_room_runs_out(house: SearchHouse) -> None:
    class Heavy:
        def write(self, record: Record, pages: Sequence[Page], target: BinaryIO) -> bool:
            target.write(bytes(1000))
            return True

    pdfs = SearchablePdfs(house.catalogue, Heavy(), house.layout.searchable, most_bytes=2500)
    made = []
    for number in range(4):
        made.append(pdfs.pdf(enter(house, content=b"%d" % number), LOCAL).path)
        os.utime(made[-1], (1_000_000 + number, 1_000_000 + number))
    assert [path.exists() for path in made] == [False, False, True, True]


def test_few_wait_for_it_and_one_is_made_once(house: SearchHouse) -> None:
    begun, go_on, made = threading.Event(), threading.Event(), []

    class Slow:
        def write(self, record: Record, pages: Sequence[Page], target: BinaryIO) -> bool:
            begun.set()
            assert go_on.wait(30)
            made.append(record.id)
            target.write(b"%PDF")
            return True

    pdfs = SearchablePdfs(house.catalogue, Slow(), house.layout.searchable)
    record_id = enter(house)
    with ThreadPoolExecutor(MOST_WAITING + 1) as threads:
        asked = [threads.submit(pdfs.pdf, record_id, LOCAL) for _ in range(MOST_WAITING + 1)]
        assert begun.wait(30)
        until(lambda: not pdfs._waiting._places._value)  # all of them wait
        with pytest.raises(Busy):
            pdfs.pdf(record_id, LOCAL)
        go_on.set()
        assert len({one.result().path for one in asked}) == 1
    assert made == [record_id]


def test_the_page_tells_what_it_is(house: SearchHouse) -> None:
    record_id = enter(house)
    house.client.app.include_router(web_router(house.services))  # type: ignore[attr-defined]

    def told() -> str:
        page = html.fromstring(house.client.get(f"/van-ban/{record_id}").text)
        (link,) = page.xpath(f"//a[@href='/api/v1/records/{record_id}/searchable-pdf']")
        assert link.text == "PDF tìm được chữ"
        return str(link.getnext().text)

    assert "PDF/A" not in told()
    house.client.get(f"/api/v1/records/{record_id}/searchable-pdf")
    assert "không đạt PDF/A" in told()


def test_the_command_writes_it(house: SearchHouse, tmp_path: Path) -> None:
    record_id, failed, out = enter(house), house.enter(None), tmp_path / "out"
    arguments = ["--data", str(house.layout.data), "export", str(out), record_id, failed, "--as", "pdf", "--json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 4, done.output
    assert [path.name for path in out.iterdir()] == [f"{record_id}.pdf"]
    assert len(found_by_pdfium((out / f"{record_id}.pdf").read_bytes())) == 5
