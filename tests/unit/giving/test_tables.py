"""Tables that take long: they give the thread back, end when nobody listens, and are not packed by the dozen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

import openpyxl
import pytest
from openpyxl.worksheet._writer import ALL_TEMP_FILES

from kernel.errors import Busy, EngineUnavailable
from search_api.giving import tables, workbooks
from search_api.giving.tables import Row, TableForm, written
from search_api.giving.workbooks import MOST_PACKED

HEADS: Row = ("Câu hỏi", "Số")


def slow_rows(asked: list[int], count: int = 5) -> Iterator[Row]:
    """Notes which of its rows was asked for."""
    yield HEADS
    for number in range(count):
        asked.append(number)
        yield "đất đai", number


@pytest.fixture(autouse=True)
def every_row_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (tables, workbooks):
        monkeypatch.setattr(module, "PIECE_SECONDS", 0.0)


@pytest.mark.parametrize("form", TableForm)
def test_rows_that_take_long_do_not_keep_the_thread_until_the_last(form: TableForm) -> None:
    asked: list[int] = []
    pieces = written(form, slow_rows(asked))
    next(pieces)
    next(pieces)
    assert len(asked) < 3


@pytest.mark.parametrize("form", TableForm)
def test_a_table_in_many_pieces_is_the_whole_table(form: TableForm) -> None:
    table = b"".join(written(form, slow_rows([], 3)))
    if form is TableForm.CSV:
        rows = [tuple(row) for row in csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))]
        assert rows == [HEADS, *(("đất đai", str(number)) for number in range(3))]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(table)).active
        assert sheet is not None
        assert list(sheet.values) == [HEADS, *(("đất đai", number) for number in range(3))]


def test_one_workbook_too_many_is_refused_before_its_first_byte_and_the_next_when_one_has_ended() -> None:
    packed = [written(TableForm.XLSX, slow_rows([])) for _ in range(MOST_PACKED)]
    with pytest.raises(Busy):
        written(TableForm.XLSX, slow_rows([]))
    assert list(written(TableForm.CSV, slow_rows([])))
    del packed[0]  # as when somebody closes the page before a byte was sent
    packed.append(written(TableForm.XLSX, slow_rows([])))
    assert b"".join(packed.pop()).startswith(b"PK")
    assert b"".join(written(TableForm.XLSX, slow_rows([]))).startswith(b"PK")


def test_a_workbook_that_nobody_waits_for_leaves_nothing_on_the_disk() -> None:
    before, asked = set(ALL_TEMP_FILES), list[int]()
    pieces = written(TableForm.XLSX, slow_rows(asked))
    list(islice(pieces, 3))
    assert set(ALL_TEMP_FILES) - before
    del pieces
    assert len(asked) < 5
    assert set(ALL_TEMP_FILES) == before


def test_rows_that_fail_leave_nothing_on_the_disk() -> None:
    def failing() -> Iterator[Row]:
        yield HEADS
        raise EngineUnavailable(reason="gone")

    before = set(ALL_TEMP_FILES)
    with pytest.raises(EngineUnavailable):
        list(written(TableForm.XLSX, failing()))
    assert set(ALL_TEMP_FILES) == before
