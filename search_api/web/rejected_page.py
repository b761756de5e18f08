"""`/tiep-nhan/khong-nhan`: files that were not taken, why, how to mend each, and the forms that do it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from archive.deliveries import DeliveryRow
from kernel.errors import BadRequest, BadValue, Conflict, NotFound, Refused, TangthuError, Unavailable
from kernel.people_errors import NotAllowed
from mappings.record import DeliverySource
from search_api.access.asking import current_viewer
from search_api.access.policy import Permission
from search_api.access.viewer import Viewer
from search_api.problems import reason_of
from search_api.rejected import LONGEST_NOTE, RejectedService
from search_api.web.language import N_
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices

PATH = "/tiep-nhan/khong-nhan"
REPLACE = PATH + "/{delivery_id}/thay"
STEP = PATH + "/{delivery_id}/{step}"
ROWS = 25

_ID = re.compile(r"[0-9a-z]{26}")
_SAY_WHY = N_("Write in a few words what was done about the file.")
_CHOOSE = N_("Choose the file that is to take its place.")
_DONE = {
    "thu-lai": N_("The file was handed in again. What becomes of it shows under Intake."),
    "thay": N_("The other file was taken in its place. What becomes of it shows under Intake."),
    "da-xu-ly": N_("The file is settled and no longer in the list; its bytes are kept."),
}
_AGAIN = N_("Try again once that is done: the same file is checked anew.")
_ANOTHER = N_("Trying the same file again does not help; hand in a mended one in its place.")
_PASSWORD = N_(
    "Open it with its password, save a copy without one (or print it to PDF), and hand that in here in its place. "
    "The archive asks for no passwords: it would have to keep them as long as the file."
)
_LIMIT = N_("Or the administrator raises the limit in the settings; then try again: the same file is checked anew.")
_MENDING = {
    "encrypted": (_PASSWORD, False),
    "too-large": (_LIMIT, True),
    "too-many-pages": (_LIMIT, True),
    "too-many-pixels": (_LIMIT, True),
    "old-office-file": (_AGAIN, True),
    "empty": (_ANOTHER, False),
    "truncated": (_ANOTHER, False),
    "damaged": (_ANOTHER, False),
    "unknown-type": (_ANOTHER, False),
}
"""By the reason's code: how it can be mended, and whether the same bytes can be taken after that."""


class Step(StrEnum):
    """What a form asks for."""

    RETRY = "thu-lai"
    SETTLE = "da-xu-ly"


@dataclass(frozen=True, slots=True)
class Row:
    """A file that was not taken. `mending`: what helps. `again`: whether the same bytes may be taken another time.

    `there`: whether its bytes lie in `rejected/`. `may_change`: whether the asker may do something about it.
    """

    id: str
    file_name: str
    received_at: datetime
    source: DeliverySource
    size: int
    reason: str
    remedy: str
    mending: str
    again: bool
    there: bool
    may_change: bool


def rejected_page(request: Request, services: WebServices) -> Response:
    """The whole page."""
    asking = Asking.read(request, services.options.language)
    done = _DONE.get(request.query_params.get("done", ""))
    return _page(asking, services, notice=Notice(asking.say(done)) if done else None)


def change(request: Request, delivery_id: str, step: Step, form: FormData, services: WebServices) -> Response:
    """Does what a form asks for and shows the list again."""
    asking, viewer = Asking.read(request, services.options.language), current_viewer(request)
    untrusted_note = form.get("note")
    try:
        if step is Step.RETRY:
            _service(services).retry(viewer, delivery_id)
        else:
            _service(services).settle(viewer, delivery_id, untrusted_note if isinstance(untrusted_note, str) else "")
    except BadValue:
        return _page(asking, services, BadValue.http_status, Notice(asking.say(_SAY_WHY), "bad"))
    except (Conflict, Unavailable) as error:
        return _told(asking, services, error)
    return RedirectResponse(f"{PATH}?done={step}", 303)


async def replace(request: Request, delivery_id: str, services: WebServices) -> Response:
    """Takes another file in the place of one."""
    asking, viewer = Asking.read(request, services.options.language), current_viewer(request)
    service = _service(services)
    try:
        row = await run_in_threadpool(service.expect_open, viewer, delivery_id)
        deliveries = await services.house.uploads.receive(request, row.unit)
        await run_in_threadpool(service.replaced, viewer, delivery_id, deliveries[0].id)
    except (NotAllowed, NotFound):
        raise
    except (Conflict, Refused, BadRequest, Unavailable) as error:
        return await run_in_threadpool(_told, asking, services, error)
    return RedirectResponse(f"{PATH}?done=thay", 303)


def _told(asking: Asking, services: WebServices, error: TangthuError) -> Response:
    if type(error) is BadRequest:
        notice = Notice(asking.say(_CHOOSE), "bad")
    else:
        notice = Notice(asking.either(error.remedy), "bad", asking.either(error.title))
    return _page(asking, services, error.http_status, notice)


def _service(services: WebServices) -> RejectedService:
    if services.house.rejected is None:
        raise NotFound(id=PATH)
    return services.house.rejected


def _page(asking: Asking, services: WebServices, status: int = 200, notice: Notice | None = None) -> Response:
    service, viewer = services.house.rejected, current_viewer(asking.request)
    untrusted_before = asking.request.query_params.get("before", "")
    before = untrusted_before if _ID.fullmatch(untrusted_before) else None
    found = service.open(viewer, ROWS + 1, before) if service else []
    there = service.files.open() if service and found else {}
    rows = [_row(one, asking, viewer, one.delivery.id in there, services) for one in found[:ROWS]]
    return asking.page(
        "rejected.html",
        status,
        here="intake",
        notice=notice,
        rows=rows,
        step=Step,
        total=service.count(viewer) if service else 0,
        longest_note=LONGEST_NOTE,
        older_address=f"{PATH}?before={rows[-1].id}" if len(found) > ROWS else "",
        latest_address=PATH if before else "",
    )


def _row(found: DeliveryRow, asking: Asking, viewer: Viewer, there: bool, services: WebServices) -> Row:
    delivery = found.delivery
    reason = reason_of(delivery.reason or "refused", found.reason_values, asking.language) or {}
    mending, again = _MENDING.get(delivery.reason or "", (_AGAIN, True))
    unit = found.unit or services.house.signing.unit
    return Row(
        id=delivery.id,
        file_name=delivery.file_name,
        received_at=delivery.received_at,
        source=delivery.source,
        size=delivery.size,
        reason=reason.get("title", ""),
        remedy=reason.get("remedy", ""),
        mending=asking.say(mending),
        again=again,
        there=there,
        may_change=viewer.may(Permission.ADD, unit),
    )
