"""Separator sheets are read however they were scanned, and nothing else is ever taken for one."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno
from PIL import Image, ImageDraw, ImageFont

from ingest.checking import checked_page
from ingest.reading import ReadingOptions, read_page, separators
from ingest.reading.looks import Look
from ingest.reading.ocr import read_raster
from ingest.reading.sheet import Pixels, Raster
from ingest.recognising import PDF
from kernel.errors import PageUnreadable
from mappings.record import Page, PageState
from mappings.separators import (
    HEADING,
    LONGEST_DOSSIER,
    SeparatorSheet,
    SheetKind,
    UnknownSheet,
    checked_sheet,
    payload_of,
    sheet_of,
)
from search_api.separator_sheets import sheet_image
from tests import stacks
from tests.unit.reading import pdfs

OPTIONS = ReadingOptions()
LONG = "HS-2024/15 Quy hoạch sử dụng đất huyện Đông Anh giai đoạn 2021-2030 và tầm nhìn xa"[:80].strip()
SHEETS = (
    SeparatorSheet(SheetKind.START),
    SeparatorSheet(SheetKind.BACKS),
    SeparatorSheet(SheetKind.START, LONG, "Quyết định"),
)
LAYER = "TỜ PHÂN CÁCH TÀNG THƯ VĂN BẢN MỚI Các trang đặt sau tờ này là một văn bản mới. Đừng gấp, viết lên ô vuông."
Damage = Callable[[Pixels], Raster]


def raster(pixels: Pixels, dpi: tuple[float, float] = (300.0, 300.0), *, bilevel: bool = False) -> Raster:
    if bilevel:
        pixels = np.where(pixels > 150, 255, 0).astype(np.uint8)
    return Raster(pixels, dpi, bilevel)


def sized(pixels: Pixels, across: float, down: float) -> Pixels:
    return np.asarray(cv2.resize(pixels, None, fx=across, fy=down, interpolation=cv2.INTER_AREA), np.uint8)


def askew(pixels: Pixels, degrees: float) -> Pixels:
    return np.asarray(stacks.turned(Image.fromarray(pixels), degrees))


def speckled(pixels: Pixels, share: float) -> Pixels:
    rng, dirty = np.random.default_rng(7), pixels.copy()
    dirty[rng.random(pixels.shape) < share] = 0
    dirty[rng.random(pixels.shape) < share] = 255
    return dirty


def noisy(pixels: Pixels) -> Pixels:
    return np.clip(pixels + np.random.default_rng(3).normal(0, 40, pixels.shape), 0, 255).astype(np.uint8)


def shaded(pixels: Pixels) -> Pixels:
    height, width = pixels.shape
    light = np.linspace(0.55, 1, width)[None, :] * np.linspace(0.8, 1, height)[:, None]
    return (pixels * 0.9 * light + 10).astype(np.uint8)


def edged(pixels: Pixels) -> Pixels:
    dark = askew(pixels, 3).copy()
    dark[:, :90] = 0
    dark[-70:] = 0
    return dark


DAMAGES: dict[str, Damage] = {
    "plain": raster,
    "200 dpi": lambda page: raster(sized(page, 2 / 3, 2 / 3), (200, 200)),
    "100 dpi": lambda page: raster(sized(page, 1 / 3, 1 / 3), (100, 100)),
    "upside down": lambda page: raster(np.ascontiguousarray(np.rot90(page, 2))),
    "sideways": lambda page: raster(np.ascontiguousarray(np.rot90(page))),
    **{f"askew by {by}": lambda page, by=by: raster(askew(page, by)) for by in (-12, -5, 5, 12)},  # type: ignore[misc]
    "one bit": lambda page: raster(cv2.GaussianBlur(page, (0, 0), 1.5).astype(np.uint8), bilevel=True),
    "fax, fine": lambda page: raster(sized(page, 204 / 300, 196 / 300), (204, 196), bilevel=True),
    "fax": lambda page: raster(sized(page, 204 / 300, 98 / 300), (204, 98), bilevel=True),
    "dirty fax": lambda page: raster(
        speckled(sized(askew(page, 2), 204 / 300, 98 / 300), 0.01), (204, 98), bilevel=True
    ),
    "speckled": lambda page: raster(speckled(page, 0.03)),
    "noisy": lambda page: raster(noisy(page)),
    "blurred": lambda page: raster(np.asarray(cv2.GaussianBlur(page, (0, 0), 4), np.uint8)),
    "shaded": lambda page: raster(shaded(page)),
    "faint": lambda page: raster((150 + page * 0.4).astype(np.uint8)),
    "black edges": lambda page: raster(edged(page)),
    "all at once": lambda page: raster(
        speckled(noisy(askew(np.ascontiguousarray(np.rot90(page, 2)), 4)), 0.01), bilevel=True
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("sheet", SHEETS, ids=("start", "backs", "long"))
def test_a_sheet_is_read_however_it_was_scanned(damage: str, sheet: SeparatorSheet) -> None:
    scanned = DAMAGES[damage](np.asarray(sheet_image(sheet).convert("L")))
    page = read_raster(scanned, 3, OPTIONS)
    assert (page.state, page.number) == (PageState.SEPARATOR, 3)
    assert sheet_of(page.text) == sheet
    assert checked_page(page, 3) is page


def letter_with(payload: str, side_mm: float, place: tuple[int, int] = (250, 2700)) -> Pixels:
    """A letter with a code on it, as official documents have."""
    page = Image.new("L", (2480, 3508), 255)
    drawing, font = ImageDraw.Draw(page), ImageFont.truetype(stacks.FONT, 50)
    for line in range(25):
        drawing.text((250, 300 + 90 * line), "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19", font=font, fill=0)
    code = segno.make_qr(payload, error="m")
    modules = len(code.matrix)
    side = round(side_mm / 25.4 * 300)
    image = Image.new("L", (modules, modules))
    image.putdata([0 if dark else 255 for row in code.matrix for dark in row])
    page.paste(image.resize((side, side), Image.Resampling.NEAREST), place)
    return np.asarray(page)


def found_on(pixels: Pixels) -> str | None:
    square = separators.square_in(Look.at(pixels, 300).ink)
    return separators.payload_in(pixels, square) if square else None


@pytest.mark.parametrize("side_mm", [15, 25, 40, 60, 90])
def test_a_code_on_a_letter_never_divides_anything(side_mm: float) -> None:
    assert found_on(letter_with("https://congbao.chinhphu.vn/van-ban/12345.htm", side_mm)) is None


@pytest.mark.parametrize("side_mm", [15, 25, 40])
def test_not_even_a_code_of_ours_divides_where_it_is_part_of_a_letter(side_mm: float) -> None:
    assert found_on(letter_with(payload_of(SHEETS[0]), side_mm)) is None


def forged(said: object, version: int = 1) -> str:
    begin = f"TANGTHU:{version}:{base64.urlsafe_b64encode(json.dumps(said).encode()).decode()}"
    return f"{begin}:{hashlib.sha256(begin.encode()).hexdigest()[:32]}"


@pytest.mark.parametrize(
    "payload",
    [
        "https://example.vn",
        payload_of(SHEETS[2])[:-1] + "x",
        payload_of(SHEETS[2]).replace("TANGTHU:1", "TANGTHU:2"),
        payload_of(SHEETS[0]) + payload_of(SHEETS[0]),
        forged({"sheet": "start"}, version=2),
        forged({"sheet": "end"}),
        forged({"sheet": "start", "unit": "ubnd"}),
        forged({"sheet": "start", "dossier": "a" * (LONGEST_DOSSIER + 1)}),
        forged({"sheet": "start", "dossier": "a\u202eb"}),
        forged({"sheet": "start", "dossier": "a\nb"}),
        forged({"sheet": "start", "kind": "Lệnh của tôi"}),
        forged({"sheet": "backs", "dossier": "HS"}),
        forged({"sheet": "start", "dossier": 7}),
        forged({"sheet": "start", "dossier": {"a": []}}),
        forged([["sheet", "start"]]),
        forged("start"),
        "TANGTHU:1:" + "A" * 5000 + ":" + "0" * 32,
        "",
    ],
)
def test_what_is_no_sheet_of_ours_is_refused_wherever_it_comes_from(payload: str) -> None:
    with pytest.raises(UnknownSheet):
        sheet_of(payload)
    with pytest.raises(PageUnreadable):
        checked_page(Page(1, PageState.SEPARATOR, text=payload), 1)


def test_a_sheet_says_again_what_was_typed() -> None:
    typed = checked_sheet(SeparatorSheet(SheetKind.START, "  Hồ sơ  a\u0302\u0301m  phí ", "Quyết định"))
    assert typed.dossier == "Hồ sơ ấm phí"
    assert sheet_of(payload_of(typed)) == typed
    assert payload_of(typed).isascii()


def test_a_sheet_whose_code_cannot_be_read_is_flagged_and_not_lost() -> None:
    page = np.asarray(sheet_image(SHEETS[0]).convert("L")).copy()
    rng = np.random.default_rng(1)
    top, left = 1180, 760
    blots = rng.integers(0, 2, (74, 74)).astype(np.uint8) * 255  # as dark as before, and nothing to be read
    page[top : top + 962, left : left + 962] = np.kron(blots, np.ones((13, 13), np.uint8))
    read = read_raster(raster(page), 2, OPTIONS)
    assert (read.state, read.reason) == (PageState.FAILED, "separator-unread")
    assert read.words, "what can be read of it is kept"


def test_a_letter_about_separator_sheets_is_a_letter() -> None:
    page = Page(1, PageState.SEARCHABLE, text=f"Hướng dẫn dùng {HEADING.lower()}")
    assert separators.unless_unread(page, None) is page


def test_a_sheet_in_a_scan_that_has_a_text_layer_already_is_found(tmp_path: Path) -> None:
    image = sheet_image(SHEETS[2]).convert("L").resize((1240, 1754))
    words = [(word, 60 + 90 * (at % 5), 700 - 30 * (at // 5)) for at, word in enumerate(LAYER.split())]
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdfs.with_text_on_top(pdfs.scanned(image, dpi=150), words, invisible=True))
    page = read_page(str(path), PDF, 1, OPTIONS)
    assert page.state is PageState.SEPARATOR
    assert sheet_of(page.text) == SHEETS[2]
