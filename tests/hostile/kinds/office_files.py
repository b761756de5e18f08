"""Hostile DOCX, XLSX and zip files."""

from __future__ import annotations

import random
import struct
import zipfile
from io import BytesIO

from tests.hostile.making import blanks, changed, part, sheet, with_blocks, word
from tests.hostile.registry import hostile


@hostile("rejected-too-large--high-ratio.docx", quick=True)
def high_ratio(name: str) -> bytes:
    return with_blocks(word(name), "word/more.xml", blanks(600))


@hostile("rejected-too-large--overlapping.docx")
def overlapping(name: str) -> bytes:
    """Entries of the directory that all point to the same bytes (as of a zip bomb by D. Fifield, 2019)."""
    whole = with_blocks(word(name), "word/more.xml", blanks(40))
    end = whole.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HII", whole, end + 10)
    entry = whole.rindex(b"PK\x01\x02", 0, end)
    more = b"".join(whole[entry : entry + 46] + f"word/n{n:02d}.xml".encode().ljust(13, b"x") for n in range(50))
    tail = struct.pack("<HHII", count + 50, count + 50, size + len(more), start)
    return whole[:end] + more + whole[end : end + 8] + tail + b"\0\0"


@hostile("rejected-damaged--size-told-wrong.docx")
def lying_size(name: str) -> bytes:
    whole = bytearray(with_blocks(word(name), "word/more.xml", blanks(300)))
    entry = whole.rindex(b"PK\x01\x02")
    struct.pack_into("<I", whole, entry + 24, 1000)
    return bytes(whole)


@hostile("partly--zips-in-zips.docx")
def nested_zips(name: str) -> bytes:
    inner = with_blocks(changed(word(name)), "bomb.bin", blanks(300))
    for _ in range(5):
        inner = changed(word(name), **{"word/embeddings/inner.zip": inner})
    return inner


@hostile("searchable--names-that-climb.docx", quick=True)
def climbing(name: str) -> bytes:
    return changed(word(name), **{"../../../../tmp/tangthu-climbed": b"x", "/etc/tangthu-climbed": b"x"})


def _with_declaration(name: str, declaration: bytes, use: bytes) -> bytes:
    whole = word(name)
    document = part(whole, "word/document.xml")
    head, _, rest = document.partition(b"?>")
    return changed(whole, **{"word/document.xml": head + b"?>" + declaration + rest.replace(b"<w:t>", b"<w:t>" + use)})


@hostile("rejected-damaged--external-entity.docx")
def external_entity(name: str) -> bytes:
    return _with_declaration(name, b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>', b"&x;")


@hostile("rejected-damaged--billion-laughs.docx")
def laughs(name: str) -> bytes:
    rows = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return _with_declaration(name, f'<!DOCTYPE w [<!ENTITY l0 "ha">{rows}]>'.encode(), b"&l9;")


@hostile("searchable--macro-inside.docx")
def macro(name: str) -> bytes:
    return changed(word(name), **{"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + random.Random(name).randbytes(5000)})


@hostile("rejected-unknown-type--macro-enabled.docm")
def macro_enabled(name: str) -> bytes:
    whole = word(name)
    types = part(whole, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    return changed(whole, **{"[Content_Types].xml": types})


@hostile("searchable--template-from-afar.docx")
def remote_template(name: str) -> bytes:
    link = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" TargetMode="External" Target="http://127.0.0.1:9/x.dotm" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
    )
    return changed(word(name), **{"word/_rels/settings.xml.rels": link})


@hostile("rejected-encrypted--ole-package.docx")
def ole_package(name: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le") + name.encode()


@hostile("searchable--million-empty-rows.xlsx")
def empty_rows(name: str) -> bytes:
    whole = sheet(name)
    rows = "".join(f'<row r="{n}"/>' for n in range(2, 1_000_001)).encode()
    before = part(whole, "xl/worksheets/sheet1.xml")
    return changed(whole, **{"xl/worksheets/sheet1.xml": before.replace(b"</sheetData>", rows + b"</sheetData>")})


@hostile("rejected-too-large--shared-strings-bomb.xlsx")
def shared_strings(name: str) -> bytes:
    """One long text, named in 40,000 cells."""
    whole = sheet(name)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    types = part(whole, "[Content_Types].xml").replace(
        b"</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode()
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f'<sst xmlns="{space}" count="1" uniqueCount="1"><si><t>{"ha " * 10_000}</t></si></sst>'.encode()
    cells = b'<c t="s"><v>0</v></c>' * 20
    rows = b"".join(b'<row r="%d">%s</row>' % (n, cells) for n in range(2, 2002))
    before = part(whole, "xl/worksheets/sheet1.xml").replace(b"</sheetData>", rows + b"</sheetData>")
    parts = {"[Content_Types].xml": types, "xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": before}
    return changed(whole, **parts)


@hostile("searchable--formula-that-runs.xlsx")
def formula(name: str) -> bytes:
    whole = sheet(name)
    row = b'<row r="2"><c r="A2"><f>cmd|\'/c calc\'!A1</f><v>7</v></c></row>'
    before = part(whole, "xl/worksheets/sheet1.xml")
    return changed(whole, **{"xl/worksheets/sheet1.xml": before.replace(b"</sheetData>", row + b"</sheetData>")})


@hostile("rejected-unknown-type--plain.zip")
def plain_zip(name: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("../climb.txt", name)
    return buffer.getvalue()


# ---- many of everything ----------------------------------------------------------------------------------------------


@hostile("searchable--100000-relations.docx")
def relations(name: str) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    rows = "".join(
        f'<Relationship Id="x{n}" TargetMode="External" Target="http://127.0.0.1:9/{n}" Type="{kind}"/>'
        for n in range(100_000)
    )
    whole = word(name)
    before = part(whole, "word/_rels/document.xml.rels")
    after = before.replace(b"</Relationships>", rows.encode() + b"</Relationships>")
    return changed(whole, **{"word/_rels/document.xml.rels": after})


def _with_body(name: str, more: bytes) -> bytes:
    whole = word(name)
    before = part(whole, "word/document.xml")
    return changed(whole, **{"word/document.xml": before.replace(b"<w:sectPr", more + b"<w:sectPr", 1)})


@hostile("rejected-damaged--tables-in-tables.docx")
def tables(name: str) -> bytes:
    cell, end = b"<w:tbl><w:tr><w:tc>", b"<w:p/></w:tc></w:tr></w:tbl>"
    return _with_body(name, cell * 2000 + end * 2000)


@hostile("searchable--tables-in-tables-80-deep.docx")
def fewer_tables(name: str) -> bytes:
    """Where each cell is looked into once for every table around it, that is 2 to the power of 80."""
    cell, end = b"<w:tbl><w:tr><w:tc>", b"<w:p/></w:tc></w:tr></w:tbl>"
    return _with_body(name, cell * 80 + end * 80)


@hostile("rejected-damaged--cells-that-span-millions.docx")
def spans(name: str) -> bytes:
    cell = b'<w:tc><w:tcPr><w:gridSpan w:val="30000000"/></w:tcPr><w:p/></w:tc>'
    return _with_body(name, b"<w:tbl><w:tr>" + cell * 10 + b"</w:tr></w:tbl>")


@hostile("searchable--million-paragraphs.docx")
def paragraphs(name: str) -> bytes:
    return _with_body(name, b"<w:p/>" * 1_000_000)


@hostile("rejected-too-large--last-cell-of-100000-rows.xlsx")
def last_cells(name: str) -> bytes:
    """Rows are filled up to their last cell: 16,384 columns each."""
    whole = sheet(name)
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(2, 100_000)).encode()
    before = part(whole, "xl/worksheets/sheet1.xml")
    return changed(whole, **{"xl/worksheets/sheet1.xml": before.replace(b"</sheetData>", rows + b"</sheetData>")})
