"""A sheet of A4 to print on: fonts, lines, justified text, rules, in millimetres and points.

Fonts as NĐ 30/2020, Phụ lục I asks: Times New Roman or its metric twin, found by fontconfig.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

DPI = 200
WIDTH_MM, HEIGHT_MM = 210.0, 297.0
LEFT_MM, RIGHT_MM, TOP_MM, BOTTOM_MM = 30.0, 192.0, 20.0, 275.0
INK = (28, 27, 32)
_STYLES = {(False, False): "Regular", (True, False): "Bold", (False, True): "Italic", (True, True): "Bold Italic"}


@lru_cache(maxsize=64)
def font(points: float, bold: bool = False, italic: bool = False) -> ImageFont.FreeTypeFont:
    """The office serif in this size and style; needs fonts-croscore or fonts-liberation2."""
    asked = f"Tinos,Liberation Serif:style={_STYLES[(bold, italic)]}"
    path = subprocess.run(["fc-match", "-f", "%{file}", asked], capture_output=True, text=True, check=True).stdout
    return ImageFont.truetype(path, round(points * DPI / 72))


def px(mm: float) -> int:
    """Millimetres in pixels of the sheet."""
    return round(mm * DPI / 25.4)


class Sheet:
    """One side of a sheet, printed from the top down; `y` is where the next line goes, in pixels."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (px(WIDTH_MM), px(HEIGHT_MM)), "white")
        self.draw = ImageDraw.Draw(self.image)
        self.y = px(TOP_MM)

    @property
    def room(self) -> int:
        """Pixels left above the lower margin."""
        return px(BOTTOM_MM) - self.y

    def centred(self, text: str, middle_mm: float, y: int, face: ImageFont.FreeTypeFont) -> tuple[int, int]:
        """Prints a line around `middle_mm`; returns its left and right edge."""
        width = face.getlength(text)
        x = px(middle_mm) - width / 2
        self.draw.text((x, y), text, font=face, fill=INK)
        return round(x), round(x + width)

    def rule(self, x0: int, x1: int, y: int) -> None:
        """A thin line."""
        self.draw.line((x0, y, x1, y), fill=INK, width=max(2, px(0.2)))

    def line_height(self, face: ImageFont.FreeTypeFont) -> int:
        """The distance of lines of this font."""
        return round(face.size * 1.22)

    def left(self, text: str, x_mm: float, face: ImageFont.FreeTypeFont) -> None:
        """Prints a line at the left and goes to the next."""
        self.draw.text((px(x_mm), self.y), text, font=face, fill=INK)
        self.y += self.line_height(face)

    def justified_line(
        self, words: Sequence[tuple[str, ImageFont.FreeTypeFont]], x: int, right: int, last: bool
    ) -> None:
        """Prints words between x and right; the last line of a paragraph keeps its usual spaces."""
        widths = [face.getlength(word) for word, face in words]
        space = words[0][1].getlength(" ")
        if not last and len(words) > 1:
            space = (right - x - sum(widths)) / (len(words) - 1)
        place = float(x)
        for (word, face), width in zip(words, widths, strict=True):
            self.draw.text((place, self.y), word, font=face, fill=INK)
            place += width + space


def broken(
    words: Sequence[tuple[str, ImageFont.FreeTypeFont]], first_width: float, width: float
) -> list[list[tuple[str, ImageFont.FreeTypeFont]]]:
    """The words in lines no wider than `width` (the first: `first_width`), pixels."""
    lines: list[list[tuple[str, ImageFont.FreeTypeFont]]] = [[]]
    used, limit = 0.0, first_width
    for word, face in words:
        length = face.getlength(word) + face.getlength(" ")
        if lines[-1] and used + length - face.getlength(" ") > limit:
            lines.append([])
            used, limit = 0.0, width
        lines[-1].append((word, face))
        used += length
    return lines
