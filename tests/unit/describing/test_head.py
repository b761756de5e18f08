from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.describing import describe
from ingest.describing.issue_number import normalise_symbol
from mappings.vocabulary import kind_by_name
from tests.unit.describing.pages import BODY, Row, head, page, text_page

TITLE: list[Row] = [(0.46, 0.18, "QUYẾT ĐỊNH"), (0.3, 0.2, "Về việc thành lập Tổ số hóa tài liệu")]


def fields(rows: list[Row]):
    return describe([page([*rows, *BODY])])


def test_the_columns_of_the_head_come_apart_though_ocr_reads_across() -> None:
    found = fields([*head(), *TITLE])
    assert found["issuer"].value == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"
    assert found["symbol"].value == "QĐ-UBND"
    assert found["place"].value == "Quảng Ngãi"
    assert not any(found[name].doubtful for name in ("issuer", "symbol", "place", "kind"))


def test_columns_with_hardly_a_gap_are_parted_at_the_motto() -> None:
    rows = [(0.05, 0.06, "VĂN PHÒNG ỦY BAN NHÂN DÂN TỈNH CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), *head()[4:], *TITLE]
    assert fields(rows)["issuer"].value == "VĂN PHÒNG ỦY BAN NHÂN DÂN TỈNH"


def test_a_parent_agency_is_not_the_issuer() -> None:
    rows = [
        (0.15, 0.04, "UBND TỈNH QUẢNG NGÃI"),
        (0.2, 0.06, "SỞ NÔNG NGHIỆP"),
        (0.18, 0.08, "VÀ MÔI TRƯỜNG"),
        *head()[4:],
    ]
    assert fields([*rows, *TITLE])["issuer"].value == "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG"


def test_slipped_marks_of_an_issuer_are_mended_by_the_date_line() -> None:
    rows = [(0.17, 0.06, "UỶ BAN NHÂN DÂN"), (0.17, 0.08, "TĨNH~36 QUANG NGAÀI~41"), *head()[4:], *TITLE]
    issuer = fields(rows)["issuer"]
    assert (issuer.value, issuer.doubtful) == ("ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI", False)


def test_an_issuer_read_badly_without_a_witness_is_doubtful() -> None:
    rows = [(0.17, 0.06, "TRUNG TÂM"), (0.17, 0.08, "KHUYẼN~40 NÔHG~30"), *head()[4:], *TITLE]
    assert fields(rows)["issuer"].doubtful


@pytest.mark.parametrize(
    ("row", "value"),
    [("Số: 318/QĐ-UBND", "318"), ("Số: 05/QĐ-UBND", "05"), ("Số: 12B/QĐ-UBND", "12B"), ("Số: 123/2020/NĐ-CP", "123")],
)
def test_a_number_printed_with_its_symbol_is_sure(row: str, value: str) -> None:
    number = fields([*head(row), *TITLE])["number"]
    assert (number.value, number.doubtful) == (value, False)


@pytest.mark.parametrize(
    "row", ["Số: 318 /QĐ-UBND", "Số: 318/QĐ-UBND~85", "Số: 3l8/QĐ-UBND", "Số:⁄11~50 /QĐ-UBND", "Số: 15QĐ-UBND"]
)
def test_a_number_that_may_be_handwritten_is_doubtful(row: str) -> None:
    assert fields([*head(row), *TITLE])["number"].doubtful


@pytest.mark.parametrize("row", ["Số: /QĐ-UBND", "Số: ý# /QĐ-UBND", "Số: $/QĐ-UBND", "Số: 4† /QĐ-UBND"])
def test_a_number_that_cannot_be_read_is_empty_and_asked_for_with_its_place(row: str) -> None:
    found = fields([*head(row), *TITLE])
    assert (found["number"].value, found["number"].doubtful) == ("", True)
    assert found["number"].boxes
    assert found["symbol"].value == "QĐ-UBND"


def test_a_printed_number_standing_higher_than_print_is_doubtful() -> None:
    shown = page([*head(), *TITLE, *BODY])
    words = [
        replace(word, box=replace(word.box, y1=word.box.y1 + 0.008)) if word.box and "318" in word.text else word
        for word in shown.words
    ]
    assert describe([replace(shown, words=tuple(words))])["number"].doubtful


def test_the_number_of_an_arrival_stamp_is_not_the_number() -> None:
    rows = [*head("Số: 07/CT-UBND"), (0.03, 0.19, "Số: 2352"), (0.03, 0.2, "Ngày: 21/3/2018"), (0.46, 0.18, "CHỈ THỊ")]
    assert fields(rows)["number"].value == "07"


@pytest.mark.parametrize(
    ("raw", "title", "spelled"),
    [
        ("QD-UBND", "Quyết định", "QĐ-UBND"),
        ("QÐ-UBND", None, "QĐ-UBND"),
        ("QĐÐ-UBND", "Quyết định", "QĐ-UBND"),
        ("QĐ - UBND", None, "QĐ-UBND"),
        ("TTR-STC", None, "TTr-STC"),
        ("NQ-HDND", None, "NQ-HĐND"),
        ("HD-SNV", "Hướng dẫn", "HD-SNV"),
        ("HĐ-SNV", "Hướng dẫn", "HD-SNV"),
        ("2020/NĐ-CP", None, "2020/NĐ-CP"),
        ("UBND-TTHC", None, "UBND-TTHC"),
        ("CV/HU", None, "CV/HU"),
    ],
)
def test_symbols_in_slipped_spellings_are_normalised(raw: str, title: str | None, spelled: str) -> None:
    assert normalise_symbol(raw, kind_by_name(title) if title else None).text == spelled


def test_a_symbol_that_contradicts_the_title_is_doubtful() -> None:
    found = fields([*head("Số: 15/BC-UBND"), *TITLE])
    assert found["symbol"].doubtful
    assert found["kind"].doubtful


def test_an_unknown_agency_that_nothing_else_names_is_doubtful() -> None:
    assert fields([*head("Số: 15/QĐ-XKVT"), *TITLE])["symbol"].doubtful


def test_a_symbol_of_the_party() -> None:
    rows = [(0.17, 0.06, "HUYỆN ỦY AN PHƯỚC"), (0.5, 0.06, "ĐẢNG CỘNG SẢN VIỆT NAM"), *head("Số: 45-CV/HU")[4:]]
    found = fields(rows)
    assert (found["number"].value, found["symbol"].value) == ("45", "CV/HU")


def test_a_printed_date_is_sure() -> None:
    date = fields([*head(), *TITLE])["issued_on"]
    assert (date.value, date.doubtful) == ("2024-03-14", False)


@pytest.mark.parametrize(
    "row",
    [
        "Quảng Ngãi, ngày 14~50 tháng 3 năm 2024",
        "Quảng Ngãi, ngày l4 tháng 3 năm 2024",
        "Quảng Ngãi, ngày 14tháng 3 năm 2024",
    ],
)
def test_a_day_that_may_be_handwritten_is_doubtful(row: str) -> None:
    date = fields([*head(date=row), *TITLE])["issued_on"]
    assert (date.value, date.doubtful) == ("2024-03-14", True)


@pytest.mark.parametrize("day", ["", "@@~10", "{", "45"])
def test_a_day_that_cannot_be_read_leaves_the_date_empty_and_asked_for(day: str) -> None:
    date = fields([*head(date=f"Quảng Ngãi, ngày {day} tháng 3 năm 2024"), *TITLE])["issued_on"]
    assert (date.value, date.doubtful) == ("", True)
    assert date.boxes


def test_a_date_before_what_the_record_cites_is_doubtful() -> None:
    cited: Row = (0.16, 0.44, "Theo Công văn số 12/STC-NS ngày 20/4/2024 của Sở")
    assert describe([page([*head(), *TITLE, *BODY, cited])])["issued_on"].doubtful


def test_the_day_of_the_digital_signature_is_offered_for_an_unreadable_day() -> None:
    signed: Row = (0.6, 0.01, "Thời gian ký: 14/03/2024")
    date = fields([signed, *head(date="Quảng Ngãi, ngày ‡{ tháng 3 năm 2024"), *TITLE])["issued_on"]
    assert (date.value, date.doubtful) == ("2024-03-14", True)


def test_a_date_in_the_text_is_not_the_date_of_issue() -> None:
    row: Row = (0.5, 0.24, "số 11/CT-TTg ngày 16 tháng 4 năm 2021 của Thủ")
    assert fields([*head()[:5], *TITLE, row]).get("issued_on") is None


def test_the_head_of_a_text_file() -> None:
    text = (
        "UBND TỈNH BÌNH SƠN THƯỢNG\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSỞ NỘI VỤ\tĐộc lập - Tự do - Hạnh phúc\n"
        "Số: 128/SNV-VTLT\tBình Sơn Thượng, ngày 05 tháng 11 năm 2024\nV/v cho mượn tài liệu\n\n"
        "Kính gửi: Trung tâm Lưu trữ lịch sử tỉnh.\n\nĐể phục vụ công tác, đề nghị cho mượn tài liệu./.\n"
        "Lưu: VT, VTLT.\nKT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n\nMai Xuân Hậu\n"
    )
    found = {name: field.value for name, field in describe([text_page(text)]).items()}
    assert found == {
        "number": "128",
        "symbol": "SNV-VTLT",
        "issued_on": "2024-11-05",
        "place": "Bình Sơn Thượng",
        "issuer": "SỞ NỘI VỤ",
        "kind": "Công văn",
        "subject": "V/v cho mượn tài liệu",
        "superior": "UBND TỈNH BÌNH SƠN THƯỢNG",
        "addressees": "Trung tâm Lưu trữ lịch sử tỉnh",
        "position": "PHÓ GIÁM ĐỐC",
        "signer": "Mai Xuân Hậu",
        "keywords": "mượn; lưu trữ; nội vụ; lịch sử",
    }


@pytest.mark.parametrize("text", ["", "   ", "x", "Số:", "/-/-/", "ngày tháng năm", "Số: /", "Kính gửi:", "\t\t\n|"])
def test_odd_pages_give_no_error(text: str) -> None:
    describe([text_page(text)])
    describe([page([(0.1, 0.1, text)])])


def test_no_pages_give_no_fields() -> None:
    assert describe([]) == {}
