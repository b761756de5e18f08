"""POST /search/list: a list of questions in, a table of answers out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from kernel.bilingual import Bilingual, Language
from kernel.errors import TooLarge, Unavailable
from search_api.access.asking import current_viewer
from search_api.access.gate import entered
from search_api.giving.columns import Speaking
from search_api.giving.tables import TableForm, written
from search_api.lists.answering import MOST_HITS_EACH, answer_list
from search_api.lists.questions import QuestionList, read_questions
from search_api.problems import MOST_BODY_MB
from search_api.routes.asking import TheServices, TheSpeaking, problems
from search_api.safe_headers import download_headers
from search_api.services import Services

router = APIRouter(tags=["search"])

FILE_NAME = Bilingual("ket-qua-tra-cuu", "answers")

_CONTENT = {one: {"schema": {"type": "string", "format": "binary"}} for one in ("text/csv", TableForm.XLSX.media_type)}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": _CONTENT}}


@router.post(
    "/search/list",
    response_class=Response,
    responses={200: {"content": _CONTENT}, **problems(400, 403, 413, 422, 503)},
    openapi_extra=_BODY,
)
async def answer_questions(
    request: Request,
    services: TheServices,
    speaking: TheSpeaking,
    form: Annotated[TableForm, Query(description="The form of the answer")] = TableForm.CSV,
    hits: Annotated[int, Query(ge=1, le=MOST_HITS_EACH, description="Records that a question is answered with")] = 1,
    lang: Annotated[Language | None, Query(description="Language of the answer; else by Accept-Language")] = None,  # noqa: ARG001 - read by `TheSpeaking`
) -> StreamingResponse:
    """Takes a CSV or XLSX file of questions (up to 1 MB and 2,000 rows) as the body and answers each as /search would.

    The questions stand in the column headed "Câu hỏi" or "question" ("Số ký hiệu", "Trích yếu" will do), else in the
    first one. Each row of the answer names its row of the list and tells how sure it is. A row that cannot be answered
    says why; it never fails the list.
    """
    untrusted_file = await request.body()
    return await run_in_threadpool(answer_file, services, untrusted_file, request, speaking, form, hits)


def answer_file(
    services: Services, untrusted_file: bytes, request: Request, speaking: Speaking, form: TableForm, hits: int
) -> StreamingResponse:
    """The answers as a download; the errors of reading the file come before its first byte."""
    if services.rows is None:
        raise Unavailable
    asked = read_questions(services.rows, untrusted_file)
    _note(request, asked)
    rows = answer_list(services.search, asked, current_viewer(request), speaking, hits)
    name = f"{FILE_NAME.in_language(speaking.language)}.{form}"
    pieces = written(form, rows)
    return StreamingResponse(pieces, media_type=form.media_type, headers=download_headers(name))


def _note(request: Request, asked: QuestionList) -> None:
    """Puts down what was asked, all of it: the gate, which notes other tables, does not know what a list holds."""
    known = entered(request).signed_in
    if known is None:
        return
    told = "\n".join(one.text for one in asked.questions if one.text)
    if len(told) > MOST_BODY_MB << 20:  # of a workbook, which is packed
        raise TooLarge(megabytes=MOST_BODY_MB)
    request.app.state.notebook.took_out(known, request.url.path, told)
