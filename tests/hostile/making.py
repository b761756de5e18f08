"""What hostile files are made of: small writers of PDF, PNG, TIFF and zip that do not mind writing nonsense."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence

import docx
import openpyxl
from PIL import Image, ImageDraw

from tests.unit.reading import pages

BODY = "Công văn số 15/UBND-VP về việc sắp xếp kho lưu trữ, mã {name}."
"""A different text in each file: the same bytes twice would be one record."""


def body(name: str) -> str:
    return BODY.format(name=name)


def drawn(name: str, mode: str = "L") -> Image.Image:
    """A small page with a line of text that OCR reads."""
    image = Image.new("L", (1240, 600), 255)
    number = zlib.crc32(name.encode("utf-8", "surrogateescape")) % 1000
    pen = ImageDraw.Draw(image)
    for row, text in enumerate(
        (
            "ỦY BAN NHÂN DÂN",
            "Kế hoạch công tác năm 2024",
            f"Mã số {number}",
        )
    ):
        pen.text((100, 100 + 120 * row), text, font=pages.font(56), fill=0)
    return image.convert(mode)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


# ---- PDF ------------------------------------------------------------------------------------------------------------


def stream(content: bytes, words: str = "", length: int | None = None) -> bytes:
    size = len(content) if length is None else length
    return f"<< /Length {size} {words} >>\nstream\n".encode() + content + b"\nendstream"


def said(name: str) -> bytes:
    """What a page's content shows: plain letters of a font that every reader has."""
    text = f"Cong van so 15 UBND ve viec sap xep kho luu tru {name}".encode("ascii", "replace")
    return b"BT /F1 14 Tf 40 400 Td (" + text.replace(b"(", b"[").replace(b")", b"]") + b") Tj ET"


def packed_blanks(megabytes: int) -> bytes:
    """So many megabytes of spaces, deflated: one block, packed once and written many times."""
    block = b" " * (1 << 20)
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    once = squeeze.compress(block) + squeeze.flush(zlib.Z_FULL_FLUSH)
    check = 1
    for _ in range(megabytes):
        check = zlib.adler32(block, check)
    return b"\x78\xda" + once * megabytes + b"\x03\0" + struct.pack(">I", check)


def blanks(megabytes: int) -> Iterable[bytes]:
    block = b" " * (1 << 20)
    return (block for _ in range(megabytes))


def page(contents: int, words: str = "", box: str = "0 0 595 842") -> bytes:
    font = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    resources = words if "/Resources" in words else f"/Resources << {font} >> {words}"
    return f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents {contents} 0 R {resources} >>".encode()


def pdf(
    objects: Sequence[bytes], kids: Sequence[int] = (3,), *, root: str = "", trailer: str = "", count: int | None = None
) -> bytes:
    """A PDF whose objects from number 3 on are given; 1 is the catalogue and 2 the page tree."""
    tree = f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {count or len(kids)} >>"
    everything = [f"<< /Type /Catalog /Pages 2 0 R {root} >>".encode(), tree.encode(), *objects]
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(everything, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    words = trailer.replace("STARTXREF", str(start))
    out.write(f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R {words} >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def plain_pdf(name: str, **options: str) -> bytes:
    return pdf([page(4), stream(said(name))], **options)  # type: ignore[arg-type]


# ---- PNG, TIFF, JPEG -------------------------------------------------------------------------------------------------


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(chunks: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, content) for kind, content in chunks)


def with_chunk(whole: bytes, kind: bytes, content: bytes) -> bytes:
    """A PNG with one more chunk after its header."""
    return whole[:33] + chunk(kind, content) + whole[33:]


def tiff(tags: Sequence[tuple[int, int, int, int]], strip: bytes, following: int = 0) -> bytes:
    """A TIFF of one page; tags are (name, type, count, value), the strip lies at 8."""
    place = 8 + len(strip) + len(strip) % 2
    head = b"II*\0" + struct.pack("<I", place) + strip.ljust(place - 8, b"\0")
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags))
    return head + directory + struct.pack("<I", place if following < 0 else following)


def tiff_tags(width: int, height: int, compression: int, length: int) -> list[tuple[int, int, int, int]]:
    return [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, compression), (262, 3, 1, 1),
        (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, length),
    ]  # fmt: skip


# ---- Office, zip -----------------------------------------------------------------------------------------------------


def word(name: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(body(name))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def sheet(name: str) -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = body(name)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def changed(package: bytes, **parts: bytes) -> bytes:
    """A package with parts replaced (`__` for `/`, by ending of their name) or, if there is none, added."""
    buffer = io.BytesIO()
    left = dict(parts)
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, left.pop(entry.filename, None) or old.read(entry))
        for key, content in left.items():
            new.writestr(key, content)
    return buffer.getvalue()


def part(package: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return opened.read(name)


def with_blocks(package: bytes, name: str, blocks: Iterable[bytes]) -> bytes:
    """A package with one more part, given in blocks."""
    buffer = io.BytesIO(package)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as opened, opened.open(name, "w") as writer:
        for block in blocks:
            writer.write(block)
    return buffer.getvalue()
