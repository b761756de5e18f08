"""Rows as XLSX, made while they are sent."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._writer import ALL_TEMP_FILES

from search_api.giving.cells import text_cell
from search_api.giving.columns import Cell
from search_api.giving.tables import PIECE, PIECE_SECONDS, Row
from search_api.waiting import WaitingRoom
from search_api.web.wording import HANOI

MOST_PACKED = 4
"""Workbooks that are packed at the same time: each lies on the disk, and keeps a core busy, until it is whole."""

_IN_MEMORY = 4 << 20
_PACKING = WaitingRoom(MOST_PACKED - 1)
_DAY, _MOMENT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"
_WIDEST, _NARROWEST = 60, 10


def xlsx_pieces(rows: Iterable[Row]) -> Iterator[bytes]:
    """A workbook of one sheet. Its parts are packed when the last row is known: until then they lie on the disk.

    Busy, before anything is sent, if too many are packed already.
    """
    pieces = _packed(rows)
    next(pieces)  # once begun, it gives its place back however it ends
    return pieces


def _packed(rows: Iterable[Row]) -> Iterator[bytes]:
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as stream:
        with _PACKING.place():
            yield b""
            book = Workbook(write_only=True)
            try:
                yield from _filled(book.create_sheet("Tàng thư"), rows)
                book.save(stream)
            except BaseException:
                _forget(book)
                raise
        stream.seek(0)
        while piece := stream.read(PIECE):
            yield piece


def _filled(sheet: Any, rows: Iterable[Row]) -> Iterator[bytes]:
    """Writes the rows; gives an empty piece now and then."""
    sheet.freeze_panes = "A2"
    given = time.monotonic()
    for number, row in enumerate(rows):
        if number == 0:
            _set_widths(sheet, row)
        sheet.append([_xlsx_cell(sheet, one, head=number == 0) for one in row])
        if time.monotonic() - given >= PIECE_SECONDS:
            yield b""
            given = time.monotonic()


def _forget(book: Any) -> None:
    """Removes what a workbook that will never be whole has on the disk; the library keeps it until the process ends."""
    for sheet in book.worksheets:
        writer = sheet._writer
        if writer is not None and writer.out in ALL_TEMP_FILES:
            try:
                sheet.close()
            finally:
                writer.cleanup()


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
