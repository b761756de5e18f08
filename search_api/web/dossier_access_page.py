"""`/ho-so/…/quyen`: whose a dossier is, and who sees it and all that lies in it."""

from __future__ import annotations

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from kernel.errors import BadValue, Conflict
from kernel.people_errors import NotAllowed
from mappings.people import EVERYWHERE
from search_api.access.asking import current_viewer
from search_api.access.policy import Permission
from search_api.people.sharing import Access, access_of
from search_api.web import filing_forms as forms
from search_api.web.access_page import accounts_in
from search_api.web.dossiers_page import PATH, service_of
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices


def access_page(request: Request, dossier_id: str, services: WebServices) -> Response:
    """Who sees it. NotFound."""
    return _page(Asking.read(request, services.options.language), dossier_id, services)


def give_access(request: Request, dossier_id: str, form: FormData, services: WebServices) -> Response:
    """Sets who sees it. NotFound, NotAllowed."""
    asking, viewer = Asking.read(request, services.options.language), current_viewer(request)
    units = tuple(forms.texts(form, "units"))
    accounts = accounts_in(forms.text(form, "people"))
    wanted = Access(forms.text(form, "unit"), forms.text(form, "access_class"), units, accounts)
    try:
        service_of(services).give_access(dossier_id, wanted, viewer, forms.number(form, "version"))
    except (BadValue, Conflict, NotAllowed) as error:
        return _page(asking, dossier_id, services, forms.refused(error, asking), error.http_status)
    with services.house.catalogue.reading() as unit:
        still = not set(unit.dossiers.by_id(dossier_id).tokens).isdisjoint(viewer.tokens)
    return RedirectResponse(f"{PATH}/{dossier_id}?done=shared" if still else PATH, 303)


def _page(
    asking: Asking, dossier_id: str, services: WebServices, notice: Notice | None = None, status: int = 200
) -> Response:
    viewer, service = current_viewer(asking.request), service_of(services)
    opened = service.open(dossier_id, viewer)
    access = access_of(opened.dossier)
    with services.house.catalogue.reading() as unit:
        units = unit.people.units()
    own = (*service.units(viewer, Permission.SHARE), access.unit)
    return asking.page(
        "dossier_access.html",
        status,
        here="dossiers",
        notice=notice,
        path=PATH,
        dossier=opened.dossier,
        count=len(opened.lying),
        access=access,
        own_units=forms.unit_names(services, own),
        units=[one for one in units if one.key not in (access.unit, EVERYWHERE)],
        classes=forms.CLASS_CHOICES,
    )
