"""What a person sees of one thing to look at: its piece of the scan, and its text with the doubtful words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzers.marking import SnippetPart
from archive.review_queue import FIELD
from mappings.record import Box, Page
from mappings.rewording.aligning import around
from search_api.reviewing.showing import Shown
from search_api.web import scraps
from search_api.web.labels import Labels
from search_api.web.record_view import lines_of
from search_api.web.search_view import title_of

_LEAST_WIDTH = 0.7  # of the page
_AROUND = 0.022  # of the page's height: a line above and below
_UNKNOWN = Box(0.0, 0.0, 1.0, 0.4)
"""Shown of a field whose place is not known: the head of the page."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the scan. `width`, `height`: of the page's points; boxes: as fractions of the piece."""

    address: str
    width: int
    height: int
    doubtful: tuple[Box, ...]
    around: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to look at, ready for the page. `spots`: `from,to;…` in the units that a script counts letters by."""

    shown: Shown
    title: str
    label: str
    parts: tuple[SnippetPart, ...]
    offer: str
    spots: str
    choices: tuple[str, ...]
    piece: Piece | None
    readings: tuple[str, ...]
    href: str

    @property
    def is_field(self) -> bool:
        """Whether it is a field, not a line of the page."""
        return self.shown.kind == FIELD


def card_of(shown: Shown, page: Page | None, labels: Labels) -> Card:
    """What is shown of it. `page`: that it stands on, with its size."""
    view, is_field = shown.record, shown.kind == FIELD
    name = shown.place if is_field else ""
    offer = labels.shown(name, shown.offer) if is_field else shown.offer
    spots = ((0, len(offer)),) if is_field else shown.doubtful
    number = shown.page or 1
    title = title_of(view.value("subject"), view.value("kind"), view.issue_number, view.record.file_name)
    return Card(
        shown=shown,
        title=title,
        label=labels.title(name) if is_field else "",
        parts=_parts(labels.shown(name, shown.text) if is_field else shown.text, shown),
        offer=offer,
        spots=";".join(f"{_units(offer, begin)},{_units(offer, end)}" for begin, end in spots),
        choices=labels.choices(name) if is_field else (),
        piece=_piece(shown, page) if page is not None and page.has_image else None,
        readings=tuple(labels.shown(name, one) if is_field else one for one in shown.readings),
        href=f"/van-ban/{view.record.id}?page={number}",
    )


def _parts(text: str, shown: Shown) -> tuple[SnippetPart, ...]:
    if shown.kind == FIELD or shown.again:
        return (SnippetPart(text, marked=False),)
    parts, at = [], 0
    for begin, end in shown.doubtful:
        parts += [SnippetPart(text[at:begin], marked=False), SnippetPart(text[begin:end], marked=True)]
        at = end
    return (*parts, SnippetPart(text[at:], marked=False))


def _units(text: str, at: int) -> int:
    """Letters before `at` as a script counts them."""
    return len(text[:at].encode("utf-16-le")) // 2


def _piece(shown: Shown, page: Page) -> Piece:
    area = around(shown.boxes)
    place = _room_of(area) if area else _UNKNOWN
    region = scraps.written(place)
    return Piece(
        address=f"/soat-lai/{shown.record.record.id}/trang/{page.number}/manh?region={region}",
        width=max(1, round((place.x1 - place.x0) * (page.width or 595.0))),
        height=max(1, round((place.y1 - place.y0) * (page.height or 842.0))),
        doubtful=_within(place, shown.doubtful_boxes if shown.kind != FIELD else ()),
        around=_within(place, lines_of(shown.boxes)),
    )


def _room_of(area: Box) -> Box:
    width = min(1.0, max(_LEAST_WIDTH, area.x1 - area.x0 + 0.04))
    x0 = min(max(0.0, (area.x0 + area.x1 - width) / 2), 1 - width)
    return Box(x0, max(0.0, area.y0 - _AROUND), x0 + width, min(1.0, area.y1 + _AROUND))


def _within(place: Box, boxes: Sequence[Box]) -> tuple[Box, ...]:
    wide, high = place.x1 - place.x0, place.y1 - place.y0
    return tuple(
        Box(
            (box.x0 - place.x0) / wide,
            (box.y0 - place.y0) / high,
            (box.x1 - place.x0) / wide,
            (box.y1 - place.y0) / high,
        )
        for box in boxes
    )
