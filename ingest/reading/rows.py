"""A CSV or XLSX file from outside as rows of plain texts.

Runs in a reading process: `ReadingPool.submit(read_rows, …)`. Importing it loads no parser.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from kernel.errors import DamagedFile

LONGEST_CELL = 2_000
"""Characters of a cell that are kept."""

MOST_COLUMNS = 50
"""Cells of a row that are kept."""

_ZIP = b"PK\x03\x04"
_SAMPLE, _LOOKED_AT = 4_096, 5
_NO_DELIMITER = "\x1f"


def read_rows(path: str, most: int) -> tuple[tuple[str, ...], ...]:
    """The first `most` rows: of the sheet that was open when a workbook was saved, else of the text.

    Empty rows count, so that each row keeps its number. Raises DamagedFile, EncryptedFile, TooLarge.
    """
    with Path(path).open("rb") as stream:
        is_workbook = stream.read(len(_ZIP)) == _ZIP
    return tuple(islice(_of_workbook(path) if is_workbook else _of_text(path), most))


def _of_text(path: str) -> Iterator[tuple[str, ...]]:
    from ingest.reading.plain import text_of  # noqa: PLC0415 - loads the tables of old encodings

    text = text_of(path).replace("\0", "")
    csv.field_size_limit(len(text) + 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(_whole_lines(text)))
    try:
        for row in reader:
            yield _kept(row)
    except csv.Error as error:
        raise DamagedFile from error


def _whole_lines(text: str) -> str:
    """A sample from its beginning, without the line that it would end within."""
    if len(text) <= _SAMPLE:
        return text
    sample = text[:_SAMPLE]
    return sample[: sample.rfind("\n") + 1] or sample


def _delimiter(sample: str) -> str:
    """What parts the cells. A list of one column has no delimiter, and commas stand in questions too: these part cells
    only where there are quotes, or as many commas in each of several lines.
    """
    lines = [line for line in sample.splitlines()[:_LOOKED_AT] if line.strip()]
    if lines and "\t" in lines[0]:
        return "\t"
    # A semicolon also ends a field of a question: one that parts cells stands in every line, if no cell is of several.
    if lines and all(";" in line for line in (lines[:1] if '"' in sample else lines)):
        return ";"
    commas = {line.count(",") for line in lines}
    is_table = len(lines) > 1 and len(commas) == 1 and commas != {0}
    return "," if is_table or '"' in sample else _NO_DELIMITER


def _of_workbook(path: str) -> Iterator[tuple[str, ...]]:
    import openpyxl  # noqa: PLC0415 - only where a workbook is read

    from ingest.reading.office import cell_text  # noqa: PLC0415
    from ingest.reading.packages import FAILURES, check_package  # noqa: PLC0415

    check_package(path)
    try:
        with Path(path).open("rb") as stream:
            book: Any = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            # The sheet that was open may be a chart.
            sheet = book.active if book.active in book.worksheets else book.worksheets[0]
            sheet.reset_dimensions()  # a file may claim a million empty columns
            for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS):
                yield _kept(map(cell_text, row))
    except FAILURES as error:
        raise DamagedFile from error


def _kept(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(" ".join(cell[:LONGEST_CELL].split()) for cell in islice(cells, MOST_COLUMNS))
