"""PDF: page by page, the text layer where it tells the page, else the page's picture through OCR."""

from __future__ import annotations

import functools
import io
import itertools
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from ingest.handing import identity
from ingest.reading import layer, letters, separators
from ingest.reading.ocr import READ_DPI, read_raster
from ingest.reading.options import ReadingOptions
from ingest.reading.raster import check_pixels
from ingest.reading.sheet import Pixels, Raster
from ingest.reading.words import PlacedWord, page_of_words
from kernel.errors import DamagedFile, EncryptedFile, NotFound, PageUnreadable, TruncatedFile
from mappings.record import Page, PageState, ReadBy

LOG = logging.getLogger(__name__)

_MOST_RENDERED_PIXELS = 40_000_000  # A1 at 200 dpi
# Fewer are not what a page says, or are soon read from its picture.
_FEWEST_CHARACTERS = 8
# More than a sheet of the largest size (A0) has in the smallest print: the parser would take minutes.
_MOST_CHARACTERS = 200_000
# The parser of text layers holds each stroke as an object: a map or a plan would take it minutes.
_MOST_STROKES = 20_000
_DEEPEST_FORM = 6
# A scanner that reads by itself puts a layer over separator sheets too; a born-digital page is never looked at.
_MOSTLY, _MOST_SHEET_WORDS = 0.5, 200
_IMAGES = [pdfium_raw.FPDF_PAGEOBJ_IMAGE]
_TAIL_BYTES = 2048
_OBJECT = re.compile(rb"\d+\s+\d+\s+obj\b")
_COUNT = re.compile(rb"/Count\s+(\d{1,9})\b")


def count_pages(path: str) -> int:
    """The number of pages, all of them there. Raises EncryptedFile, TruncatedFile, DamagedFile."""
    try:
        count = len(_document(path))
    except pikepdf.PasswordError as error:
        raise EncryptedFile from error
    if not _has_end(path):
        _check_repaired(path, count)
    if count < 1:
        raise DamagedFile
    return count


def read_page(path: str, number: int, options: ReadingOptions) -> Page:
    """Page `number`. Raises as `ingest.reading.read_page`."""
    with _page(path, number) as page:
        size = page.get_size()
        images = _images(page, options.max_megapixels)
        words, turn = _layer_words(page, number)
        if words:
            covered = _coverage(images, size)
            if layer.tells_page(words, covered, functools.partial(_pixels, page, 72)):
                may_be_sheet = covered >= _MOSTLY and len(words) <= _MOST_SHEET_WORDS
                sheet = separators.sheet_drawn(number, size, functools.partial(_pixels, page)) if may_be_sheet else None
                return sheet or page_of_words(number, words, ReadBy.TEXT_LAYER, size, turn)
        coloured = any(bits > 8 for _, bits in images)
        dpi = _dpi_for(size)
        raster = Raster(_pixels(page, dpi, coloured), (dpi, dpi))
    read = read_raster(raster, number, options)
    if read.state is PageState.BLANK and _hides_images(path, number):
        raise PageUnreadable  # the renderer leaves white what it cannot decode: that page is lost, not empty
    return read


def draw_page(path: str, number: int, width_px: int, max_megapixels: int) -> Pixels:
    """RGB pixels of page `number`, `width_px` wide."""
    with _page(path, number) as page:
        _images(page, max_megapixels)
        width, height = page.get_size()
        dpi = min(width_px / width * 72, 72 * (_MOST_RENDERED_PIXELS / (width * height)) ** 0.5)
        return _pixels(page, dpi, coloured=True)


def draw_as_it_lies(path: str, number: int, dpi: float) -> Pixels:
    """RGB pixels of page `number` with all that is shown on it, not turned by what the file says."""
    with _page(path, number) as page:
        width, height = page.get_size()
        dpi = min(dpi, 72 * (_MOST_RENDERED_PIXELS / (width * height)) ** 0.5)
        return _pixels(page, dpi, coloured=True, turn=-page.get_rotation() % 360)


@contextmanager
def _page(path: str, number: int) -> Iterator[pdfium.PdfPage]:
    try:
        document = _document(path)
        if not 1 <= number <= len(document):
            raise NotFound(id=f"page {number}")
        page = document[number - 1]
        try:
            if min(page.get_size()) <= 0:
                raise PageUnreadable
            if pdfium_raw.FPDFPage_GetAnnotCount(page) > 0:
                # What fields and signatures show becomes text of the page, as a person sees it. By itself, as the
                # wrapper refuses it for files without a form: a link is an annotation too.
                pdfium_raw.FPDFPage_Flatten(page, pdfium_raw.FLAT_NORMALDISPLAY)
                page.close()
                page = document[number - 1]
            yield page
        finally:
            page.close()
    except pikepdf.PasswordError as error:
        raise EncryptedFile from error
    except pdfium.PdfiumError as error:
        raise PageUnreadable from error


def _document(path: str) -> pdfium.PdfDocument:
    """The open file; the last one stays open, since its pages come one after the other."""
    return _opened(path, identity(path))


@functools.lru_cache(maxsize=1)
def _opened(path: str, _identity: tuple[int, ...]) -> pdfium.PdfDocument:
    try:
        document = _loaded(path)
        if len(document):
            return _with_forms(document)
    except pdfium.PdfiumError:
        LOG.debug("a PDF is written anew to be read")
    try:
        return _with_forms(_loaded(_repaired(path)))
    except pdfium.PdfiumError as error:
        raise (DamagedFile if _has_end(path) else TruncatedFile) from error


def _loaded(path: str) -> pdfium.PdfDocument:
    """Opened by PDFium itself: its Python wrapper follows links, which leads out of what this process may see.

    Raises EncryptedFile, PdfiumError.
    """
    document = pdfium_raw.FPDF_LoadDocument(os.fsencode(path) + b"\0", None)
    if document:
        return pdfium.PdfDocument(document)
    if pdfium_raw.FPDF_GetLastError() == pdfium_raw.FPDF_ERR_PASSWORD:
        raise EncryptedFile
    raise pdfium.PdfiumError("not opened")


def _with_forms(document: pdfium.PdfDocument) -> pdfium.PdfDocument:
    if document.get_formtype():
        document.init_forms()
    return document


def _repaired(path: str) -> str:
    """A copy whose table of objects was written anew, in the folder of this process."""
    handle = tempfile.NamedTemporaryFile(suffix=".pdf", delete=False)  # noqa: SIM115 - outlives this call, goes with the folder
    with handle:
        try:
            with pikepdf.open(path, suppress_warnings=True) as pdf:
                pdf.save(handle)
        except pikepdf.PasswordError as error:
            raise EncryptedFile from error
        except (pikepdf.PdfError, ValueError, RuntimeError, OverflowError) as error:
            raise (DamagedFile if _has_end(path) else TruncatedFile) from error
    return handle.name


def _has_end(path: str) -> bool:
    """Whether the end mark stands at its end (ISO 32000-1, 7.5.5): one further up may be that of an older version."""
    with Path(path).open("rb") as stream:
        stream.seek(max(0, Path(path).stat().st_size - _TAIL_BYTES))
        return stream.read().rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF")


def _check_repaired(path: str, count: int) -> None:
    """A file without its end is fine if all its pages are there, with what they show. Raises TruncatedFile.

    How many there ought to be is asked of the bytes: a repair drops lost pages and mends the count.
    """
    content = Path(path).read_bytes()
    unfinished = content[content.rfind(b"endobj") + 6 :]
    if _OBJECT.search(unfinished) and b"/XRef" not in unfinished:  # a table of objects can be written anew
        raise TruncatedFile
    if max(_promised_pages(content), default=count) > count:
        raise TruncatedFile
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            if len(pdf.pages) != count:
                raise TruncatedFile
            for page in pdf.pages:
                _check_whole(page)
    except (pikepdf.PdfError, ValueError, AttributeError, TypeError, KeyError, RuntimeError) as error:
        raise TruncatedFile from error


def _promised_pages(content: bytes) -> Iterator[int]:
    """The page counts in all nodes of the page tree: objects with /Kids and /Count (ISO 32000-1, table 29)."""
    looked, told = 0, -1
    for kids in re.finditer(rb"/Kids\b", content):
        # No place is looked at twice, however many there are.
        start, looked = content.rfind(b" obj", looked, kids.start()), kids.end()
        if start < 0 and told >= 0:
            continue  # the object that was told already
        end = content.find(b"endobj", looked)
        told = max(0, start)
        if found := _COUNT.search(content, told, end if end >= 0 else len(content)):
            yield int(found[1])


def _check_whole(page: Any) -> None:
    contents = page.obj.get("/Contents")
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    resources = page.obj.get("/Resources") or {}
    drawn = list((resources.get("/XObject") or {}).values())
    for part in [*parts, *drawn]:
        if not isinstance(part, pikepdf.Stream):
            raise TruncatedFile
        length = part.get("/Length")
        if isinstance(length, int) and len(part.read_raw_bytes()) < length:
            raise TruncatedFile


def _images(page: pdfium.PdfPage, max_megapixels: int) -> list[tuple[float, int]]:
    """Area (square points) and bits per pixel of each image on the page. Raises TooManyPixels before decoding."""
    found: list[tuple[float, int]] = []
    if not any(kind == pdfium_raw.FPDF_PAGEOBJ_IMAGE for kind, _ in _things(page)):
        return found  # soon told, where the wrapper makes an object of each thing on the page first
    for image in page.get_objects(_IMAGES, max_depth=_DEEPEST_FORM):
        width, height = image.get_px_size()
        check_pixels(width, height, max_megapixels)
        left, bottom, right, top = image.get_bounds()
        found.append((abs(right - left) * abs(top - bottom), int(image.get_metadata().bits_per_pixel)))
    return found


def _hides_images(path: str, number: int) -> bool:
    """Whether an image on the page cannot be decoded."""
    with _page(path, number) as page:
        return any(not _is_decodable(image) for image in page.get_objects(_IMAGES, max_depth=_DEEPEST_FORM))


def _is_decodable(image: Any) -> bool:
    bitmap = pdfium_raw.FPDFImageObj_GetBitmap(image.raw)
    if bitmap:
        pdfium_raw.FPDFBitmap_Destroy(bitmap)
    return bool(bitmap)


def _coverage(images: list[tuple[float, int]], size: tuple[float, float]) -> float:
    """The share of the page under images, at most 1."""
    return min(1.0, sum(area for area, _ in images) / (size[0] * size[1]))


def _is_drawing(page: pdfium.PdfPage) -> bool:
    """Whether the page has more strokes than the parser of text layers can take."""
    return any(strokes > _MOST_STROKES for strokes in itertools.accumulate(_strokes(page)))


def _strokes(page: pdfium.PdfPage) -> Iterator[int]:
    """The segments of each path on the page, in forms too."""
    for kind, thing in _things(page):
        if kind == pdfium_raw.FPDF_PAGEOBJ_PATH:
            yield max(1, pdfium_raw.FPDFPath_CountSegments(thing))


def _things(page: pdfium.PdfPage) -> Iterator[tuple[int, Any]]:
    """The kind and handle of each thing on the page, in forms too."""
    holders: list[tuple[Any, Callable[[Any], int], Callable[[Any, int], Any], int]] = [
        (page.raw, pdfium_raw.FPDFPage_CountObjects, pdfium_raw.FPDFPage_GetObject, 0)
    ]
    while holders:
        holder, count, get, depth = holders.pop()
        for index in range(count(holder)):
            thing = get(holder, index)
            kind = int(pdfium_raw.FPDFPageObj_GetType(thing))
            yield kind, thing
            if kind == pdfium_raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                forms = pdfium_raw.FPDFFormObj_CountObjects, pdfium_raw.FPDFFormObj_GetObject
                holders.append((thing, *forms, depth + 1))


def _layer_words(page: pdfium.PdfPage, number: int) -> tuple[list[PlacedWord], int]:
    """The words of the text layer, and the turn of the page (degrees clockwise) in which their lines run across.

    Letters that run up, down or upside down come as words of one letter each: then the page is turned.
    """
    try:
        text = page.get_textpage()
        try:
            if not _FEWEST_CHARACTERS <= text.count_chars() <= _MOST_CHARACTERS or _is_drawing(page):
                return [], 0
            found = letters.words_of(page, text)
        finally:
            text.close()
        return _best_layer(page, number) if found is None else (found, 0)
    except (PageUnreadable, pdfium.PdfiumError) as error:  # its picture can be read all the same
        LOG.info("the text layer of page %d cannot be parsed: %r", number, error)
        return [], 0


def _best_layer(page: pdfium.PdfPage, number: int) -> tuple[list[PlacedWord], int]:
    shown = page.get_rotation()
    best: tuple[list[PlacedWord], int] = [], 0
    for rotation in dict.fromkeys((shown, 0, 90, 180, 270)):
        words = layer.words_of(_alone(page, number, rotation))
        if layer.mean_length(words) > layer.mean_length(best[0]):
            best = layer.turned(words, (shown - rotation) % 360), (rotation - shown) % 360
        if layer.mean_length(words) >= layer.SHORTEST_MEAN:
            break
    return best


def _alone(page: pdfium.PdfPage, number: int, rotation: int) -> bytes:
    """The page as a PDF of its own: parsers that walk all pages of a file have but one to walk."""
    alone = pdfium.PdfDocument.new()
    try:
        alone.import_pages(page.pdf, [number - 1])
        alone[0].set_rotation(rotation)
        buffer = io.BytesIO()
        alone.save(buffer)
        return buffer.getvalue()
    finally:
        alone.close()


def _dpi_for(size: tuple[float, float]) -> float:
    """READ_DPI, or less where the page is so large that its picture would not fit."""
    inches = size[0] * size[1] / 72**2
    return float(min(READ_DPI, (_MOST_RENDERED_PIXELS / inches) ** 0.5))


def _pixels(page: pdfium.PdfPage, dpi: float, coloured: bool = False, turn: int = 0) -> Pixels:
    bitmap = page.render(
        scale=dpi / 72, rotation=turn, grayscale=not coloured, rev_byteorder=coloured, prefer_bgrx=False
    )
    try:
        pixels = np.array(bitmap.to_numpy(), np.uint8)
    finally:
        bitmap.close()
    return pixels[:, :, :3] if coloured else pixels.reshape(pixels.shape[:2])
