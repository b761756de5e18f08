"""References as text: what a rule wrote or a person typed is read back, and has the keys of the documents named."""

from __future__ import annotations

from datetime import date

import pytest

from analyzers.issue_numbers import issue_keys
from mappings.references import Reference, parse_references, reference_key, written

DECISION = Reference("Quyết định", "12", "2020/QĐ-UBND", date(2020, 3, 5))
LETTER = Reference("Công văn", "45", "SNV-VTLT")
OF_THE_PARTY = Reference("", "36", "HD/VPTW", None, 2018)


def test_what_is_written_is_read_back() -> None:
    value = written((DECISION, LETTER, OF_THE_PARTY))
    assert value == ("Quyết định số 12/2020/QĐ-UBND ngày 05/03/2020; Công văn số 45/SNV-VTLT; số 36-HD/VPTW năm 2018")
    assert parse_references(value) == (DECISION, LETTER, OF_THE_PARTY)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("12/QĐ-UBND ngày 5 tháng 3 năm 2020", "12qdubnd2020"),
        ("QĐ 012 / QĐ-UBND năm 2020", "12qdubnd2020"),
        ("quyết định số: 12/2020/QĐ-UBND.", "12qdubnd2020"),
        ("12/QĐ-UBND", "12qdubnd"),
        ("Luật số 33/2024/QH15", "33qh152024"),
    ],
)
def test_a_typed_reference_has_the_key_of_the_document(typed: str, key: str) -> None:
    (found,) = parse_references(typed)
    assert found.key == key


@pytest.mark.parametrize("typed", ["", ";;", "như trên", "số 5 ngày 1/1/2020", "1/", "/QĐ-UBND", "0/QĐ-UBND ;" * 3])
def test_what_is_no_reference_has_no_key(typed: str) -> None:
    assert not any(one.key for one in parse_references(typed))


def test_a_reference_with_its_year_is_a_key_of_the_record_of_that_year() -> None:
    assert DECISION.key in issue_keys("12", "2020/QĐ-UBND", None)
    assert reference_key("05", "QĐ-UBND", 2019) in issue_keys("5", "QĐ-UBND", 2019)
    assert reference_key("05", "QĐ-UBND", 2019) not in issue_keys("5", "QĐ-UBND", 2020)
    assert reference_key("05", "QĐ-UBND", None) in issue_keys("5", "QĐ-UBND", 2020)


def test_endless_text_is_read_in_bounds() -> None:
    assert len(parse_references("1/QĐ; " * 5000)) <= 200
    assert parse_references("1" * 100_000 + "/" * 100_000) == ()
