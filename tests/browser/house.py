"""A small archive with real bytes: pages drawn here, so that the place of every word is known to the pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from archive.catalogue import Catalogue
from archive.originals import FolderOriginals
from archive.receiving import Arrival, receive, reject
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import EncryptedFile
from kernel.ids import new_id
from mappings.record import (
    Box,
    Delivery,
    DeliverySource,
    DeliveryState,
    DescribedField,
    Page,
    PageState,
    ReadBy,
    Record,
    RecordState,
    Word,
)

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dpi
_POINTS = (595.0, 842.0)
_FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "Tinos-Regular.ttf", "LiberationSans-Regular.ttf")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawn page: its picture, and its words with their boxes."""

    picture: Image.Image
    page: Page


@dataclass(frozen=True, slots=True)
class Written:
    """A record to be made: lines of each page, and what is known of it. A doubtful field ends in a question mark."""

    name: str
    pages: tuple[str, ...]
    fields: dict[str, str]
    failed: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()


DECISION = Written(
    "quet-0001.tif",
    (
        "ỦY BAN NHÂN DÂN XÃ SUỐI MÂY\nSố: 318/QĐ-UBND\nSuối Mây, ngày 14 tháng 3 năm 2024\nQUYẾT ĐỊNH\n"
        "Về việc thành lập Tổ số hóa tài liệu lưu trữ\nỦY BAN NHÂN DÂN XÃ\n"
        "Căn cứ Luật Lưu trữ ngày 21 tháng 6 năm 2024;\nXét đề nghị của Văn phòng, QUYẾT ĐỊNH:\n"
        "Điều 1. Thành lập Tổ số hóa gồm các ông, bà có tên sau đây.",
        "Điều 2. Tổ số hóa có nhiệm vụ kiểm kê, chỉnh lý và quét toàn bộ hồ sơ\ncòn trong kho trước ngày 30 tháng 9.\n"
        "Điều 3. Văn phòng cấp máy quét và hộp đựng tài liệu.",
        "Nơi nhận:\nNhư Điều 3;\nLưu: VT.\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nLê Hoài Nhơn",
    ),
    {
        "number": "318",
        "symbol": "QĐ-UBND",
        "issued_on": "2024-03-14",
        "place": "Suối Mây",
        "issuer": "Ủy ban nhân dân xã Suối Mây",
        "kind": "Quyết định",
        "subject": "Về việc thành lập Tổ số hóa tài liệu lưu trữ",
        "signer": "Lê Hoài Nhon?",
    },
)
LETTER = Written(
    "quet-0002.tif",
    (
        "SỞ NỘI VỤ\nSố: 1274/SNV-VTLT\nBình Sơn Thượng, ngày 22 tháng 8 năm 2025\nKHẨN\n"
        "V/v hướng dẫn giao nộp hồ sơ vào Lưu trữ lịch sử\nKính gửi: Ủy ban nhân dân các xã.\n"
        "Đề nghị các đơn vị giao nộp hồ sơ, tài liệu đúng hạn.",
        "trang này mờ",
    ),
    {
        "number": "1274",
        "symbol": "SNV-VTLT",
        "issued_on": "2025-08-22",
        "issuer": "Sở Nội vụ",
        "kind": "Công văn",
        "subject": "V/v hướng dẫn giao nộp hồ sơ vào Lưu trữ lịch sử",
        "urgency": "Khẩn",
        "signer": "Trần Thị Mỹ Hoàn",
    },
    failed=(2,),
)
REPORT = Written(
    "bao-cao-quy-3.tif",
    (
        "ỦY BAN NHÂN DÂN XÃ SUỐI MÂY\nBÁO CÁO\nKết quả giải quyết thủ tục hành chính quý III năm 2025\n"
        "<b>chợ & bến xe</b>",
    ),
    {"kind": "Báo cáo", "issuer": "Ủy ban nhân dân xã Suối Mây", "issued_on": "2025-10-03"},
)
UNREAD = Written("dang-doc.tif", ("chưa đọc", "chưa đọc", "chưa đọc"), {}, waiting=(2, 3))


def _font(size: int) -> ImageFont.FreeTypeFont:
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    raise AssertionError(f"install one of the fonts {', '.join(_FONTS)} (Debian: fonts-dejavu-core)")


def draw(number: int, text: str) -> Sheet:
    """A page with one line of print for each line of the text."""
    picture = Image.new("L", (WIDTH, HEIGHT), 255)
    pen, font = ImageDraw.Draw(picture), _font(28)
    words: list[Word] = []
    start = 0
    for row, line in enumerate(text.split("\n")):
        x, y = 120.0, 140.0 + 64 * row
        for token in line.split(" "):
            pen.text((x, y), token, font=font, fill=0)
            left, top, right, bottom = pen.textbbox((x, y), token, font=font)
            words.append(Word(token, start, _box(left, top, right, bottom), 0.93, line=row))
            x += pen.textlength(f"{token} ", font=font)
            start += len(token) + 1
    page = Page(number, PageState.SEARCHABLE, ReadBy.OCR, 0.93, text, tuple(words), *_POINTS)
    return Sheet(picture, page)


def _box(left: float, top: float, right: float, bottom: float) -> Box:
    return Box(left / WIDTH, top / HEIGHT, right / WIDTH, bottom / HEIGHT)


@cache
def _drawn(pages: tuple[str, ...]) -> tuple[bytes, list[Page]]:
    """A TIFF of these pages, and what is on them: the same for each test of a process."""
    sheets = [draw(number, text) for number, text in enumerate(pages, start=1)]
    first, *others = [sheet.picture for sheet in sheets]
    into = BytesIO()
    first.save(into, "TIFF", save_all=True, append_images=others, compression="tiff_lzw")
    return into.getvalue(), [sheet.page for sheet in sheets]


def store(catalogue: Catalogue, originals: FolderOriginals, work: Path, written: Written) -> str:
    """Puts a record into the archive as intake and reading would; gives its id."""
    content, sheets = _drawn(written.pages)
    path = work / written.name
    path.write_bytes(content)
    original = originals.store(path)
    arrival = Arrival(
        new_id(), written.name, DeliverySource.DROP, now(), original.digest, original.size, "image/tiff", len(sheets)
    )
    (delivery,) = catalogue.write(lambda unit: receive(unit, [arrival], "office", "internal"))
    record_id = str(delivery.record_id)
    catalogue.write(lambda unit: _describe(unit, record_id, written, sheets))
    return record_id


def _describe(unit: UnitOfWork, record_id: str, written: Written, sheets: list[Page]) -> None:
    pages = [page for page in sheets if page.number not in written.waiting]
    unit.pages.save(record_id, [_failed(page) if page.number in written.failed else page for page in pages])
    if written.waiting:
        return
    unit.records.describe(record_id, {name: _field(name, value, pages) for name, value in written.fields.items()})
    state = RecordState.PARTLY_SEARCHABLE if written.failed else RecordState.SEARCHABLE
    unit.outbox.put({record_id: unit.records.finish(record_id, state)})


def _failed(page: Page) -> Page:
    return replace(
        page, state=PageState.FAILED, read_by=None, confidence=None, text="", words=(), reason="page-timed-out"
    )


def _field(name: str, value: str, pages: list[Page]) -> DescribedField:
    plain = value.rstrip("?")
    doubtful = plain != value
    page, boxes = _place(plain, pages)
    return DescribedField(name, plain, 0.5 if doubtful else 0.95, doubtful, page=page, boxes=boxes)


def _place(value: str, pages: list[Page]) -> tuple[int | None, tuple[Box, ...]]:
    for page in pages:
        at = page.text.find(value)
        if at >= 0:
            inside = [word.box for word in page.words if word.box and at <= word.start < at + len(value)]
            return page.number, tuple(inside)
    return None, ()


def refuse(catalogue: Catalogue, name: str) -> None:
    """Enters a file that was not taken."""
    delivery = Delivery(new_id(), name, DeliverySource.DROP, DeliveryState.RECEIVED, now(), 5000)
    catalogue.write(lambda unit: reject(unit, delivery, EncryptedFile()))


class DrawnPages:
    """As `PageImages`, for originals in TIFF."""

    def __init__(self, originals: FolderOriginals) -> None:
        self._originals = originals

    def image(self, record: Record, number: int, width: int) -> bytes:
        """The page as JPEG."""
        with Image.open(self._originals.existing(record.digest)) as original:
            original.seek(number - 1)
            drawn = original.convert("L").resize((width, round(width * original.height / original.width)))
        into = BytesIO()
        drawn.save(into, "JPEG")
        return into.getvalue()
