"""Stacks of paper as a scanner gives them: letters, separator sheets and blank sides, in one PDF or TIFF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mappings.separators import SeparatorSheet, SheetKind
from search_api.separator_sheets import sheet_image

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
START = SeparatorSheet(SheetKind.START)
BACKS = SeparatorSheet(SheetKind.BACKS)
BLANK = ""
_SIZE, _DPI = (1240, 1754), 150

Side = SeparatorSheet | str
"""What is on a side: a sheet, or a word that a letter is about; empty: nothing."""


def side(what: Side) -> Image.Image:
    """A side as a scanner sees it: gray, 150 dots an inch."""
    return _drawn(what).copy()  # Pillow keeps in an image what it was once saved with


@lru_cache(maxsize=32)
def _drawn(what: Side) -> Image.Image:
    if isinstance(what, SeparatorSheet):
        return sheet_image(what).convert("L").resize(_SIZE, Image.Resampling.BOX)
    page = Image.new("L", _SIZE, 255)
    if what:
        drawing, font = ImageDraw.Draw(page), ImageFont.truetype(FONT, 26)
        for number, line in enumerate((f"Kính gửi: Sở {what}", f"Báo cáo về {what} của tỉnh")):
            drawing.text((150, 280 + 70 * number), line, font=font, fill=0)
    return page


def pdf(sides: Sequence[Side]) -> bytes:
    """A scan as PDF, each side a JPEG."""
    return pdf_of([side(one) for one in sides])


def pdf_of(images: Sequence[Image.Image]) -> bytes:
    written = io.BytesIO()
    images[0].save(written, "PDF", resolution=_DPI, save_all=True, append_images=list(images[1:]))
    return written.getvalue()


def tiff(sides: Sequence[Side], compression: str = "group4", *, big: bool = False) -> bytes:
    """A scan as TIFF; `group4` is what a fax or a copier writes."""
    mode = "1" if compression == "group4" else "L"
    images = [side(one).convert(mode, dither=Image.Dither.NONE) for one in sides]
    written = io.BytesIO()
    images[0].save(written, "TIFF", compression=compression, dpi=(_DPI, _DPI), save_all=True, append_images=images[1:])
    return written.getvalue()


def turned(image: Image.Image, degrees: float) -> Image.Image:
    """Laid askew into the scanner."""
    pixels = np.asarray(image)
    height, width = pixels.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return Image.fromarray(np.asarray(cv2.warpAffine(pixels, matrix, (width, height), borderValue=(255,)), np.uint8))
