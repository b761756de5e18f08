"""A record's words as a download, in the forms that other systems read."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from mappings.transcripts import FORMS, Form
from search_api.access import Viewer
from search_api.routes.asking import RecordId, TheServices, TheViewer, problems
from search_api.safe_headers import download_headers
from search_api.services import Services
from search_api.transcribing import Transcripts

router = APIRouter(prefix="/records/{record_id}", tags=["records"])

OnePage = Annotated[int | None, Query(description="Only this page, from 1", ge=1, le=1_000_000)]


def _answers(form: Form) -> dict[int | str, dict[str, Any]]:
    media_type = FORMS[form].media_type.partition(";")[0]
    return {200: {"content": {media_type: {"schema": {"type": "string"}}}}, **problems(404, 422)}


@router.get("/hocr", response_class=StreamingResponse, responses=_answers(Form.HOCR))
def hocr(record_id: RecordId, services: TheServices, viewer: TheViewer, page: OnePage = None) -> StreamingResponse:
    """The words with their places as hOCR 1.2, in pixels at 300 dpi of the page as a person sees it."""
    return _download(record_id, Form.HOCR, services, viewer, page)


@router.get("/alto", response_class=StreamingResponse, responses=_answers(Form.ALTO))
def alto(record_id: RecordId, services: TheServices, viewer: TheViewer, page: OnePage = None) -> StreamingResponse:
    """The words with their places as ALTO 4.4, in pixels at 300 dpi of the page as a person sees it."""
    return _download(record_id, Form.ALTO, services, viewer, page)


def _download(record_id: str, form: Form, services: Services, viewer: Viewer, page: int | None) -> StreamingResponse:
    made = Transcripts(services.catalogue).transcript(record_id, form, viewer, page)
    return StreamingResponse(made.pieces, media_type=made.kind.media_type, headers=download_headers(made.name))
