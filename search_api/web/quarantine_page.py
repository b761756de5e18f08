"""`/cach-ly`: what is kept apart as a possible state secret, what the law asks, and the word that it is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from kernel.errors import BadValue, Conflict
from kernel.secret_errors import StateSecretMark
from search_api.access import Viewer
from search_api.access.asking import current_viewer, signing_name
from search_api.access.policy import Permission
from search_api.keeping_apart import KeepingApart, KeptApart
from search_api.web.bin_page import SAY_WHO_AND_WHY
from search_api.web.language import N_
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices

PATH = "/cach-ly"
RELEASE = PATH + "/{record_id}/thoi"
_RELEASED = N_("The record is kept apart no more; it is read anew.")


@dataclass(frozen=True, slots=True)
class Row:
    """A record that is kept apart. `page`: that may bear the mark. `may_release`: whether the asker may."""

    record_id: str
    file_name: str
    received_at: datetime
    page: int | None
    may_release: bool


def quarantine_page(request: Request, services: WebServices) -> Response:
    """The whole page; empty for whoever is not named for it, as if nothing were kept apart."""
    asking = Asking.read(request, services.options.language)
    done = "xong" in request.query_params
    return _page(asking, services, notice=Notice(asking.say(_RELEASED)) if done else None)


def release(request: Request, record_id: str, form: FormData, services: WebServices) -> Response:
    """Says that a record bears no such mark. NotFound, NotAllowed."""
    asking, viewer = Asking.read(request, services.options.language), current_viewer(request)
    by = signing_name(viewer, _text(form, "by"))
    try:
        KeepingApart(services.house.catalogue).release(record_id, by, _text(form, "why"), viewer)
    except BadValue as error:
        return _page(asking, services, error.http_status, Notice(asking.say(SAY_WHO_AND_WHY), "bad"))
    except Conflict as error:
        notice = Notice(asking.either(error.remedy), "bad", asking.either(error.title))
        return _page(asking, services, error.http_status, notice)
    return RedirectResponse(f"{PATH}?xong=1", 303)


def _page(asking: Asking, services: WebServices, status: int = 200, notice: Notice | None = None) -> Response:
    viewer = current_viewer(asking.request)
    found = KeepingApart(services.house.catalogue).all(viewer)
    law = asking.either(StateSecretMark().remedy)
    rows = [_row(one, viewer) for one in found]
    return asking.page("quarantine.html", status, here="quarantine", notice=notice, rows=rows, law=law)


def _row(found: KeptApart, viewer: Viewer) -> Row:
    record = found.record
    may_release = viewer.may(Permission.SHARE, record.unit)
    return Row(record.id, record.file_name, record.received_at, found.page, may_release)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
