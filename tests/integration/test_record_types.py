"""A record type of an office's own, by a data file alone: read, kept, shown, corrected, found, written beside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.sidecars import Sidecars
from mappings.record_types import RecordTypes, builtin_types, load_types
from search_api.application import create_application
from search_api.correcting import CorrectionService
from search_api.engines.protocol import SearchEngine
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from tests.contracts.conftest import engine, open_engine  # noqa: F401 - fixtures
from tests.integration.house import AT_ONCE, House
from tests.keeping import writer
from tests.serving import SearchHouse, at_this_machine, search_house
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
        started(made, load_types(folder))
        yield made


def started(house: SearchHouse, types: RecordTypes) -> None:
    """The page and API anew, with these types."""
    services = replace(house.services, types=types, corrections=CorrectionService(house.catalogue, types))
    application = create_application(services, pages=web_router(services), error_page=error_page_in("vi"))
    house.client = at_this_machine(application)


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
    page = at_this_machine(create_application(services, pages=web_router(services), error_page=error_page_in("vi")))
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


def without_its_type(house: SearchHouse) -> str:
    """A record of a type that the office has taken away since."""
    record_id = lease(house)
    started(house, builtin_types())
    return record_id


def test_a_record_of_a_type_that_is_gone_can_still_be_confirmed(house: SearchHouse) -> None:
    record_id = without_its_type(house)
    held = house.get(f"/records/{record_id}")["fields"]
    said = {name: {"value": held[name]["value"]} for name in ("record_type", "lease.tenant")}
    said["issuer"] = {"value": "UBND xã Hoa Sen"}
    assert house.client.patch(f"/api/v1/records/{record_id}", json={"fields": said}).status_code == 200
    fields = house.get(f"/records/{record_id}")["fields"]
    told = {name: (fields[name]["value"], fields[name]["confirmed"]) for name in said}
    assert told == {
        "record_type": ("Hợp đồng thuê nhà", True),
        "lease.tenant": ("Trần Thị Ví", True),
        "issuer": ("UBND xã Hoa Sen", True),
    }


@pytest.mark.parametrize("said", [{"lease.tenant": "Ai khác"}, {"lease.tenant": ""}, {"lease.rent": "1"}])
def test_a_field_of_a_type_that_is_gone_stays_as_it_is(house: SearchHouse, said: dict[str, str]) -> None:
    record_id = without_its_type(house)
    before = house.get(f"/records/{record_id}")
    asked = {"fields": {"issuer": {"value": "UBND"}} | {name: {"value": value} for name, value in said.items()}}
    assert house.client.patch(f"/api/v1/records/{record_id}", json=asked).status_code == 422
    assert house.get(f"/records/{record_id}") == before


def test_on_the_page_too_it_is_confirmed_as_it_stands(house: SearchHouse) -> None:
    record_id = without_its_type(house)
    address = f"/van-ban/{record_id}"
    assert house.client.get(address).status_code == 200
    sure = {"field.record_type": "Hợp đồng thuê nhà", "field.lease.tenant": "Trần Thị Ví"}
    assert house.client.post(f"{address}/xac-nhan-chac", data=sure).status_code == 200
    fields = house.get(f"/records/{record_id}")["fields"]
    assert fields["record_type"]["confirmed"]
    assert fields["lease.tenant"]["confirmed"]
    again = {"name": "lease.tenant", "value": "Trần Thị Ví"}
    assert house.client.post(f"{address}/xac-nhan", data=again).status_code == 200
    assert house.client.post(f"{address}/xac-nhan", data=again | {"value": "Ai khác"}).status_code == 422
    assert house.client.post(f"{address}/xac-nhan", data={"name": "thuê", "value": "x"}).status_code == 400


def test_a_value_that_its_types_file_no_longer_allows_is_confirmed_as_it_stands(
    house: SearchHouse, folder: Path
) -> None:
    record_id = lease(house)
    address = f"/api/v1/records/{record_id}"
    rent = {"fields": {"lease.rent": {"value": "3500000"}}}
    assert house.client.patch(address, json=rent).status_code == 200
    narrower = OWN.replace(r"\d{1,9}", r"\d{1,3}")
    assert narrower != OWN
    (folder / "own.toml").write_text(narrower, encoding="utf-8")
    started(house, load_types(folder))
    assert house.client.patch(address, json=rent).status_code == 200
    assert house.client.patch(address, json={"fields": {"lease.rent": {"value": "4500000"}}}).status_code == 422
