from __future__ import annotations

import pytest

from mappings.vocabulary import (
    agency_abbreviations,
    family_names,
    issue_number,
    kind_by_abbreviation,
    kind_by_name,
    kinds,
    provinces,
    urgencies,
)


def test_the_29_kinds_of_the_decree_and_the_three_copies() -> None:
    assert len([kind for kind in kinds() if kind.listed]) == 29
    assert {"SY", "TrS", "SL"} <= {kind.abbreviation for kind in kinds()}
    assert len({kind.name for kind in kinds()}) == len(kinds())


def test_no_two_kinds_share_an_abbreviation() -> None:
    spelled = [kind.abbreviation for kind in kinds() if kind.abbreviation]
    assert len(spelled) == len(set(spelled))


@pytest.mark.parametrize(
    ("abbreviation", "name"),
    [("QĐ", "Quyết định"), ("TTr", "Tờ trình"), ("CT", "Chỉ thị"), ("CTr", "Chương trình"), ("CV", "Công văn")],
)
def test_kinds_by_abbreviation(abbreviation: str, name: str) -> None:
    assert kind_by_abbreviation(abbreviation) == kind_by_name(name)


def test_what_is_no_kind() -> None:
    assert kind_by_abbreviation("UBND") is None
    assert kind_by_abbreviation("") is None
    assert kind_by_name("quyết định") is None


def test_urgencies_carry_the_codes_of_edxml() -> None:
    assert {urgency.name: urgency.code for urgency in urgencies()} == {
        "Khẩn": 1,
        "Thượng khẩn": 2,
        "Hỏa tốc": 3,
        "Hỏa tốc hẹn giờ": 4,
    }


def test_provinces_of_before_and_after_the_merger() -> None:
    assert len(provinces()) == 64  # 63, and Huế beside Thừa Thiên Huế
    assert "Quảng Ngãi" in provinces()
    assert agency_abbreviations()["UBND"] == "Ủy ban nhân dân"
    assert "Nguyễn" in family_names()


@pytest.mark.parametrize(
    ("number", "symbol", "printed"),
    [
        ("123", "QĐ-UBND", "123/QĐ-UBND"),
        ("45", "CV/HU", "45-CV/HU"),
        ("30", "2020/NĐ-CP", "30/2020/NĐ-CP"),
        ("", "QĐ-UBND", "QĐ-UBND"),
        ("7", "", "7"),
    ],
)
def test_number_and_symbol_printed_together(number: str, symbol: str, printed: str) -> None:
    assert issue_number(number, symbol) == printed
