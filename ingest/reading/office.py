"""DOCX and XLSX: their text in the order of the document.

Its parsers take a fifth of what a reading process loads: only where such a file comes.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
from docx.opc.exceptions import OpcError
from docx.table import Table
from docx.text.paragraph import Paragraph

from ingest.reading.fonts import RunFonts, SetText, in_unicode
from ingest.reading.legacy import named
from ingest.reading.packages import FAILURES, MOST_CHARACTERS, bounded, check_package
from kernel.errors import DamagedFile, TooLarge

_MOST_CELLS = 20_000_000  # each tells at least the end of itself
_FAILURES = (*FAILURES, OpcError)


def docx_text(path: str) -> str:
    """Headers, body (paragraphs and tables in their order), footers. Raises DamagedFile, EncryptedFile, TooLarge."""
    check_package(path)
    try:
        document = docx.Document(path)
        fonts = RunFonts(document.part._styles_part.element)
        return in_unicode(lambda kept: bounded(_docx_lines(document, _Voice(fonts, kept))))
    except _FAILURES as error:
        raise DamagedFile from error


@dataclass(frozen=True, slots=True)
class _Voice:
    """Whose fonts text has, and what becomes of text in a font."""

    fonts: RunFonts
    kept: SetText

    def text(self, pieces: Iterable[tuple[str, str]]) -> str:
        """Font and text of each piece as one text. A word may be cut into runs anywhere."""
        stretches = itertools.groupby(pieces, key=lambda piece: piece[0])
        return "".join(self.kept(font, "".join(text for _, text in stretch)) for font, stretch in stretches)


def _docx_lines(document: Any, voice: _Voice) -> Iterator[str]:
    yield from _once(line for section in document.sections for line in _part_lines(section.header, voice))
    yield from _part_lines(document, voice)
    yield from _once(line for section in document.sections for line in _part_lines(section.footer, voice))


def _once(lines: Iterable[str]) -> Iterator[str]:
    """Each line but once: sections repeat the header of the one before."""
    yield from dict.fromkeys(lines)


def _part_lines(part: Any, voice: _Voice) -> Iterator[str]:
    for block in part.iter_inner_content():
        if isinstance(block, Paragraph):
            yield _paragraph_text(block, voice)
        elif isinstance(block, Table):
            yield from _table_lines(block, voice)


def _paragraph_text(paragraph: Paragraph, voice: _Voice) -> str:
    """The text with what python-docx leaves out: words in text boxes and in tracked insertions."""
    namespace = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    pieces: list[tuple[str, str]] = []
    for node in paragraph._p.iter(f"{namespace}t", f"{namespace}tab", f"{namespace}br", f"{namespace}cr"):
        if any(_is_fallback(ancestor) for ancestor in node.iterancestors()):
            continue  # the same text box once more, for old programs
        text = node.text or "" if node.tag.endswith("}t") else "\t" if node.tag.endswith("}tab") else "\n"
        pieces.append((voice.fonts.of(node), text))
    return voice.text(pieces)


def _is_fallback(node: Any) -> bool:
    return isinstance(node.tag, str) and node.tag.endswith("}Fallback")


def _table_lines(table: Table, voice: _Voice) -> Iterator[str]:
    for row in table.rows:
        cells = []
        seen: set[Any] = set()
        for cell in row.cells:  # a merged cell is given once for each column that it spans
            if cell._tc not in seen:
                seen.add(cell._tc)
                cells.append(" ".join(" ".join(_part_lines(cell, voice)).split()))
        yield "\t".join(cells)


def xlsx_text(path: str) -> str:
    """All sheets, each under its name, a line a row, cells parted by tabs. Raises as `docx_text`."""
    check_package(path)
    try:
        with Path(path).open("rb") as stream:  # by its name openpyxl would refuse it: originals have no extension
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            return in_unicode(lambda kept: bounded(_xlsx_lines(book, kept)))
    except _FAILURES as error:
        raise DamagedFile from error


def _xlsx_lines(book: Any, kept: SetText) -> Iterator[str]:
    seen = 0
    fonts = any(named(str(font.name or "")) for font in book._fonts)
    for sheet in book.worksheets:
        yield str(sheet.title)
        if hasattr(sheet, "reset_dimensions"):
            sheet.reset_dimensions()  # a file may claim a million empty columns
        for row in sheet.iter_rows(values_only=not fonts):
            seen += len(row)  # filled up to its last cell, be it the only one
            if seen > _MOST_CELLS:
                raise TooLarge(megabytes=MOST_CHARACTERS // 1_000_000)
            cells = [_set_cell(cell, kept) if fonts else cell_text(cell) for cell in row]
            if any(cells):
                line = "\t".join(cells).rstrip("\t")
                yield line if fonts else kept("", line)
        yield ""


def _set_cell(cell: Any, kept: SetText) -> str:
    """The text of a cell, as its font says it."""
    text = cell_text(cell.value)
    return kept(str(cell.font.name or ""), text) if text and isinstance(cell.value, str) else text


def cell_text(value: object) -> str:
    """The value of a cell as a person would type it, on one line."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.strftime("%d/%m/%Y")  # as an office writes it
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
