"""What a record's page shows: its head, its pages in a strip, its fields with the doubtful ones first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from mappings.record import (
    DAY_FIELDS,
    FIELD_NAMES,
    OPTIONAL_FIELDS,
    Box,
    DescribedField,
    Page,
    PageState,
    RecordView,
)
from mappings.vocabulary import kinds, secrecies, urgencies
from search_api.candidates.ranking import Candidate
from search_api.web.address import SearchAddress, read_date
from search_api.web.labels import PLAIN, Labels
from search_api.web.language import N_
from search_api.web.record_address import RecordAddress
from search_api.web.wording import SPEAKING_FOR, SURE, day

_NEIGHBOURS = 3
"""Pages to each side of the current one that the strip shows."""

_MOST_STOPS = 60
"""Pages that hold the words and stand in the strip; a long record has a hit on many."""

_LONG = frozenset({"subject", "superior", "issuer", "addressees", "references", "recipients", "keywords"})
"""Fields whose values take several lines."""

_LINE = 34  # characters of a line in the field's box
_CONFIRMED = N_("confirmed")
_LOOK = N_("please check")
_SURE = N_("sure")
_FAIRLY = N_("fairly sure")
_MISSING = N_("not found on the scan")


@dataclass(frozen=True, slots=True)
class Offer:
    """A value that a click takes. `because`: what speaks for it, in words to be translated."""

    shown: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A field to confirm. `shown`: the value as a person reads and types it. `wrong`: why a typed one was refused.

    `percent`: how sure the reading is of it; None where nothing was read, or a person has said it.
    """

    name: str
    title: str
    value: str
    shown: str
    surety: str
    percent: int | None
    doubtful: bool
    confirmed: bool
    sure: bool
    page: int | None
    boxes: tuple[Box, ...]
    href: str
    choices: tuple[str, ...]
    wrong: str = ""
    is_day: bool = False
    is_expected: bool = True
    offers: tuple[Offer, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether its value may take several lines."""
        return self.name in _LONG

    @property
    def is_absent(self) -> bool:
        """Whether there is no trace of it, as is right for such records: it stands aside, to be added by hand."""
        told = self.value or self.doubtful or self.confirmed or self.wrong
        return not (self.is_expected or told)

    @property
    def rows(self) -> int:
        """Lines that the value needs, 1 to 6."""
        return max(1, min(6, -(-len(self.shown) // _LINE)))


@dataclass(frozen=True, slots=True)
class Typed:
    """A value that was sent and refused, to be shown again."""

    name: str
    value: str
    complaint: str


HIDDEN = frozenset({PageState.BLANK, PageState.SEPARATOR})
"""Pages that are kept and counted, and shown only to who asks for them."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A page in the strip. `pictured`: whether it can be drawn."""

    number: int
    state: PageState
    hits: bool
    gap_before: bool
    pictured: bool = True


@dataclass(frozen=True, slots=True)
class Walk:
    """The way through a record's pages. `before`, `after`: page numbers, 0 for none. `hidden`: pages that are so

    unless they are asked for, `blank` of them blank.
    """

    strip: list[Stop]
    before: int
    after: int
    hidden: int
    blank: int


def rows_of(
    view: RecordView,
    address: RecordAddress,
    typed: Typed | None = None,
    candidates: Mapping[str, Sequence[Candidate]] = MappingProxyType({}),
    labels: Labels = PLAIN,
) -> list[Row]:
    """The fields: doubtful ones first, then those to confirm, then missing ones, then confirmed ones.

    `labels`: names and choices of the fields of record types.
    """
    names = (*FIELD_NAMES, *labels.names_of(view))
    administrative = labels.is_administrative(view)
    rows = [_row(name, view.fields.get(name), address, typed, labels, administrative) for name in names]
    rows = [replace(row, offers=_offers(row.name, candidates.get(row.name, ()))) for row in rows]
    return sorted(rows, key=lambda row: (row.confirmed, not row.doubtful, not row.value))


def _offers(name: str, candidates: Sequence[Candidate]) -> tuple[Offer, ...]:
    return tuple(
        Offer(shown_value(name, one.value), tuple(SPEAKING_FOR[source] for source in one.because)) for one in candidates
    )


def _row(
    name: str,
    field: DescribedField | None,
    address: RecordAddress,
    typed: Typed | None,
    labels: Labels,
    administrative: bool,
) -> Row:
    known = field or DescribedField(name, "", 0.0)
    refused = typed if typed and typed.name == name else None
    return Row(
        name=name,
        title=labels.title(name),
        value=known.value,
        shown=refused.value if refused else labels.shown(name, known.value),
        surety=_surety(known),
        percent=round(known.confidence * 100) if known.value and not known.confirmed else None,
        doubtful=known.doubtful and not known.confirmed,
        confirmed=known.confirmed,
        sure=bool(known.value) and not known.doubtful and not known.confirmed,
        page=known.page,
        boxes=lines_of(known.boxes),
        href=address.to_field(name, known.page) if known.page else "",
        choices=labels.choices(name) or _choices(name),
        is_day=labels.is_day(name),
        is_expected=name not in OPTIONAL_FIELDS and (administrative or name not in FIELD_NAMES),
        wrong=refused.complaint if refused else "",
    )


@dataclass(frozen=True, slots=True)
class KeywordLink:
    """A keyword, and the search for all records that have it."""

    text: str
    href: str


def keyword_links(view: RecordView) -> tuple[KeywordLink, ...]:
    """What the record is about, each a way to others."""
    return tuple(KeywordLink(one, str(SearchAddress(facets=(("keywords", one),)))) for one in view.keywords)


def lines_of(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """One rectangle for the words of each line, in the order of the words."""
    lines: list[Box] = []
    for box in boxes:
        last = lines[-1] if lines else None
        # On one line the middle of the next word lies beside the last one, and to the right of it.
        if last and last.y0 < (box.y0 + box.y1) / 2 < last.y1 and box.x0 >= last.x0:
            lines[-1] = Box(last.x0, min(last.y0, box.y0), max(last.x1, box.x1), max(last.y1, box.y1))
        else:
            lines.append(box)
    return tuple(lines)


def _surety(field: DescribedField) -> str:
    if field.confirmed:
        return _CONFIRMED
    if field.doubtful:
        return _LOOK
    if not field.value:
        return _MISSING
    return _SURE if field.confidence >= SURE else _FAIRLY


def _choices(name: str) -> tuple[str, ...]:
    if name == "kind":
        return tuple(kind.name for kind in kinds())
    if name == "secrecy":
        return secrecies()
    return tuple(urgency.name for urgency in urgencies()) if name == "urgency" else ()


def shown_value(name: str, value: str) -> str:
    """A kept value as a person reads it: days as 05/03/2018."""
    return day(value) if name in DAY_FIELDS else value


def kept_value(name: str, untrusted: str, labels: Labels = PLAIN) -> str:
    """A typed value as it is kept: a day as ISO if it is one; white space as single spaces."""
    plain = " ".join(untrusted.split())
    found = read_date(plain) if labels.is_day(name) else None
    return found.isoformat() if found else plain


def strip_of(pages: Sequence[Page], current: int, hits: Collection[int]) -> list[Stop]:
    """The pages to link, of those that are shown: the first and last, the neighbours, those with hits."""
    if not pages:
        return []
    place = next((at for at, page in enumerate(pages) if page.number >= current), len(pages) - 1)
    neighbours = pages[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS + 1]
    wanted = {pages[0].number, pages[-1].number, *(page.number for page in neighbours)}
    wanted.update(sorted(hits, key=lambda number: abs(number - current))[:_MOST_STOPS])
    shown = [page for page in pages if page.number in wanted]
    places = {page.number: place for place, page in enumerate(pages)}
    before = -1
    stops = []
    for page in shown:
        gap = places[page.number] > before + 1
        stops.append(Stop(page.number, page.state, page.number in hits, gap, page.has_image))
        before = places[page.number]
    return stops


def _shown(pages: Sequence[Page], current: int, *, hidden_too: bool) -> list[Page]:
    """The pages that can be walked through: without the hidden ones, unless these are all, or one is asked for."""
    shown = [page for page in pages if hidden_too or page.state not in HIDDEN or page.number == current]
    return shown if any(page.state not in HIDDEN for page in shown) else list(pages)


def walk_of(pages: Sequence[Page], here: Page | None, hits: Collection[int], *, hidden_too: bool) -> Walk:
    """The way through the pages of a record, from the one that is shown."""
    current = here.number if here else 0
    shown = _shown(pages, current, hidden_too=hidden_too) if here else []
    return Walk(
        strip=strip_of(shown, current, hits),
        before=max((page.number for page in shown if page.number < current), default=0),
        after=min((page.number for page in shown if page.number > current), default=0),
        hidden=sum(page.state in HIDDEN for page in pages),
        blank=sum(page.state is PageState.BLANK for page in pages),
    )


def chosen_page(pages: Sequence[Page], wanted: int, hits: Mapping[int, object]) -> Page | None:
    """The page asked for, else the first that holds the words, else the first that is not hidden, else the first."""
    if not pages:
        return None
    if 1 <= wanted <= len(pages):
        return pages[wanted - 1]
    first = next((page.number for page in pages if page.state not in HIDDEN), 1)
    return pages[min(hits, default=first) - 1]
