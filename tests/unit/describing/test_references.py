"""Documents that a record names: number, symbol, day, in the text of its pages."""

from __future__ import annotations

import pytest

from ingest.describing import describe
from mappings.record import DescribedField
from tests.unit.describing.pages import Row, head, page, text_page

TITLE: list[Row] = [(0.46, 0.18, "QUYẾT ĐỊNH"), (0.3, 0.2, "Về việc thành lập Tổ số hóa")]


def references(*lines: str) -> DescribedField | None:
    rows: list[Row] = [(0.16, 0.36 + 0.02 * place, line) for place, line in enumerate(lines)]
    return describe([page([*head(), *TITLE, *rows])]).get("references")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "Căn cứ Quyết định số 12/2020/QĐ-UBND ngày 05 tháng 3 năm 2020 của Ủy ban nhân dân tỉnh",
            "Quyết định số 12/2020/QĐ-UBND ngày 05/03/2020",
        ),
        ("Thực hiện Công văn số 1120/SNV-VTLT ngày 5/9/2023", "Công văn số 1120/SNV-VTLT ngày 05/09/2023"),
        ("Căn cứ Nghị định 30/2020/NĐ-CP của Chính phủ", "Nghị định số 30/2020/NĐ-CP"),
        (
            "Căn cứ Luật Lưu trữ; tại Thông báo số 1594-TB/TU ngày 11/01/2023;",
            "Thông báo số 1594-TB/TU ngày 11/01/2023",
        ),
        ("Công văn số 85/VP-TTHC của Văn phòng tỉnh ngày 08-01-2023.", "Công văn số 85/VP-TTHC ngày 08/01/2023"),
        ("Căn cứ Kế hoạch số 23/KH-UBND năm 2022", "Kế hoạch số 23/KH-UBND năm 2022"),
        ("Căn cứ Quyết định số 9/QÐ–UBND ngày 1/2/2023", "Quyết định số 9/QĐ-UBND ngày 01/02/2023"),
    ],
)
def test_a_reference_is_read(line: str, told: str) -> None:
    found = references(line)
    assert found
    assert (found.value, found.doubtful, bool(found.boxes)) == (told, False, True)


def test_a_reference_goes_on_over_lines_and_several_are_listed_once() -> None:
    found = references(
        "Theo đề nghị của Giám đốc Sở Tài chính tại Công văn số 143/STC-",
        "NS ngày 15/01/2024; các Quyết định: số 79/QĐ-UBND ngày",
        "19/02/2021, số 657/QĐ-UBND ngày 13/7/2023 và Quyết định số 79/QĐ-UBND",
    )
    assert found
    assert found.value == (
        "Công văn số 143/STC-NS ngày 15/01/2024; Quyết định số 79/QĐ-UBND ngày 19/02/2021; "
        "số 657/QĐ-UBND ngày 13/07/2023"
    ).replace("; số 657", "; Quyết định số 657")


@pytest.mark.parametrize(
    "line",
    [
        "Căn cứ Quyết định số l2/QĐ-UBND ngày 5/3/2020",  # a letter for a digit
        "Căn cứ Quyết định số 12~50/QĐ-UBND ngày 5/3/2020".replace("12~50/QĐ-UBND", "12/QĐ-UBND~50"),
        "Căn cứ Quyết định số 12/QĐ-UBND ngày 35/3/2020; Quyết định số 13/QĐ-UBND",  # no such day
        "Căn cứ Quyết định số 12/QĐ-UBND ngày 5/3/2025",  # later than the record itself
        "Căn cứ Quyết định số 12/2019/QĐ-UBND ngày 5/3/2020",  # two years
        "Công điện số 131/CĐ-TT ngày 11/12/2023",  # one letter off a known symbol
        "Quyết định số 79/QĐ-UBND ngày 12/02/2021, Quyết định số 79/QĐ-UBND ngày 19/02/2021",
    ],
)
def test_what_may_be_misread_is_asked_for(line: str) -> None:
    found = references("Theo Công văn số 1120/SNV-VTLT ngày 5/9/2023;", line)
    assert found
    assert found.doubtful


@pytest.mark.parametrize(
    "line",
    [
        "Theo Mẫu số 01/QĐ ban hành kèm theo",
        "số 12/2020 và ngày 5/3/2020",
        "chiếm 12/QUY mô",
        "Căn cứ Luật Lưu trữ ngày 11 tháng 11 năm 2011;",
        "địa chỉ số 5/A Nguyễn Trãi",
    ],
)
def test_other_numbers_are_no_references(line: str) -> None:
    assert references(line) is None


def test_a_record_does_not_refer_to_itself() -> None:
    first = page([*head(), *TITLE, (0.16, 0.4, "Căn cứ Tờ trình số 27/TTr-PNV ngày 08/3/2024.")])
    appendix = page([(0.2, 0.1, "(Kèm theo Quyết định số 318/QĐ-UBND ngày 14 tháng 3 năm 2024)")], number=2)
    assert describe([first, appendix])["references"].value == "Tờ trình số 27/TTr-PNV ngày 08/03/2024"


def test_its_own_number_is_known_over_the_appendix_though_it_is_misread_on_page_1() -> None:
    first = page([*head("Số: 8l8 /QĐ-UBND"), *TITLE, (0.16, 0.4, "Căn cứ Tờ trình số 27/TTr-PNV ngày 08/3/2024.")])
    appendix = page([(0.2, 0.1, "(Kèm theo Quyết định số 318/QĐ-UBND ngày 14 tháng 3 năm 2024)")], number=2)
    assert describe([first, appendix])["references"].value == "Tờ trình số 27/TTr-PNV ngày 08/03/2024"


def test_references_of_a_text_file_with_loose_marks() -> None:
    decomposed = "Căn cứ Quyết định số 12/QĐ-UBND ngày 5/3/2020\n"
    found = describe([text_page(decomposed)])["references"]
    assert (found.value, found.doubtful) == ("Quyết định số 12/QĐ-UBND ngày 05/03/2020", False)
