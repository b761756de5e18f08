"""Hostile PDF files."""

from __future__ import annotations

import random
import struct
import zipfile
from io import BytesIO
from zlib import compress

import numpy as np
import pikepdf
from PIL import Image

from tests.hostile.making import drawn, encoded, packed_blanks, page, pdf, plain_pdf, said, stream
from tests.hostile.registry import hostile


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


@hostile("partly--image-of-nonsense.pdf")
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


# ---- more work than a page is worth ----------------------------------------------------------------------------------


@hostile("searchable--million-annotations.pdf")
def annotations(name: str) -> bytes:
    note = b"<< /Type /Annot /Subtype /Square /Rect [10 10 90 90] >>"
    return pdf([page(4, f"/Annots [{'5 0 R ' * 1_000_000}]"), stream(said(name)), note])


@hostile("partly--page-tree-20000-deep.pdf")
def deep_tree(name: str) -> bytes:
    nodes = [f"<< /Type /Pages /Parent {n - 1} 0 R /Kids [{n + 1} 0 R] /Count 1 >>".encode() for n in range(5, 20_005)]
    last = page(4).replace(b"/Parent 2 0 R", b"/Parent 20004 0 R")
    return pdf([page(4), stream(said(name)), *nodes, last], kids=(5,))


@hostile("searchable--kids-everywhere-and-no-end.pdf")
def kids_everywhere(name: str) -> bytes:
    """Looking back from each for the object that it is in takes time by the square of their number."""
    return plain_pdf(name) + b"/Kids 12 " * 1_000_000


@hostile("partly--million-letters.pdf")
def million_letters(name: str) -> bytes:
    return pdf([page(4), stream(said(name) + b" BT /F1 9 Tf 40 300 Td (" + b"ab cde " * 150_000 + b") Tj ET")])


@hostile("partly--states-upon-states.pdf")
def states(name: str) -> bytes:
    return pdf([page(4), stream(said(name) + b" q" * 6_000_000)])


@hostile("partly--groups-upon-groups.pdf")
def groups(name: str) -> bytes:
    """Each group is a picture of the whole page, laid over those before it."""
    words = "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Group << /S /Transparency /I true >>"
    form = stream(b"0 0 595 842 re f", words)
    half = "/ExtGState << /G << /ca 0.01 /BM /Luminosity >> >> /XObject << /N 5 0 R >>"
    bad = page(6, f"/Resources << {half} >>")
    return pdf([page(4), stream(said(name)), form, stream(b"/G gs " + b"/N Do " * 20_000), bad], kids=(3, 7))


def _jpx(width: int, height: int) -> bytes:
    """A codestream whose header tells another size than its picture has (ITU-T T.800, A.5.1)."""
    whole = bytearray(encoded(Image.new("L", (64, 64), 200), "JPEG2000", no_jp2=True))
    place = whole.index(b"\xff\x51")
    struct.pack_into(">IIIIIIII", whole, place + 6, width, height, 0, 0, width, height, 0, 0)
    return bytes(whole)


@hostile("partly--jpx-that-tells-another-size.pdf")
def jpx_bomb(name: str) -> bytes:
    words = "/Type /XObject /Subtype /Image /Width 64 /Height 64 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    return _page_with_image(name, stream(_jpx(60_000, 60_000), f"{words} /Filter /JPXDecode"))


@hostile("partly--jbig2-that-tells-another-size.pdf")
def jbig2_bomb(name: str) -> bytes:
    """A page of 60,000 x 60,000 (ITU-T T.88, 7.4.8) with a region of the same size that has no bytes."""
    page_segment = struct.pack(">IBBBI", 0, 48, 0, 1, 19) + struct.pack(">IIIIBH", 60_000, 60_000, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", 60_000, 60_000, 0, 0, 0) + b"\x00\x03\xff\xfd\xff\x02\xfe\xfe\xfe" + b"\0" * 20
    region_segment = struct.pack(">IBBBI", 1, 38, 0, 1, len(region)) + region
    words = "/Type /XObject /Subtype /Image /Width 900 /Height 900 /BitsPerComponent 1 /ColorSpace /DeviceGray"
    return _page_with_image(name, stream(page_segment + region_segment, f"{words} /Filter /JBIG2Decode"))


@hostile("searchable--fax-that-tells-another-size.pdf")
def fax_bomb(name: str) -> bytes:
    words = "/Type /XObject /Subtype /Image /Width 900 /Height 900 /BitsPerComponent 1 /ColorSpace /DeviceGray"
    told = "/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 65000 /Rows 2000000 >>"
    return _page_with_image(name, stream(b"\x80" * 5000, f"{words} {told}"))
