"""`/nguoi-dung` and `/don-vi`: people, their roles, and the tree of units."""

from __future__ import annotations

from enum import StrEnum

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from kernel.errors import BadValue, Conflict, TangthuError
from mappings.people import EVERYWHERE, OfficeUnit
from search_api.access.asking import current_viewer
from search_api.access.policy import ALLOWED, Permission
from search_api.people.entering import LINK_HOURS
from search_api.people.managing import PeopleService
from search_api.web.language import N_
from search_api.web.oidc_words import identities_of
from search_api.web.people_words import PERMISSIONS, ROLES
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices

PATH, UNITS, ROLES_PAGE = "/nguoi-dung", "/don-vi", "/vai-tro"

_DONE = {
    "vai-tro": N_("The role was given."),
    "bo-vai-tro": N_("The role was withdrawn; it holds no more from now on."),
    "ten": N_("The name was changed."),
    "dong": N_("The account was closed; all of its sessions and keys have ended."),
    "mo": N_("The account is open again."),
    "bo-ma-xac-thuc": N_("No code is asked for any more."),
    "lien-ket": N_("From now on this identity opens the account."),
    "bo-lien-ket": N_("The identity opens the account no more."),
    "don-vi": N_("The unit was kept."),
}
_LINK = N_("Hand this link over; it works once, within %(hours)s hours, and is shown only now.")


class Step(StrEnum):
    """What is done with a person."""

    GRANT = "vai-tro"
    WITHDRAW = "bo-vai-tro"
    RENAME = "ten"
    LINK = "duong-dan"
    CLOSE = "dong"
    OPEN = "mo"
    NO_CODE = "bo-ma-xac-thuc"


def people_page(request: Request, services: WebServices) -> Response:
    """All whom the asker manages."""
    return _people(Asking.read(request, services.options.language), services)


def add_person(request: Request, form: FormData, services: WebServices) -> Response:
    """A new person; shows the link to choose a password by."""
    asking, viewer = Asking.read(request, services.options.language), current_viewer(request)
    told = [_text(form, name) for name in ("account", "name", "unit", "role")]
    try:
        person, token = PeopleService(services.house.catalogue).add(viewer, *told)
    except (BadValue, Conflict) as error:
        return _people(asking, services, _told(asking, error), error.http_status)
    notice = Notice(asking.say(_LINK, hours=LINK_HOURS), "good", person.signature)
    return _people(asking, services, notice, link=_link(request, token))


def person_page(
    request: Request, person_id: str, services: WebServices, notice: Notice | None = None, status: int = 200
) -> Response:
    """One person with their roles. NotFound."""
    asking = Asking.read(request, services.options.language)
    done = _DONE.get(request.query_params.get("xong", ""))
    return _person(asking, person_id, services, notice or (Notice(asking.say(done)) if done else None), status)


def change_person(request: Request, person_id: str, step: Step, form: FormData, services: WebServices) -> Response:
    """Does what a form asks for and shows the person again."""
    asking, viewer = Asking.read(request, services.options.language), current_viewer(request)
    people = PeopleService(services.house.catalogue)
    try:
        if step is Step.LINK:
            link = _link(request, people.new_link(viewer, person_id))
            return _person(asking, person_id, services, Notice(asking.say(_LINK, hours=LINK_HOURS)), link=link)
        _do(people, request, person_id, step, form)
    except (BadValue, Conflict) as error:
        return _person(asking, person_id, services, _told(asking, error), error.http_status)
    return RedirectResponse(f"{PATH}/{person_id}?xong={step.value}", 303)


def _do(people: PeopleService, request: Request, person_id: str, step: Step, form: FormData) -> None:
    viewer = current_viewer(request)
    if step is Step.GRANT:
        people.grant(viewer, person_id, _text(form, "unit"), _text(form, "role"))
    elif step is Step.WITHDRAW:
        people.withdraw(viewer, person_id, _text(form, "unit"), _text(form, "role"))
    elif step is Step.RENAME:
        people.rename(viewer, person_id, _text(form, "name"))
    elif step is Step.NO_CODE:
        people.drop_totp(viewer, person_id)
    else:
        people.close(viewer, person_id, closed=step is Step.CLOSE)


def units_page(request: Request, services: WebServices) -> Response:
    """The tree of units."""
    asking = Asking.read(request, services.options.language)
    done = _DONE.get(request.query_params.get("xong", ""))
    return _units(asking, services, Notice(asking.say(done)) if done else None)


def put_unit(request: Request, form: FormData, services: WebServices) -> Response:
    """Enters a unit, or changes one."""
    asking = Asking.read(request, services.options.language)
    told = [_text(form, name) for name in ("key", "name", "parent")]
    try:
        PeopleService(services.house.catalogue).put_unit(current_viewer(request), *told)
    except BadValue as error:
        return _units(asking, services, _told(asking, error), error.http_status)
    return RedirectResponse(f"{UNITS}?xong=don-vi", 303)


def roles_page(request: Request, services: WebServices) -> Response:
    """What each role may do."""
    asking = Asking.read(request, services.options.language)
    rows = [(PERMISSIONS[one], one.value, [one in ALLOWED[role] for role in ROLES]) for one in Permission]
    return asking.page("roles.html", here="people", roles=list(ROLES.values()), rows=rows)


def _people(
    asking: Asking, services: WebServices, notice: Notice | None = None, status: int = 200, link: str = ""
) -> Response:
    viewer = current_viewer(asking.request)
    people = PeopleService(services.house.catalogue)
    units = people.units(viewer, Permission.MANAGE_PEOPLE)
    return asking.page(
        "people.html",
        status,
        here="people",
        notice=notice,
        link=link,
        people=people.all(viewer),
        **_choices(asking, units),
    )


def _person(
    asking: Asking,
    person_id: str,
    services: WebServices,
    notice: Notice | None = None,
    status: int = 200,
    link: str = "",
) -> Response:
    viewer = current_viewer(asking.request)
    people = PeopleService(services.house.catalogue)
    known = people.one(viewer, person_id)
    units = people.units(viewer, Permission.MANAGE_PEOPLE)
    return asking.page(
        "person.html",
        status,
        here="people",
        notice=notice,
        link=link,
        known=known,
        own=known.person.account == viewer.account,
        step=Step,
        **identities_of(services, person_id),
        **_choices(asking, units),
    )


def _units(asking: Asking, services: WebServices, notice: Notice | None = None, status: int = 200) -> Response:
    units = PeopleService(services.house.catalogue).units(current_viewer(asking.request), Permission.MANAGE_UNITS)
    return asking.page("units.html", status, here="people", notice=notice, rows=list(_tree(units)), units=units)


def _tree(units: tuple[OfficeUnit, ...]) -> list[tuple[int, OfficeUnit]]:
    """Each unit with its depth, below the one that it is part of."""
    keys = {one.key for one in units}
    found: list[tuple[int, OfficeUnit]] = []

    def enter(parent: str | None, depth: int) -> None:
        for one in units:
            if one.parent == parent or (parent is None and one.parent not in keys):
                found.append((depth, one))
                enter(one.key, depth + 1)

    enter(None, 0)
    return found


def _choices(asking: Asking, units: tuple[OfficeUnit, ...]) -> dict[str, object]:
    viewer = current_viewer(asking.request)
    everywhere = viewer.rights is None or Permission.MANAGE_PEOPLE in viewer.rights.everywhere
    places = [(EVERYWHERE, asking.say(N_("Everywhere")))] if everywhere else []
    names = dict(places + [(one.key, one.name) for one in units])
    return {"places": list(names.items()), "place_names": names, "roles": ROLES}


def _link(request: Request, token: str) -> str:
    return f"{str(request.base_url).rstrip('/')}/moi/{token}"


def _told(asking: Asking, error: TangthuError) -> Notice:
    return Notice(asking.either(error.remedy), "bad", asking.either(error.title))


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
