"""`/van-ban/{id}`: one record, its scan with what was looked for, its fields to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from analyzers.marking import Match, SnippetPart
from archive.unit_of_work import UnitOfWork
from kernel.errors import BadRequest, BadValue, Conflict, PageTimedOut, PageUnreadable
from mappings.record import Box, Delivery, Page, PageState, Record, RecordState, RecordView, is_field_name
from search_api.access import Viewer
from search_api.access.asking import current_viewer, signing_name
from search_api.candidates.ranking import Candidate
from search_api.candidates.service import CandidateService
from search_api.field_changes import last_change
from search_api.likeness import LikenessService
from search_api.problems import reason_of
from search_api.query.marking import MarkedPage, mark
from search_api.query.wishes import ParsedQuery
from search_api.undoing import undo
from search_api.web.address import SearchAddress
from search_api.web.alike_view import ShownAlike, shown_alike
from search_api.web.attachments_view import attachments_view
from search_api.web.bin_page import PATH as BIN
from search_api.web.bin_page import SAY_WHO_AND_WHY
from search_api.web.division_view import division_view
from search_api.web.downloads import downloads_of
from search_api.web.filing_page import filing_of
from search_api.web.history_page import shown_change
from search_api.web.labels import Labels
from search_api.web.language import N_
from search_api.web.links_view import shown_links
from search_api.web.page_parts import DEEP_ZOOM, page_parts, part_address
from search_api.web.patience import patiently
from search_api.web.record_address import RecordAddress
from search_api.web.record_view import (
    KeywordLink,
    Row,
    Typed,
    chosen_page,
    kept_value,
    keyword_links,
    rows_of,
    walk_of,
)
from search_api.web.rendering import Asking, Notice
from search_api.web.scan_view import mark_walk, scan_of
from search_api.web.search_view import title_of
from search_api.web.services import WebServices

_EACH_PAGE = 30
"""Up to so many pages each one is looked through; of a longer record the best ones."""

_WRONG_DAY = N_("Type the day as 05/03/2018.")
_TOO_SLOW = N_("Reading it took longer than is allowed")


@dataclass(frozen=True, slots=True)
class _Opened:
    """A record as it is shown: which page, and what is marked on each."""

    view: RecordView
    deliveries: tuple[Delivery, ...]
    subject_parts: tuple[SnippetPart, ...]
    marked: dict[int, MarkedPage]
    here: Page | None


@dataclass(frozen=True, slots=True)
class _Head:
    """The lines at the top."""

    title: str
    subject_parts: tuple[SnippetPart, ...]
    issue_number: str | None
    issued_on: str | None
    kind: str | None
    issuer: str | None
    urgency: str | None
    secrecy: str | None
    keywords: tuple[KeywordLink, ...]
    doubtful: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _FailedPage:
    """A page that could not be read, and why."""

    number: int
    reason: str
    remedy: str


def record_page(request: Request, record_id: str, services: WebServices) -> Response:
    """Shows a record, NotFound if there is none that the asker may see."""
    asking = Asking.read(request, services.options.language)
    address = RecordAddress.read(record_id, request.query_params)
    labels = _labels(request, services)
    saved = _told(asking, request.query_params.get("saved", ""), N_("Confirmed:"), labels)
    undone = _told(asking, request.query_params.get("undone", ""), N_("Undone:"), labels)
    return _page(asking, address, services, notice=saved or undone)


def confirm_field(request: Request, record_id: str, form: FormData, services: WebServices) -> Response:
    """Takes one value as confirmed by a person and goes back to the record."""
    name, untrusted_value = _text(form, "name"), _text(form, "offer") or _text(form, "value")
    if not is_field_name(name):
        raise BadRequest(what=name[:100])
    values = {name: kept_value(name, untrusted_value, _labels(request, services))}
    return _confirm(request, record_id, form, values, services)


def confirm_sure_fields(request: Request, record_id: str, form: FormData, services: WebServices) -> Response:
    """Takes the values that the page showed as sure, just as it showed them, as confirmed by a person."""
    names = (key.removeprefix("field.") for key in form if key.startswith("field."))
    values = {name: _text(form, f"field.{name}") for name in names if is_field_name(name)}
    return _confirm(request, record_id, form, values, services)


def _labels(request: Request, services: WebServices) -> Labels:
    return Labels(services.house.types, Asking.read(request, services.options.language).language)


def discard(request: Request, record_id: str, form: FormData, services: WebServices) -> Response:
    """Puts the record into the bin and leads there; what is missing in the form is asked for again."""
    asking = Asking.read(request, services.options.language)
    try:
        viewer, why = current_viewer(request), _text(form, "why")
        services.house.disposal.discard(record_id, signing_name(viewer, _text(form, "by")), why, viewer)
    except (BadValue, Conflict) as error:
        notice = _refused(error, asking)
        address = RecordAddress.read(record_id, {})
        return _page(asking, address, services, status=error.http_status, notice=notice, discarding=form)
    return RedirectResponse(f"{BIN}?done=discarded", 303)


def _refused(error: BadValue | Conflict, asking: Asking) -> Notice:
    if isinstance(error, BadValue):
        return Notice(asking.say(SAY_WHO_AND_WHY), "bad")
    return Notice(asking.either(error.remedy), "bad", asking.either(error.title))


def _confirm(
    request: Request, record_id: str, form: FormData, values: dict[str, str], services: WebServices
) -> Response:
    asking = Asking.read(request, services.options.language)
    address = RecordAddress.read(record_id, _texts(form))
    try:
        view = services.house.corrections.correct(record_id, values, current_viewer(request), _revision(form))
    except (BadValue, Conflict) as error:
        notice = Notice(asking.either(error.remedy), "bad", asking.either(error.title))
        typed = _typed(form, error, asking, _labels(request, services))
        return _page(asking, address, services, status=error.http_status, typed=typed, notice=notice)
    return _to_next(address, view, f"saved={','.join(values)}", _labels(request, services))


def undo_change(request: Request, record_id: str, form: FormData, services: WebServices) -> Response:
    """Takes the last change of fields back and goes back to the record."""
    asking, viewer = Asking.read(request, services.options.language), current_viewer(request)
    address = RecordAddress.read(record_id, _texts(form))
    try:
        names = undo(services.house.catalogue, record_id, viewer, _revision(form))
    except Conflict as error:
        notice = Notice(asking.either(error.remedy), "bad", asking.either(error.title))
        return _page(asking, address, services, status=error.http_status, notice=notice)
    target = str(replace(address, field=names[0], mark=0))
    return RedirectResponse(f"{target}{_joint(target)}undone={','.join(names)}", 303)


def _to_next(address: RecordAddress, view: RecordView, done: str, labels: Labels) -> Response:
    """To the next field that should be looked at, its place shown; to the head of the fields if there is none."""
    row = next((row for row in rows_of(view, address, labels=labels) if row.doubtful), None)
    if row is None:
        target = str(replace(address, field="", mark=0))
        return RedirectResponse(f"{target}{_joint(target)}{done}#fields-title", 303)
    page = row.page or address.page
    turn = address.turn if page == address.page else 0
    # Without a fragment: a browser gives the focus to the field then.
    target = str(replace(address, field=row.name, page=page, mark=0, turn=turn))
    return RedirectResponse(f"{target}{_joint(target)}{done}", 303)


def _joint(target: str) -> str:
    return "&" if "?" in target else "?"


def _typed(form: FormData, error: BadValue | Conflict, asking: Asking, labels: Labels) -> Typed | None:
    if isinstance(error, Conflict):  # the page shows what the other one wrote
        return None
    name, value = _text(form, "name"), _text(form, "value")
    complaint = asking.say(_WRONG_DAY) if labels.is_day(name) else asking.either(error.title)
    return Typed(name, value, complaint)


def _revision(form: FormData) -> int | None:
    untrusted = _text(form, "revision")
    return int(untrusted) if untrusted.isascii() and untrusted.isdigit() and len(untrusted) < 10 else None


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _texts(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _told(asking: Asking, untrusted_names: str, what: str, labels: Labels) -> Notice | None:
    names = [name for name in untrusted_names.split(",") if is_field_name(name)]
    if not names:
        return None
    return Notice(", ".join(labels.title(name) for name in names), "good", asking.say(what))


def _candidates(view: RecordView, viewer: Viewer, services: WebServices) -> dict[str, list[Candidate]]:
    """What a doubtful number or day may be; none while the engine does not answer."""
    asked = CandidateService(services.house.catalogue, services.house.engine)
    return patiently(lambda: asked.candidates(view, viewer)) or {}


def _alike(view: RecordView, viewer: Viewer, services: WebServices) -> tuple[ShownAlike, ...]:
    return shown_alike(LikenessService(services.house.catalogue, services.house.engine), view, viewer)


def _page(
    asking: Asking,
    address: RecordAddress,
    services: WebServices,
    *,
    status: int = 200,
    typed: Typed | None = None,
    notice: Notice | None = None,
    discarding: FormData | None = None,
) -> Response:
    viewer, parsed = current_viewer(asking.request), services.house.search.read(address.q)
    with services.house.catalogue.reading() as unit:
        opened = _open(unit, unit.records.view(address.record_id, viewer.tokens), address, parsed)
        boxes = _boxes(unit, opened)
        last = last_change(unit.events.of_record(address.record_id))
        discarded = unit.bin.among([address.record_id]).get(address.record_id)
        division = division_view(unit, opened.view, viewer, asking)
        attachments = attachments_view(unit, address.record_id, viewer, asking)
    view, here = opened.view, opened.here
    candidates = {} if discarded else _candidates(view, viewer, services)
    rows = rows_of(view, address, typed, candidates, Labels(services.house.types, asking.language))
    return asking.page(
        "record.html",
        status,
        address=address,
        back=str(SearchAddress(q=address.q)),
        record=view.record,
        head=_head(opened),
        deliveries=opened.deliveries,
        here_page=here,
        division=division,
        attachments=attachments,
        deep_zoom=part_address(page_parts(services.options.page_parts), DEEP_ZOOM),
        last_change=None if discarded else shown_change(last, _labels(asking.request, services)),
        focused=address.field if notice and notice.tone == "good" else "",
        links=shown_links(services.house.links, view, viewer),
        alike=() if division.divided else _alike(view, viewer, services),
        filing=None if discarded or division.divided else filing_of(view, viewer, services),
        downloads=downloads_of(view, services.house.searchable_pdfs),
        notice=notice,
        discarded=discarded,
        typed_by=_text(discarding, "by") if discarding else "",
        typed_why=_text(discarding, "why") if discarding else "",
        discarding=discarding is not None,
        **_of_pages(opened, address, boxes, asking),
        **_of_fields(rows, view.record),
    )


def _of_pages(opened: _Opened, address: RecordAddress, boxes: Sequence[Box], asking: Asking) -> dict[str, Any]:
    """What the page shows of the record's pages. `boxes`: the marked places of the one that is shown."""
    pages, here = opened.view.pages, opened.here
    failed = [_failed(page, asking) for page in pages if page.state is PageState.FAILED]
    return {
        "walk": walk_of(pages, here, opened.marked, hidden_too=address.blanks),
        "marks": mark_walk(address, here.number, boxes, opened.marked) if here else None,
        "scan": scan_of(opened.view.record.id, here, address) if here else None,
        "text_parts": _parts_of_text(opened),
        "waiting": sum(page.state is PageState.WAITING for page in pages),
        "failed": failed,
        "failed_reasons": {one.number: one.reason for one in failed},
    }


def _of_fields(rows: Sequence[Row], record: Record) -> dict[str, Any]:
    return {
        "fields": rows,
        "fields_read": _is_read(record),
        "doubtful_count": sum(row.doubtful for row in rows),
        "open_count": sum(bool(row.value) and not row.confirmed for row in rows),
        "sure_count": sum(row.sure for row in rows),
    }


def _parts_of_text(opened: _Opened) -> list[SnippetPart]:
    if opened.here is None:
        return []
    marked = opened.marked.get(opened.here.number)
    return text_parts(_text_of(opened.here), marked.matches if marked else ())


def _open(unit: UnitOfWork, view: RecordView, address: RecordAddress, parsed: ParsedQuery) -> _Opened:
    readable = [page for page in view.pages if page.state is PageState.SEARCHABLE]
    subject_parts: tuple[SnippetPart, ...] = ()
    marked: dict[int, MarkedPage] = {}
    if parsed.wants_something:
        found = mark(parsed, view.value("subject") or "", readable)
        subject_parts = found.subject
        marked = {one.page.number: one for one in found.pages} | _marked_each(parsed, readable, address.page)
    here = chosen_page(view.pages, address.page, marked)
    deliveries = unit.deliveries.of_record(view.record.id)
    return _Opened(view, deliveries, subject_parts, marked, here)


def _marked_each(parsed: ParsedQuery, readable: list[Page], current: int) -> dict[int, MarkedPage]:
    pages = readable if len(readable) <= _EACH_PAGE else [page for page in readable if page.number == current]
    return {one.page.number: one for page in pages for one in mark(parsed, "", [page]).pages}


def _boxes(unit: UnitOfWork, opened: _Opened) -> tuple[Box, ...]:
    marked = opened.marked.get(opened.here.number) if opened.here else None
    if marked is None:
        return ()
    key = (opened.view.record.id, marked.page.number)
    return marked.boxes(unit.pages.packed([key])[key])


def _head(opened: _Opened) -> _Head:
    view = opened.view
    subject, kind = view.value("subject"), view.value("kind")
    return _Head(
        title=title_of(subject, kind, view.issue_number, view.record.file_name),
        subject_parts=opened.subject_parts,
        issue_number=view.issue_number,
        issued_on=view.value("issued_on"),
        kind=kind,
        issuer=view.value("issuer"),
        urgency=view.value("urgency"),
        secrecy=view.value("secrecy"),
        keywords=keyword_links(view),
        doubtful=view.doubtful,
    )


def _text_of(page: Page) -> str:
    return "" if page.state is PageState.SEPARATOR else page.text


def _is_read(record: Record) -> bool:
    return record.state in (RecordState.SEARCHABLE, RecordState.PARTLY_SEARCHABLE)


def _failed(page: Page, asking: Asking) -> _FailedPage:
    # The catalogue keeps a page's reason as a code alone, without the seconds that its sentence would name.
    known = page.reason if page.reason and page.reason != PageTimedOut.code else PageUnreadable.code
    said = reason_of(known, {}, asking.language) or {}
    title = asking.say(_TOO_SLOW) if page.reason == PageTimedOut.code else said["title"]
    return _FailedPage(page.number, title, said["remedy"])


def text_parts(text: str, matches: tuple[Match, ...]) -> list[SnippetPart]:
    """A whole page's text in parts, its lines kept."""
    parts, at = [], 0
    for match in matches:
        parts.append(SnippetPart(text[at : match.start], marked=False))
        parts.append(SnippetPart(text[match.start : match.end], marked=True))
        at = match.end
    parts.append(SnippetPart(text[at:], marked=False))
    return [part for part in parts if part.text]
