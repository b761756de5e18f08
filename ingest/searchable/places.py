"""Where things lie on the page of a PDF: left, bottom, right, top, in its own units."""

from __future__ import annotations

from typing import Any

import pikepdf

Rectangle = tuple[float, float, float, float]

_DEEPEST = 50  # of a page tree, for what pages inherit
_LETTER = (0.0, 0.0, 612.0, 792.0)  # what PDFium takes where a page tells no size


def visible(sheet: pikepdf.Page) -> Rectangle:
    """The crop box within the media box, as PDFium shows it."""
    media = box(inherited(sheet, "/MediaBox")) or _LETTER
    crop = box(inherited(sheet, "/CropBox")) or media
    both = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    return both if both[0] < both[2] and both[1] < both[3] else media


def box(untrusted: Any) -> Rectangle | None:
    """The rectangle that four numbers tell, whatever their order; None if it is none or has no size."""
    if not isinstance(untrusted, pikepdf.Array) or len(untrusted) != 4:
        return None
    one, two, three, four = (float(number) for number in untrusted)
    box = min(one, three), min(two, four), max(one, three), max(two, four)
    return box if box[0] < box[2] and box[1] < box[3] else None


def inherited(sheet: pikepdf.Page, name: str) -> Any:
    """What the page or the nearest above it says."""
    node: Any = sheet.obj
    for _ in range(_DEEPEST):
        if not isinstance(node, pikepdf.Dictionary):
            return None
        if name in node:
            return node[name]
        node = node.get("/Parent")
    return None
