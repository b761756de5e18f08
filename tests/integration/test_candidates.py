"""The page and the API offer what a number written by hand may be; a click takes one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mappings.record import Box, DescribedField
from search_api.application import create_application
from search_api.engines.protocol import SearchEngine
from search_api.web.error_page import error_page_in
from search_api.web.router import web_router
from tests.contracts.conftest import engine, open_engine  # noqa: F401 - fixtures
from tests.records import touch
from tests.serving import SearchHouse, at_this_machine, search_house

COMMON = {"symbol": "QĐ-UBND", "issuer": "ỦY BAN NHÂN DÂN XÃ HOA SEN"}
READ = "Số: 4l? /QĐ-UBND"


@pytest.fixture
def house(tmp_path: Path, engine: SearchEngine) -> Iterator[SearchHouse]:  # noqa: F811
    with search_house(tmp_path, engine) as made:
        yield made


def neighbour(house: SearchHouse, number: str, day: str, **more: str) -> None:
    record_id = house.enter("Một trang.", fields={"subject": "Một trang"}, **more)
    values = COMMON | {"number": number, "issued_on": day}
    said = {"fields": {name: {"value": value} for name, value in values.items()}}
    if not more:
        assert house.client.patch(f"/api/v1/records/{record_id}", json=said).status_code == 200
    else:
        house.catalogue.write(lambda unit: unit.records.describe(record_id, described_surely(values)))
        touch(house.catalogue, record_id)


def described_surely(values: dict[str, str]) -> dict[str, DescribedField]:
    return {name: DescribedField(name, value, 0.95) for name, value in values.items()}


def by_hand(house: SearchHouse, *, doubtful: bool = True) -> str:
    record_id = house.enter(READ, fields={})
    fields = described_surely(COMMON | {"issued_on": "2024-05-15"})
    fields["number"] = DescribedField("number", "", 0.0, doubtful, page=1, boxes=(Box(0.05, 0.05, 0.14, 0.07),))
    house.catalogue.write(lambda unit: unit.records.describe(record_id, fields))
    touch(house.catalogue, record_id)
    house.index()
    return record_id


def test_the_number_is_offered_from_its_neighbours_and_what_was_read(house: SearchHouse) -> None:
    neighbour(house, "402", "2024-05-11")
    neighbour(house, "431", "2024-05-19")
    neighbour(house, "888", "2024-05-14", unit="other", access_class="unit")  # may not be seen, so does not count
    found = house.get(f"/records/{by_hand(house)}/candidates")
    assert found["number"][0]["value"] in ("412", "417")
    assert found["number"][0]["because"] == ["series", "read"]
    assert all(402 < int(one["value"]) < 431 for one in found["number"])
    assert found["issued_on"] == []


def test_nothing_is_offered_for_what_is_sure_or_confirmed(house: SearchHouse) -> None:
    neighbour(house, "402", "2024-05-11")
    record_id = by_hand(house)
    house.client.patch(f"/api/v1/records/{record_id}", json={"fields": {"number": {"value": "412"}}})
    assert house.get(f"/records/{record_id}/candidates") == {"number": [], "issued_on": []}


def test_a_neighbour_whose_number_is_doubtful_does_not_count(house: SearchHouse) -> None:
    record_id = house.enter("Một trang.")
    fields = described_surely(COMMON | {"number": "777", "issued_on": "2024-05-14"})
    fields["number"] = replace(fields["number"], doubtful=True)
    house.catalogue.write(lambda unit: unit.records.describe(record_id, fields))
    touch(house.catalogue, record_id)
    found = house.get(f"/records/{by_hand(house)}/candidates")
    assert all("series" not in one["because"] for one in found["number"])


def test_a_click_on_the_page_takes_the_candidate(house: SearchHouse) -> None:
    neighbour(house, "402", "2024-05-11")
    neighbour(house, "431", "2024-05-19")
    record_id = by_hand(house)
    services = house.services
    pages = at_this_machine(create_application(services, pages=web_router(services), error_page=error_page_in("vi")))
    offered = re.findall(r'name="offer" value="(\d+)"', pages.get(f"/van-ban/{record_id}").text)
    assert len(offered) == 3
    form = {
        "name": "number",
        "value": "",
        "offer": offered[0],
        "revision": str(house.get(f"/records/{record_id}")["revision"]),
    }
    answer = pages.post(f"/van-ban/{record_id}/xac-nhan", data=form, follow_redirects=False)
    assert answer.status_code == 303
    number = house.get(f"/records/{record_id}")["fields"]["number"]
    assert (number["value"], number["confirmed"]) == (offered[0], True)
