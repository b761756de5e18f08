from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from analyzers.dates import find_dates


@pytest.mark.parametrize(
    "written",
    [
        "05/03/2018",
        "5/3/2018",
        "5-3-2018",
        "5.3.2018",
        "05 / 03 / 2018",
        "2018-03-05",
        "ngày 5 tháng 3 năm 2018",
        "Ngày 05 tháng 03 năm 2018",
        "ngay 5 thang 3 nam 2018",
        "NGÀY 5 THÁNG 3 NĂM 2018",
        "5 tháng 3, năm 2018",
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_each_way_of_writing_a_date_gives_the_day_and_its_place(written: str, form: str) -> None:
    shown = unicodedata.normalize(form, written)  # type: ignore[arg-type]
    text = f"Quảng Ngãi, {shown}."
    (found,) = find_dates(text)
    assert found.date == date(2018, 3, 5)
    assert text[found.start : found.end] == shown


@pytest.mark.parametrize(
    "written", ["30/02/2018", "32/01/2018", "5/3", "123/2018", "1/2/3/2018", "tháng 3 năm 2018", "5/3-2018"]
)
def test_what_is_no_day_is_passed_over(written: str) -> None:
    assert find_dates(written) == []


def test_dates_come_in_order_of_place() -> None:
    found = find_dates("từ ngày 1 tháng 2 năm 2020 đến 05/03/2020")
    assert [one.date for one in found] == [date(2020, 2, 1), date(2020, 3, 5)]
