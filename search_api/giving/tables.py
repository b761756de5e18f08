"""Rows as CSV or XLSX, made while they are sent."""

from __future__ import annotations

import csv
import io
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from search_api.giving.cells import csv_cell, text_cell
from search_api.giving.columns import Cell
from search_api.web.wording import HANOI

Row = Sequence[Cell]

_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the system's own letters."""

_PIECE = 1 << 16
_IN_MEMORY = 4 << 20
# Packing a workbook keeps a core busy for seconds: searches of others must go on meanwhile.
_PACKING = threading.BoundedSemaphore(2)
_DAY, _MOMENT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"
_WIDEST, _NARROWEST = 60, 10


class TableForm(StrEnum):
    """The forms of a table."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        """As IANA knows it (RFC 7111; the registration of Office Open XML)."""
        if self is TableForm.CSV:
            return "text/csv; charset=utf-8; header=present"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def written(form: TableForm, rows: Iterable[Row]) -> Iterator[bytes]:
    """A table in pieces; the first row holds the heads."""
    return csv_pieces(rows) if form is TableForm.CSV else xlsx_pieces(rows)


def csv_pieces(rows: Iterable[Row]) -> Iterator[bytes]:
    """RFC 4180 with a byte order mark, in UTF-8; days and moments as ISO 8601 has them."""
    stream = io.StringIO(newline="")
    stream.write(_BYTE_ORDER_MARK)
    writer = csv.writer(stream)
    for row in rows:
        writer.writerow([_csv_value(one) for one in row])
        if stream.tell() >= _PIECE:
            yield _taken(stream)
    yield _taken(stream)


def xlsx_pieces(rows: Iterable[Row]) -> Iterator[bytes]:
    """A workbook of one sheet. Its parts are packed when the last row is known: until then they lie on the disk."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as stream:
        with _PACKING:
            _workbook(rows).save(stream)
        stream.seek(0)
        while piece := stream.read(_PIECE):
            yield piece


def _workbook(rows: Iterable[Row]) -> Workbook:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Tàng thư")
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows):
        if number == 0:
            _set_widths(sheet, row)
        sheet.append([_xlsx_cell(sheet, one, head=number == 0) for one in row])
    return book


def _taken(stream: io.StringIO) -> bytes:
    piece = stream.getvalue().encode("utf-8", "replace")
    stream.seek(0)
    stream.truncate()
    return piece


def _csv_value(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return cell.astimezone(HANOI).isoformat(timespec="seconds")
        case date():
            return cell.isoformat()
        case int():
            return str(cell)
        case str():
            return csv_cell(cell)


def _set_widths(sheet: Any, heads: Row) -> None:
    for number, head in enumerate(heads):
        letters = chr(ord("A") + number % 26)
        name = letters if number < 26 else chr(ord("A") + number // 26 - 1) + letters
        sheet.column_dimensions[name].width = min(_WIDEST, max(_NARROWEST, len(str(head)) + 4))


def _xlsx_cell(sheet: Any, value: Cell, *, head: bool) -> Any:
    if value is None:
        return None
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, text_cell(value))
        # The library takes a text that begins with = for a formula.
        cell.data_type = "s"
        if head:
            cell.font = Font(bold=True)
        return cell
    if isinstance(value, datetime):
        value = value.astimezone(HANOI).replace(tzinfo=None)
    if isinstance(value, date) and value.year < 1900:  # before the first day that spreadsheets know
        return WriteOnlyCell(sheet, value.isoformat())
    cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # its types forget plain days
    if isinstance(value, date):
        cell.number_format = _MOMENT if isinstance(value, datetime) else _DAY
    return cell
