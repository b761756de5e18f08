"""A box around the title or the subject is no stamp: what stands in it is read as if the box were not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ingest.describing import describe
from mappings.record import STAMP, Box, DescribedField, Mark, Page
from mappings.turning import turned
from tests.unit.describing.pages import BODY, Row, head, page

TITLE: Row = (0.43, 0.19, "QUYẾT ĐỊNH")
SUBJECT: list[Row] = [(0.3, 0.22, "Về việc phê duyệt kế hoạch chỉnh lý"), (0.36, 0.24, "tài liệu lưu trữ của huyện")]
PLAIN_SUBJECT: list[Row] = [(0.33, 0.22, "Phê duyệt kế hoạch chỉnh lý"), (0.36, 0.24, "tài liệu lưu trữ của huyện")]
ABOVE_SUBJECT = Box(0.25, 0.21, 0.75, 0.26)
AROUND = Box(0.25, 0.18, 0.75, 0.26)
OTHERS: list[Row] = [*head(), *BODY]


def framed(rows: Sequence[Row], *frames: Box, degrees: int = 0) -> dict[str, DescribedField]:
    """Of a page with frames, the words of each in a block of their own, as the OCR engine has them."""
    plain = page(rows)
    words = []
    for word in plain.words:
        box = word.box
        assert box is not None
        block = next((n for n, frame in enumerate(frames, 1) if frame.y0 < box.y0 < frame.y1 and frame.x0 < box.x0), 0)
        words.append(replace(word, box=turned(box, degrees), line=word.line + 100 * block, block=block))
    marks = tuple(Mark(STAMP, turned(frame, degrees)) for frame in frames)
    width, height = (plain.height, plain.width) if degrees % 180 else (plain.width, plain.height)
    seen: Page = replace(plain, words=tuple(words), marks=marks, width=width, height=height, rotation=-degrees % 360)
    return describe([seen])


def said(fields: dict[str, DescribedField], *names: str) -> list[str | None]:
    return [fields[name].value if name in fields else None for name in names]


@pytest.mark.parametrize("degrees", [0, 90, 180])
@pytest.mark.parametrize("frame", [AROUND, ABOVE_SUBJECT, Box(0.4, 0.18, 0.62, 0.21)])
@pytest.mark.parametrize("subject", [SUBJECT, PLAIN_SUBJECT])
def test_a_box_around_title_or_subject_takes_neither(subject: list[Row], frame: Box, degrees: int) -> None:
    rows = [*OTHERS, TITLE, *subject]
    found = framed(rows, frame, degrees=degrees)
    assert found == framed(rows, degrees=degrees)
    assert said(found, "kind", "number") == ["Quyết định", "318"]
    assert found["subject"].value == " ".join(row for _, _, row in subject)


def test_a_box_around_the_subject_of_a_letter_takes_it_not() -> None:
    rows = [*head("Số: 299/UBND-TTHC"), (0.15, 0.15, "V/v tăng cường quản lý đất đai"), *BODY]
    found = framed(rows, Box(0.12, 0.14, 0.47, 0.17))
    assert said(found, "kind", "subject") == ["Công văn", "V/v tăng cường quản lý đất đai"]


def test_a_box_around_the_recipients_takes_them_not() -> None:
    rows = [*OTHERS, TITLE, (0.14, 0.8, "Nơi nhận:"), (0.14, 0.82, "- Như Điều 3;"), (0.14, 0.84, "- Lưu: VT.")]
    found = framed(rows, Box(0.12, 0.79, 0.4, 0.86))
    assert found["recipients"] == framed(rows)["recipients"]


def test_a_box_around_the_mark_of_a_record_type_takes_it_not() -> None:
    rows = [*head(), (0.4, 0.19, "GIẤY KHAI SINH"), *BODY]
    assert said(framed(rows, Box(0.36, 0.18, 0.65, 0.21)), "record_type") == said(framed(rows), "record_type")


@pytest.mark.parametrize(
    "stamp",
    [
        ["CÔNG VĂN ĐẾN", "Số: 2352/QĐ-XYZ", "Ngày: 21/03/2018"],
        ["ĐẾN", "Số: 2352", "Ngày: 21/03/2018", "Kính gửi: Phòng Nội vụ"],
        ["SAO Y BẢN CHÍNH", "Ngày 5 tháng 6 năm 2024"],
        ["HỎA TỐC"],
        ["MẬT"],
        ["Đã tiếp nhận tại bộ phận một cửa", "ngày 5 tháng 6"],
        ["PHÒNG HÀNH CHÍNH - TỔ CHỨC", "ĐÃ VÀO SỔ QUẢN LÝ"],
        ["Đã kiểm tra"],
    ],
)
def test_what_a_stamp_says_beside_the_title_is_no_part_of_it(stamp: list[str]) -> None:
    record = [*OTHERS, TITLE, *SUBJECT]
    rows: list[Row] = [(0.36, 0.265 + 0.02 * number, row) for number, row in enumerate(stamp)]
    found = framed([*record, *rows], Box(0.3, 0.262, 0.75, 0.345))
    names = "number", "symbol", "kind", "subject", "issued_on", "addressees"
    assert said(found, *names) == said(framed(record), *names)


@pytest.mark.parametrize("stamp", ["Đã kiểm tra xong", "ĐÃ VÀO SỔ QUẢN LÝ VĂN BẢN"])
def test_a_stamp_where_a_subject_would_stand_is_none(stamp: str) -> None:
    rows = [*OTHERS, TITLE, (0.36, 0.22, stamp)]
    assert said(framed(rows), "subject") == [stamp], "without a frame it would be one"
    assert not framed(rows, ABOVE_SUBJECT).get("subject", DescribedField("subject", "", 0.0, True)).value


def test_a_stamp_of_a_copy_is_no_title() -> None:
    rows = [*OTHERS, (0.42, 0.19, "SAO LỤC"), (0.4, 0.21, "Số: 5/SL-UBND")]
    assert said(framed(rows, Box(0.36, 0.18, 0.65, 0.24)), "number", "symbol") == ["318", "QĐ-UBND"]
