"""A record type of an office's own, by a data file alone: read, kept, shown, corrected, found, written beside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from archive.sidecars import Sidecars
from mappings.record_types import load_types
from search_api.application import create_application
from search_api.correcting import CorrectionService
from search_api.engines.protocol import SearchEngine
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from tests.contracts.conftest import engine, open_engine  # noqa: F401 - fixtures
from tests.integration.house import AT_ONCE, House
from tests.keeping import writer
from tests.serving import SearchHouse, search_house
from tests.unit.record_types.test_loading import OWN

LEASE = "HỢP ĐỒNG THUÊ NHÀ\nBên thuê: Trần Thị Ví\nGiá thuê: 3500000\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "types"
    made.mkdir()
    (made / "own.toml").write_text(OWN, encoding="utf-8")
    return made


def test_it_is_read_and_written_beside_the_original(folder: Path, tmp_path: Path) -> None:
    with House(tmp_path / "house") as house, house.service(replace(AT_ONCE, types=load_types(folder))) as service:
        house.drop("thuê.txt", LEASE)
        assert service.drain(60)
        (row,) = house.deliveries().values()
        with house.catalogue.reading() as unit:
            view = unit.records.view(str(row.delivery.record_id))
        assert view.value("record_type") == "Hợp đồng thuê nhà"
        assert {name: view.value(name) for name in view.type_fields} == {
            "lease.tenant": "Trần Thị Ví",
            "lease.rent": "3500000",
        }
        writer(house.catalogue, house.layout).drain()
        sidecar = Sidecars(house.originals.beside).find(view.record.digest)
        assert sidecar is not None
        assert {"lease.tenant", "lease.rent"} <= {field["name"] for field in sidecar.rows["fields"]}


@pytest.fixture
def house(tmp_path: Path, folder: Path, engine: SearchEngine) -> Iterator[SearchHouse]:  # noqa: F811
    with search_house(tmp_path / "served", engine) as made:
        types = load_types(folder)
        services = replace(made.services, types=types, corrections=CorrectionService(made.catalogue, types))
        application = create_application(services, pages=web_router(services), error_page=error_page_in("vi"))
        made.client = TestClient(application)
        yield made


def lease(house: SearchHouse) -> str:
    fields = {"record_type": "Hợp đồng thuê nhà", "lease.tenant": "Trần Thị Ví"}
    record_id = house.enter("Một trang.", fields=fields)
    house.index()
    return record_id


def test_its_fields_are_shown_with_labels_in_both_languages(house: SearchHouse) -> None:
    record_id = lease(house)
    shown = house.client.get(f"/van-ban/{record_id}").text
    assert all(words in shown for words in ("Bên thuê", "Trần Thị Ví", "Giá thuê", "Hợp đồng thuê nhà"))
    english = house.client.get(f"/van-ban/{record_id}?lang=en").text
    assert "Tenant" in english
    assert "Rent" in english
    told = house.get("/record-types")
    assert any(one["id"] == "lease" and one["fields"][0]["title"] == "Bên thuê" for one in told)


def test_a_label_with_signs_of_formats_and_of_markup_is_shown_as_it_stands(house: SearchHouse, folder: Path) -> None:
    own = OWN.replace('vi = "Bên thuê"', 'vi = "Tỷ lệ (%)"').replace('en = "Tenant"', 'en = "<b>Tenant</b> %(x)s"')
    (folder / "own.toml").write_text(own, encoding="utf-8")
    services = replace(house.services, types=load_types(folder))
    page = TestClient(create_application(services, pages=web_router(services), error_page=error_page_in("vi")))
    record_id = lease(house)
    saved = page.get(f"/van-ban/{record_id}", params={"saved": "lease.tenant,subject"})
    assert saved.status_code == 200
    assert "Tỷ lệ (%)</label>" in saved.text
    assert "Tỷ lệ (%), Trích yếu" in saved.text
    english = page.get(f"/van-ban/{record_id}?lang=en").text
    assert "&lt;b&gt;Tenant&lt;/b&gt; %(x)s</label>" in english
    assert "<b>Tenant" not in english
    assert "Date of issue</label>" in english


def test_its_fields_are_corrected_and_found_by_their_words(house: SearchHouse) -> None:
    record_id = lease(house)
    said = {"fields": {"lease.tenant": {"value": "Lý Thị Thuê"}, "lease.rent": {"value": "4200000"}}}
    assert house.client.patch(f"/api/v1/records/{record_id}", json=said).status_code == 200
    house.index()
    for words in ("Lý Thị Thuê", "ly thi thue", "4200000"):
        hits = house.get("/search", q=words)["hits"]
        assert [hit["record_id"] for hit in hits] == [record_id]
    assert house.get(f"/records/{record_id}")["fields"]["lease.rent"]["confirmed"]
    wrong = {"fields": {"lease.rent": {"value": "nhiều"}}}
    assert house.client.patch(f"/api/v1/records/{record_id}", json=wrong).status_code == 422
    unknown = {"fields": {"lease.colour": {"value": "x"}}}
    assert house.client.patch(f"/api/v1/records/{record_id}", json=unknown).status_code == 422


def test_on_the_page_a_person_gives_a_record_its_type_and_fills_it(house: SearchHouse) -> None:
    record_id = house.enter("Một trang.")
    address = f"/van-ban/{record_id}/xac-nhan"
    assert house.client.post(address, data={"name": "record_type", "value": "Hợp đồng thuê nhà"}).status_code == 200
    assert 'name="lease.' not in house.client.get(f"/van-ban/{record_id}").text
    assert 'id="f-lease.tenant"' in house.client.get(f"/van-ban/{record_id}").text
    assert house.client.post(address, data={"name": "lease.tenant", "value": "Trần Thị Ví"}).status_code == 200
    assert house.get(f"/records/{record_id}")["fields"]["lease.tenant"]["value"] == "Trần Thị Ví"
    assert house.client.post(address, data={"name": "record_type", "value": "Không có"}).status_code == 422
