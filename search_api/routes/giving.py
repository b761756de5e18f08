"""GET /search.csv, /search.xlsx and /search.atom: what a search finds, given away."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from kernel.bilingual import Language
from search_api.access import Viewer
from search_api.giving.columns import Speaking
from search_api.giving.feed import MEDIA_TYPE
from search_api.giving.found import FILE_NAME, MOST_ROWS, give_table
from search_api.giving.newest import newest_feed
from search_api.giving.tables import TableForm
from search_api.routes.asking import TheServices, TheSpeaking, TheViewer, problems
from search_api.routes.searching import SearchParameters
from search_api.safe_headers import download_headers
from search_api.services import Services

router = APIRouter(tags=["search"])


class GivenParameters(SearchParameters):
    """The parameters of a search whose hits are given away."""

    lang: Language | None = Field(None, description="Language of the heads; left out: as Accept-Language says")


_Asked = Annotated[GivenParameters, Query()]


def _file(*media_types: str) -> dict[int | str, dict[str, Any]]:
    content = {one: {"schema": {"type": "string", "format": "binary"}} for one in media_types}
    headers = {
        "Tangthu-Total": {"description": "Records found", "schema": {"type": "integer"}},
        "Tangthu-Most": {"description": "Records that are given at the most", "schema": {"type": "integer"}},
        "Tangthu-Partial": {
            "description": "true: no record fits all that was asked; these fit some of it",
            "schema": {"type": "boolean"},
        },
    }
    return {200: {"content": content, "headers": headers}}


@router.get("/search.csv", response_class=Response, responses={**_file("text/csv"), **problems(400, 422, 503)})
def search_as_csv(asked: _Asked, services: TheServices, viewer: TheViewer, speaking: TheSpeaking) -> StreamingResponse:
    """All that a search finds as CSV (UTF-8 with a byte order mark), the first 50,000 at the most.

    Parameters as of /search, from `cursor` on; `limit` counts for nothing. What a spreadsheet would take for a formula
    begins with an apostrophe.
    """
    return _table(services, asked, viewer, speaking, TableForm.CSV)


@router.get(
    "/search.xlsx", response_class=Response, responses={**_file(TableForm.XLSX.media_type), **problems(400, 422, 503)}
)
def search_as_xlsx(asked: _Asked, services: TheServices, viewer: TheViewer, speaking: TheSpeaking) -> StreamingResponse:
    """All that a search finds as a workbook, the first 20,000 at the most. Parameters as of /search.csv."""
    return _table(services, asked, viewer, speaking, TableForm.XLSX)


@router.get("/search.atom", response_class=Response, responses={**_file("application/atom+xml"), **problems(422, 503)})
def search_as_atom(
    request: Request, asked: _Asked, services: TheServices, viewer: TheViewer, speaking: TheSpeaking
) -> Response:
    """The 50 records that fit and came in last, as an Atom feed. Parameters as of /search; order and place are its own.

    Records that fit only in part are left out: a feed tells of what is wanted, or of nothing.
    """
    own = f"{speaking.page}{request.url.path}"
    feed = newest_feed(services.search, asked.query(), viewer, speaking, own, request.url.query)
    return Response(feed, media_type=MEDIA_TYPE)


def _table(
    services: Services, asked: SearchParameters, viewer: Viewer, speaking: Speaking, form: TableForm
) -> StreamingResponse:
    given = give_table(services.search, asked.query(), viewer, form, speaking)
    headers = {
        "Tangthu-Total": str(given.total),
        "Tangthu-Most": str(MOST_ROWS[form]),
        "Tangthu-Partial": str(given.partial).lower(),
        **download_headers(f"{FILE_NAME.in_language(speaking.language)}.{form}"),
    }
    return StreamingResponse(given.pieces, media_type=form.media_type, headers=headers)
