"""Which piece of a page to show beside a hit: around the words, large enough that they can be read."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from kernel.errors import BadValue, PageUnreadable
from mappings.record import Box

_WIDTH, _HEIGHT = 0.62, 0.13  # of an A4 page: 13 cm by 4 cm, three to five lines
_LEFT, _ABOVE = 0.12, 0.035  # what is seen before the words
WIDTHS = (384, 640)
"""Pixels: as wide as a scrap is shown, and for screens that show more dots."""
_QUALITY = 45
_MOST_PIXELS = 2400 * 9600  # the widest drawing, four times as high as wide


def region(boxes: Sequence[Box]) -> Box | None:
    """The piece that holds the most of these boxes, the first of several; None without boxes."""
    places = [_around(box) for box in boxes]
    return max(places, key=lambda place: sum(_holds(place, box) for box in boxes), default=None)


def _around(box: Box) -> Box:
    # A long box (a phrase over a whole line) widens the piece instead of being cut.
    width = min(1.0, max(_WIDTH, box.x1 - box.x0 + 2 * _LEFT))
    height = min(1.0, max(_HEIGHT, box.y1 - box.y0 + 2 * _ABOVE))
    x0 = min(max(box.x0 - _LEFT, 0.0), 1 - width)
    y0 = min(max(box.y0 - _ABOVE, 0.0), 1 - height)
    return Box(x0, y0, x0 + width, y0 + height)


def _holds(place: Box, box: Box) -> bool:
    # A hair of room: edges that were computed in two ways differ in their last digits.
    across = place.x0 - 1e-9 <= box.x0 and box.x1 <= place.x1 + 1e-9
    return across and place.y0 - 1e-9 <= box.y0 and box.y1 <= place.y1 + 1e-9


def written(place: Box) -> str:
    """A region as it stands in an address."""
    return ",".join(f"{edge:.4f}" for edge in (place.x0, place.y0, place.x1, place.y1))


def read(untrusted: str) -> Box:
    """The region of an address, else BadValue."""
    try:
        x0, y0, x1, y1 = (float(edge) for edge in untrusted.split(","))
    except ValueError:
        raise _wrong(untrusted) from None
    if not (0 <= x0 < x1 <= 1.0001 and 0 <= y0 < y1 <= 1.0001):  # also false for nan
        raise _wrong(untrusted)
    return Box(x0, y0, min(x1, 1.0), min(y1, 1.0))


def _wrong(untrusted: str) -> BadValue:
    return BadValue(name="region", value=untrusted[:100], expected="x0,y0,x1,y1 (0..1)")


def cut(drawn: bytes, place: Box, width: int = WIDTHS[0]) -> bytes:
    """This piece of a drawn page as WebP, at most `width` pixels wide: a third of the JPEG it would be.

    `drawn` is a JPEG, made in a reading process: over bytes that may have taken it over. Nothing but a JPEG of a
    size that we draw is opened here, else PageUnreadable.
    """
    try:
        return _cut(drawn, place, width if width in WIDTHS else WIDTHS[0])
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise PageUnreadable from error


def _cut(drawn: bytes, place: Box, width: int) -> bytes:
    with Image.open(BytesIO(drawn), formats=("JPEG",)) as page:
        if page.width * page.height > _MOST_PIXELS:
            raise PageUnreadable
        edges = (
            round(place.x0 * page.width),
            round(place.y0 * page.height),
            max(round(place.x1 * page.width), round(place.x0 * page.width) + 1),
            max(round(place.y1 * page.height), round(place.y0 * page.height) + 1),
        )
        piece = page.crop(edges).convert("L" if page.mode in ("1", "L", "LA") else "RGB")
    if piece.width > width:
        piece = piece.resize((width, max(1, round(piece.height * width / piece.width))), Image.Resampling.LANCZOS)
    into = BytesIO()
    piece.save(into, "WEBP", quality=_QUALITY, method=4)
    return into.getvalue()
