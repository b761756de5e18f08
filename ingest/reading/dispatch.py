"""For each type of file, who counts, reads and draws its pages. Runs in a reading process only."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageOps

from ingest.handing import identity
from ingest.reading import (
    mail,
    markup,
    old_office,
    open_office,
    outlook,
    pdf,
    pictures_whole,
    plain,
    raster,
    rtf,
    whole,
)
from ingest.reading.inside import unread_inside
from ingest.reading.ocr import read_raster
from ingest.reading.options import ReadingOptions
from ingest.reading.words import page_of_text
from ingest.recognising import (
    DOCX,
    DRAWABLE,
    EML,
    HTML,
    JPEG,
    JPEG_2000,
    MSG,
    ODT,
    PDF,
    PNG,
    PPTX,
    RTF,
    TIFF,
    TXT,
    WEBP,
    XLSX,
    Limits,
)
from kernel.errors import NotFound, TooManyPages, UnknownType
from mappings.record import Page

NARROWEST, WIDEST = 64, 3000
_JPEG_QUALITY = 82


def _docx_text(path: str) -> str:
    from ingest.reading.office import docx_text  # noqa: PLC0415 - see there

    return docx_text(path)


def _xlsx_text(path: str) -> str:
    from ingest.reading.office import xlsx_text  # noqa: PLC0415

    return xlsx_text(path)


_TEXTS: dict[str, Callable[[str], str]] = {
    DOCX: _docx_text,
    XLSX: _xlsx_text,
    TXT: plain.text_of,
    EML: mail.mail_text,
    PPTX: open_office.pptx_text,
    ODT: open_office.odt_text,
    RTF: rtf.rtf_text,
    HTML: markup.html_text,
    MSG: outlook.msg_text,
}
_PICTURE_CHECKS: dict[str, Callable[[str, int], None]] = {
    JPEG: whole.check_jpeg,
    PNG: whole.check_png,
    WEBP: pictures_whole.check_webp,
    JPEG_2000: pictures_whole.check_jpeg_2000,
}


def count_pages(path: str, media_type: str, limits: Limits) -> int:
    """The number of pages of a file that is whole and within the limits; else raises as `recognising.inspect`."""
    pages = _counted(path, media_type, limits)
    if pages > limits.max_pages:
        raise TooManyPages(pages=pages, limit=limits.max_pages)
    return pages


def _counted(path: str, media_type: str, limits: Limits) -> int:
    if media_type == PDF:
        return pdf.count_pages(path)
    if media_type == TIFF:
        pages = whole.check_tiff(path, limits.max_pages, limits.max_megapixels)
        return _opens(path, pages, limits)
    if check := _PICTURE_CHECKS.get(media_type):
        check(path, limits.max_megapixels)
        return _opens(path, 1, limits)
    if media_type == TXT:
        _check_text_size(path, limits)
    path, media_type = old_office.in_new_form(path, media_type)
    return len(_pages_of_text(path, media_type)) + (unread_inside(path, media_type) is not None)


def _opens(path: str, pages: int, limits: Limits) -> int:
    """Sees to it that the reader of images takes the first and the last page too."""
    for number in {1, pages}:
        with raster.opened(path, number, limits.max_megapixels):
            pass
    return pages


def _check_text_size(path: str, limits: Limits) -> None:
    """At most four bytes a letter: what is larger has too many pages, and need not be loaded to know it."""
    pages = Path(path).stat().st_size // (4 * plain.PAGE_CHARACTERS)
    if pages > limits.max_pages:
        raise TooManyPages(pages=pages, limit=limits.max_pages)


def read_page(path: str, media_type: str, number: int, options: ReadingOptions) -> Page:
    """As `ingest.reading.read_page`."""
    if media_type == PDF:
        return pdf.read_page(path, number, options)
    if media_type in DRAWABLE:
        return read_raster(raster.load_page(path, number, options.max_megapixels), number, options)
    path, media_type = old_office.in_new_form(path, media_type)
    pages = _pages_of_text(path, media_type)
    if number == len(pages) + 1 and (unread := unread_inside(path, media_type)):
        raise unread
    if not 1 <= number <= len(pages):
        raise NotFound(id=f"page {number}")
    return page_of_text(number, pages[number - 1])


def _pages_of_text(path: str, media_type: str) -> tuple[str, ...]:
    return _cut_text(path, media_type, identity(path))


@functools.lru_cache(maxsize=1)  # the pages of a file come one after the other
def _cut_text(path: str, media_type: str, _identity: tuple[int, ...]) -> tuple[str, ...]:
    if media_type not in _TEXTS:
        raise UnknownType
    return tuple(plain.pages_of(_TEXTS[media_type](path)))


def draw_page(path: str, media_type: str, number: int, width_px: int, options: ReadingOptions) -> bytes:
    """As `ingest.reading.draw_page`."""
    if media_type not in DRAWABLE:
        raise NotFound(id=f"image of page {number}")
    width = min(WIDEST, max(NARROWEST, width_px))
    if media_type == PDF:
        image = Image.fromarray(pdf.draw_page(path, number, width, options.max_megapixels))
    else:
        page = raster.load_page(path, number, options.max_megapixels)
        # As high as its resolution says: a fax has other dots down than across.
        inches_high, inches_wide = page.pixels.shape[0] / page.dpi[1], page.pixels.shape[1] / page.dpi[0]
        height = min(4 * WIDEST, max(1, round(width * inches_high / inches_wide)))
        image = Image.fromarray(page.pixels).resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)
    return _jpeg(ImageOps.grayscale(image) if image.mode == "L" else image)


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_JPEG_QUALITY, optimize=False)
    return buffer.getvalue()
