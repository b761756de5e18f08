"""What was read with doubt is told with the hit: by the API, on the page, in the terminal; until a person says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from archive.layout import Layout
from mappings.record import DescribedField
from search_api.access import LOCAL
from search_api.application import create_application
from search_api.correcting import CorrectionService
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from tangthu.cli import app
from tests.serving import SearchHouse, at_this_machine, search_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SearchHouse]:
    with closing(TantivyEngine(Layout(tmp_path / "data").index)) as engine, search_house(tmp_path, engine) as made:
        yield made


@pytest.fixture
def page(house: SearchHouse) -> Iterator[TestClient]:
    application = create_application(house.services, pages=web_router(house.services), error_page=error_page_in("vi"))
    with at_this_machine(application) as client:
        yield client


@pytest.fixture
def record_id(house: SearchHouse) -> str:
    record_id = house.enter("Báo cáo cải cách hành chính", fields={"number": "23", "symbol": "BC-UBND"})
    day = DescribedField("issued_on", "2025-01-03", 0.3, doubtful=True)
    empty = DescribedField("place", "", 0.0, doubtful=True)
    house.catalogue.write(lambda work: work.records.describe(record_id, {"issued_on": day, "place": empty}))
    house.index()
    return record_id


def doubtful(house: SearchHouse) -> list[str]:
    (hit,) = house.get("/search", q="cai cach")["hits"]
    return list(hit["doubtful"])


def test_a_day_read_with_doubt_is_marked_until_it_is_confirmed(
    house: SearchHouse, page: TestClient, record_id: str
) -> None:
    assert doubtful(house) == ["issued_on"]
    assert 'class="unsure"' in page.get("/?q=cai+cach").text
    CorrectionService(house.catalogue).correct(record_id, {"issued_on": "2025-01-23"}, LOCAL)
    assert doubtful(house) == []
    assert 'class="unsure"' not in page.get("/?q=cai+cach").text


def test_the_terminal_marks_it_too(house: SearchHouse, record_id: str) -> None:
    told = CliRunner().invoke(app, ["search", "cai cach", "--data", str(house.layout.data)])
    assert "03/01/2025 (?)" in told.output
    assert "BC-UBND (?)" not in told.output
