"""`/van-ban/…/quyen`: who may see a record, and `/ai-da-xem`: who saw which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from kernel.errors import BadValue, Conflict
from mappings.access import ACCESS_CLASSES
from mappings.people import EVERYWHERE
from mappings.record import RecordView
from search_api.access.asking import current_viewer
from search_api.access.policy import Permission
from search_api.access.seeing import views_with_bin
from search_api.filing.allowing import may_see_dossier
from search_api.people.managing import PeopleService
from search_api.people.sharing import Access, SharingService
from search_api.web.language import N_
from search_api.web.people_words import ACCESS_CLASSES as CLASS_WORDS
from search_api.web.people_words import SEEN
from search_api.web.rendering import Asking, Notice
from search_api.web.search_view import title_of
from search_api.web.services import WebServices

PATH, SEEN_PATH = "/van-ban/{record_id}/quyen", "/ai-da-xem"
_KEPT = N_("The rights were kept; they hold from now on.")
_ROWS = 200
_ID = re.compile(r"[0-9a-z]{26}")


@dataclass(frozen=True, slots=True)
class SeenRow:
    """Somebody saw something of a record."""

    at: datetime
    who: str
    what: str
    record_id: str
    title: str


def access_page(request: Request, record_id: str, services: WebServices) -> Response:
    """Who may see a record. NotFound."""
    asking = Asking.read(request, services.options.language)
    done = "xong" in request.query_params
    return _access(asking, record_id, services, Notice(asking.say(_KEPT)) if done else None)


def give_access(request: Request, record_id: str, form: FormData, services: WebServices) -> Response:
    """Sets who may see it. NotFound, NotAllowed."""
    asking, viewer = Asking.read(request, services.options.language), current_viewer(request)
    accounts = accounts_in(_text(form, "people"))
    units = tuple(one for one in form.getlist("units") if isinstance(one, str))
    wanted = Access(_text(form, "unit"), _text(form, "access_class"), units, accounts)
    try:
        SharingService(services.house.catalogue).give(record_id, wanted, viewer)
    except (BadValue, Conflict) as error:
        notice = Notice(asking.either(error.remedy), "bad", asking.either(error.title))
        return _access(asking, record_id, services, notice, error.http_status)
    with services.house.catalogue.reading() as unit:
        still = unit.records.find(record_id, viewer.tokens)
    return RedirectResponse(f"/van-ban/{record_id}/quyen?xong=1" if still else "/", 303)


def accounts_in(untrusted: str) -> tuple[str, ...]:
    """Accounts as somebody has typed them, parted by commas or spaces."""
    return tuple(re.split(r"[\s,;]+", untrusted.strip().lower())) if untrusted.strip() else ()


def seen_page(request: Request, services: WebServices) -> Response:
    """Who saw what, the latest first: of records in units where the asker may know it."""
    asking, viewer = Asking.read(request, services.options.language), current_viewer(request)
    notebook = request.app.state.notebook
    notebook.flush()
    untrusted = request.query_params.get("van-ban", "")
    record_id = untrusted if _ID.fullmatch(untrusted) else None
    with services.house.catalogue.reading() as unit:
        sights = unit.sights.latest(_ROWS, record_id, access=viewer.tokens)
        views, _ = views_with_bin(unit, list({one.record_id for one in sights}), viewer, boxes=False)
        people = unit.people.among([one.person_id for one in sights])
    rows = [
        SeenRow(one.at, people[one.person_id].signature, SEEN.get(one.what, one.what), one.record_id, _title(view))
        for one in sights
        if (view := views.get(one.record_id)) and viewer.may(Permission.SEE_EVENTS, view.record.unit)
    ]
    return asking.page("seen.html", here="seen", rows=rows, record_id=record_id or "")


def _access(
    asking: Asking, record_id: str, services: WebServices, notice: Notice | None = None, status: int = 200
) -> Response:
    viewer = current_viewer(asking.request)
    access = SharingService(services.house.catalogue).access(record_id, viewer)
    with services.house.catalogue.reading() as unit:
        view = unit.records.view(record_id, viewer.tokens, pages=False)
        units = unit.people.units()
        lies = view.record.dossier_id
        dossier = unit.dossiers.among([lies]).get(lies) if lies else None
    own = {one.key: one.name for one in PeopleService(services.house.catalogue).units(viewer, Permission.SHARE)}
    return asking.page(
        "record_access.html",
        status,
        here="",
        notice=notice,
        record_id=record_id,
        title=_title(view),
        access=access,
        lies_in=dossier if dossier is not None and may_see_dossier(dossier, viewer) else None,
        lies_hidden=dossier is not None and not may_see_dossier(dossier, viewer),
        own_units=own | ({} if access.unit in own else {access.unit: access.unit}),
        units=[one for one in units if one.key not in (access.unit, EVERYWHERE)],
        classes=[(one, CLASS_WORDS[one]) for one in ACCESS_CLASSES],
    )


def _title(view: RecordView) -> str:
    return title_of(view.value("subject"), view.value("kind"), view.issue_number, view.record.file_name)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
