"""Gathers what is known of a record whose number or day was written by hand, and has the candidates ranked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from operator import itemgetter

from archive.catalogue import Catalogue
from kernel.errors import NotFound
from mappings.index_document import days_since_1970, is_term
from mappings.record import Box, DescribedField, Page, RecordView
from mappings.turning import turned
from search_api.access import Viewer, access_node, views_seen
from search_api.candidates.ranking import Candidate, Evidence, days, numbers
from search_api.candidates.series import Issued, series_of
from search_api.engines.nodes import AllOf, Node, Range, Term
from search_api.engines.protocol import SearchEngine, SearchRequest, Sort

NEIGHBOURS = 60
"""Records of the series that are looked at to each side."""

_DATE = re.compile(
    r"NG[A4]\w\W{0,8}(?P<day>.{0,8}?)\W{0,8}TH[A4]NG\W{0,8}(?P<month>\d{1,2})\W{0,8}N[A4]M\W{0,8}"
    r"(?P<year>(?:19|20)\d\d)",
    re.DOTALL,
)
_SIGNED = re.compile(r"thời\s+gian\s+ký\s*:\s*(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d\d)", re.IGNORECASE)
_DECEMBER = 12
_SLACK = 0.006
_MOST_WORDS = 5000  # of a page, as `ingest.describing.lines` has it
_MOST_LETTERS = 200  # of the row that a field stands in: more is no number and no day, and costs the server its time
_PREFIX = re.compile(r"^\W*[Ss§5]\S{0,2}?\s*[:;]\s*|^\W*S[ốôoó0]\s*")


class CandidateService:
    """Tells what a doubtful number or day of issue may be. Safe over threads."""

    def __init__(self, catalogue: Catalogue, engine: SearchEngine) -> None:
        self._catalogue = catalogue
        self._engine = engine

    def candidates(self, view: RecordView, viewer: Viewer) -> dict[str, list[Candidate]]:
        """`number` and `issued_on`, each if it is asked for, with up to three values. Errors: EngineUnavailable."""
        wanted = {name for name in ("number", "issued_on") if _is_open(view.fields.get(name))}
        if not wanted:
            return {}
        evidence = self._evidence(view, viewer)
        told = {"number": numbers, "issued_on": days}
        return {name: found for name in sorted(wanted) if (found := told[name](evidence))}

    def _evidence(self, view: RecordView, viewer: Viewer) -> Evidence:
        evidence = evidence_of(view, lambda number: self._page(view, number))
        span = evidence.days
        return replace(evidence, series=self._series(view, *span, viewer)) if span else evidence

    def _page(self, view: RecordView, number: int) -> Page | None:
        try:
            with self._catalogue.reading() as unit:
                return unit.pages.page(view.record.id, number)
        except NotFound:
            return None

    def _series(self, view: RecordView, first: date, last: date, viewer: Viewer) -> Sequence[Issued]:
        """The sure records of the same issuer and symbol in that year, next to these days."""
        symbol = view.value("symbol") or ""
        if not is_term(symbol):
            return ()
        start, end = date(first.year, 1, 1), date(first.year, 12, 31)
        spans = ((start, last, Sort.NEWEST), (first, end, Sort.OLDEST))
        ids = [hit for one in spans for hit in self._hits(symbol, *one, viewer)]
        with self._catalogue.reading() as unit:
            views = views_seen(unit, list(dict.fromkeys(ids)), viewer)
        issuer = _folded(view.value("issuer") or "")
        return series_of(
            issued
            for other in views.values()
            if other.record.id != view.record.id
            and (not issuer or not other.value("issuer") or _folded(other.value("issuer") or "") == issuer)
            and (issued := _issued(other)) is not None
        )

    def _hits(self, symbol: str, first: date, last: date, sort: Sort, viewer: Viewer) -> list[str]:
        with self._catalogue.reading() as unit:
            access = access_node(viewer, unit.bin.leaving(viewer.tokens))
        span: Node = Range("issued_on", days_since_1970(first), days_since_1970(last))
        request = SearchRequest(AllOf((Term("symbol", symbol), span)), access, sort=sort, limit=NEIGHBOURS)
        return [hit.id for hit in self._engine.search(request).hits]


def evidence_of(view: RecordView, page_of: Callable[[int], Page | None]) -> Evidence:
    """What the record itself tells. `page_of`: a page with its words, None if it is not there."""
    number, issued = view.fields.get("number"), view.fields.get("issued_on")
    row = _text_at(issued, page_of)
    found = _DATE.search(_folded(row)) if row else None
    day = _date(view, "issued_on")
    month = (int(found["year"]), int(found["month"])) if found else (day.year, day.month) if day else None
    return Evidence(
        read=_PREFIX.sub("", re.split(r"[/⁄]", _text_at(number, page_of))[0]),
        day_read=row[slice(*found.span("day"))] if found else "",
        file_name=view.record.file_name,
        day=day if not _is_open(issued) else None,
        number=_whole(view) if not _is_open(number) else None,
        month=month if month and 1 <= month[1] <= _DECEMBER else None,
        arrived=_date(view, "arrived_on") if not _is_open(view.fields.get("arrived_on")) else None,
        signed=_signed_on(view),
    )


def _text_at(field: DescribedField | None, page_of: Callable[[int], Page | None]) -> str:
    """What OCR read where the field stands, of a long row the beginning."""
    if field is None or not field.boxes or field.page is None:
        return field.value[:_MOST_LETTERS] if field else ""
    page = page_of(field.page)
    return (_words_within(page, field) if page else field.value)[:_MOST_LETTERS]


def _is_open(field: DescribedField | None) -> bool:
    """Whether it stands on the page and is asked for."""
    return field is not None and field.doubtful and not field.confirmed


def _words_within(page: Page, field: DescribedField) -> str:
    """The words whose middle lies in the field's boxes, from left to right on the page as it is read."""
    degrees = page.rotation % 360
    boxes = [turned(box, degrees) for box in field.boxes]
    placed = [(turned(word.box, degrees), word.text) for word in page.words[:_MOST_WORDS] if word.box]
    within = [(place.x0, text) for place, text in placed if any(_lies_in(place, box) for box in boxes)]
    return " ".join(text for _, text in sorted(within, key=itemgetter(0))) or field.value


def _lies_in(place: Box, box: Box) -> bool:
    across, down = (place.x0 + place.x1) / 2, (place.y0 + place.y1) / 2
    return box.x0 <= across <= box.x1 and box.y0 - _SLACK <= down <= box.y1 + _SLACK


def _issued(view: RecordView) -> Issued | None:
    fields = [view.fields.get(name) for name in ("number", "issued_on")]
    if any(field is None or _is_open(field) for field in fields):
        return None
    number, day = _whole(view), _date(view, "issued_on")
    return Issued(number, day) if number and day else None


def _whole(view: RecordView) -> int | None:
    value = view.value("number") or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else None


def _date(view: RecordView, name: str) -> date | None:
    try:
        return date.fromisoformat(view.value(name) or "")
    except ValueError:
        return None


def _signed_on(view: RecordView) -> date | None:
    """The day of a digital signature that is printed on the page."""
    found = next((hit for page in view.pages if (hit := _SIGNED.search(page.text))), None)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _folded(text: str) -> str:
    """Capitals without marks, as long as the text itself."""
    return "".join(_fold_sign(sign) for sign in unicodedata.normalize("NFC", text))


def _fold_sign(sign: str) -> str:
    return "D" if sign in "đĐðÐ" else unicodedata.normalize("NFD", sign)[0].upper()[:1]
