"""Hostile files, each named by what is to become of it: `python -m tests.hostile.make_files FOLDER [WORD …]`.

`searchable--…`, `partly--…` (taken, but a page of it cannot be read), `rejected-CODE--…`, `passed--…` (left lying and
told in the status). Where the name itself is the attack, the folder says it. Nothing of this is kept in the repository.
"""

from __future__ import annotations

import base64
import os
import random
import struct
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from zlib import compress

import numpy as np
import pikepdf
from PIL import Image

from tests.hostile.making import (
    blanks,
    body,
    changed,
    drawn,
    encoded,
    packed_blanks,
    page,
    part,
    pdf,
    plain_pdf,
    png,
    said,
    sheet,
    stream,
    tiff,
    tiff_tags,
    with_blocks,
    with_chunk,
    word,
)  # fmt: skip

Maker = Callable[[str], bytes]


@dataclass(frozen=True)
class Hostile:
    """A file: its path (any bytes), what is to become of it, and what makes its bytes."""

    name: str
    make: Maker
    quick: bool

    @property
    def outcome(self) -> str:
        return self.name.partition("--")[0]


FILES: list[Hostile] = []


def hostile(*names: str, quick: bool = False) -> Callable[[Maker], Maker]:
    def keep(make: Maker) -> Maker:
        FILES.extend(Hostile(name, make, quick) for name in names)
        return make

    return keep


# ---- PDF ------------------------------------------------------------------------------------------------------------


def _encrypted(name: str, **passwords: str) -> bytes:
    buffer = BytesIO()
    with pikepdf.open(BytesIO(plain_pdf(name))) as opened:
        opened.save(buffer, encryption=pikepdf.Encryption(**{"owner": "", "user": "", **passwords}))
    return buffer.getvalue()


@hostile("rejected-encrypted--user-password.pdf", quick=True)
def user_password(name: str) -> bytes:
    return _encrypted(name, user="secret", owner="other")


@hostile("searchable--owner-password.pdf")
def owner_password(name: str) -> bytes:
    """Opens without a password: what anybody may read is not refused."""
    return _encrypted(name, owner="other")


def _scanned_pdf(name: str) -> bytes:
    return encoded(drawn(name), "PDF", resolution=150)


@hostile("rejected-truncated--at-1-percent.pdf")
def cut_at_1(name: str) -> bytes:
    whole = _scanned_pdf(name)
    return whole[: max(20, len(whole) // 100)]


@hostile("rejected-truncated--at-50-percent.pdf", quick=True)
def cut_at_50(name: str) -> bytes:
    whole = _scanned_pdf(name)
    return whole[: len(whole) // 2]


@hostile("rejected-truncated--at-99-percent.pdf")
def cut_at_99(name: str) -> bytes:
    """The picture lies last, so that it is what is cut."""
    noise = np.random.default_rng(1).integers(0, 255, (600, 600)).astype(np.uint8)
    picture = encoded(Image.fromarray(noise), "JPEG", quality=95)
    words = "/Type /XObject /Subtype /Image /Width 600 /Height 600 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    first = page(4, "/Resources << /XObject << /I 5 0 R >> >>")
    whole = pdf(
        [first, stream(f"500 0 0 700 40 40 cm /I Do %{name}".encode()), stream(picture, f"{words} /Filter /DCTDecode")]
    )
    return whole[: len(whole) * 99 // 100]


@hostile("searchable--javascript-action.pdf", quick=True)
def javascript(name: str) -> bytes:
    script = "app.launchURL('http://127.0.0.1:9/', true); while (true) {}"
    return plain_pdf(name, root=f"/OpenAction << /S /JavaScript /JS ({script}) >>")


@hostile("searchable--launch-action.pdf")
def launch(name: str) -> bytes:
    return plain_pdf(name, root="/OpenAction << /S /Launch /F (/bin/sh) /Win << /F (cmd.exe) /P (/c calc) >> >>")


@hostile("searchable--remote-reference.pdf")
def remote(name: str) -> bytes:
    words = "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 90 90] /A << /S /URI /URI (http://127.0.0.1:9/) >> >>]"
    return pdf(
        [page(4, words), stream(said(name))], root="/OpenAction << /S /GoToR /F (//127.0.0.1/x.pdf) /D [0 /Fit] >>"
    )


@hostile("searchable--xref-loop.pdf", quick=True)
def xref_loop(name: str) -> bytes:
    return plain_pdf(name, trailer="/Prev STARTXREF")


@hostile("partly--page-tree-loop.pdf")
def page_tree_loop(name: str) -> bytes:
    return pdf([stream(said(name))], kids=(2, 2), count=2)


@hostile("rejected-too-many-pages--100000-pages.pdf")
def many_pages(name: str) -> bytes:
    return pdf([stream(said(name)), *[page(3)] * 100_000], kids=range(4, 100_004))


@hostile("searchable--page-of-10-metres.pdf")
def large_page(name: str) -> bytes:
    return pdf([page(4, box="0 0 28346 28346"), stream(said(name))])


@hostile("searchable--scan-of-10-metres.pdf")
def large_scan(name: str) -> bytes:
    with pikepdf.open(BytesIO(_scanned_pdf(name))) as opened:
        box = opened.pages[0].MediaBox
        opened.pages[0].UserUnit = 14400 / float(box[2])
        buffer = BytesIO()
        opened.save(buffer)
    return buffer.getvalue()


def _page_with_bomb(name: str, content: bytes, filters: str) -> bytes:
    return pdf([page(5), page(6), stream(said(name)), stream(content, filters)], kids=(3, 4))


@hostile("partly--one-page-bomb.pdf")
def flate_bomb(name: str) -> bytes:
    return _page_with_bomb(name, packed_blanks(3000), "/Filter /FlateDecode")


@hostile("partly--nested-bomb.pdf")
def nested_bomb(name: str) -> bytes:
    return _page_with_bomb(
        name, compress(compress(packed_blanks(3000))), "/Filter [/FlateDecode /FlateDecode /FlateDecode]"
    )


def _page_with_image(name: str, image: bytes) -> bytes:
    words = "/Resources << /XObject << /I 5 0 R >> >>"
    good = page(6)
    return pdf([page(4, words), stream(b"500 0 0 700 40 40 cm /I Do"), image, stream(said(name)), good], kids=(7, 3))


@hostile("partly--image-of-900-megapixels.pdf")
def image_bomb(name: str) -> bytes:
    words = "/Type /XObject /Subtype /Image /Width 30000 /Height 30000 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    return _page_with_image(name, stream(packed_blanks(858), f"{words} /Filter /FlateDecode"))


@hostile("searchable--image-of-nonsense.pdf")
def nonsense_image(name: str) -> bytes:
    words = "/Type /XObject /Subtype /Image /Width 900 /Height 900 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    return _page_with_image(name, stream(random.Random(5).randbytes(90_000), f"{words} /Filter /JPXDecode"))


@hostile("partly--forms-that-draw-a-billion.pdf")
def form_laughs(name: str) -> bytes:
    """Each form draws the next one ten times."""
    forms = []
    for level in range(9):
        words = "/Type /XObject /Subtype /Form /BBox [0 0 600 900]"
        inner = f"/Resources << /XObject << /N {8 + level} 0 R >> >>" if level < 8 else ""
        drawing = b"/N Do " * 10 if level < 8 else b"0 0 5 5 re f"
        forms.append(stream(drawing, f"{words} {inner}"))
    bad = page(6, "/Resources << /XObject << /N 7 0 R >> >>")
    return pdf([page(5), bad, stream(said(name)), stream(b"/N Do"), *forms], kids=(3, 4))


@hostile("partly--form-draws-itself.pdf")
def form_loop(name: str) -> bytes:
    words = "/Type /XObject /Subtype /Form /BBox [0 0 600 900] /Resources << /XObject << /N 5 0 R >> >>"
    font = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    good = page(4, f"/Resources << {font} /XObject << /N 5 0 R >> >>")
    return pdf([good, stream(said(name) + b" /N Do"), stream(b"/N Do /N Do", words)])


@hostile("rejected-damaged--nested-arrays.pdf")
def nested_arrays(name: str) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + b"[" * 500_000 + name.encode() + b"\n%%EOF\n"


@hostile("searchable--pdf-and-zip.pdf", quick=True)
def pdf_and_zip(name: str) -> bytes:
    buffer = BytesIO(plain_pdf(name))
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr("word/document.xml", "<x/>")
    return buffer.getvalue() + b"\n%%EOF\n"


@hostile("searchable--pdf-and-html.pdf")
def pdf_and_html(name: str) -> bytes:
    return b"<html><script>location='http://127.0.0.1:9/'</script><!--\n" + plain_pdf(name) + b"--></html>\n%%EOF\n"


@hostile("searchable--attached-program.pdf")
def attached(name: str) -> bytes:
    with pikepdf.open(BytesIO(plain_pdf(name))) as opened:
        opened.attachments["../../run.sh"] = pikepdf.AttachedFileSpec(opened, b"#!/bin/sh\ntouch /tmp/x\n")
        buffer = BytesIO()
        opened.save(buffer)
    return buffer.getvalue()


# ---- images ----------------------------------------------------------------------------------------------------------


@hostile("rejected-too-many-pixels--50000-by-50000.png", quick=True)
def huge_png(name: str) -> bytes:
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    rows = (b"\0" * 6251 for _ in range(50_000))
    return png(
        [
            (b"IHDR", head),
            (b"tEXt", f"Comment\0{name}".encode()),
            (b"IDAT", compress(b"".join(rows), 1)),
            (b"IEND", b""),
        ]
    )


@hostile("rejected-too-many-pixels--65500-by-65500.jpg")
def huge_jpeg(name: str) -> bytes:
    whole = encoded(drawn(name), "JPEG")
    place = whole.index(b"\xff\xc0")
    return whole[: place + 5] + struct.pack(">HH", 65_500, 65_500) + whole[place + 9 :]


@hostile("rejected-damaged--text-chunk-bomb.png")
def ztxt_bomb(name: str) -> bytes:
    return with_chunk(encoded(drawn(name), "PNG", dpi=(150, 150)), b"zTXt", b"Comment\0\0" + packed_blanks(900))


@hostile("rejected-damaged--colour-profile-bomb.png", quick=True)
def iccp_bomb(name: str) -> bytes:
    return with_chunk(encoded(drawn(name), "PNG", dpi=(150, 150)), b"iCCP", b"p\0\0" + packed_blanks(900))


@hostile("searchable--broken-colour-profile.png")
def broken_icc_png(name: str) -> bytes:
    return encoded(drawn(name, "RGB"), "PNG", icc_profile=random.Random(1).randbytes(4000))


@hostile("searchable--broken-colour-profile.jpg")
def broken_icc_jpeg(name: str) -> bytes:
    return encoded(drawn(name, "RGB"), "JPEG", icc_profile=random.Random(2).randbytes(4000))


@hostile("rejected-damaged--wrong-checksum.png")
def wrong_checksum(name: str) -> bytes:
    whole = bytearray(encoded(drawn(name), "PNG"))
    whole[60] ^= 1
    return bytes(whole)


@hostile("partly--pixels-of-nonsense.png")
def nonsense_pixels(name: str) -> bytes:
    head = struct.pack(">IIBBBBB", 2000, 2000, 8, 0, 0, 0, 0)
    return png([(b"IHDR", head), (b"IDAT", random.Random(name).randbytes(4000)), (b"IEND", b"")])


@hostile("rejected-truncated--at-50-percent.jpg")
def cut_jpeg(name: str) -> bytes:
    whole = encoded(drawn(name), "JPEG")
    return whole[: len(whole) // 2]


@hostile("rejected-empty--0-bytes.tif", quick=True)
def empty(_name: str) -> bytes:
    return b""


@hostile("searchable--directory-loop.tif")
def tiff_loop(name: str) -> bytes:
    pixels = drawn(name).tobytes()
    return tiff(tiff_tags(1240, 600, 1, len(pixels)), pixels, following=-1)


@hostile("rejected-too-many-pages--100000-directories.tif")
def many_directories(name: str) -> bytes:
    place, out = 8, [b"II*\0" + struct.pack("<I", 8)]
    for _ in range(100_000):
        tags = b"".join(struct.pack("<HHII", *tag) for tag in tiff_tags(1, 1, 1, 1))
        place += 2 + len(tags) + 4
        out.append(struct.pack("<H", 9) + tags + struct.pack("<I", place))
    return b"".join(out) + name.encode() * 10


@hostile("searchable--deflated-strip-bomb.tif")
def strip_bomb(name: str) -> bytes:
    strip = packed_blanks(2000) + name.encode()
    return tiff(tiff_tags(1400, 1400, 8, len(strip)), strip)


@hostile("rejected-unknown-type--gif-renamed.png")
def gif(name: str) -> bytes:
    return encoded(drawn(name), "GIF")


@hostile("rejected-unknown-type--bmp-renamed.jpg")
def bmp(name: str) -> bytes:
    return encoded(drawn(name), "BMP")


# ---- Office ----------------------------------------------------------------------------------------------------------


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


@hostile("searchable--zips-in-zips.docx")
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


# ---- mail ------------------------------------------------------------------------------------------------------------

_HEAD = "From: a@tangthu.example\nTo: b@tangthu.example\nSubject: {name}\nMIME-Version: 1.0\n"


@hostile("searchable--mail-100-deep.eml", quick=True)
def deep_mail(name: str) -> bytes:
    inner = f"{_HEAD.format(name=name)}Content-Type: text/plain; charset=utf-8\n\n{body(name)}\n"
    for _ in range(100):
        inner = f"{_HEAD.format(name=name)}Content-Type: message/rfc822\n\n{inner}"
    return inner.encode()


@hostile("searchable--mail-multipart-100-deep.eml")
def deep_parts(name: str) -> bytes:
    inner = f"Content-Type: text/plain; charset=utf-8\n\n{body(name)}\n"
    for n in range(100):
        inner = f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n{inner}\n--b{n}--\n'
    return (_HEAD.format(name=name) + inner).encode()


@hostile("rejected-damaged--mail-20000-deep.eml")
def deepest_mail(name: str) -> bytes:
    inner = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(20_000))
    return (_HEAD.format(name=name) + inner + body(name)).encode()


@hostile("searchable--mail-with-a-bomb.eml")
def mail_bomb(name: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@tangthu.example", "b@tangthu.example", name
    message.set_content(body(name))
    message.add_attachment(packed_blanks(500), maintype="application", subtype="gzip", filename="../../x.gz")
    return message.as_bytes()


@hostile("searchable--mail-with-remote-picture.eml")
def remote_picture(name: str) -> bytes:
    markup = f'<script>x()</script><img src="http://127.0.0.1:9/x.png"><p>{body(name)}</p>'
    text = base64.encodebytes(markup.encode()).decode()
    head = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n"
    return f"{_HEAD.format(name=name)}{head}\n{text}".encode()


# ---- text ------------------------------------------------------------------------------------------------------------


@hostile("rejected-too-many-pages--100-megabytes-in-one-line.txt")
def one_line(name: str) -> bytes:
    return (name + " ").encode() * (100_000_000 // (len(name) + 1))


@hostile("searchable--3-megabytes-in-one-line.txt")
def long_line(name: str) -> bytes:
    return (body(name) + "x" * 3_000_000).encode()


@hostile("rejected-unknown-type--program.txt", quick=True)
def program(name: str) -> bytes:
    return b"\x7fELF" + random.Random(name).randbytes(20_000)


@hostile("searchable--utf-16-without-mark.txt")
def utf16(name: str) -> bytes:
    return (body(name) * 20).encode("utf-16-le")


@hostile("rejected-unknown-type--nul-bytes.txt")
def nul_bytes(name: str) -> bytes:
    return body(name).encode() + b"\0" * 50 + b"abc"


@hostile("searchable--marks-upon-marks.txt")
def marks(name: str) -> bytes:
    """Bringing combining marks into their order takes time by the square of their number."""
    return (body(name) + "a" + "\u0316\u0301" * 4_000).encode()


@hostile("searchable--million-marks-upon-one-letter.txt")
def million_marks(name: str) -> bytes:
    return (body(name) + "a" + "\u0301\u0316" * 1_000_000).encode()


@hostile("searchable--escapes-of-a-terminal.txt")
def escapes(name: str) -> bytes:
    return (body(name) + "\n\x1b]0;owned\x1b[2J\n").encode()


@hostile("searchable--script-for-the-page.txt")
def script(name: str) -> bytes:
    return (body(name) + "\n<script>alert(1)</script> {{ 7*7 }} ' OR 1=1 --").encode()


@hostile("rejected-unknown-type--markup.txt")
def markup(name: str) -> bytes:
    return b"<html><script>x()</script>" + name.encode()


# ---- names -----------------------------------------------------------------------------------------------------------


@hostile(
    "searchable--names/new\nline.txt",
    "searchable--names/right-to-left-\u202efdp.txt",
    "searchable--names/" + "d" * 251 + ".txt",
    "searchable--names/" + unicodedata.normalize("NFC", "Quyết định") + ".txt",
    "searchable--names/" + unicodedata.normalize("NFD", "Quyết định") + ".txt",
    os.fsdecode(b"searchable--names/invalid-\xff\xfe.txt"),
    "searchable--names/-rf",
    "searchable--names/=cmd('calc')",
    "searchable--names/trailing space.txt ",
    "searchable--names/$(touch x);`touch y`.txt",
    "searchable--names/%s%n{0}{name}.txt",
    "searchable--names/CON.txt",
    "searchable--names/\x1b[31mred.txt",
    "searchable--names/<img src=x onerror=alert(1)>.txt",
    os.fsdecode(b"searchable--names/\xe1\xbb\x81 .. \\..\\etc.txt"),
    quick=False,
)
def text_of_name(name: str) -> bytes:
    return (body(ascii(name)) + "\n").encode()


@hostile("rejected-unknown-type--names/" + "đ" * 124 + ".bin")
def long_name_refused(name: str) -> bytes:
    return b"\x7fELF\0" + name.encode()


@hostile("passed--names/.leading-dot.txt", quick=True)
def leading_dot(name: str) -> bytes:
    return body(name).encode()


FILES += [Hostile(file.name, file.make, quick=True) for file in FILES if file.name.endswith(("-rf", "new\nline.txt"))]
_LAST = {file.name: file for file in FILES}
FILES = list(_LAST.values())


def make(folder: Path, wanted: Callable[[Hostile], bool] = lambda _: True) -> Iterator[tuple[Hostile, Path]]:
    """Makes the files one by one below a folder. They lie there by number, as the names are for the drop."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(FILES):
        if wanted(file):
            path = folder / f"{number:03d}"
            path.write_bytes(file.make(file.name))
            yield file, path


if __name__ == "__main__":
    words = sys.argv[2:]
    for made, where in make(Path(sys.argv[1]), lambda file: not words or any(word in file.name for word in words)):
        print(f"{where}  {where.stat().st_size:>12,}  {made.name!r}")
