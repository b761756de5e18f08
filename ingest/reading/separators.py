"""Separator sheets on page images: a cheap look on every page, and the code read only where a sheet can be.

The look: is there, on a page of little ink, one big dark square? It is taken on the mask of ink that is there anyway,
shrunk eight times. A code on a letter is a third as wide as ours and is not even read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import zxingcpp

from ingest.reading.looks import LOOK_DPI, Look
from ingest.reading.sheet import Pixels
from kernel.paper_errors import SeparatorUnread
from mappings.record import Page, PageState, ReadBy
from mappings.separators import HEADING, UnknownSheet, sheet_of

READ_DPI = 200
_STEP = 8  # pixels of the mask that become one of the look
_MOST_INK = 0.22  # of the page; a sheet has 8 to 12 %, with the black edges and specks of bad scanners more
_DARK = 0.14  # of a spot, and half of the code is dark
_SHORTEST, _LONGEST = 0.26, 0.62  # of the page's shorter side; ours has 0.38
_SQUARE = 1.35  # its sides' ratio at most: a fax may be stretched
_FULL = 0.60  # of the rectangle around it: a square that lies askew by 10 degrees leaves corners free
_QUIET = 0.12  # around the square, of its side, for the reader
_READ_SIDE = 900  # pixels of the square for the reader: more cost time and give nothing
_QR = zxingcpp.barcode_formats_from_str("QRCode")
_LETTERS = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Square:
    """Where a code of our size may be: fractions of the page."""

    left: float
    top: float
    right: float
    bottom: float


def square_in(ink: Pixels) -> Square | None:
    """The one big dark square of a page of little ink; None if there is no such thing. `ink`: as `Look.ink`."""
    down, across = (max(1, side // _STEP) for side in ink.shape)
    # Whole steps only, a few lines of the edge left out: shrinking so takes a fifth of the time.
    small = cv2.resize(ink[: down * _STEP, : across * _STEP], (across, down), interpolation=cv2.INTER_AREA)
    if float(small.mean()) > 255 * _MOST_INK:
        return None
    spots = np.where(small > 255 * _DARK, 255, 0).astype(np.uint8)
    spots = np.asarray(cv2.morphologyEx(spots, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(spots, connectivity=4)
    found = [_fractions(one, across, down) for one in stats[1:] if _is_ours(one, min(across, down))]
    return found[0] if len(found) == 1 else None


def _is_ours(spot: Pixels, side: int) -> bool:
    width, height, area = (int(value) for value in spot[2:5])
    shorter, longer = min(width, height), max(width, height)
    within = _SHORTEST * side <= shorter and longer <= _LONGEST * side
    return within and longer <= _SQUARE * shorter and area >= _FULL * width * height


def _fractions(spot: Pixels, across: int, down: int) -> Square:
    left, top, width, height = (int(value) for value in spot[:4])
    margin = _QUIET * max(width, height) + 1
    return Square(
        max(0.0, (left - margin) / across),
        max(0.0, (top - margin) / down),
        min(1.0, (left + width + margin) / across),
        min(1.0, (top + height + margin) / down),
    )


def payload_in(gray: Pixels, square: Square) -> str | None:
    """What the code in the square says, if that is a whole sheet of ours; else None."""
    height, width = gray.shape
    part = gray[
        int(square.top * height) : int(square.bottom * height) + 1,
        int(square.left * width) : int(square.right * width) + 1,
    ]
    return next((text for picture in _pictures(part) for text in _texts(picture)), None)


def _pictures(part: Pixels) -> list[Pixels]:
    """The square as it is, and smoothed: specks and the stairs of a fax are no squares of the code then."""
    factor = _READ_SIDE / max(part.shape)
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    sized = np.asarray(cv2.resize(part, None, fx=factor, fy=factor, interpolation=how), np.uint8)
    blurred = np.asarray(cv2.GaussianBlur(sized, (0, 0), 2.0), np.uint8)
    return [np.ascontiguousarray(sized), np.asarray(cv2.medianBlur(sized, 5), np.uint8), blurred]


def _texts(picture: Pixels) -> list[str]:
    found = zxingcpp.read_barcodes(picture, formats=_QR, try_invert=False)
    texts = [one.bytes.decode("ascii", "replace") for one in found[:4]]
    return [text for text in texts if _is_sheet(text)]


def _is_sheet(untrusted_text: str) -> bool:
    try:
        sheet_of(untrusted_text)
    except UnknownSheet:
        return False
    return True


def separator_page(number: int, payload: str, size: tuple[float, float]) -> Page:
    """The page of a sheet; its text is the payload, which is no text of a record."""
    return Page(number, PageState.SEPARATOR, ReadBy.OCR, text=payload, width=size[0], height=size[1])


def sheet_drawn(number: int, size: tuple[float, float], drawn: Callable[[float], Pixels]) -> Page | None:
    """The page as a separator sheet, if it is one. `drawn` gives it in gray at so many dots an inch."""
    square = square_in(Look.at(drawn(LOOK_DPI), LOOK_DPI).ink)
    payload = payload_in(drawn(READ_DPI), square) if square else None
    return separator_page(number, payload, size) if payload else None


def unless_unread(page: Page, square: Square | None) -> Page:
    """The page as read; failed, with its words, if it calls itself a sheet: then its code could not be read."""
    if square is None or _plain(HEADING) not in _plain(page.text):
        return page
    return replace(page, state=PageState.FAILED, reason=SeparatorUnread.code)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return _LETTERS.sub("", letters)
