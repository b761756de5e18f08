"""Candidates for numbers and days written by hand: what each source says, and what they say together."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from search_api.candidates.misreading import misreading
from search_api.candidates.ranking import Evidence, Source, days, numbers, numbers_named
from search_api.candidates.series import Issued, gap_of, series_of

MAY = date(2024, 5, 15)
SERIES = series_of([Issued(380, date(2024, 5, 3)), Issued(402, date(2024, 5, 11)), Issued(431, date(2024, 5, 19))])


def values(evidence: Evidence) -> list[str]:
    return [one.value for one in numbers(evidence)]


def test_a_number_lies_between_its_neighbours_in_the_series() -> None:
    found = numbers(Evidence(day=MAY, series=SERIES))
    assert all(402 < int(one.value) < 431 and Source.SERIES in one.because for one in found)
    assert "416" in [one.value for one in found]  # half the days, half the numbers


def test_what_was_read_chooses_among_those_that_fit() -> None:
    assert values(Evidence(day=MAY, series=SERIES, read="4Z9"))[0] == "429"
    assert values(Evidence(day=MAY, series=SERIES, read="qI?"))[0] == "417"


def test_the_files_name_tells_a_number_that_fits() -> None:
    (first, *_) = numbers(Evidence(day=MAY, series=SERIES, file_name="424_UB.signed_20250510_124908.pdf"))
    assert first.value == "424"
    assert set(first.because) == {Source.SERIES, Source.FILE_NAME}


def test_a_name_with_another_number_does_not_win_over_the_series() -> None:
    first = values(Evidence(day=MAY, series=SERIES, file_name="05.signed.pdf", read="4Z9"))[0]
    assert first == "429"


def test_a_number_that_is_taken_is_no_first_choice() -> None:
    days_of_march = [date(2024, 3, day) for day in (1, 5, 5, 5, 9)]
    series = series_of([Issued(number, day) for number, day in zip((10, 14, 15, 16, 20), days_of_march, strict=True)])
    found = values(Evidence(day=date(2024, 3, 5), series=series))  # 15 stands in the very middle
    assert found
    assert not set(found) & {"14", "15", "16"}


def test_the_day_that_was_read_narrows_the_numbers_of_a_whole_month() -> None:
    series = series_of(Issued(10 * n, date(2024, 3, 1) + timedelta(days=n)) for n in range(1, 30))
    (first, *_) = values(Evidence(month=(2024, 3), day_read="2l", series=series))
    assert abs(int(first) - 200) <= 10


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("299_UB.signed_20250510_124908.pdf", [299]),
        ("2352__07-CT-UBND.signed_20250221_092046.pdf", [2352, 7]),
        ("scan_20250510_124908.pdf", []),
        ("văn bản.pdf", []),
        ("1234567.pdf", []),
    ],
)
def test_numbers_in_a_files_name(name: str, told: list[int]) -> None:
    assert numbers_named(name) == told


def test_without_anything_known_nothing_is_offered() -> None:
    assert numbers(Evidence()) == []
    assert days(Evidence(month=(2024, 5))) == []
    assert days(Evidence(day=MAY)) == []


def test_a_day_lies_between_its_neighbours_and_before_the_arrival() -> None:
    found = days(Evidence(number=415, month=(2024, 5), series=SERIES, arrived=date(2024, 5, 15)))
    assert all(date(2024, 5, 11) <= date.fromisoformat(one.value) <= date(2024, 5, 15) for one in found)
    assert {Source.SERIES, Source.ARRIVAL} <= set(found[0].because)


def test_the_day_of_the_digital_signature_comes_first() -> None:
    found = days(Evidence(month=(2024, 5), day_read="1?", signed=date(2024, 5, 23)))
    assert (found[0].value, found[0].because[-1]) == ("2024-05-23", Source.SIGNED)


def test_signs_that_look_alike_are_nearer_than_others() -> None:
    assert misreading("431", "431") == 0
    assert misreading("431", "A3l") < misreading("431", "X3X")
    assert misreading("05", "OS") < misreading("05", "71")


def test_a_series_passes_over_what_stands_against_it() -> None:
    right = [Issued(n, date(2024, 1, 1) + timedelta(days=n)) for n in range(1, 20)]
    assert series_of([*right, Issued(300, date(2024, 1, 5)), Issued(2, date(2024, 12, 1))]) == right


def test_at_the_ends_of_a_series_the_gap_is_open() -> None:
    assert gap_of(SERIES, date(2024, 6, 1), date(2024, 6, 1)).after is None
    assert gap_of(SERIES, date(2024, 1, 1), date(2024, 1, 1)).before is None
    assert int(values(Evidence(day=date(2024, 5, 20), series=SERIES))[0]) > 431
