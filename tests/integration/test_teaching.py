"""An office confirms a name once, and the next record in which it is misread is mended or asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mappings.record import DescribedField, RecordState
from search_api.access import LOCAL
from search_api.application import create_application
from search_api.correcting import CorrectionService
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from tests.integration.house import House, until
from tests.serving import SearchHouse, at_this_machine, search_house

LETTER = """TRUNG TÂM LƯU TRỮ LỊCH SỬ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 12/QĐ-TTLTLS
Bình Định, ngày 14 tháng 3 năm 2024
QUYẾT ĐỊNH
Về việc thành lập Tổ số hóa tài liệu số {}
"""


def described(house: House, record_id: str) -> dict[str, DescribedField]:
    with house.catalogue.reading() as unit:
        return unit.records.fields([record_id])[record_id]


def test_the_next_reading_heeds_what_was_confirmed(tmp_path: Path) -> None:
    with House(tmp_path) as house, house.service() as service:
        house.drop("một.txt", LETTER.format(1))
        assert service.drain(60)
        (first,) = (row.delivery.record_id for row in house.deliveries().values())
        assert first
        CorrectionService(house.catalogue).correct(
            first, {"issuer": "TRUNG TÂM LƯU TRỮ LỊCH SỬ", "symbol": "QĐ-TTLTLS"}, LOCAL
        )
        misread = LETTER.replace("LƯU TRỮ LỊCH SỬ", "LUU TRỮ LỊCH SỨ")
        asked = iter(range(2, 10_000))

        def mended() -> bool:  # it counts some seconds later
            name = f"{next(asked)}.txt"
            house.drop(name, misread.format(name))
            assert service.drain(60)
            record_id = house.deliveries()[name].delivery.record_id
            assert record_id
            return described(house, record_id)["issuer"].value == "TRUNG TÂM LƯU TRỮ LỊCH SỬ"

        until(mended)
        assert house.record_states().keys() == {RecordState.SEARCHABLE}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[SearchHouse]:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as made:
        yield made
    engine.close()


def test_what_was_taught_is_seen_and_taken_back_by_the_api_and_the_page(served: SearchHouse) -> None:
    record_id = served.enter("Một trang.", fields={"issuer": "SO NOI VU"})
    served.client.patch(f"/api/v1/records/{record_id}", json={"fields": {"issuer": {"value": "SỞ NỘI VỤ"}}})
    assert served.get("/taught") == [
        {"field": "issuer", "value": "SỞ NỘI VỤ", "times": 1, "with_it": [], "taken_back_by": None}
    ]
    pages = at_this_machine(
        create_application(served.services, pages=web_router(served.services), error_page=error_page_in("vi"))
    )
    assert "SỞ NỘI VỤ" in pages.get("/da-hoc").text
    form = {"field": "issuer", "value": "SỞ NỘI VỤ", "by": "Trần Thị Ví", "counts": "no"}
    assert pages.post("/da-hoc", data=form | {"by": ""}).status_code == 422
    answer = pages.post("/da-hoc", data=form)
    assert answer.status_code == 200
    assert "Trần Thị Ví đã rút lại." in answer.text
    assert served.get("/taught")[0]["taken_back_by"] == "Trần Thị Ví"
    said = {"field": "issuer", "value": "SỞ NỘI VỤ", "by": "Trần Thị Ví", "counts": True}
    assert served.client.post("/api/v1/taught", json=said).status_code == 204
    assert served.get("/taught")[0]["taken_back_by"] is None
