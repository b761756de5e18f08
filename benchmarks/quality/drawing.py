"""Pages of an office, drawn at 300 dpi, with the place of every word."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.quality.texts import row, sentence
from ingest.reading.sheet import Pixels

DPI = 300
WIDTH, HEIGHT = 2480, 3508  # A4
_LEFT, _RIGHT, _TOP, _BOTTOM = 354, 2304, 260, 3250
_FONTS = (
    *("croscore/Tinos-Regular.ttf", "croscore/Arimo-Regular.ttf", "croscore/Tinos-Italic.ttf"),
    *("croscore/Tinos-Bold.ttf", "dejavu/DejaVuSerif.ttf", "dejavu/DejaVuSans.ttf"),
)
_COLUMNS = (0.0, 0.07, 0.34, 0.70, 0.84, 1.0)


@dataclass(frozen=True)
class TrueWord:
    """A word of the page and its box in pixels: left, top, right, bottom."""

    text: str
    box: tuple[float, float, float, float]


@dataclass
class DrawnPage:
    """A page (gray, uint8) and its words in reading order. `table`: whether it is one mostly."""

    pixels: Pixels
    words: list[TrueWord] = field(default_factory=list)
    table: bool = False

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join(word.text for word in self.words)


def page_of(stock: str, seed: int, *, table: bool) -> DrawnPage:
    """The page of this seed: always the same one."""
    rng = random.Random(f"{stock} {seed} {table}")
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    page = DrawnPage(np.zeros((0, 0), np.uint8), table=table)
    drawing = ImageDraw.Draw(image)
    face = _face(_FONTS[seed % len(_FONTS)], rng.choice((12, 13, 14)))
    top = _paragraphs(page, drawing, face, stock, rng, _TOP, 3 if table else 99)
    if table:
        _table(page, drawing, _face(_FONTS[seed % 2], 12), stock, rng, top + 60)
    page.pixels = np.asarray(image, np.uint8)
    return page


def page_with(sentences: Sequence[str], seed: int) -> DrawnPage:
    """A page of these sentences, as far as they have room."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    page = DrawnPage(np.zeros((0, 0), np.uint8))
    drawing = ImageDraw.Draw(image)
    face = _face(_FONTS[seed % len(_FONTS)], 12 + seed % 3)
    height, top = round(face.size * 1.5), _TOP
    for line in (line for sentence_ in sentences for line in _lines(sentence_.split(), face, _RIGHT - _LEFT)):
        if top + height > _BOTTOM:
            break
        _line(page, drawing, face, line, _LEFT, top)
        top += height
    page.pixels = np.asarray(image, np.uint8)
    return page


def _face(name: str, points: float) -> ImageFont.FreeTypeFont:
    folders = ("/usr/share/fonts/truetype", "/usr/share/fonts")
    for folder in folders:
        if (path := Path(folder, name)).exists():
            return ImageFont.truetype(str(path), round(points * DPI / 72))
    raise SystemExit(f"the font {name} is missing: ./test installs it")


def _paragraphs(
    page: DrawnPage,
    drawing: ImageDraw.ImageDraw,
    face: ImageFont.FreeTypeFont,
    stock: str,
    rng: random.Random,
    top: int,
    most: int,
) -> int:
    height = round(face.size * 1.5)
    for _ in range(most):
        words = [word for _ in range(rng.randint(1, 4)) for word in sentence(stock, rng).split()]
        lines = list(_lines(words, face, _RIGHT - _LEFT))
        if top + height * len(lines) > _BOTTOM:
            break
        for line in lines:
            _line(page, drawing, face, line, _LEFT, top)
            top += height
        top += height // 3
    return top


def _lines(words: Sequence[str], face: ImageFont.FreeTypeFont, room: float) -> Iterator[list[str]]:
    line: list[str] = []
    for word in words:
        if line and face.getlength(" ".join([*line, word])) > room:
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _line(
    page: DrawnPage,
    drawing: ImageDraw.ImageDraw,
    face: ImageFont.FreeTypeFont,
    words: Sequence[str],
    left: float,
    top: float,
) -> None:
    space = face.getlength(" ")
    for word in words:
        drawing.text((left, top), word, fill=0, font=face)
        page.words.append(TrueWord(word, tuple(map(float, drawing.textbbox((left, top), word, font=face)))))  # type: ignore[arg-type]
        left += face.getlength(word) + space


def _table(
    page: DrawnPage,
    drawing: ImageDraw.ImageDraw,
    face: ImageFont.FreeTypeFont,
    stock: str,
    rng: random.Random,
    top: int,
) -> None:
    edges = [round(_LEFT + share * (_RIGHT - _LEFT)) for share in _COLUMNS]
    height, first, number = round(face.size * 1.9), top, 0
    while top + height < _BOTTOM and number < 24:
        number += 1
        drawing.line((edges[0], top, edges[-1], top), fill=0, width=3)
        for left, cell in zip(edges, row(stock, number, rng), strict=False):
            _line(page, drawing, face, cell.split(), left + 16, top + height * 0.2)
        top += height
    drawing.line((edges[0], top, edges[-1], top), fill=0, width=3)
    for edge in edges:
        drawing.line((edge, first, edge, top), fill=0, width=3)
