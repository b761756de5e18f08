"""What was undone is searched as it was before: on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search_api.access import LOCAL
from search_api.engines.protocol import SearchEngine
from search_api.undoing import undo
from tests.serving import SearchHouse, search_house

ENTERED, READ = "Sở Xây dựng tỉnh Thái Bình", "Ủy ban nhân dân xã Tân An"


@pytest.fixture
def house(tmp_path: Path, engine: SearchEngine) -> Iterator[SearchHouse]:
    with search_house(tmp_path, engine) as made:
        yield made


def correct(house: SearchHouse, record_id: str, **values: str) -> None:
    house.services.corrections.correct(record_id, values, LOCAL)
    house.index()


@pytest.mark.parametrize("read", ["", READ])
@pytest.mark.parametrize(("name", "entered"), [("issuer", ENTERED), ("signer", "Trần Quốc Bảo"), ("dossier", "01/CT")])
def test_a_value_that_was_undone_finds_nothing_any_more(house: SearchHouse, name: str, entered: str, read: str) -> None:
    record_id = house.enter("V/v xây dựng cầu", fields={"subject": "Cầu mới"} | ({name: read} if read else {}))
    other = house.enter("V/v khác", fields={"subject": "Cầu cũ", name: "Người khác"})
    house.index()
    correct(house, record_id, **{name: entered})
    assert house.found(**{name: entered}) == [record_id]
    undo(house.catalogue, record_id, LOCAL)
    house.index()
    assert house.found(**{name: entered}) == []
    assert house.found(entered) == []
    facets = house.get("/search", q="cầu")["facets"]
    assert entered not in str(facets)
    assert (house.found(**{name: read}) if read else [record_id]) == [record_id]
    assert sorted(house.found("cầu")) == sorted([record_id, other])
