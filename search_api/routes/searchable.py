"""A record as a searchable PDF."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse

from kernel.errors import NotFound
from search_api.routes.asking import RecordId, TheServices, TheViewer, problems
from search_api.safe_headers import download_headers
from search_api.searchable_pdfs import PROFILE
from search_api.transcribing import name_of

router = APIRouter(prefix="/records/{record_id}", tags=["records"])

_PDF = {
    "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    "headers": {
        "X-PDF-Profile": {
            "description": f"{PROFILE}, or none where the original could not be made so",
            "schema": {"type": "string"},
        }
    },
}


@router.get("/searchable-pdf", response_class=FileResponse, responses={200: _PDF, **problems(404, 422, 500, 503)})
def searchable_pdf(record_id: RecordId, services: TheServices, viewer: TheViewer) -> FileResponse:
    """The pages as they are in the original with the words as they were read, unseen, to be searched and copied.

    Made when first asked for, which may take a second a page. Image files become PDF/A-2b.
    """
    if services.searchable_pdfs is None:
        raise NotFound(id=f"{record_id}/searchable-pdf")
    made = services.searchable_pdfs.pdf(record_id, viewer)
    name = name_of(made.record, ".pdfa.pdf" if made.conforms else ".searchable.pdf")
    headers = download_headers(name) | {"X-PDF-Profile": PROFILE if made.conforms else "none"}
    return FileResponse(made.path, media_type="application/pdf", headers=headers)
