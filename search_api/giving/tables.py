"""Rows as CSV or XLSX, made while they are sent."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum

from search_api.giving.cells import csv_cell
from search_api.giving.columns import Cell
from search_api.web.wording import HANOI

Row = Sequence[Cell]

_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the system's own letters."""

PIECE = 1 << 16
# A row may be a question of its own, and thousands of rows take minutes: so often a piece, be it empty, gives the
# thread back, that searches of others go on meanwhile, and lets the work end when nobody listens any more.
PIECE_SECONDS = 0.2


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
    """A table in pieces, some of them empty; the first row holds the heads. Busy: too many workbooks are packed."""
    if form is TableForm.CSV:
        return csv_pieces(rows)
    from search_api.giving.workbooks import xlsx_pieces  # noqa: PLC0415 - the library takes half a second to load

    return xlsx_pieces(rows)


def csv_pieces(rows: Iterable[Row]) -> Iterator[bytes]:
    """RFC 4180 with a byte order mark, in UTF-8; days and moments as ISO 8601 has them."""
    stream = io.StringIO(newline="")
    stream.write(_BYTE_ORDER_MARK)
    writer = csv.writer(stream)
    given = time.monotonic()
    for row in rows:
        writer.writerow([_csv_value(one) for one in row])
        if stream.tell() >= PIECE or time.monotonic() - given >= PIECE_SECONDS:
            yield _taken(stream)
            given = time.monotonic()
    yield _taken(stream)


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
