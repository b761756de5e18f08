"""`/xep`: records that were ticked in a search, to be laid into a dossier or entered into a register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from kernel.errors import BadValue, TangthuError
from mappings.filing import Direction, DossierState, Entry
from mappings.record import RecordView
from search_api.access import Viewer, views_seen
from search_api.access.asking import current_viewer
from search_api.access.policy import Permission
from search_api.filing.checking import today
from search_api.filing.dossiers import DossierService
from search_api.filing.forms import named
from search_api.filing.registers import Registering
from search_api.saved.question import kept_question
from search_api.web import filing_forms as forms
from search_api.web.address import SearchAddress
from search_api.web.dossiers_page import PATH as DOSSIERS
from search_api.web.dossiers_page import service_of
from search_api.web.language import N_
from search_api.web.record_address import RecordAddress
from search_api.web.registers_page import service_of as registers_of
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices
from search_api.web.wording import day

PATH = "/xep"
_MOST = 100
_MOST_DOSSIERS = 500

_CHOOSE = N_("Choose a dossier, or write the title of a new one.")
_NOTHING = N_("No record is ticked.")
_NOT_DONE = N_("Nothing was done")
_REGISTERED = N_("Registered:")
_NOT_ALL = N_("Not registered:")


@dataclass(frozen=True, slots=True)
class ShownTicked:
    """A record that was ticked, and where it stands now."""

    id: str
    href: str
    issue_number: str
    issued_on: str
    title: str
    dossier: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilingOfRecord:
    """What a record's page tells of it. `dossier`: (address, name); `entries`: (address, number, whether void)."""

    dossier: tuple[str, str] | None
    entries: tuple[tuple[str, Entry], ...]


def filing_of(view: RecordView, viewer: Viewer, services: WebServices) -> FilingOfRecord:
    """Where a record lies and stands."""
    made = service_of(services).of_record(view, viewer)
    entries = registers_of(services).of_record(view.record.id, viewer)
    return FilingOfRecord(
        (f"{DOSSIERS}/{made.id}", made.name) if made else None, tuple((f"/so/dong/{one.id}", one) for one in entries)
    )


def filing_page(request: Request, services: WebServices) -> Response:
    """Shows what was ticked, and what can be done with it."""
    asking = Asking.read(request, services.options.language)
    pairs = request.query_params.multi_items()
    return _page(asking, services, [value for name, value in pairs if name == "id"], pairs)


def act(request: Request, form: FormData, services: WebServices) -> Response:
    """Files, keeps the question as a rule, or registers."""
    asking = Asking.read(request, services.options.language)
    ids = forms.texts(form, "id")[:_MOST]
    pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    try:
        if forms.text(form, "do") == "register":
            notice = _register(asking, ids, form, services)
            return _page(asking, services, ids, pairs, notice, 200 if notice.tone == "good" else 409, form)
        return RedirectResponse(_file(request, ids, pairs, form, services), 303)
    except TangthuError as error:
        if error.http_status in (404, 500):
            raise
        return _page(asking, services, ids, pairs, forms.refused(error, asking), error.http_status, form)
    except _Missing as error:
        notice = Notice(asking.say(str(error)), "bad", f"{asking.say(_NOT_DONE)}.")
        return _page(asking, services, ids, pairs, notice, 422, form)


class _Missing(Exception):
    """Something that a form must have is not there; the sentence says what."""


def _file(
    request: Request, ids: Sequence[str], pairs: list[tuple[str, str]], form: FormData, services: WebServices
) -> str:
    """The address to go on to."""
    service, viewer = service_of(services), current_viewer(request)
    as_rule = forms.text(form, "do") == "rule"
    if not ids and not as_rule:
        raise _Missing(_NOTHING)
    dossier_id = forms.text(form, "into") or _made(service, form, viewer)
    if as_rule:
        service.rule(dossier_id, SearchAddress.read(pairs).query(), viewer)
        return f"{DOSSIERS}/{dossier_id}?done=rule"
    done = "filed" if service.file(dossier_id, ids, viewer) else "nothing"
    return f"{DOSSIERS}/{dossier_id}?done={done}"


def _made(service: DossierService, form: FormData, viewer: Viewer) -> str:
    title = forms.text(form, "title")
    if not title:
        raise _Missing(_CHOOSE)
    said = {name: forms.text(form, name) for name in ("title", "code", "unit")}
    return service.make(said, viewer).id


def _register(asking: Asking, ids: Sequence[str], form: FormData, services: WebServices) -> Notice:
    """Each record in a transaction of its own: one that cannot be registered keeps no other from its number."""
    if not ids:
        raise _Missing(_NOTHING)
    direction = forms.DIRECTIONS.get(forms.text(form, "register"), Direction.IN)
    typed = forms.typed_day("day", forms.text(form, "day"))
    service, viewer = registers_of(services), current_viewer(asking.request)
    made, failed = list[str](), dict[str, str]()
    for record_id in ids:
        try:
            unit, book = forms.text(form, "register_unit"), forms.text(form, "book")
            printed = forms.text(form, "numbers") == "printed"
            entry = service.register(Registering(direction, record_id, _day(typed), unit, book, printed), viewer)
            made.append(entry.told)
        except TangthuError as error:
            if error.http_status in (404, 500, 503):
                raise
            failed[record_id] = asking.either(error.title)
    done = f"{asking.say(_REGISTERED)} {', '.join(made)}." if made else ""
    names = _names(list(failed), services, viewer)
    told = (f"{asking.say(_NOT_ALL)} {names[one]} – {why}." for one, why in failed.items())
    return Notice(" ".join([done, *told]).strip(), "bad" if failed else "good")


def _names(ids: Sequence[str], services: WebServices, viewer: Viewer) -> dict[str, str]:
    """Records as a person knows them."""
    with services.house.catalogue.reading() as unit:
        views = views_seen(unit, ids, viewer, boxes=False) if ids else {}
    return {one: (views[one].issue_number or named(views[one])) if one in views else one[:50] for one in ids}


def _day(iso: str) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _page(
    asking: Asking,
    services: WebServices,
    untrusted_ids: Sequence[str],
    pairs: list[tuple[str, str]],
    notice: Notice | None = None,
    status: int = 200,
    typed: FormData | None = None,
) -> Response:
    viewer, ids = current_viewer(asking.request), list(dict.fromkeys(untrusted_ids))[:_MOST]
    with services.house.catalogue.reading() as unit:
        views = views_seen(unit, ids, viewer, boxes=False) if ids else {}
        numbers = unit.registers.of_records(list(views)) if views else {}
    address = SearchAddress.read(pairs)
    return asking.page(
        "filing.html",
        status,
        here="dossiers",
        notice=notice,
        path=PATH,
        ticked=[_shown(views[one], numbers.get(one, [])) for one in ids if one in views],
        dossiers=[
            one
            for one in service_of(services).listed(viewer, _MOST_DOSSIERS, state=DossierState.OPEN)
            if viewer.may(Permission.FILE, one.dossier.unit)
        ],
        own_units=forms.unit_names(services, service_of(services).units(viewer, Permission.FILE)),
        register_units=forms.unit_names(services, service_of(services).units(viewer, Permission.REGISTER)),
        question=_question(address),
        pairs=[(name, value) for name, value in address.pairs() if name != "cursor"],
        today=day(today()),
        typed=typed or {},
    )


def _question(address: SearchAddress) -> str:
    """The question in words, empty where nothing is asked."""
    try:
        kept = kept_question(address.query())
    except BadValue:
        return ""
    values = (one if isinstance(one, list) else [one] for one in kept.values())
    return ", ".join(str(word) for value in values for word in value)


def _shown(view: RecordView, entries: Sequence[Entry]) -> ShownTicked:
    return ShownTicked(
        view.record.id,
        str(RecordAddress(view.record.id)),
        view.issue_number or "",
        day(view.value("issued_on")),
        named(view),
        view.value("dossier") or "",
        tuple(f"{one.told}/{one.year}" for one in entries if one.state == "standing"),
    )
