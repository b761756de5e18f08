"""Separator sheets to be printed: A4, a page a sheet, with what a person needs to know and the code that is read.

Each page is one picture in black and white at 300 dots an inch. So a sheet looks the same on every printer, and also
in a viewer without Vietnamese fonts.
"""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from kernel.errors import BadValue, ToolMissing
from mappings.separators import (
    LONGEST_DOSSIER,
    SeparatorSheet,
    SheetKind,
    UnknownSheet,
    checked_sheet,
    payload_of,
)
from search_api.query.filtering import kind_name

MOST_COPIES = 200
"""Sheets of one document."""

FILE_NAME = "to-phan-cach.pdf"

DPI = 300
_A4 = (2480, 3508)  # 210 x 297 mm
_LEFT, _WIDE = 236, 2008  # a margin of 20 mm: every printer reaches so far
_CODE = 945  # 80 mm
_CODE_TOP = 1180
_VERSION = 13  # at least: squares as small as a long dossier makes them, so that every sheet is alike to the look
_FONTS = ("DejaVuSans", "LiberationSans-Regular", "Arimo-Regular", "NotoSans-Regular", "arial")
_BOLD = {
    "DejaVuSans": "DejaVuSans-Bold",
    "LiberationSans-Regular": "LiberationSans-Bold",
    "Arimo-Regular": "Arimo-Bold",
    "NotoSans-Regular": "NotoSans-Bold",
    "arial": "arialbd",
}

_TITLES = {SheetKind.START: "VĂN BẢN MỚI", SheetKind.BACKS: "MẶT SAU"}
_LEADS = {
    SheetKind.START: "Các trang đặt sau tờ này là một văn bản mới.",
    SheetKind.BACKS: "Sau tờ này là mặt sau của tất cả các trang đứng trước.",
}
_STEPS = {
    SheetKind.START: (
        "1. Đặt tờ này lên trên trang đầu của mỗi văn bản, mặt có ô vuông cùng phía với mặt cần quét.",
        "2. Quét cả tập vào một tệp PDF hoặc TIFF nhiều trang.",
        "3. Tờ này không thành trang của văn bản nào; tệp quét được giữ nguyên. Dùng lại được nhiều lần.",
    ),
    SheetKind.BACKS: (
        "1. Quét mặt trước của cả tập, theo thứ tự, vào một tệp PDF hoặc TIFF nhiều trang.",
        "2. Lật úp cả tập, không đảo thứ tự; đặt tờ này lên trên, mặt có ô vuông cùng phía với mặt cần quét.",
        "3. Quét tiếp vào cùng tệp đó. Số mặt sau phải bằng số mặt trước, kể cả mặt trống và tờ phân cách.",
    ),
}
_CARE = "Đừng gấp, viết hoặc đóng dấu lên ô vuông."


def asked_sheet(sheet: SheetKind, untrusted_dossier: str, untrusted_kind: str) -> SeparatorSheet:
    """A sheet as somebody asks for it; the kind by any of its names. BadValue for what it cannot say."""
    kind = kind_name(untrusted_kind) if untrusted_kind.strip() else ""
    try:
        return checked_sheet(SeparatorSheet(sheet, untrusted_dossier, kind))
    except UnknownSheet as error:
        expected = {
            "dossier": f"<= {LONGEST_DOSSIER}",
            "kind": "Quyết định, QĐ, …",
            "backs": "--sheet start",
        }
        name = str(error)
        value = untrusted_kind if name == "kind" else untrusted_dossier
        raise BadValue(name=name, value=value[:50], expected=expected[name]) from error


def separator_pdf(sheet: SeparatorSheet, copies: int) -> bytes:
    """A PDF of so many (1 to MOST_COPIES) equal sheets. ToolMissing if no font with Vietnamese letters is there."""
    import pikepdf  # noqa: PLC0415 - few print sheets, and every process would load it

    one, written = io.BytesIO(), io.BytesIO()
    sheet_image(sheet).save(one, "PDF", resolution=DPI, title=f"Tờ phân cách: {_TITLES[sheet.sheet].lower()}")
    with pikepdf.open(one) as made:
        # All sheets show the one picture: drawn and written once, however many are asked for.
        for _ in range(copies - 1):
            made.pages.append(made.pages[0])
        made.save(written)
    return written.getvalue()


def sheet_image(sheet: SeparatorSheet) -> Image.Image:
    """One sheet as a picture, mode "1", at DPI. ToolMissing as `separator_pdf`."""
    page = Image.new("1", _A4, 1)
    drawing = ImageDraw.Draw(page)
    _line(drawing, "TỜ PHÂN CÁCH TÀNG THƯ", 250, 64)
    _line(drawing, _TITLES[sheet.sheet], 360, 190, bold=True)
    top = _line(drawing, _LEADS[sheet.sheet], 630, 62) + 40
    for name, value in (("Hồ sơ", sheet.dossier), ("Loại văn bản", sheet.kind)):
        if value:
            top = _line(drawing, f"{name}: {value}", top, 78, bold=True) + 16
    code = _code(payload_of(sheet))
    page.paste(code, ((_A4[0] - code.width) // 2, _CODE_TOP + (_CODE - code.height) // 2))
    top = _CODE_TOP + _CODE + 130
    for step in (*_STEPS[sheet.sheet], _CARE):
        top = _line(drawing, step, top, 54) + 34
    return page


def _code(payload: str) -> Image.Image:
    """The code without its quiet zone (the sheet is white around it), at most _CODE pixels wide."""
    import segno  # noqa: PLC0415 - as above

    made = segno.make_qr(payload, error="q")
    if int(made.version) < _VERSION:
        made = segno.make_qr(payload, error="q", version=_VERSION)
    modules = len(made.matrix)
    image = Image.new("1", (modules, modules), 1)
    image.putdata([0 if dark else 1 for row in made.matrix for dark in row])
    scale = _CODE // modules
    return image.resize((modules * scale, modules * scale), Image.Resampling.NEAREST)


def _line(drawing: ImageDraw.ImageDraw, text: str, top: int, size: int, *, bold: bool = False) -> int:
    """Writes a text in the middle, in several lines where it is long; where the next thing may begin."""
    face = _face(size, bold=bold)
    for row in _rows(drawing, text, face):
        width = drawing.textlength(row, font=face)
        drawing.text((_LEFT + (_WIDE - width) / 2, top), row, font=face, fill=0)
        top += round(1.3 * size)
    return top


def _rows(drawing: ImageDraw.ImageDraw, text: str, face: ImageFont.FreeTypeFont) -> list[str]:
    rows, row = [], ""
    for word in text.split():
        longer = f"{row} {word}".strip()
        while row == "" and drawing.textlength(longer, font=face) > _WIDE:  # a word wider than the page is cut
            cut = next(n for n in range(len(longer) - 1, 0, -1) if drawing.textlength(longer[:n], font=face) <= _WIDE)
            rows.append(longer[:cut])
            longer = longer[cut:]
        if row and drawing.textlength(longer, font=face) > _WIDE:
            rows.append(row)
            longer = word
        row = longer
    return [*rows, row]


@cache
def _face(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    for name in _FONTS:
        try:
            return ImageFont.truetype(f"{_BOLD[name] if bold else name}.ttf", size)
        except OSError:  # not on this machine
            continue
    raise ToolMissing(tool="DejaVu Sans", install="apt install fonts-dejavu-core")
