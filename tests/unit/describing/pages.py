"""Small pages made by hand: lines at places, as OCR would give them."""

from __future__ import annotations

from collections.abc import Sequence

from mappings.record import Box, Page, PageState, ReadBy, Word

LETTER_WIDTH = 0.0105
HEIGHT = 0.0125

Row = tuple[float, float, str]
"""Where a line begins (share of the width), its top (share of the height), its text: `word~55` is trusted 0.55."""


def page(rows: Sequence[Row], number: int = 1, joined_rows: bool = True) -> Page:
    """A page of OCR. Rows on one height are one line of the reader, as Tesseract has it, unless not `joined_rows`."""
    words, text, heights = [], "", {}
    for place, (left, y, row) in enumerate(sorted(rows, key=lambda row: (row[1], row[0]))):
        line = heights.setdefault(y, len(heights)) if joined_rows else place
        x = left
        for token in row.split():
            spelled, _, percent = token.partition("~")
            width = LETTER_WIDTH * len(spelled)
            text += " " if text else ""
            confidence = int(percent) / 100 if percent else 0.96
            words.append(Word(spelled, len(text), Box(x, y, x + width, y + HEIGHT), confidence, line, 0))
            text += spelled
            x += width + 0.007
        text += "\n"
    return Page(number, PageState.SEARCHABLE, ReadBy.OCR, 0.9, text, tuple(words), 595.0, 842.0)


def text_page(text: str) -> Page:
    """A page of a text file: no boxes."""
    return Page(1, PageState.SEARCHABLE, ReadBy.FILE_TEXT, None, text, (), has_image=False)


def head(number: str = "Số: 318/QĐ-UBND", date: str = "Quảng Ngãi, ngày 14 tháng 3 năm 2024") -> list[Row]:
    """The two columns of an ordinary head."""
    return [
        (0.17, 0.06, "ỦY BAN NHÂN DÂN"),
        (0.45, 0.06, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (0.17, 0.08, "TỈNH QUẢNG NGÃI"),
        (0.54, 0.08, "Độc lập - Tự do - Hạnh phúc"),
        (0.18, 0.115, number),
        (0.52, 0.115, date),
    ]


BODY: list[Row] = [
    (0.22, 0.36, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015"),
    (0.16, 0.38, "và các quy định có liên quan về việc quản lý tài liệu của cơ quan nhà nước"),
    (0.16, 0.40, "và các quy định có liên quan về việc quản lý tài liệu của cơ quan nhà nước"),
    (0.16, 0.42, "và các quy định có liên quan về việc quản lý tài liệu của cơ quan nhà nước"),
]
"""Running text to measure margins on."""
