"""PDFs made for the tests: born digital, scanned, and mixed."""

import ctypes
import io
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from tests.unit.reading import pages

POINTS = 72 / pages.DPI


def _font(document):
    face = Path(pages.font(12).path).read_bytes()
    buffer = (ctypes.c_ubyte * len(face)).from_buffer_copy(face)
    return raw.FPDFText_LoadFont(document, buffer, len(face), raw.FPDF_FONT_TRUETYPE, True)


def _write(document, page, words, font_size, invisible=False):
    """Each word as a text object at its place: (text, left, baseline) in points from the bottom left."""
    font = _font(document)
    for text, x, y in words:
        thing = raw.FPDFPageObj_CreateTextObj(document, font, font_size)
        encoded = (text + "\0").encode("utf-16-le")
        raw.FPDFText_SetText(thing, (ctypes.c_ushort * (len(encoded) // 2)).from_buffer_copy(encoded))
        if invisible:
            raw.FPDFTextObj_SetTextRenderMode(thing, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
        raw.FPDFPageObj_Transform(thing, 1, 0, 0, 1, x, y)
        raw.FPDFPage_InsertObject(page, thing)
    raw.FPDFPage_GenerateContent(page)


def saved(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def born_digital(lines=pages.LINES, size=56):
    """The text of `pages.draw` as a text layer, its words in the same places."""
    document = pdfium.PdfDocument.new()
    page = document.new_page(595.2, 841.92)
    letters = pages.font(size)
    words = []
    for row, line in enumerate(lines):
        baseline = 260 + row * int(size * 1.9) + letters.getmetrics()[0]
        x = 300.0
        for word in line.split():
            words.append((word + " ", x * POINTS, 841.92 - baseline * POINTS))
            x += letters.getlength(word + " ")
    _write(document, page, words, size * POINTS)
    return saved(document)


def scanned(*images, dpi=300):
    buffer = io.BytesIO()
    first, *rest = [image.convert("RGB") if image.mode not in "1LRGB" else image for image in images]
    first.save(buffer, "PDF", resolution=dpi, save_all=True, append_images=rest)
    return buffer.getvalue()


def with_text_on_top(scan, words, font_size=8, invisible=False):
    """A scan with some words of real text over it, as a digital signature writes them."""
    document = pdfium.PdfDocument(scan)
    page = document[0]
    _write(document, page, words, font_size, invisible)
    return saved(document)


def joined(*pdfs):
    result = pikepdf.new()
    for pdf in pdfs:
        result.pages.extend(pikepdf.open(io.BytesIO(pdf)).pages)
    buffer = io.BytesIO()
    result.save(buffer)
    return buffer.getvalue()


def changed(pdf, change, **save):
    """The PDF after `change(pikepdf.Pdf)`."""
    opened = pikepdf.open(io.BytesIO(pdf))
    change(opened)
    buffer = io.BytesIO()
    opened.save(buffer, **save)
    return buffer.getvalue()


def with_signature_field(pdf, text):
    """A widget whose appearance shows a text, as the number of a digitally signed paper is shown."""

    def add(opened):
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        look = opened.make_stream(f"BT /F 12 Tf 2 6 Td ({text}) Tj ET".encode())
        look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        look.BBox = [0, 0, 120, 20]
        look.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        widget = opened.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Sig,
                T="Signature1",
                Rect=[60, 40, 180, 60],
                F=132,
                AP=pikepdf.Dictionary(N=look),
            )
        )
        opened.pages[0].obj.Annots = opened.make_indirect(pikepdf.Array([widget]))
        opened.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([widget]), SigFlags=3)

    return changed(pdf, add)


def huge_image():
    """A page with an image of 900 megapixels in a few kilobytes."""
    return _with_image(b"\0" * 1000, 30000)


def spoiled_image(way):
    """A page with an image that cannot be decoded, written in this way (`DCTDecode`, …)."""
    return _with_image(b"spoiled" * 500, 900, Filter=pikepdf.Name("/" + way))


def _with_image(content, side, **more):
    def add(opened):
        data = opened.make_stream(content, **more)
        data.Type, data.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        data.Width, data.Height, data.BitsPerComponent, data.ColorSpace = side, side, 8, pikepdf.Name.DeviceGray
        opened.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=data))
        opened.pages[0].obj.Contents = opened.make_stream(b"q 595 0 0 842 0 0 cm /I Do Q")

    return changed(scanned(Image.new("L", (100, 140), "white"), dpi=12), add)
