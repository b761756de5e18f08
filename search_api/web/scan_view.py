"""The scan on a record's page: turned or not, walked from one marked place to the next, and what a script may show."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mappings.record import Box, Page
from search_api.web.record_address import LAST_MARK, RecordAddress

A4 = (595.0, 842.0)
"""A sheet of unknown size is shown as one of these, in points."""

_DEEP_WIDTHS = (640, 1280, 2400)
"""Widths of whole pages of which a deep view takes the least that is sharp (`page_images.WIDTHS`)."""


@dataclass(frozen=True, slots=True)
class MarkWalk:
    """From one marked place to the next, over pages. `at`: the one pointed out, from 1; 0: none.

    `before`, `after`: addresses, empty where there is none. `boxes`: the places of this page.
    """

    boxes: tuple[Box, ...]
    at: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Scan:
    """One page's picture. `width`, `height`: in points as the page lies, `seen_width`, `seen_height`: as it is shown.

    `turning`: how an SVG puts it there. `place`: the address of its picture, without a width.
    """

    place: str
    words: str
    width: float
    height: float
    turn: int

    @property
    def seen_width(self) -> float:
        """In points, as shown."""
        return self.height if self.turn in (90, 270) else self.width

    @property
    def seen_height(self) -> float:
        """In points, as shown."""
        return self.width if self.turn in (90, 270) else self.height

    @property
    def turning(self) -> str:
        """The transformation of an SVG that shows it turned."""
        shift = {90: (self.height, 0.0), 180: (self.width, self.height), 270: (0.0, self.width)}
        x, y = shift.get(self.turn, (0.0, 0.0))
        return f"translate({x:g} {y:g}) rotate({self.turn})"

    @property
    def widths(self) -> str:
        """Of whole pictures, for a deep view."""
        return " ".join(map(str, _DEEP_WIDTHS))


def scan_of(record_id: str, page: Page, address: RecordAddress) -> Scan:
    """The scan of a page. One that could not be read has no known size: it is shown as A4."""
    below = f"/api/v1/records/{record_id}/pages/{page.number}"
    width, height = (round(page.width, 2), round(page.height, 2)) if page.width and page.height else A4
    return Scan(f"{below}/image", f"{below}/words" if page.text else "", width, height, address.turn)


def mark_walk(address: RecordAddress, number: int, boxes: Sequence[Box], hits: Collection[int]) -> MarkWalk:
    """The way over marked places. `number`: of the page shown; `hits`: numbers of the pages that hold some."""
    at = min(address.mark, len(boxes))
    before = max((page for page in hits if page < number), default=0)
    after = min((page for page in hits if page > number), default=0)
    back = (number, at - 1) if at > 1 else (before, LAST_MARK)
    forth = (number, at + 1) if at < len(boxes) else (after, 1)
    ways = (address.to_mark(*place) if place[0] else "" for place in (back, forth))
    return MarkWalk(tuple(boxes), at, *ways)
