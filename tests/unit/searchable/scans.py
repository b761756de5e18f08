"""Scanned pages that the tests draw, with the true box of each word, and what readers find in a PDF."""

from __future__ import annotations

import io
import re
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFont

from mappings.record import Box, Page, PageState, ReadBy, Word

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
DPI = 150
SIZE = (1240, 1754)
LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Số: 402/QĐ-UBND ngày 15 tháng 5 năm 2018",
    "Về việc đặt tên đường, ngõ: ặ ẫ ỹ ử ợ",
)


def scan(rotation: int = 0, number: int = 1) -> tuple[Image.Image, Page]:
    """A page as it was scanned, and as it was read when turned clockwise by `rotation` degrees."""
    across, down = SIZE if rotation in {0, 180} else SIZE[::-1]
    upright = Image.new("L", (across, down), 255)
    drawing, font = ImageDraw.Draw(upright), ImageFont.truetype(FONT, 26)
    words: list[Word] = []
    start = 0
    for line, text in enumerate(LINES):
        x, y = 120, 150 + 60 * line
        for word in text.split():
            box = drawing.textbbox((x, y), word, font=font)
            drawing.text((x, y), word, font=font, fill=0)
            placed = Box(box[0] / across, box[1] / down, box[2] / across, box[3] / down)
            words.append(Word(word, start, _turned_back(placed, rotation), 0.9, line, 0))
            start += len(word) + 1
            x = box[2] + 10
    image = upright.rotate(rotation, expand=True)  # anticlockwise: turned clockwise again it is upright
    width, height = image.width / DPI * 72, image.height / DPI * 72
    text = " ".join(word.text for word in words)
    page = Page(
        number, PageState.SEARCHABLE, ReadBy.OCR, 0.9, text, tuple(words), width, height, rotation=rotation
    )  # fmt: skip
    return image, page


def _turned_back(box: Box, rotation: int) -> Box:
    """A box of the upright page where it lies on the page as scanned."""
    return {
        0: box,
        90: Box(box.y0, 1 - box.x1, box.y1, 1 - box.x0),
        180: Box(1 - box.x1, 1 - box.y1, 1 - box.x0, 1 - box.y0),
        270: Box(1 - box.y1, box.x0, 1 - box.y0, box.x1),
    }[rotation]


def image_bytes(image: Image.Image, kind: str, **more: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, dpi=(DPI, DPI), **more)
    return buffer.getvalue()


def pdf_of(
    image: Image.Image,
    rotate: int = 0,
    crop: tuple[float, float, float, float] = (0, 0, 0, 0),
    *,
    left_turned: bool = True,
) -> bytes:
    """A PDF that shows this image when its page is turned by `rotate` and cropped (left, bottom, right, top)."""
    stored = image.rotate(rotate, expand=True)
    width, height = stored.width / DPI * 72, stored.height / DPI * 72
    left, bottom, right, top = crop
    with pikepdf.new() as pdf:
        picture = pikepdf.Stream(pdf, image_bytes(stored, "JPEG"))
        picture.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=stored.width, Height=stored.height,
            BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceGray, Filter=pikepdf.Name.DCTDecode,
        )  # fmt: skip
        shown = f"q {width} 0 0 {height} {left} {bottom} cm /Im Do Q".encode()
        if left_turned:  # and not restored: what follows must not care
            shown += b" 0.5 0 0 0.5 40 40 cm q"
        sheet = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=pikepdf.Array([0, 0, left + width + right, bottom + height + top]),
            CropBox=pikepdf.Array([left, bottom, left + width, bottom + height]),
            Rotate=rotate,
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=pdf.make_indirect(picture))),
            Contents=pdf.make_indirect(pikepdf.Stream(pdf, shown)),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(sheet)))
        buffer = io.BytesIO()
        pdf.save(buffer)
        return buffer.getvalue()


@dataclass(frozen=True)
class Found:
    text: str
    box: Box


def found_by_pdfium(content: bytes, number: int = 1) -> list[Found]:
    """The words of a page in the order of its text, each with the box around its letters as seen."""
    with closing(pdfium.PdfDocument(content)) as document:
        page = document[number - 1]
        text = page.get_textpage()
        whole = text.get_text_range()
        boxes = [_seen(page, text.get_charbox(index, loose=True)) for index in range(len(whole))]
    return [Found(match[0], _around(boxes[slice(*match.span())])) for match in re.finditer(r"\S+", whole)]


def _seen(page: Any, box: tuple[float, float, float, float]) -> Box:
    """From the page's own space to fractions of what is seen."""
    left, bottom, right, top = page.get_cropbox()
    width, height = right - left, top - bottom
    x0, x1 = (box[0] - left) / width, (box[2] - left) / width
    y0, y1 = (top - box[3]) / height, (top - box[1]) / height
    turn = page.get_rotation()
    return {
        0: Box(x0, y0, x1, y1),
        90: Box(1 - y1, x0, 1 - y0, x1),
        180: Box(1 - x1, 1 - y1, 1 - x0, 1 - y0),
        270: Box(y0, 1 - x1, y1, 1 - x0),
    }[turn]


def found_by_poppler(content: bytes, folder: Path) -> list[Found]:
    """As pdftotext tells it; it knows no turn of single words."""
    path = folder / "asked.pdf"
    path.write_bytes(content)
    told = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True).stdout
    width, height = (float(side) for side in re.search(r'<page width="(.*?)" height="(.*?)"', told).groups())  # type: ignore[union-attr]
    pattern = r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>'
    return [
        Found(text, Box(float(x0) / width, float(y0) / height, float(x1) / width, float(y1) / height))
        for x0, y0, x1, y1, text in re.findall(pattern, told)
    ]


def _around(boxes: list[Box]) -> Box:
    return Box(
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
    )


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    shared = max(0.0, across) * max(0.0, down)
    areas = sum((box.x1 - box.x0) * (box.y1 - box.y0) for box in (one, other))
    return shared / (areas - shared)


def drawn(content: bytes, dpi: int, number: int = 1) -> np.ndarray[Any, Any]:
    """The page in gray, as a person sees it."""
    with closing(pdfium.PdfDocument(content)) as document:
        shown = np.array(document[number - 1].render(scale=dpi / 72, grayscale=True).to_numpy())
    return shown.reshape(shown.shape[:2])


__all__ = ["Found", "drawn", "found_by_pdfium", "found_by_poppler", "image_bytes", "overlap", "pdf_of", "scan"]


def signed(content: bytes, *rectangles: tuple[float, float, float, float], shown: bool = True) -> bytes:
    """The PDF with a digital signature, its mark in each of these rectangles of the first page: half red, see-through

    below, with letters of a font that is not in the file.
    """
    with pikepdf.open(io.BytesIO(content)) as pdf:
        fields = pikepdf.Array()
        for left, bottom, right, top in rectangles:
            width, height = right - left, top - bottom
            drawn_mark = f"/Half gs 1 0 0 rg 0 {height / 2} {width} {height / 2} re f BT /F 9 Tf 2 2 Td (Ky) Tj ET"
            mark = pikepdf.Stream(pdf, drawn_mark.encode())
            mark.stream_dict = pikepdf.Dictionary(
                Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, width, height],
                Resources=pikepdf.Dictionary(
                    ExtGState=pikepdf.Dictionary(Half=pikepdf.Dictionary(ca=0.5)),
                    Font=pikepdf.Dictionary(
                        F=pikepdf.Dictionary(
                            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                        )
                    ),
                ),
            )  # fmt: skip
            widget = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Sig, F=4,
                Rect=[left, bottom, right, top], V=pikepdf.Dictionary(Type=pikepdf.Name.Sig),
            )  # fmt: skip
            if shown:
                widget.AP = pikepdf.Dictionary(N=pdf.make_indirect(mark))
            fields.append(pdf.make_indirect(widget))
        pdf.pages[0].obj.Annots = fields
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=fields, SigFlags=3)
        pdf.Root.Perms = pikepdf.Dictionary()
        buffer = io.BytesIO()
        pdf.save(buffer)
        return buffer.getvalue()
