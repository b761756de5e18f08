"""`/tra-cuu-danh-sach`: a list of questions handed in as a file or typed, its answers as a file."""

from __future__ import annotations

import csv
import io

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from kernel.errors import BadRequest, PageTimedOut, ReaderDied, Refused, TangthuError, TooLarge
from search_api.giving.columns import Speaking
from search_api.giving.tables import TableForm
from search_api.lists.answering import MOST_HITS_EACH
from search_api.lists.questions import MOST_QUESTIONS
from search_api.problems import MOST_BODY_MB
from search_api.routes.lists import answer_file
from search_api.web.language import N_
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices

PATH = "/tra-cuu-danh-sach"

_MOST_FIELDS = 10
_TITLE = N_("The list was not answered")
_NOTHING = N_("Choose a file, or type one question a line.")


def list_page(request: Request, services: WebServices) -> Response:
    """The form."""
    return _page(Asking.read(request, services.options.language))


async def answer(request: Request, services: WebServices) -> Response:
    """The answers as a file; the form again, with what is wrong, if the list cannot be read."""
    asking = Asking.read(request, services.options.language)
    # The guard holds the whole body to a megabyte; the framework's own limit counts for each field alone.
    async with request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=MOST_BODY_MB << 20) as form:
        chosen = form.get("file")
        uploaded = await chosen.read() if isinstance(chosen, UploadFile) else b""
        untrusted_list = uploaded or _typed(form)
        if not untrusted_list:
            return _page(asking, Notice(asking.say(_NOTHING), "bad"), 422, form)
        try:
            return await run_in_threadpool(_answers, request, services, asking, form, untrusted_list)
        except (Refused, BadRequest, PageTimedOut, ReaderDied) as error:
            return await run_in_threadpool(_refused, asking, error, form)


def _answers(
    request: Request, services: WebServices, asking: Asking, form: FormData, untrusted_list: bytes
) -> Response:
    speaking = Speaking(asking.language, str(request.base_url).rstrip("/"))
    table = TableForm.CSV if form.get("form") == TableForm.CSV.value else TableForm.XLSX
    return answer_file(services.house, untrusted_list, request, speaking, table, _hits(form))


def _typed(form: FormData) -> bytes:
    """The typed lines as a file of one column: a comma in a question parts nothing."""
    untrusted_text = str(form.get("typed") or "")
    if not untrusted_text.strip():
        return b""
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([line] for line in untrusted_text.splitlines())
    return stream.getvalue().encode("utf-8", "replace")


def _hits(form: FormData) -> int:
    untrusted_hits = str(form.get("hits") or "")
    return int(untrusted_hits) if untrusted_hits in {str(one) for one in range(1, MOST_HITS_EACH + 1)} else 1


def _refused(asking: Asking, error: TangthuError, form: FormData) -> Response:
    notice = Notice(asking.either(error.title), "bad", asking.say(_TITLE))
    status = error.http_status if isinstance(error, TooLarge | BadRequest) else 422
    return _page(asking, notice, status, form)


def _page(asking: Asking, notice: Notice | None = None, status: int = 200, form: FormData | None = None) -> Response:
    return asking.page(
        "list.html",
        status,
        here="search",
        notice=notice,
        path=PATH,
        typed=str(form.get("typed") or "") if form else "",
        form=str(form.get("form") or "") if form else "",
        hits=_hits(form) if form else 1,
        most_hits=MOST_HITS_EACH,
        most=MOST_QUESTIONS,
        most_mb=MOST_BODY_MB,
    )
