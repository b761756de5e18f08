"""A record: its description, original, text, pages; and a person's corrections."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse
from starlette.background import BackgroundTask

from archive.unit_of_work import UnitOfWork
from kernel.bilingual import Language
from kernel.errors import DigestMismatch, NotFound
from mappings.record import FIELD_NAMES, DescribedField, Page, RecordView
from mappings.transcripts.plain import plain
from search_api.page_images import WIDTHS
from search_api.problems import reason_of
from search_api.routes.asking import PageNumber, RecordId, TheLanguage, TheServices, TheViewer, problems
from search_api.routes.disposing import discarded_shape
from search_api.routes.shapes import (
    CorrectionShape,
    FieldShape,
    PageShape,
    ReasonShape,
    RecordDeliveryShape,
    RecordShape,
    WordShape,
    WordsShape,
    edges,
)
from search_api.safe_headers import UNTOUCHABLE

router = APIRouter(prefix="/records/{record_id}", tags=["records"])

_FILE = {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
_IMAGE = {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}


@router.get("", responses=problems(404))
def record(record_id: RecordId, services: TheServices, viewer: TheViewer, language: TheLanguage) -> RecordShape:
    """The record with its described fields, how each page was read, and how it came."""
    with services.catalogue.reading() as unit:
        view = unit.records.view(record_id, viewer.tokens)
        return _record(unit, view, language)


@router.patch("", responses=problems(403, 404, 409, 413, 422))
def correct(
    record_id: RecordId, correction: CorrectionShape, services: TheServices, viewer: TheViewer, language: TheLanguage
) -> RecordShape:
    """Confirms or corrects fields. They are kept when the record is read again, and found by their new values."""
    values = {name: field.value for name, field in correction.fields.items()}
    view = services.corrections.correct(record_id, values, viewer, correction.revision)
    with services.catalogue.reading() as unit:
        return _record(unit, view, language)


@router.get(
    "/original",
    response_class=FileResponse,
    responses={200: _FILE, 206: _FILE, 304: {"description": "Unchanged"}, **problems(404)},
)
def original(record_id: RecordId, request: Request, services: TheServices, viewer: TheViewer) -> Response:
    """The bytes as they came, as a download. Understands Range and If-None-Match."""
    with services.catalogue.reading() as unit:
        found = unit.records.by_id(record_id, viewer.tokens)
    headers = {
        "ETag": f'"{found.digest}"',
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": UNTOUCHABLE,
    }
    if _is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    held = ExitStack()
    try:
        path = held.enter_context(services.originals.local(found.digest))
    except NotFound as error:
        # The catalogue says that it is there: that is no "not found" but a broken archive.
        raise DigestMismatch(digest=found.digest) from error
    return FileResponse(
        path,
        headers=headers,
        media_type=found.media_type,
        filename=found.file_name,
        background=BackgroundTask(held.close),  # once all of it is sent
    )


@router.get("/text", response_class=PlainTextResponse, responses=problems(404))
def text(record_id: RecordId, services: TheServices, viewer: TheViewer) -> PlainTextResponse:
    """The text of all pages, parted by form feeds."""
    with services.catalogue.reading() as unit:
        view = unit.records.view(record_id, viewer.tokens)
    return PlainTextResponse(b"".join(plain(view.record, view.pages)))


@router.get(
    "/pages/{number}/image",
    response_class=Response,
    responses={200: _IMAGE, 304: {"description": "Unchanged"}, **problems(404, 422, 503)},
)
def page_image(
    record_id: RecordId,
    number: PageNumber,
    request: Request,
    services: TheServices,
    viewer: TheViewer,
    width: Annotated[int, Query(ge=16, le=WIDTHS[-1], description="In pixels; drawn a little wider if need be")] = 960,
) -> Response:
    """A picture of the page as a person sees the original; boxes are fractions of it."""
    with services.catalogue.reading() as unit:
        found = unit.records.by_id(record_id, viewer.tokens)
        page = unit.pages.page(record_id, number)
    if not page.has_image:
        raise NotFound(id=f"{record_id}/pages/{number}/image")
    headers = {"ETag": f'"{found.digest}-{number}-{width}"', "Cache-Control": "private, max-age=86400"}
    if _is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    content = services.images.image(found, number, width)
    headers["Content-Security-Policy"] = UNTOUCHABLE
    return Response(content, media_type="image/jpeg", headers=headers)


@router.get("/pages/{number}/words", responses=problems(404))
def page_words(record_id: RecordId, number: PageNumber, services: TheServices, viewer: TheViewer) -> WordsShape:
    """The page's text and the place of each word."""
    with services.catalogue.reading() as unit:
        unit.records.by_id(record_id, viewer.tokens)
        page = unit.pages.page(record_id, number)
    words = [
        WordShape(
            text=word.text,
            start=word.start,
            box=edges(word.box) if word.box else None,
            confidence=word.confidence,
            line=word.line,
            block=word.block,
        )
        for word in page.words
    ]
    return WordsShape(page=number, text=page.text, words=words)


def _is_known(request: Request, tag: str) -> bool:
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return tag in known or "*" in known


def _record(unit: UnitOfWork, view: RecordView, language: Language) -> RecordShape:
    found = view.record
    return RecordShape(
        record_id=found.id,
        issue_number=view.issue_number,
        state=found.state,
        revision=found.revision,
        file_name=found.file_name,
        media_type=found.media_type,
        size=found.size,
        digest=found.digest,
        received_at=found.received_at,
        page_count=found.page_count,
        fields={name: _field(view.fields.get(name)) for name in (*FIELD_NAMES, *view.type_fields)},
        pages=[_page(page, language) for page in view.pages],
        deliveries=[
            RecordDeliveryShape(
                id=one.id, file_name=one.file_name, source=one.source, state=one.state, received_at=one.received_at
            )
            for one in unit.deliveries.of_record(found.id)
        ],
        discarded=discarded_shape(view, binned) if (binned := unit.bin.among([found.id]).get(found.id)) else None,
    )


def _field(field: DescribedField | None) -> FieldShape:
    if field is None:
        return FieldShape(value=None, confidence=None, doubtful=False, confirmed=False, page=None, boxes=[])
    return FieldShape(
        value=field.value or None,
        confidence=field.confidence,
        doubtful=field.doubtful,
        confirmed=field.confirmed,
        page=field.page,
        boxes=list(map(edges, field.boxes)),
    )


def _page(page: Page, language: Language) -> PageShape:
    reason = reason_of(page.reason, {}, language)
    return PageShape(
        page=page.number,
        state=page.state,
        read_by=page.read_by,
        confidence=page.confidence,
        width=page.width,
        height=page.height,
        rotation=page.rotation,
        has_image=page.has_image,
        reason=ReasonShape(**reason) if reason else None,
    )
