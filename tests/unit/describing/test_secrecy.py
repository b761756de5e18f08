"""Secrecy marks: whatever may be one is told, what only has the word in it is not."""

from __future__ import annotations

import pytest

from ingest.describing import describe
from mappings.record import DescribedField
from tests.unit.describing.pages import BODY, Row, head, page, text_page

TITLE: list[Row] = [(0.46, 0.18, "QUYẾT ĐỊNH"), (0.3, 0.2, "Về việc thành lập Tổ số hóa")]


def secrecy(*rows: Row) -> DescribedField | None:
    return describe([page([*head(), *TITLE, *rows, *BODY])]).get("secrecy")


@pytest.mark.parametrize(("mark", "degree"), [("MẬT", "Mật"), ("TỐI MẬT", "Tối mật"), ("TUYỆT MẬT", "Tuyệt mật")])
def test_a_mark_that_stands_alone_is_sure(mark: str, degree: str) -> None:
    found = secrecy((0.1, 0.155, mark))
    assert found
    assert (found.value, found.doubtful, len(found.boxes)) == (degree, False, 1)


@pytest.mark.parametrize(
    ("mark", "degree"),
    [
        ("MAT", "Mật"),
        ("MẶT", "Mật"),
        ("NẬT", "Mật"),
        ("MẬI", "Mật"),
        ("M Ậ T", "Mật"),
        ("TÓI MAT", "Tối mật"),
        ("T0I MẬT", "Tối mật"),
        ("TUYỆT MẠT", "Tuyệt mật"),
        ("TUYET MÂI", "Tuyệt mật"),
        ("MẬT KHẨN", "Mật"),
        ("Mật", "Mật"),
        ("Độ mật: Tối mật", "Tối mật"),
        ("MẬT Tổ công tác", "Mật"),
        ("GIẢI MẬT", ""),
        ("MẬT~40", "Mật"),
    ],
)
def test_what_may_be_a_mark_is_asked_for(mark: str, degree: str) -> None:
    found = secrecy((0.1, 0.155, mark))
    assert found
    assert found.value == degree
    assert found.doubtful or mark == "M Ậ T"


@pytest.mark.parametrize(
    "line",
    [
        "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "CÔNG TÁC BẢO MẬT",
        "VỀ BẢO VỆ BÍ MẬT",
        "MẬT MÃ DÂN SỰ",
        "MẬT ĐỘ DÂN SỐ",
        "Bảo vệ bí mật nhà nước độ Tối mật",
        "thực hiện chế độ mật",
        "HẠT KIỂM LÂM",
        "BẠT",
    ],
)
def test_the_word_within_other_words_is_no_mark(line: str) -> None:
    assert secrecy((0.1, 0.155, line)) is None
    assert secrecy((0.16, 0.46, line)) is None


def test_a_mark_in_two_lines_is_never_told_as_the_lower_degree() -> None:
    found = secrecy((0.1, 0.15, "TUYỆT"), (0.1, 0.168, "MẬT"))
    assert found
    assert (found.value, found.doubtful) == ("Tuyệt mật", True)


def test_the_highest_of_several_marks_counts() -> None:
    found = secrecy((0.1, 0.15, "MẬT"), (0.1, 0.24, "TỐI MẬT"))
    assert found
    assert found.value == "Tối mật"


def test_a_mark_on_a_later_page_is_asked_for() -> None:
    first = page([*head(), *TITLE, *BODY])
    found = describe([first, page([(0.1, 0.05, "MẬT"), *BODY], number=2)])["secrecy"]
    assert (found.value, found.doubtful, found.page) == ("Mật", True, 2)


def test_a_mark_does_not_get_into_the_issuer_or_the_subject() -> None:
    found = describe([page([*head(), (0.1, 0.1, "MẬT"), *TITLE, *BODY])])
    assert found["issuer"].value == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"
    assert found["secrecy"].value == "Mật"


def test_a_mark_in_a_text_file() -> None:
    found = describe([text_page("UBND TỈNH\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 5/BC-UBND\nMẬT\nBÁO CÁO\nVề x\n")])
    assert (found["secrecy"].value, found["secrecy"].doubtful) == ("Mật", False)
