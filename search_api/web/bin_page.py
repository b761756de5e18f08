"""`/thung-rac`: what lies in the bin, to be restored or, by two persons, purged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from archive.unit_of_work import UnitOfWork
from kernel.errors import BadValue, Conflict
from mappings.record import Discarded, RecordView
from search_api.access import Viewer
from search_api.access.asking import current_viewer, signing_name
from search_api.access.policy import Permission
from search_api.access.viewer import expect
from search_api.web.language import N_
from search_api.web.rendering import Asking, Notice
from search_api.web.search_view import title_of
from search_api.web.services import WebServices

PATH = "/thung-rac"
ROWS = 50
"""Records on one page."""

SAY_WHO_AND_WHY = N_("Write your name and the reason.")
_SAY_WHO = N_("Write your name.")
_DONE = {
    "discarded": N_("The record is in the bin."),
    "restored": N_("The record was restored and is found again."),
    "asked": N_("The purge was asked for; a second person must confirm it."),
    "purged": N_("The record was purged for ever."),
}
_ID = re.compile(r"[0-9a-z]{26}")


class Step(StrEnum):
    """What a form of the page asks for, as its address says it."""

    RESTORE = "khoi-phuc"
    ASK = "de-nghi-xoa"
    CONFIRM = "xac-nhan-xoa"


@dataclass(frozen=True, slots=True)
class Row:
    """A record in the bin. `asked_by`: who wants it purged, empty if nobody does yet."""

    record_id: str
    title: str
    at: datetime
    by: str
    why: str
    asked_by: str


def bin_page(request: Request, services: WebServices) -> Response:
    """The whole page."""
    asking = Asking.read(request, services.options.language)
    done = _DONE.get(request.query_params.get("done", ""))
    return _page(asking, services, notice=Notice(asking.say(done)) if done else None)


def dispose(request: Request, record_id: str, step: Step, form: FormData, services: WebServices) -> Response:
    """Does what a form asks for and shows the bin again."""
    asking = Asking.read(request, services.options.language)
    untrusted_by = form.get("by")
    by = untrusted_by if isinstance(untrusted_by, str) else ""
    try:
        done = _do(record_id, step, by, services, current_viewer(request))
    except BadValue:
        return _page(asking, services, BadValue.http_status, Notice(asking.say(_SAY_WHO), "bad"))
    except Conflict as error:
        notice = Notice(asking.either(error.remedy), "bad", asking.either(error.title))
        return _page(asking, services, error.http_status, notice)
    return RedirectResponse(f"{PATH}?done={done}", 303)


_TAKES = {Step.RESTORE: Permission.RESTORE, Step.ASK: Permission.ASK_PURGE, Step.CONFIRM: Permission.PURGE}


def _do(record_id: str, step: Step, untrusted_name: str, services: WebServices, viewer: Viewer) -> str:
    disposal, untrusted_by = services.house.disposal, signing_name(viewer, untrusted_name)
    with services.house.catalogue.reading() as unit:
        expect(viewer, _TAKES[step], unit.records.by_id(record_id, viewer.tokens).unit)
    if step is Step.RESTORE:
        disposal.restore(record_id, untrusted_by, viewer)
        return "restored"
    if step is Step.ASK:
        disposal.ask_purge(record_id, untrusted_by, viewer)
        return "asked"
    disposal.confirm_purge(record_id, untrusted_by, viewer)
    return "purged"


def _page(asking: Asking, services: WebServices, status: int = 200, notice: Notice | None = None) -> Response:
    untrusted_before = asking.request.query_params.get("before", "")
    before = untrusted_before if _ID.fullmatch(untrusted_before) else None
    with services.house.catalogue.reading() as unit:
        rows = _rows(unit, current_viewer(asking.request), before)
    older = f"{PATH}?before={rows[ROWS - 1].record_id}" if len(rows) > ROWS else ""
    return asking.page("bin.html", status, here="bin", notice=notice, rows=rows[:ROWS], older_address=older, step=Step)


def _rows(unit: UnitOfWork, viewer: Viewer, before: str | None) -> list[Row]:
    found = unit.bin.content(viewer.tokens, ROWS + 1, before, viewer.where(Permission.SEE_BIN))
    views = unit.records.views([one.record_id for one in found], discarded=True)
    return [_row(one, views[one.record_id]) for one in found]


def _row(found: Discarded, view: RecordView) -> Row:
    title = title_of(view.value("subject"), view.value("kind"), view.issue_number, view.record.file_name)
    return Row(found.record_id, title, found.at, found.by, found.why, found.purge_asked_by or "")
