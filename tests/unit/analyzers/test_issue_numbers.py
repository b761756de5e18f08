from __future__ import annotations

import pytest

from analyzers.issue_numbers import document_kinds, find_issue_numbers, issue_keys, misread_issue_key
from analyzers.issue_symbols import find_symbols

SPELLINGS = [
    "123/QĐ-UBND",
    "123 qd ubnd",
    "số 123/QD-UBND",
    "so 123 qd-ubnd",
    "123/qđ - ubnd",
    "0123/QĐ-UBND",
    "123QĐ-UBND",
    "Số: 123/QĐ-UBND",
    "quyết định số 123/QĐ-UBND về việc hỗ trợ",
    "QUYẾT ĐỊNH 123 QĐ UBND TỈNH QUẢNG NGÃI",
    "123 qd ubnd tp hcm",
]


@pytest.mark.parametrize("query", SPELLINGS)
def test_every_usual_spelling_has_the_same_key(query: str) -> None:
    assert [found.key for found in find_issue_numbers(query)] == ["123qdubnd"]


@pytest.mark.parametrize("query", ["123/QĐ-UBND năm 2019", "123 qd ubnd nam 2019", "123/2019/QĐ-UBND"])
def test_a_year_is_taken_along(query: str) -> None:
    (found,) = find_issue_numbers(query)
    assert (found.key, found.year, found.key_with_year) == ("123qdubnd", 2019, "123qdubnd2019")
    assert query[found.start : found.end] == query


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("299/UBND-TTHC", "299ubndtthc"),
        ("299 ubnd tthc", "299ubndtthc"),
        ("12B/QĐ-UBND", "12bqdubnd"),
        ("30/2020/NĐ-CP", "30ndcp"),
        ("67/2025/QH15", "67qh15"),
        ("80/QĐ-TU", "80qdtu"),
        ("số 15/CT-TTg tăng cường", "15ctttg"),
        ("05/KTXH-BTH", "5ktxhbth"),
        ("123/QĐ", "123qd"),
        ("số 123 qđ", "123qd"),
    ],
)
def test_other_forms_of_issue_numbers(query: str, key: str) -> None:
    assert [found.key for found in find_issue_numbers(query)] == [key]


@pytest.mark.parametrize(
    "query",
    [
        "5 tháng",
        "12 hộ nghèo",
        "5 thang 3 nam 2018",
        "05/03/2018",
        "24/giờ",
        "tháng 01/2025",
        "5 kg",
        "12 ubnd xã",
        "12 da",
        "số 5 đường Lê Lợi",
        "so 5 duong le loi",
        "điều 5 nghị định",
        "12 ca nhiễm",
        "50 tỷ/năm",
        "3 m/s",
        "covid 19/sars-cov",
        "giai đoạn 2021 – 2030 khu vực",
        "0/QĐ-UBND",
    ],
)
def test_ordinary_words_after_a_number_are_left_alone(query: str) -> None:
    assert find_issue_numbers(query) == []


def test_the_place_is_that_in_the_given_text() -> None:
    query = "theo số 47/QĐ-UBND và 11 tb ubnd"
    assert [query[found.start : found.end] for found in find_issue_numbers(query)] == ["số 47/QĐ-UBND", "11 tb ubnd"]


@pytest.mark.parametrize(
    ("number", "symbol", "year", "query"),
    [
        ("05", "QĐ-UBND", 2019, "5/QĐ-UBND năm 2019"),
        ("05", "QĐ-UBND", 2019, "05 qd ubnd"),
        ("299", "UBND-TTHC", 2025, "299 ubnd tthc"),
        ("12B", "QyĐ-UBND", None, "12b/qyd-ubnd"),
        ("30", "2020/NĐ-CP", None, "30/2020/nđ-cp"),
        ("30/2020", "NĐ-CP", None, "30/2020/nđ-cp"),
        ("123", "BC-UBND-KT", None, "123 bc ubnd"),
        ("123", "QĐ-UBND", None, "123/QĐ"),
    ],
)
def test_what_a_record_is_indexed_under_is_what_a_query_asks_for(
    number: str, symbol: str, year: int | None, query: str
) -> None:
    (found,) = find_issue_numbers(query)
    assert (found.key_with_year or found.key) in issue_keys(number, symbol, year)


def test_without_a_symbol_there_is_no_key() -> None:
    assert issue_keys("5", None, 2019) == ()
    assert issue_keys(None, "QĐ-UBND", 2019) == ("qdubnd",)


def test_the_decree_has_29_kinds() -> None:
    assert len(document_kinds()) == 29
    assert [kind.name for kind in document_kinds() if kind.abbreviation is None] == ["Công văn", "Thư công"]


@pytest.mark.parametrize(
    ("query", "number"),
    [("l23/QĐ-UBND", "123"), ("1O1/QĐ-UBND", "101"), ("I2/QĐ-UBND", "12"), ("12l/QĐ-UBND", "12l"), ("O5/QD-UBND", "5")],
)
def test_letters_before_a_slash_that_look_like_figures_are_figures(query: str, number: str) -> None:
    assert [found.number for found in find_issue_numbers(query)] == [number]


@pytest.mark.parametrize("query", ["lo 5 đất", "ol/năm", "lol/QĐ", "oi 3/kg"])
def test_words_are_no_misread_numbers(query: str) -> None:
    assert find_issue_numbers(query) == []


@pytest.mark.parametrize(
    ("query", "alike"),
    [
        ("123/QD-UBNO", "123qdubnd"),
        ("123/QĐ-U8ND", "123qdubnd"),
        ("123/Q0-UBND", "123qdubnd"),
        ("05/HDANN", "5hdnn"),
        ("05/QDlUBND", "5qdubnd"),
        ("12l/QĐ-UBND", "121qdubnd"),
        ("1O/QĐ-UBND", "10qdubnd"),
        ("123/QĐ-UB", "123qdubnd"),
        ("15/SNNPTNT-VP", "15snnmtvp"),
        ("15/SGD&ĐT-VP", "15sgdvp"),
    ],
)
def test_what_may_have_been_meant_is_told_beside_what_was_typed(query: str, alike: str) -> None:
    (found,) = find_issue_numbers(query)
    assert alike in found.alike
    assert found.key not in found.alike


def test_what_is_known_as_it_stands_has_no_slip() -> None:
    assert [found.alike for found in find_issue_numbers("123/BC-HĐND")] == [()]
    assert misread_issue_key("123", "BC-HĐND") is None
    assert misread_issue_key("05", "HDANN") == "~5hdnn"
    assert misread_issue_key("l5", "QĐ-UBND") == "~15qdubnd"
    assert misread_issue_key(None, "HDANN") is None


@pytest.mark.parametrize(
    ("query", "key", "year"),
    [
        ("QĐ-UBND 2019", "qdubnd", 2019),
        ("các /QĐ-UBND năm 2019 về đất", "qdubnd", 2019),
        ("qd ubnd", "qdubnd", None),
        ("SGD&ĐT", "sgddt", None),
        ("UBND-TTHC", "ubndtthc", None),
    ],
)
def test_a_symbol_alone_is_found_with_its_year(query: str, key: str, year: int | None) -> None:
    (found,) = find_symbols(query)
    assert (found.key, found.year) == (key, year)


@pytest.mark.parametrize("query", ["Hà Nội-Huế", "đã ubnd", "ubnd xã", "kế hoạch", "sars-cov", "qđ", "tp-hcm", "2019"])
def test_words_are_no_symbols(query: str) -> None:
    assert find_symbols(query) == []
