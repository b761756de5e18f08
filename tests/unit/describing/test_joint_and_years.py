"""Agencies that issue together, years that contradict each other, and sheets of paper."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.describing import describe
from ingest.sheets import sheets_of
from mappings.record import DescribedField, Page, PageState, Record, RecordState
from tests.unit.describing.pages import BODY, Row, head, page

TITLE: list[Row] = [(0.46, 0.18, "QUYẾT ĐỊNH"), (0.3, 0.2, "Về việc thành lập Tổ số hóa tài liệu")]
JOINT_TITLE: list[Row] = [(0.4, 0.18, "THÔNG TƯ LIÊN TỊCH"), (0.3, 0.2, "Hướng dẫn chế độ phụ cấp đối với viên chức")]


def fields(rows: list[Row]) -> dict[str, DescribedField]:
    return describe([page([*rows, *BODY])])


def with_issuers(names: list[str], number: str) -> list[Row]:
    issuers: list[Row] = [(0.17, 0.04 + 0.02 * place, name) for place, name in enumerate(names)]
    return [*issuers, head()[1], head()[3], *head(number)[4:]]


@pytest.mark.parametrize(
    "names", [["BỘ NỘI VỤ", "BỘ TÀI CHÍNH"], ["BỘ NỘI VỤ - BỘ TÀI CHÍNH"], ["BỘ NỘI VỤ -", "BỘ TÀI CHÍNH"]]
)
def test_those_who_issue_together_are_both_told(names: list[str]) -> None:
    found = fields([*with_issuers(names, "Số: 12/2014/TTLT-BNV-BTC"), *JOINT_TITLE])
    assert (found["issuer"].value, found["issuer"].doubtful) == ("BỘ NỘI VỤ; BỘ TÀI CHÍNH", False)
    assert "superior" not in found


def test_two_in_one_line_without_a_word_of_it_are_asked_for() -> None:
    found = fields([*with_issuers(["SỞ NỘI VỤ - SỞ TÀI CHÍNH"], "Số: 12/KH-SNV"), *TITLE])["issuer"]
    assert (found.value, found.doubtful) == ("SỞ NỘI VỤ; SỞ TÀI CHÍNH", True)


def test_a_dash_within_a_name_parts_nothing() -> None:
    name = "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"
    assert fields([*with_issuers([name], "Số: 12/QĐ-SLĐTBXH"), *TITLE])["issuer"].value == name


def test_a_parent_over_its_child_issues_nothing_together() -> None:
    found = fields([*with_issuers(["UBND TỈNH QUẢNG NGÃI", "SỞ NỘI VỤ"], "Số: 12/QĐ-SNV"), *TITLE])
    assert (found["superior"].value, found["issuer"].value) == ("UBND TỈNH QUẢNG NGÃI", "SỞ NỘI VỤ")


@pytest.mark.parametrize(("number", "doubted"), [("Số: 12/2024/QĐ-UBND", False), ("Số: 12/2023/QĐ-UBND", True)])
def test_a_year_against_the_symbols_is_asked_for(number: str, doubted: bool) -> None:
    assert fields([*head(number), *TITLE])["issued_on"].doubtful is doubted


@pytest.mark.parametrize(
    ("day", "doubted"), [("16/3/2024", False), ("02/01/2025", False), ("16/3/2023", True), ("16/3/2027", True)]
)
def test_a_year_against_the_arrival_is_asked_for(day: str, doubted: bool) -> None:
    stamp: list[Row] = [(0.6, 0.24, "ĐẾN"), (0.6, 0.26, "Số: 2352"), (0.6, 0.28, f"Ngày: {day}")]
    assert fields([*head(), *TITLE, *stamp])["issued_on"].doubtful is doubted


@pytest.mark.parametrize(("signed", "doubted"), [("14/03/2024", False), ("14/03/2021", True)])
def test_a_year_against_the_digital_signature_is_asked_for(signed: str, doubted: bool) -> None:
    rows: list[Row] = [*head(), *TITLE, (0.6, 0.7, f"Thời gian ký: {signed}")]
    assert fields(rows)["issued_on"].doubtful is doubted


def record(pages: int) -> Record:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    state = RecordState.READING
    return Record("0", 1, "0", 1, "application/pdf", "x.pdf", state, 1, at, pages, "office", "internal")


def pages_of(states: str) -> dict[int, Page]:
    """One letter for each page: t text, b blank, f a text file's."""
    kinds = {"t": PageState.SEARCHABLE, "b": PageState.BLANK, "f": PageState.SEARCHABLE}
    return {number: Page(number, kinds[one], has_image=one != "f") for number, one in enumerate(states, 1)}


@pytest.mark.parametrize(
    ("states", "sheets"),
    [("t", "1"), ("tb", "1"), ("tbtb", "2"), ("tbt", "2"), ("tt", None), ("tbbb", None), ("f", None)],
)
def test_sheets_are_told_where_the_pages_tell(states: str, sheets: str | None) -> None:
    found = sheets_of(record(len(states)), pages_of(states))
    assert (found.value if found else None) == sheets
