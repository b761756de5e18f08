"""`/da-hoc`: what confirmed fields have taught, to be looked at and taken back."""

from __future__ import annotations

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from kernel.errors import BadValue
from search_api.access.asking import current_viewer, signing_name
from search_api.teaching import known_to, take_back
from search_api.web.language import N_
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices
from search_api.web.wording import FIELDS

PATH = "/da-hoc"
_SAY_WHO = N_("Write your name.")
_DONE = {"no": N_("It counts no more for what is read from now on."), "yes": N_("It counts again.")}


def taught_page(request: Request, services: WebServices) -> Response:
    """The whole page."""
    asking = Asking.read(request, services.options.language)
    done = _DONE.get(request.query_params.get("done", ""))
    return _page(asking, services, notice=Notice(asking.say(done)) if done else None)


def say(request: Request, form: FormData, services: WebServices) -> Response:
    """Takes back what a form names, or has it count again."""
    asking = Asking.read(request, services.options.language)
    told = {name: value for name in ("field", "value", "by", "counts") if isinstance(value := form.get(name), str)}
    counts = told.get("counts") == "yes"
    try:
        take_back(
            services.house.catalogue,
            current_viewer(request),
            told.get("field", ""),
            told.get("value", ""),
            signing_name(current_viewer(request), told.get("by", "")),
            counts=counts,
        )
    except BadValue as error:
        return _page(asking, services, error.http_status, Notice(asking.say(_SAY_WHO), "bad"))
    return RedirectResponse(f"{PATH}?done={'yes' if counts else 'no'}", 303)


def _page(asking: Asking, services: WebServices, status: int = 200, notice: Notice | None = None) -> Response:
    known = known_to(services.house.catalogue, current_viewer(asking.request))
    groups = [
        (FIELDS[name], [one for one in known if one.name == name]) for name in dict.fromkeys(o.name for o in known)
    ]
    return asking.page("taught.html", status, here="taught", notice=notice, groups=groups)
