"""What was found, counted over time under the same filters and rights, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search_api.access import Viewer
from search_api.engines.protocol import SearchEngine
from tests.contracts.conftest import engine, open_engine  # noqa: F401 - fixtures
from tests.serving import SearchHouse, search_house

DAYS = ("2018-12-31", "2019-01-01", "2019-01-31", "2019-03-05", "2024-02-29", "")


@pytest.fixture
def house(tmp_path: Path, engine: SearchEngine) -> Iterator[SearchHouse]:  # noqa: F811
    with search_house(tmp_path, engine) as made:
        for number, day in enumerate(DAYS):
            access = "unit" if day == "2024-02-29" else "public"
            fields = {"issued_on": day, "kind": "Quyết định" if number % 2 else "Công văn"}
            made.enter("lịch công tác", fields=fields, access_class=access)
        made.index()
        yield made


def counts(house: SearchHouse, **asked: str) -> list[tuple[str, str, int]]:
    found = house.get("/search/histogram", **asked)
    return [(one["first"], one["last"], one["count"]) for one in found["counts"]]


def test_years_where_months_would_be_many(house: SearchHouse) -> None:
    found = house.get("/search/histogram", q="lich")
    assert (found["by"], found["undated"]) == ("year", 1)
    assert counts(house, q="lich") == [
        ("2018-01-01", "2018-12-31", 1),
        ("2019-01-01", "2019-12-31", 3),
        ("2024-01-01", "2024-12-31", 1),
    ]


def test_months_where_they_lie_close_or_are_asked_for(house: SearchHouse) -> None:
    within = {"issued_from": "2019-01-01", "issued_to": "2019-12-31"}
    assert house.get("/search/histogram", **within)["by"] == "month"
    assert counts(house, **within) == [("2019-01-01", "2019-01-31", 2), ("2019-03-01", "2019-03-31", 1)]
    assert counts(house, by="month")[-1] == ("2024-02-01", "2024-02-29", 1)


def test_all_filters_hold(house: SearchHouse) -> None:
    letters = counts(house, kind="Công văn", by="year")
    assert [(first, count) for first, _, count in letters] == [("2018-01-01", 1), ("2019-01-01", 1), ("2024-01-01", 1)]
    assert counts(house, year="2018") == [("2018-12-01", "2018-12-31", 1)]


def test_what_may_not_be_seen_is_not_counted(house: SearchHouse) -> None:
    house.as_viewer(Viewer("guest", ("public",)))
    assert [one[0] for one in counts(house, by="year")] == ["2018-01-01", "2019-01-01"]


def test_nothing_found_has_no_bars(house: SearchHouse) -> None:
    assert house.get("/search/histogram", q="khôngcóđâu") == {"by": "month", "counts": [], "undated": 0}
