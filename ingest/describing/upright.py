"""Pages that were scanned on their side or upside down: rules read them upright, boxes go back to the page as seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mappings.record import Box, DescribedField, Page


def turned(box: Box, degrees: int) -> Box:
    """The box after the page is turned clockwise by 0, 90, 180 or 270 degrees."""
    if degrees == 90:
        return Box(1 - box.y1, box.x0, 1 - box.y0, box.x1)
    if degrees == 180:
        return Box(1 - box.x1, 1 - box.y1, 1 - box.x0, 1 - box.y0)
    if degrees == 270:
        return Box(box.y0, 1 - box.x1, box.y1, 1 - box.x0)
    return box


def upright(page: Page) -> Page:
    """The page as it is read: boxes turned by its rotation, width and height exchanged where it lay on its side."""
    degrees = page.rotation % 360
    if degrees == 0:
        return page
    words = tuple(replace(word, box=turned(word.box, degrees)) if word.box else word for word in page.words)
    marks = tuple(replace(mark, box=turned(mark.box, degrees)) for mark in page.marks)
    width, height = (page.height, page.width) if degrees in (90, 270) else (page.width, page.height)
    return replace(page, words=words, marks=marks, width=width, height=height, rotation=0)


def as_seen(field: DescribedField, pages: Sequence[Page]) -> DescribedField:
    """The field with its boxes on the page as a person sees the original."""
    rotation = next((page.rotation for page in pages if page.number == field.page), 0) % 360
    if rotation == 0:
        return field
    return replace(field, boxes=tuple(turned(box, 360 - rotation) for box in field.boxes))
