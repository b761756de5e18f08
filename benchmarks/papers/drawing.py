"""The first page of a record: head in two columns, title, text, signature; 300 dpi, gray."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.papers.handwriting import write
from benchmarks.papers.offices import KINDS, OFFICES, SUBJECTS, Office
from benchmarks.quality.drawing import DPI, HEIGHT, WIDTH, DrawnPage
from benchmarks.quality.texts import sentence

_LEFT_MIDDLE, _RIGHT_MIDDLE = 760, 1700
_MARGIN, _EDGE = 354, 2304
_INDENT = 150
_URGENT = 0.06


@dataclass(frozen=True, slots=True)
class Paper:
    """What is on a record. `by_hand`: whether number and day are written by hand. `seed` makes it the same again."""

    office: Office
    signer: tuple[str, str, str]
    kind: str
    number: int
    day: date
    subject: str
    unit: str
    urgency: str = ""
    by_hand: bool = False
    seed: int = 0
    stock: str = "tune"

    @property
    def symbol(self) -> str:
        """As printed after the number."""
        short = KINDS[self.kind]
        return f"{short}-{self.office.code}" if short else f"{self.office.code}-{self.unit}"

    @property
    def truth(self) -> dict[str, str]:
        """Every field of it that is told."""
        return {
            "number": f"{self.number:02}",
            "symbol": self.symbol,
            "issued_on": self.day.isoformat(),
            "place": self.office.place,
            "superior": self.office.superior,
            "issuer": self.office.name,
            "kind": self.kind,
            "subject": f"V/v {self.subject}" if self.kind == "Công văn" else _capital(self.subject),
            "urgency": self.urgency,
            "position": self.signer[1],
            "signer": self.signer[2],
        }


def paper_of(stock: str, seed: int, *, by_hand: bool | None = None) -> Paper:
    """The record of this seed: always the same one. `by_hand`: None, for two of three, as offices do."""
    rng = random.Random(f"paper {stock} {seed}")
    office = rng.choice(OFFICES[stock])
    year = rng.randint(2005, 2025)
    subject = rng.choice(SUBJECTS[stock]).format(y=year, z=year + 1, q=rng.choice(("2", "3", "6", "9")))
    return Paper(
        office,
        rng.choice(office.signers),
        rng.choice(tuple(KINDS)),
        rng.randint(1, 2900) if rng.random() < 0.7 else rng.randint(1, 99),
        _working_day(date(year, 1, 3) + timedelta(days=rng.randint(0, 360))),
        subject,
        rng.choice(office.units),
        rng.choice(("KHẨN", "HỎA TỐC")) if rng.random() < _URGENT else "",
        rng.random() < 0.66 if by_hand is None else by_hand,
        seed,
        stock,
    )


def _working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


@dataclass
class _Sheet:
    """A page in the making."""

    rng: random.Random
    image: Image.Image = field(default_factory=lambda: Image.new("L", (WIDTH, HEIGHT), 255))

    def __post_init__(self) -> None:
        self.pen = ImageDraw.Draw(self.image)
        self.family = self.rng.choice(("croscore/Tinos", "croscore/Tinos", "croscore/Arimo"))

    def face(self, points: float, style: str = "Regular") -> ImageFont.FreeTypeFont:
        return face(f"{self.family}-{style}.ttf", points)

    def middle(self, text: str, x: float, y: float, points: float, style: str = "Regular") -> None:
        """A line of text around `x`."""
        shape = self.face(points, style)
        self.pen.text((x - shape.getlength(text) / 2, y), text, fill=0, font=shape)

    def rule(self, x: float, y: float, width: float) -> None:
        self.pen.line((x - width / 2, y, x + width / 2, y), fill=0, width=3)

    def paragraph(self, text: str, y: float, points: float = 14) -> float:
        """Words in lines from margin to margin; where the next one begins."""
        shape, line, left = self.face(points), "", _MARGIN + _INDENT
        for word in text.split():
            if line and shape.getlength(f"{line} {word}") > _EDGE - left:
                self.pen.text((left, y), line, fill=0, font=shape)
                y, line, left = y + shape.size * 1.35, word, _MARGIN
            else:
                line = f"{line} {word}".strip()
        self.pen.text((left, y), line, fill=0, font=shape)
        return y + shape.size * 1.6


@lru_cache(maxsize=64)
def face(name: str, points: float) -> ImageFont.FreeTypeFont:
    """A font of the system at 300 dpi."""
    for folder in ("/usr/share/fonts/truetype", "/usr/share/fonts"):
        if (path := Path(folder, name)).exists():
            return ImageFont.truetype(str(path), round(points * DPI / 72))
    raise SystemExit(f"the font {name} is missing: ./test installs it")


def draw(paper: Paper) -> DrawnPage:
    """The paper's page."""
    sheet = _Sheet(random.Random(f"draw {paper.stock} {paper.seed}"))
    y = _head(sheet, paper)
    y = _title(sheet, paper, y)
    for _ in range(sheet.rng.randint(3, 5)):
        y = sheet.paragraph(sentence(paper.stock, sheet.rng), y)
    _signature(sheet, paper, y + 60)
    return DrawnPage(np.asarray(sheet.image, np.uint8))


def _head(sheet: _Sheet, paper: Paper) -> float:
    left = 170.0
    for line in paper.office.above:
        sheet.middle(line, _LEFT_MIDDLE, left, 13)
        left += 66
    for line in paper.office.lines:
        sheet.middle(line, _LEFT_MIDDLE, left, 13, "Bold")
        left += 66
    sheet.rule(_LEFT_MIDDLE, left + 8, 260)
    sheet.middle("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", _RIGHT_MIDDLE, 170, 12.5, "Bold")
    sheet.middle("Độc lập - Tự do - Hạnh phúc", _RIGHT_MIDDLE, 236, 13.5, "Bold")
    sheet.rule(_RIGHT_MIDDLE, 312, 620)
    y = max(left + 40, 350.0)
    _number_row(sheet, paper, y)
    _date_row(sheet, paper, y)
    y += 90
    if paper.kind == "Công văn":
        y = _about(sheet, paper, y)
    if paper.urgency:
        width = face("croscore/Tinos-Bold.ttf", 14).getlength(paper.urgency)
        sheet.pen.rectangle((380, y + 30, 440 + width, y + 130), outline=0, width=5)
        sheet.pen.text((410, y + 48), paper.urgency, fill=0, font=face("croscore/Tinos-Bold.ttf", 14))
        y += 130
    return y + 40


def _number_row(sheet: _Sheet, paper: Paper, y: float) -> None:
    shape = sheet.face(13)
    if not paper.by_hand:
        sheet.middle(f"Số: {paper.number:02}/{paper.symbol}", _LEFT_MIDDLE, y, 13)
        return
    number, gap = f"{paper.number:02}", 60 * len(f"{paper.number:02}") + 50
    width = shape.getlength(f"Số: /{paper.symbol}") + gap
    left = _LEFT_MIDDLE - width / 2
    sheet.pen.text((left, y), "Số:", fill=0, font=shape)
    left += shape.getlength("Số: ")
    sheet.pen.text((left + gap, y), f"/{paper.symbol}", fill=0, font=shape)
    write(sheet.pen, number, left + sheet.rng.uniform(5, 25), y - 22, sheet.rng.uniform(62, 84), sheet.rng)


def _date_row(sheet: _Sheet, paper: Paper, y: float) -> None:
    shape, day = sheet.face(13, "Italic"), paper.day
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    start, rest = f"{paper.office.place}, ngày ", f" tháng {month} năm {day.year}"
    if not paper.by_hand:
        sheet.middle(f"{start}{day.day:02}{rest}", _RIGHT_MIDDLE, y, 13, "Italic")
        return
    gap = 120
    left = _RIGHT_MIDDLE - (shape.getlength(start + rest) + gap) / 2
    sheet.pen.text((left, y), start, fill=0, font=shape)
    left += shape.getlength(start)
    write(sheet.pen, f"{day.day:02}", left + 8, y - 18, sheet.rng.uniform(60, 78), sheet.rng)
    sheet.pen.text((left + gap, y), rest.strip(), fill=0, font=shape)


def _about(sheet: _Sheet, paper: Paper, y: float) -> float:
    """The subject of a công văn, centred under its number in short lines."""
    shape, line = sheet.face(12), ""
    for word in f"V/v {paper.subject}".split():
        if line and shape.getlength(f"{line} {word}") > 820:
            sheet.middle(line, _LEFT_MIDDLE, y, 12)
            y, line = y + 60, word
        else:
            line = f"{line} {word}".strip()
    sheet.middle(line, _LEFT_MIDDLE, y, 12)
    return y + 80


def _title(sheet: _Sheet, paper: Paper, y: float) -> float:
    if paper.kind == "Công văn":
        sheet.middle("Kính gửi: Các cơ quan, đơn vị trực thuộc", WIDTH / 2, y, 14)
        return y + 130
    sheet.middle(paper.kind.upper(), WIDTH / 2, y, 14, "Bold")
    y += 76
    shape, line = sheet.face(14, "Bold"), ""
    for word in _capital(paper.subject).split():
        if line and shape.getlength(f"{line} {word}") > 1300:
            sheet.middle(line, WIDTH / 2, y, 14, "Bold")
            y, line = y + 74, word
        else:
            line = f"{line} {word}".strip()
    sheet.middle(line, WIDTH / 2, y, 14, "Bold")
    sheet.rule(WIDTH / 2, y + 86, 500)
    return y + 130


def _signature(sheet: _Sheet, paper: Paper, y: float) -> None:
    above, position, name = paper.signer
    shape = sheet.face(11)
    unit = f"Lưu: VT, {paper.unit}."
    for row, line in enumerate(("Như trên;" if paper.kind == "Công văn" else "Như Điều 3;", "Sở Nội vụ;", unit)):
        sheet.pen.text((_MARGIN, y + 60 + row * 56), f"- {line}", fill=0, font=shape)
    sheet.pen.text((_MARGIN, y), "Nơi nhận:", fill=0, font=sheet.face(12, "BoldItalic"))
    for line in (above, position):
        if line:
            sheet.middle(line, _RIGHT_MIDDLE, y, 14, "Bold")
            y += 74
    sheet.middle(name, _RIGHT_MIDDLE, y + 330, 14, "Bold")


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
