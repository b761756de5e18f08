"""Pages that were scanned on their side or upside down: rules read them upright, boxes go back to the page as seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mappings.record import DescribedField, Page
from mappings.turning import turned


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
