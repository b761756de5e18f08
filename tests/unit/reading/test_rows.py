"""Lists from outside as rows: what parts the cells, and which sheet is meant."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart

from ingest.reading.rows import read_rows


def rows(folder: Path, content: str) -> list[tuple[str, ...]]:
    path = folder / "list"
    path.write_text(content, "utf-8")
    return list(read_rows(str(path), 100))


def test_a_semicolon_that_ends_a_field_of_one_question_parts_no_cells(tmp_path: Path) -> None:
    asked = "cơ quan: Sở Nội vụ; lưu trữ"
    assert rows(tmp_path, f"{asked}\nđất đai\n") == [(asked,), ("đất đai",)]
    assert rows(tmp_path, f"Câu hỏi\n{asked}\n") == [("Câu hỏi",), (asked,)]


@pytest.mark.parametrize("note", ["xong", '"dài\nhai dòng"'])
def test_semicolons_in_every_line_part_cells(tmp_path: Path, note: str) -> None:
    told = note.strip('"').replace("\n", " ")
    assert rows(tmp_path, f"Câu hỏi;Ghi chú\nđất đai;{note}\n") == [("Câu hỏi", "Ghi chú"), ("đất đai", told)]


def test_a_line_that_the_sample_cuts_says_nothing_of_semicolons(tmp_path: Path) -> None:
    long = "đất đai " * 1000
    assert rows(tmp_path, f"Câu hỏi;Ghi chú\n{long};x\n")[1][1:] == ("x",)


def test_a_workbook_that_was_saved_with_its_chart_open_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Câu hỏi"])
    book.active.append(["đất đai"])
    book.create_chartsheet().add_chart(BarChart())
    book.active = 1
    book.save(tmp_path / "list.xlsx")
    assert [row[0] for row in read_rows(str(tmp_path / "list.xlsx"), 100)] == ["Câu hỏi", "đất đai"]
