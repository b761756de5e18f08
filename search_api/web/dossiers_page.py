"""`/ho-so`: dossiers, what lies in each, and its list of documents for printing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from kernel.errors import EngineUnavailable, TangthuError
from mappings.filing import Dossier, DossierChange, DossierState
from mappings.record import RecordView
from search_api.access.asking import current_viewer
from search_api.access.policy import Permission
from search_api.filing.dossiers import DossierService, Listed, Opened
from search_api.filing.forms import CONTENTS, DOSSIERS, named, span, table
from search_api.giving.columns import Speaking
from search_api.saved.question import address_pairs
from search_api.web import filing_forms as forms
from search_api.web.language import N_
from search_api.web.people_words import ACCESS_CLASSES as CLASS_WORDS
from search_api.web.record_address import RecordAddress
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices
from search_api.web.wording import day, moment

PATH = "/ho-so"
_LISTED = 100
_SPAN = re.compile(r"^(\d+)–(\d+)$")

_DONE = {
    "made": N_("The dossier was made."),
    "shared": N_("The rights were kept; they hold from now on."),
    "described": N_("The dossier was changed."),
    "filed": N_("The records were filed."),
    "nothing": N_("Nothing was to be done."),
    "taken-out": N_("The records were taken out of the dossier."),
    "ordered": N_("The order was kept."),
    "undone": N_("The step was taken back."),
    "removed": N_("The dossier was deleted."),
    "rule": N_("The question was kept as the rule of this dossier."),
}
_FORM = (
    "title",
    "code",
    "retention",
    "keeper",
    "unit",
    "access_class",
    "starts_on",
    "ends_on",
    "note",
)
_CHANGED = {
    "made": N_("made"),
    "described": N_("described anew"),
    "placed": N_("put in order"),
    "moved": N_("records moved"),
}


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record in a dossier, or one that its rule proposes."""

    id: str
    href: str
    title: str
    issue_number: str
    issued_on: str
    issuer: str
    pages: str
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A step of the history. `can_undo`: whether it may be taken back."""

    id: str
    at: str
    by: str
    what: str
    count: int
    is_undoing: bool
    can_undo: bool


def service_of(services: WebServices) -> DossierService:
    """What the API uses too."""
    return DossierService(services.house.catalogue, services.house.search, services.house.signing.unit)


def dossiers_page(request: Request, services: WebServices) -> Response:
    """All of them, and names that wait to be made dossiers."""
    asking = Asking.read(request, services.options.language)
    return _list_page(asking, services, forms.done(asking, _DONE))


def make(request: Request, form: FormData, services: WebServices) -> Response:
    """Makes one and leads to it."""
    asking = Asking.read(request, services.options.language)
    try:
        made = service_of(services).make(_said(form), current_viewer(request))
    except TangthuError as error:
        return _list_page(asking, services, forms.refused(error, asking), error.http_status, form)
    return RedirectResponse(f"{PATH}/{made.id}?done=made", 303)


def _list_page(
    asking: Asking, services: WebServices, notice: Notice | None, status: int = 200, typed: FormData | None = None
) -> Response:
    viewer, asked = current_viewer(asking.request), asking.request.query_params
    words, state, after = (asked.get(name, "")[:200] for name in ("words", "state", "after"))
    service, last = service_of(services), asked.get("id", "")[:64]
    found = service.listed(viewer, _LISTED, (after, last), state, words)
    ends = found[-1].dossier if found else None
    more = urlencode({"words": words, "state": state, "after": ends.name, "id": ends.id}) if ends else ""
    return asking.page(
        "dossiers.html",
        status,
        here="dossiers",
        notice=notice,
        path=PATH,
        words=words,
        state=state,
        found=_with_keepers(found, services),
        more=f"{PATH}?{more}" if len(found) == _LISTED else "",
        unmade=service.unmade(viewer) if not (after or words) else {},
        own_units=forms.unit_names(services, service.units(viewer, Permission.FILE)),
        typed=bool(typed),
        typed_of={name: forms.text(typed, name) if typed else "" for name in _FORM},
        **_choices(),
    )


def _with_keepers(found: Sequence[Listed], services: WebServices) -> list[Listed]:
    """Where nobody is said to have made a dossier, its unit has, by name."""
    names = forms.unit_names(services, [one.dossier.unit for one in found])
    kept = (replace(one.dossier, keeper=one.dossier.keeper or names[one.dossier.unit]) for one in found)
    return [Listed(dossier, one.held) for dossier, one in zip(kept, found, strict=True)]


def dossier_page(request: Request, dossier_id: str, services: WebServices) -> Response:
    """One of them. NotFound."""
    asking = Asking.read(request, services.options.language)
    return _page(asking, dossier_id, services, forms.done(asking, _DONE))


def change(request: Request, dossier_id: str, step: str, form: FormData, services: WebServices) -> Response:
    """Does what a form of its page asks for. NotFound."""
    asking = Asking.read(request, services.options.language)
    try:
        done = _do(dossier_id, step, form, services, request)
    except TangthuError as error:
        if error.http_status in (404, 500):
            raise
        return _page(asking, dossier_id, services, forms.refused(error, asking), error.http_status)
    target = PATH if done == "removed" else f"{PATH}/{dossier_id}"
    return RedirectResponse(f"{target}?done={done}", 303)


def _do(dossier_id: str, step: str, form: FormData, services: WebServices, request: Request) -> str:
    service, viewer = service_of(services), current_viewer(request)
    ids, version = forms.texts(form, "id"), forms.number(form, "version")
    done: object = True
    match step:
        case "sua":
            service.describe(dossier_id, _said(form), viewer, version)
        case "thu-tu":
            service.place(dossier_id, [] if forms.text(form, "by_day") else _order(form), viewer, version)
        case "lay-ra":
            done = ids and service.take_out(dossier_id, ids, viewer)
        case "xep":
            done = ids and service.file(dossier_id, ids, viewer)
        case "theo-quy-tac":
            done = service.fill(dossier_id, viewer)
        case "bo-quy-tac":
            service.rule(dossier_id, None, viewer)
        case "hoan-tac":
            service.undo(dossier_id, forms.text(form, "change"), viewer)
        case "xoa":
            service.remove(dossier_id, viewer)
    return _STEPS.get(step, "nothing") if done else "nothing"


_STEPS = {
    "sua": "described",
    "thu-tu": "ordered",
    "lay-ra": "taken-out",
    "xep": "filed",
    "theo-quy-tac": "filed",
    "bo-quy-tac": "described",
    "hoan-tac": "undone",
    "xoa": "removed",
}
"""What was done, as the address says it."""


def _order(form: FormData) -> list[str]:
    """Records by the places that were typed; where two have the same, as they stood."""
    places = [(key.removeprefix("place."), forms.number(form, key)) for key in form if key.startswith("place.")]
    return [key for key, place in sorted(places, key=lambda one: one[1] if one[1] is not None else 1 << 31)]


def _said(form: FormData) -> dict[str, Any]:
    names = ("title", "code", "unit", "access_class", "retention", "keeper", "note", "state")
    said: dict[str, Any] = {name: forms.text(form, name) for name in names if name in form}
    days = {name: forms.typed_day(name, forms.text(form, name)) for name in ("starts_on", "ends_on") if name in form}
    return said | days


def _page(
    asking: Asking, dossier_id: str, services: WebServices, notice: Notice | None = None, status: int = 200
) -> Response:
    service, viewer = service_of(services), current_viewer(asking.request)
    opened = service.open(dossier_id, viewer)
    proposed, is_away = _proposed(service, opened.dossier, viewer)
    history = service.changes(dossier_id, viewer)
    return asking.page(
        "dossier.html",
        status,
        here="dossiers",
        notice=notice,
        path=PATH,
        dossier=opened.dossier,
        opened=opened,
        is_open=opened.dossier.state == DossierState.OPEN,
        lying=[_shown(one.view, span(one.first_page, one.last_page)) for one in opened.lying],
        proposed=[_shown(one, "") for one in proposed],
        is_away=is_away,
        can_file=viewer.may(Permission.FILE, opened.dossier.unit),
        can_share=viewer.may(Permission.SHARE, opened.dossier.unit),
        seen_by=CLASS_WORDS.get(opened.dossier.access_class, ""),
        unit_name=forms.unit_names(services, [opened.dossier.unit])[opened.dossier.unit],
        rule_href=f"/?{urlencode(address_pairs(opened.dossier.rule))}",
        history=[_change(one, number == 0) for number, one in enumerate(history)],
        last=history[0].id if history and _can_undo(history[0]) else "",
        **_choices(),
    )


def _choices() -> dict[str, Any]:
    return {
        "retentions": forms.RETENTION_CHOICES,
        "classes": forms.CLASS_CHOICES,
        "dossier_state_words": forms.STATE_WORDS,
        "change_words": _CHANGED,
    }


def _proposed(service: DossierService, dossier: Dossier, viewer: Any) -> tuple[Sequence[RecordView], bool]:
    try:
        return service.proposals(dossier.id, viewer), False
    except EngineUnavailable:
        return (), True


def _shown(view: RecordView, pages: str) -> ShownRecord:
    return ShownRecord(
        view.record.id,
        str(RecordAddress(view.record.id)),
        named(view),
        view.issue_number or "",
        day(view.value("issued_on")),
        view.value("issuer") or "",
        pages,
        view.value("dossier") or "",
    )


def _change(one: DossierChange, is_last: bool) -> ShownChange:
    is_made = bool(one.described) and not one.described["old"]
    what = "made" if is_made else "described" if one.described else "placed" if one.placed else "moved"
    can_undo = _can_undo(one) and (bool(one.moved and not one.described) or is_last)
    return ShownChange(one.id, moment(one.at), one.by, what, len(one.moved), bool(one.undoes), can_undo)


def _can_undo(one: DossierChange) -> bool:
    return bool(one.moved or one.placed or (one.described and one.described["old"]))


def contents_paper(request: Request, dossier_id: str, services: WebServices) -> Response:
    """Mục lục văn bản trong hồ sơ, to be printed. NotFound."""
    asking = Asking.read(request, services.options.language)
    opened = service_of(services).open(dossier_id, current_viewer(request))
    return paper(
        asking,
        "MỤC LỤC VĂN BẢN TRONG HỒ SƠ",
        table(CONTENTS, opened.lying, Speaking("vi", "")),
        head=_contents_head(opened),
        back=f"{PATH}/{dossier_id}",
        file=f"/api/v1/dossiers/{dossier_id}/contents.xlsx?lang=vi",
        is_wide=False,
    )


def cover(request: Request, dossier_id: str, services: WebServices) -> Response:
    """Bìa hồ sơ, to be printed: what an archive adds (phông, mục lục, hồ sơ số) is left to be written. NotFound."""
    asking = Asking.read(request, services.options.language)
    opened = service_of(services).open(dossier_id, current_viewer(request))
    dossier = opened.dossier
    names = forms.unit_names(services, [dossier.agency, dossier.unit])
    return asking.page(
        "cover.html",
        dossier=dossier,
        opened=opened,
        agency=names[dossier.agency],
        unit_name=names[dossier.unit],
        back=f"{PATH}/{dossier_id}",
    )


def _contents_head(opened: Opened) -> Mapping[str, str]:
    dossier = opened.dossier
    days = f"{day(opened.starts_on)} – {day(opened.ends_on)}" if opened.starts_on else ""
    sheets = "" if opened.sheets is None else str(opened.sheets)
    told = {
        "Số và ký hiệu hồ sơ": dossier.code,
        "Tiêu đề hồ sơ": dossier.title,
        "Thời gian của tài liệu": days,
        "Thời hạn bảo quản": dossier.retention,
        "Người lập hồ sơ": dossier.keeper,
        "Tổng số văn bản": str(len(opened.lying)),
        "Tổng số trang": str(opened.pages),
        "Tổng số tờ": sheets,
    }
    return {name: value for name, value in told.items() if value}


def dossiers_paper(request: Request, services: WebServices) -> Response:
    """Danh mục hồ sơ, to be printed."""
    asking = Asking.read(request, services.options.language)
    viewer, service, after = current_viewer(request), service_of(services), ("", "")
    found: list[Listed] = []
    while part := service.listed(viewer, _LISTED, after):
        found += part
        after = part[-1].dossier.name, part[-1].dossier.id
    rows = table(DOSSIERS, _with_keepers(found, services), Speaking("vi", ""))
    return paper(asking, "DANH MỤC HỒ SƠ", rows, head={}, back=PATH, file="", is_wide=True)


def paper(
    asking: Asking,
    title: str,
    rows: Sequence[Sequence[object]],
    *,
    head: Mapping[str, str],
    back: str,
    file: str,
    is_wide: bool,
) -> Response:
    """A page made for printing: its words are those of the form, in Vietnamese whatever the page speaks."""
    cells = [[_on_paper(one) for one in row] for row in rows]
    return asking.page(
        "paper.html", title=title, columns=cells[0], rows=cells[1:], told=head, back=back, file=file, is_wide=is_wide
    )


def _on_paper(cell: object) -> str:
    """A day as people write it; `3–7` stays on one line."""
    if isinstance(cell, date):
        return day(cell)
    return "" if cell is None else _SPAN.sub("\\1\u2060–\u2060\\2", str(cell))
