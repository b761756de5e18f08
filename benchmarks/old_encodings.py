"""Good Vietnamese text put into the encodings of before Unicode, and into files of that time."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable

import docx
import openpyxl
import pikepdf
from docx.oxml.ns import qn
from openpyxl.styles import Font

from ingest.reading import legacy_tables

_LINE_LETTERS = 70
_LEADING = 16
_WIDTHS = [500] * 256


def to_tcvn3(text: str) -> bytes:
    """A capital with a tone has no code: it is written small, as for a font that draws capitals."""
    return _by_table(legacy_tables.tcvn3(), text)


def to_vni(text: str) -> bytes:
    """Base and mark, both of one case."""
    table = {code: letter for code, letter in legacy_tables.vni().items() if code.isupper() == letter.isupper()}
    return _by_table(table, text)


def to_viqr(text: str) -> bytes:
    """ASCII; the signs of punctuation that would be taken for tones stand as they are."""
    return _by_table({code: letter for code, letter in legacy_tables.viqr().items() if code != "Dd"}, text, "ascii")


def to_windows_1258(text: str) -> bytes:
    """Letters with their shapes, then the tone."""
    tones = "\u0301\u0300\u0309\u0303\u0323"
    pieces = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in parts if mark in tones)
        shape = "".join(mark for mark in parts if mark not in tones)
        pieces.append(unicodedata.normalize("NFC", shape) + tone)
    return "".join(pieces).encode("cp1258", "replace")


def _by_table(table: dict[str, str], text: str, encoding: str = "cp1252") -> bytes:
    codes = {letter: code for code, letter in table.items()}
    small = {letter.upper(): code for letter, code in codes.items() if letter.upper() not in codes}
    return "".join((codes | small).get(letter, letter) for letter in text).encode(encoding, "replace")


ENCODERS: dict[str, Callable[[str], bytes]] = {
    "TCVN3": to_tcvn3,
    "VNI": to_vni,
    "VIQR": to_viqr,
    "Windows-1258": to_windows_1258,
    "UTF-16": lambda text: text.encode("utf-16"),
}


def as_pdf(encoded: bytes, font: str, *, symbolic: bool = False) -> bytes:
    """One page in a font of one byte a letter, without a map to Unicode, as programs of that time wrote.

    `symbolic`: the file says nothing of the font's encoding.
    """
    lines = [line.lstrip(b" ") for row in encoded.splitlines() for line in _lines(row)]
    shown = b"".join(b"<%s> Tj T*\n" % line.hex().encode() for line in lines)
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, max(842, 80 + _LEADING * len(lines))))
    top = int(page.mediabox[3]) - 50
    page.obj.Contents = pdf.make_stream(b"BT /F 12 Tf %d TL 50 %d Td\n%sET" % (_LEADING, top, shown))
    described = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=pikepdf.Name("/" + font),
        Flags=4 if symbolic else 32,
        FontBBox=[0, -200, 1000, 900],
        ItalicAngle=0,
        Ascent=900,
        Descent=-200,
        CapHeight=700,
        StemV=80,
    )
    page.obj.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(
            F=pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.TrueType,
                BaseFont=pikepdf.Name("/" + font),
                **({} if symbolic else {"Encoding": pikepdf.Name.WinAnsiEncoding}),
                FirstChar=0,
                LastChar=255,
                Widths=pikepdf.Array(_WIDTHS),
                FontDescriptor=pdf.make_indirect(described),
            )
        )
    )
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _lines(row: bytes) -> list[bytes]:
    lines = [b""]
    for word in row.split(b" "):
        if len(lines[-1]) + len(word) > _LINE_LETTERS:
            lines.append(b"")
        lines[-1] += b" " + word
    return lines


def as_docx(encoded: bytes, font: str) -> bytes:
    """A paragraph a line; the font is that of the style, as most files have it."""
    document = docx.Document()
    fonts = document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(name), font)
    for line in encoded.decode("cp1252").splitlines():
        document.add_paragraph(line)
    return _saved(document)


def as_xlsx(encoded: bytes, font: str) -> bytes:
    """A cell a line."""
    book = openpyxl.Workbook()
    for number, line in enumerate(encoded.decode("cp1252").splitlines(), 1):
        cell = book.active.cell(number, 1, line)
        cell.font = Font(name=font)
    return _saved(book)


def _saved(made: docx.document.Document | openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()
