"""More like this, on both engines: by the words that tell most, never itself, never what may not be seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search_api.access import Viewer
from search_api.engines.protocol import SearchEngine
from tests.contracts.conftest import engine, open_engine  # noqa: F401 - fixtures
from tests.serving import SearchHouse, search_house

COMMON = "Căn cứ Luật Tổ chức chính quyền địa phương; theo đề nghị của Chánh Văn phòng, Ủy ban nhân dân xã quyết định. "
BRIDGE = "Sửa chữa cầu treo bắc qua suối, thay dầm thép, gia cố mố cầu, lắp lan can"


@pytest.fixture
def house(tmp_path: Path, engine: SearchEngine) -> Iterator[SearchHouse]:  # noqa: F811
    with search_house(tmp_path, engine) as made:
        for topic in ("tiêm phòng dại cho chó mèo", "thu tiền điện chiếu sáng", "bầu trưởng thôn nhiệm kỳ mới"):
            for _ in range(5):
                made.enter(COMMON + topic, fields={"subject": topic})
        yield made


def alike(house: SearchHouse, record_id: str, **asked: object) -> list[str]:
    return [one["record_id"] for one in house.get(f"/records/{record_id}/alike", **asked)["records"]]


def test_what_shares_the_telling_words_is_alike_and_what_shares_the_usual_ones_is_not(house: SearchHouse) -> None:
    first = house.enter(COMMON + BRIDGE, fields={"subject": "Về việc sửa chữa cầu treo"})
    second = house.enter(COMMON + "Nghiệm thu sửa chữa cầu treo bắc qua suối, dầm thép", fields={"subject": "Cầu treo"})
    third = house.enter(COMMON + "Gia cố mố cầu sau lũ")
    house.index()
    assert alike(house, first) == [second, third]
    shares = [one["share"] for one in house.get(f"/records/{first}/alike")["records"]]
    assert 1 >= shares[0] > shares[1] > 0
    assert alike(house, first, limit=1) == [second]


def test_a_copy_is_most_alike_and_the_record_itself_is_left_out(house: SearchHouse) -> None:
    first, copy = house.enter(COMMON + BRIDGE), house.enter(COMMON + BRIDGE)
    house.index()
    assert alike(house, first)[0] == copy
    assert first not in alike(house, first, limit=20)


def test_rights_hold(house: SearchHouse) -> None:
    first = house.enter(BRIDGE, access_class="public")
    house.enter(BRIDGE, access_class="unit", unit="other")
    seen = house.enter(BRIDGE, access_class="public")
    house.index()
    house.as_viewer(Viewer("guest", ("public",)))
    assert alike(house, first) == [seen]


def test_a_record_in_the_bin_is_alike_to_nothing(house: SearchHouse) -> None:
    first, other = house.enter(BRIDGE), house.enter(BRIDGE)
    house.index()
    house.services.disposal.discard(other, "Lan", "trùng", house.services.viewer)
    assert alike(house, first) == []


@pytest.mark.parametrize("text", ["", "12 34 56", "khôngđâucó"])
def test_what_says_nothing_is_like_nothing(house: SearchHouse, text: str) -> None:
    first = house.enter(text)
    house.index()
    assert alike(house, first) == []


def test_no_such_record(house: SearchHouse) -> None:
    house.index()
    assert house.get("/records/none/alike", status=404)["code"] == "not-found"
