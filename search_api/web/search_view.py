"""What the search page shows, made from an answer: hits with their scrap of the scan, facets as links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from mappings.record import Box, RecordState
from search_api.query.answers import FACETS, HitPage, SearchAnswer, SearchHit, SnippetPart
from search_api.web import scraps
from search_api.web.address import SearchAddress
from search_api.web.language import Say
from search_api.web.record_address import RecordAddress
from search_api.web.wording import FACET_NAMES, RECORD_STATES

_SHOWN = 8
"""Values of a facet that stand open; the others are one click away."""


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page of a hit: its snippet and where it leads."""

    number: int
    href: str
    snippet: tuple[SnippetPart, ...]


@dataclass(frozen=True, slots=True)
class Scrap:
    """A piece of the scan with the words marked. `view`: the piece in the page's own fractions, for SVG."""

    number: int
    href: str
    image: str
    sharper: str
    view: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class ShownHit:
    """One hit as shown. `parts` is empty where there is no subject: then the title stands alone."""

    found: SearchHit
    href: str
    title: str
    parts: tuple[SnippetPart, ...]
    pages: tuple[ShownPage, ...]
    scrap: Scrap | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet as a link that adds it or takes it away."""

    title: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ShownFacet:
    """A facet with its values, the frequent and the chosen ones first."""

    title: str
    shown: tuple[Choice, ...]
    more: tuple[Choice, ...]


def shown_hits(answer: SearchAnswer, address: SearchAddress) -> list[ShownHit]:
    """The hits of an answer."""
    return [_hit(hit, address) for hit in answer.hits]


def _hit(hit: SearchHit, address: SearchAddress) -> ShownHit:
    first = hit.pages[0].page if hit.pages else 0
    to = RecordAddress(hit.record_id, q=address.q, page=first)
    pages = tuple(ShownPage(page.page, to.to_page(page.page), page.snippet) for page in hit.pages if page.snippet)
    title = title_of(hit.subject, hit.kind, hit.issue_number, hit.file_name)
    return ShownHit(hit, str(to), title, hit.subject_parts, pages, _scrap(hit, to))


def title_of(subject: str | None, kind: str | None, issue_number: str | None, file_name: str) -> str:
    """What a record is called: its subject, else its kind and number, else the name of its file."""
    return subject or " ".join(part for part in (kind, issue_number) if part) or file_name


def _scrap(hit: SearchHit, to: RecordAddress) -> Scrap | None:
    page = _best(hit.pages)
    place = scraps.region(page.boxes) if page else None
    if page is None or place is None:
        return None
    image = f"/van-ban/{hit.record_id}/trang/{page.page}/manh?{urlencode({'region': scraps.written(place)})}"
    view = f"{place.x0:.4f} {place.y0:.4f} {place.x1 - place.x0:.4f} {place.y1 - place.y0:.4f}"
    return Scrap(page.page, to.to_page(page.page), image, f"{image}&width={scraps.WIDTHS[-1]}", view, page.boxes)


def _best(pages: Sequence[HitPage]) -> HitPage | None:
    drawable = [page for page in pages if page.has_image and page.boxes]
    return max(
        drawable, key=lambda page: len({part.text.lower() for part in page.snippet if part.marked}), default=None
    )


def facet_value(facet: str, value: str, say: Say) -> str:
    """A facet's value in words."""
    if facet == "state" and value in {state.value for state in RecordState}:
        return say(RECORD_STATES[RecordState(value)])
    return value


def shown_facets(answer: SearchAnswer, address: SearchAddress, say: Say) -> list[ShownFacet]:
    """The facets that offer a choice or hold a chosen value."""
    facets = [_facet(name, answer, address, say) for name in FACETS]
    return [facet for facet in facets if len(facet.shown) > 1 or any(choice.chosen for choice in facet.shown)]


def _facet(name: str, answer: SearchAnswer, address: SearchAddress, say: Say) -> ShownFacet:
    counted = {found.value: found.count for found in answer.facets.get(name, ())}
    chosen = address.values(name)
    # A chosen value stays in sight when nothing is left of it: how else could it be taken away?
    counted |= {value: 0 for value in chosen if value not in counted}
    choices = [
        Choice(facet_value(name, value, say), count, str(address.toggled(name, value)), value in chosen)
        for value, count in counted.items()
    ]
    choices.sort(key=lambda choice: not choice.chosen)
    if name == "year":
        choices.sort(key=lambda choice: choice.title, reverse=True)
    return ShownFacet(FACET_NAMES[name], tuple(choices[:_SHOWN]), tuple(choices[_SHOWN:]))


def filter_count(address: SearchAddress) -> int:
    """How many filters narrow a search; a span of days counts once."""
    return len(address.facets) + bool(address.issued_from or address.issued_to)
