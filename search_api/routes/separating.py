"""GET /separators: separator sheets to be printed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from mappings.separators import LONGEST_DOSSIER, SheetKind
from search_api.routes.asking import problems
from search_api.safe_headers import download_headers
from search_api.separator_sheets import FILE_NAME, MOST_COPIES, asked_sheet, separator_pdf

router = APIRouter(tags=["deliveries"])

_PDF = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}


@router.get("/separators", response_class=Response, responses={200: _PDF, **problems(422, 503)})
def separators(
    copies: Annotated[int, Query(ge=1, le=MOST_COPIES, description="Sheets, all alike")] = 1,
    sheet: Annotated[SheetKind, Query(description="start: a record begins; backs: the back sides follow")] = (
        SheetKind.START
    ),
    dossier: Annotated[
        str, Query(max_length=4 * LONGEST_DOSSIER, description="Of the record that begins", examples=["HS-2024/15"])
    ] = "",
    kind: Annotated[str, Query(max_length=100, description="Of the record that begins, as in the facet")] = "",
) -> Response:
    """Separator sheets as a PDF, to be laid between papers before they are scanned in one go."""
    made = separator_pdf(asked_sheet(sheet, dossier, kind), copies)
    return Response(made, media_type="application/pdf", headers=download_headers(FILE_NAME))
