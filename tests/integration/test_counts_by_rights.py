"""What is counted for somebody is what they may see, whether that is most of the archive or next to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search_api.access import Viewer
from search_api.engines.tantivy_engine import TantivyEngine
from tests.serving import SearchHouse, search_house

MANY, FEW = Viewer("many", ("internal",)), Viewer("few", ("unit:vault",))
ALL = Viewer("all", ("internal", "unit:vault"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SearchHouse]:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as made:
        for _ in range(5):
            made.enter("một", "hai")
        made.enter("kín", None, access_class="unit", unit="vault")
        binned = [made.enter("bỏ"), made.enter("bỏ", access_class="unit", unit="vault")]
        made.index()
        for record_id in binned:
            made.services.disposal.discard(record_id, "Lan", "trùng", ALL)
        yield made
    engine.close()


@pytest.mark.parametrize(
    ("viewer", "records", "pages", "deliveries", "waiting"),
    [
        (ALL, {"searchable": 5, "partly_searchable": 1}, {"searchable": 11, "failed": 1}, 8, 2),
        (MANY, {"searchable": 5}, {"searchable": 10}, 6, 1),
        (FEW, {"partly_searchable": 1}, {"searchable": 1, "failed": 1}, 2, 1),
        (Viewer("none", ()), {}, {}, 0, 0),
    ],
)
def test_the_figures_of_the_house(
    house: SearchHouse, viewer: Viewer, records: object, pages: object, deliveries: int, waiting: int
) -> None:
    house.as_viewer(viewer)
    told = house.get("/status")
    assert (told["records"], told["pages"]) == (records, pages)
    assert sum(told["deliveries"].values()) == deliveries
    assert told["outbox"]["waiting"] == waiting
    assert told["originals"]["total"] == deliveries


def test_a_list_of_deliveries_goes_on_at_one_that_is_seen(house: SearchHouse) -> None:
    house.as_viewer(FEW)
    first = house.get("/deliveries", limit=1)
    assert len(first["deliveries"]) == 1
    assert first["next_before"] == first["deliveries"][0]["id"]
    second = house.get("/deliveries", limit=1, before=first["next_before"])
    assert len(second["deliveries"]) == 1
    assert house.get("/deliveries", limit=1, before=second["next_before"]) == {"deliveries": [], "next_before": None}
