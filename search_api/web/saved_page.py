"""`/tim-kiem-da-luu`: saved searches, how many new records each has, and which."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from kernel.errors import BadValue
from search_api.access.asking import current_viewer
from search_api.saved.question import address_pairs
from search_api.saved.service import NewRecord, Saved, SavedSearchService
from search_api.web.address import SearchAddress
from search_api.web.language import N_
from search_api.web.record_address import RecordAddress
from search_api.web.rendering import Asking, Notice
from search_api.web.search_view import title_of
from search_api.web.services import WebServices

PATH = "/tim-kiem-da-luu"

_SAVED = N_("The search was saved. You will be told here of records that come in from now on and fit it.")
_REMOVED = N_("The search was deleted.")
_NOT_SAVED = N_("The search was not saved")
_SAY_WHO = N_("Write your name and a name for the search; a mail address may stay empty.")


class Step(StrEnum):
    """What a person does with a saved search."""

    SEEN = "da-xem"
    REMOVE = "xoa"


@dataclass(frozen=True, slots=True)
class ShownSaved:
    """One saved search. `search`: leads to all of its hits; `news`: to the new ones."""

    saved: Saved
    search: str
    news: str
    feed: str


@dataclass(frozen=True, slots=True)
class ShownNew:
    """One record that came to fit."""

    found: NewRecord
    href: str
    title: str


def saved_page(request: Request, services: WebServices) -> Response:
    """All of them."""
    asking = Asking.read(request, services.options.language)
    done = {"saved": _SAVED, "removed": _REMOVED}.get(request.query_params.get("done", ""))
    return _page(asking, services, Notice(asking.say(done)) if done else None)


def save(request: Request, form: FormData, services: WebServices) -> Response:
    """Keeps a search that the search page has handed over."""
    texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    typed = dict(texts)
    query = SearchAddress.read(texts).query()
    try:
        service = SavedSearchService(services.house.catalogue)
        service.save(
            typed.get("owner", ""), typed.get("title", ""), query, typed.get("mail", ""), current_viewer(request)
        )
    except BadValue as error:
        asking = Asking.read(request, services.options.language)
        notice = Notice(asking.say(_SAY_WHO), "bad", asking.say(_NOT_SAVED))
        return _page(asking, services, notice, error.http_status)
    return RedirectResponse(f"{PATH}?done=saved", 303)


def news_page(request: Request, search_id: str, services: WebServices) -> Response:
    """What came to fit one of them. NotFound."""
    asking = Asking.read(request, services.options.language)
    saved, found = SavedSearchService(services.house.catalogue).new_records(search_id, current_viewer(request))
    unseen = sum(one.unseen for one in found)
    return asking.page(
        "saved_news.html",
        here="saved",
        shown=_shown(Saved(saved, unseen)),
        path=PATH,
        found=[_new(one) for one in found],
        last=max((one.number for one in found), default=0),
    )


def change(request: Request, search_id: str, step: Step, form: FormData, services: WebServices) -> Response:
    """Marks what is new as looked at, or deletes a saved search. NotFound."""
    service = SavedSearchService(services.house.catalogue)
    if step is Step.REMOVE:
        service.remove(search_id, current_viewer(request))
        return RedirectResponse(f"{PATH}?done=removed", 303)
    untrusted_until = str(form.get("until") or "")
    is_number = untrusted_until.isascii() and untrusted_until.isdigit() and len(untrusted_until) < 16
    service.see(search_id, int(untrusted_until) if is_number else 0, current_viewer(request))
    return RedirectResponse(PATH, 303)


def _page(asking: Asking, services: WebServices, notice: Notice | None = None, status: int = 200) -> Response:
    found = SavedSearchService(services.house.catalogue).all(current_viewer(asking.request))
    return asking.page(
        "saved.html", status, here="saved", notice=notice, path=PATH, searches=[_shown(one) for one in found]
    )


def _shown(saved: Saved) -> ShownSaved:
    search_id = saved.search.id
    return ShownSaved(
        saved,
        f"/?{urlencode(address_pairs(saved.search.question))}",
        f"{PATH}/{search_id}",
        f"/api/v1/saved-searches/{search_id}/feed.atom",
    )


def _new(found: NewRecord) -> ShownNew:
    view = found.view
    title = title_of(view.value("subject"), view.value("kind"), view.issue_number, view.record.file_name)
    return ShownNew(found, str(RecordAddress(view.record.id)), title)
