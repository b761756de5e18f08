"""A reviewed line reaches text, boxes, index, transcripts and PDF, and stays when another engine reads the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from typer.testing import CliRunner

from archive.catalogue import Catalogue
from archive.unit_of_work import UnitOfWork
from archive.verifying import badly_recorded
from ingest.reading import ReadingOptions
from ingest.sandbox import ReadingPool
from ingest.service import IngestOptions
from mappings.record import Page, ReadBy, RecordState, Word
from mappings.rewording.correcting import Standing
from mappings.rewording.rewriting import text_of
from search_api.access import LOCAL
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.indexer import Indexer
from search_api.query.answers import SearchQuery
from search_api.query.search import SearchService
from search_api.reviewing.answering import Answer
from search_api.reviewing.options import ReviewOptions
from search_api.reviewing.service import ReviewService
from search_api.reviewing.showing import lines_of
from search_api.searchable_pdfs import SearchablePdfs
from search_api.transcribing import Transcripts
from tangthu.cli import app
from tangthu.searchable_pdfs import SandboxedPdfs
from tests.integration.house import House
from tests.serving import SearchHouse, search_house
from tests.unit.reading import pages

LINE = "huyện với tổng số một trăm"
TOLD = "kholưu trữ của huyện SÔNG NGÂN một trăm mét giá."
ENGLISH = IngestOptions(settle_seconds=0, rescan_seconds=0.2, reading=ReadingOptions("eng"))
"""Another engine: it knows no Vietnamese letters."""


def page_now(catalogue: Catalogue, record_id: str) -> Page:
    with catalogue.reading() as unit:
        return unit.pages.page(record_id, 1)


def say(catalogue: Catalogue, record_id: str, line: str, told: str) -> None:
    shown = next(one for one in lines_of(page_now(catalogue, record_id)) if line in text_of(one.words))
    answer = Answer(record_id, "page", "1", text_of(shown.words), told, None, shown.begin)
    ReviewService(catalogue, options=ReviewOptions(second_share=0.0)).answer(answer, LOCAL)


def read(house: House) -> str:
    house.drop("quyet-dinh.png", pages.encoded(pages.draw().image, "PNG"))
    with house.service() as service:
        assert service.drain(120)
    (record_id,) = (row.delivery.record_id for row in house.deliveries().values())
    assert record_id
    return record_id


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path) as made:
        yield made


def test_a_reviewed_line_is_found_and_stays_when_another_engine_reads_the_page(house: House) -> None:
    record_id = read(house)
    before = page_now(house.catalogue, record_id)
    assert before.read_by is ReadBy.OCR and LINE in before.text
    say(house.catalogue, record_id, LINE, TOLD)
    engine = TantivyEngine(house.layout.index)
    indexer = Indexer(house.catalogue, engine, house.layout.index_lock)
    search = SearchService(house.catalogue, engine)

    def found(words: str) -> int:
        while indexer.step():
            pass
        answer = search.search(SearchQuery(q=words), LOCAL)
        return 0 if answer.partial else answer.total

    assert (found('"sông ngân"'), found('"huyện với tổng số"')) == (1, 0)
    for form in ("hocr", "alto"):
        made = b"".join(Transcripts(house.catalogue).transcript(record_id, form, LOCAL).pieces).decode()
        assert "NGÂN" in made and "kholưu" in made
    assert "SÔNG NGÂN" in _pdf_text(house, record_id)

    result = CliRunner().invoke(app, ["reread", record_id, "--by", "Lan", "--data", str(house.layout.data)])
    assert result.exit_code == 0, result.output
    with house.service(ENGLISH) as service:
        assert service.drain(120)
    after = page_now(house.catalogue, record_id)
    assert TOLD in after.text, after.text
    assert "Điều 1" not in after.text, "the rest is as the other engine reads it"
    boxes = {word.text: word.box for word in after.words}
    old = {word.text: word.box for word in page_now_words(before)}
    for told, read_as in (("trữ", "trữ"), ("một", "một"), ("SÔNG", "với"), ("kholưu", "kho")):
        one, other = boxes[told], old[read_as]
        assert one is not None and other is not None and abs(one.x0 - other.x0) < 0.01, told
    with house.catalogue.reading() as unit:
        assert [one.standing for one in unit.corrections.held(record_id)] == [Standing.STANDING]
        assert list(badly_recorded(unit)) == []
    assert found('"sông ngân"') == 1
    engine.close()


def page_now_words(page: Page) -> list[Word]:
    line = next(one for one in lines_of(page) if LINE in text_of(one.words))
    return list(line.words)


def _pdf_text(house: House, record_id: str) -> str:
    with ReadingPool(1, 1024, 60) as pool:
        source = SandboxedPdfs(pool, house.originals, ReadingOptions())
        made = SearchablePdfs(house.catalogue, source, house.layout.searchable).pdf(record_id, LOCAL)
        document = pypdfium2.PdfDocument(BytesIO(made.path.read_bytes()))
        return " ".join(document[0].get_textpage().get_text_bounded().split())


@pytest.fixture
def served(tmp_path: Path) -> Iterator[SearchHouse]:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as made:
        yield made
    engine.close()


def test_the_api_hands_out_takes_back_and_tells(served: SearchHouse) -> None:
    record_id = served.enter("Một trang giấy.", fields={"issuer": "SO NOI VU"})
    served.catalogue.write(lambda unit: _doubt(unit, record_id))
    shown = served.client.post("/api/v1/review/next", json={}).json()
    assert (shown["kind"], shown["place"], shown["offer"]) == ("field", "issuer", "SO NOI VU")
    said = {name: shown[name] for name in ("record_id", "kind", "place", "begin")} | {"shown": shown["text"]}
    answer = served.client.post("/api/v1/review/answers", json=said | {"text": "SỞ NỘI VỤ", "seconds": 2})
    assert (answer.status_code, answer.json()["verdict"]) == (200, "corrected")
    assert served.client.post("/api/v1/review/answers", json=said | {"text": "X"}).status_code == 409
    told = served.get("/review")
    assert (told["fields_waiting"], told["days"][0]["looked"], told["errors"]["high"]) == (0, 1, 1.0)
    assert served.client.post("/api/v1/review/undo").status_code == 200
    assert served.client.post("/api/v1/review/undo").status_code == 409
    assert served.get("/review")["fields_waiting"] == 1
    assert served.get("/review")["days"] == []


def _doubt(unit: UnitOfWork, record_id: str) -> None:
    held = unit.records.fields([record_id])[record_id]
    unit.records.describe(record_id, {name: replace(one, doubtful=True) for name, one in held.items()})
    unit.records.finish(record_id, RecordState.SEARCHABLE)
