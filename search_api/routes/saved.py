"""/saved-searches: searches that people keep, and what newly fits them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from archive.saved_searches import SavedSearch
from search_api.giving.columns import Speaking
from search_api.giving.feed import MEDIA_TYPE, MOST_ENTRIES, Entry, FeedHead, atom
from search_api.routes.asking import TheServices, TheSpeaking, TheViewer, problems
from search_api.routes.searching import SearchParameters
from search_api.routes.shaping import Shape, example
from search_api.saved.question import address_pairs
from search_api.saved.service import LONGEST_MAIL, LONGEST_NAME, LONGEST_TITLE, SavedSearchService
from search_api.services import Services

router = APIRouter(prefix="/saved-searches", tags=["saved searches"])

_ATOM: dict[str, Any] = {"content": {"application/atom+xml": {"schema": {"type": "string", "format": "binary"}}}}


class NewSavedSearchShape(BaseModel):
    """A search to keep. `search`: as the parameters of /search; order, limit and cursor count for nothing."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"owner": "Nguyễn Thị Mẫu", "title": "Ngân sách", "search": {"q": "ngân sách", "kind": ["QĐ"]}}
            ]
        },
    )

    owner: str = Field("", max_length=LONGEST_NAME, description="Your name; left out by those who sign in")
    title: str = Field("", max_length=LONGEST_TITLE, description="Empty: the words asked")
    mail: str = Field("", max_length=LONGEST_MAIL, description="Told by mail how many are new, if the house can mail")
    search: SearchParameters


class SavedSearchShape(Shape):
    """A saved search. `unseen`: new records that were not looked at."""

    model_config = example(
        id="01jd3v8p7m6x1yq2w3e4r5t6y7",
        owner="Nguyễn Thị Mẫu",
        title="Ngân sách",
        saved_at="2026-01-05T08:00:00Z",
        search={"q": "ngân sách", "kind": ["Quyết định"]},
        unseen=3,
    )

    id: str
    owner: str
    title: str
    saved_at: datetime
    search: dict[str, str | list[str]]
    unseen: int


class SavedSearchesShape(Shape):
    """All saved searches, by owner."""

    searches: list[SavedSearchShape]


class AlertShape(Shape):
    """A record that came to fit. `number` grows with each; hand it back to say that all up to it were looked at."""

    model_config = example(
        number=17,
        at="2026-01-05T08:00:00Z",
        unseen=True,
        record_id="01jd3v8p7m6x1yq2w3e4r5t6y7",
        issue_number="123/QĐ-UBND",
        issued_on="2019-03-05",
        kind="Quyết định",
        issuer="Ủy ban nhân dân xã Hoa Sen",
        subject="Về việc phê duyệt ngân sách năm 2019",
    )

    number: int
    at: datetime
    unseen: bool
    record_id: str
    issue_number: str | None
    issued_on: str | None
    kind: str | None
    issuer: str | None
    subject: str | None


class AlertsShape(Shape):
    """The latest 100, newest first."""

    alerts: list[AlertShape]


class SeenShape(BaseModel):
    """`until`: the number of the last alert that was looked at."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"until": 17}]})

    until: int = Field(ge=0, le=2**53)


@router.get("", responses=problems(503))
def saved_searches(services: TheServices, viewer: TheViewer) -> SavedSearchesShape:
    """All saved searches, and how many new records each has. Who has signed in has their own."""
    found = SavedSearchService(services.catalogue).all(viewer)
    return SavedSearchesShape(searches=[_shape(one.search, one.unseen) for one in found])


@router.post("", status_code=201, responses=problems(403, 422, 503))
def save_search(
    asked: NewSavedSearchShape, services: TheServices, viewer: TheViewer, response: Response
) -> SavedSearchShape:
    """Keeps a search. Records that come in, or are read, from now on and fit it are told of."""
    service = SavedSearchService(services.catalogue)
    saved = service.save(asked.owner, asked.title, asked.search.query(), asked.mail, viewer)
    response.headers["Location"] = f"/api/v1/saved-searches/{saved.id}/alerts"
    return _shape(saved, 0)


@router.delete("/{search_id}", status_code=204, responses=problems(403, 404, 503))
def remove_search(search_id: str, services: TheServices, viewer: TheViewer) -> None:
    """Takes a saved search out, with what is known of its new records."""
    SavedSearchService(services.catalogue).remove(search_id, viewer)


@router.get("/{search_id}/alerts", responses=problems(404, 503))
def alerts(search_id: str, services: TheServices, viewer: TheViewer) -> AlertsShape:
    """The records that came to fit a saved search."""
    _, found = SavedSearchService(services.catalogue).new_records(search_id, viewer)
    return AlertsShape(
        alerts=[
            AlertShape(
                number=one.number,
                at=one.at,
                unseen=one.unseen,
                record_id=one.view.record.id,
                issue_number=one.view.issue_number,
                issued_on=one.view.value("issued_on"),
                kind=one.view.value("kind"),
                issuer=one.view.value("issuer"),
                subject=one.view.value("subject"),
            )
            for one in found
        ]
    )


@router.post("/{search_id}/seen", status_code=204, responses=problems(403, 404, 422, 503))
def alerts_seen(search_id: str, seen: SeenShape, services: TheServices, viewer: TheViewer) -> None:
    """Says that alerts up to this number were looked at; what came since stays new."""
    SavedSearchService(services.catalogue).see(search_id, seen.until, viewer)


@router.get("/{search_id}/feed.atom", response_class=Response, responses={200: _ATOM, **problems(404, 503)})
def alerts_as_atom(
    request: Request, search_id: str, services: TheServices, viewer: TheViewer, speaking: TheSpeaking
) -> Response:
    """The records that came to fit a saved search, the latest 50, as an Atom feed."""
    own = f"{speaking.page}{request.url.path}"
    return Response(_feed(services, search_id, viewer, speaking, own), media_type=MEDIA_TYPE)


def _feed(services: Services, search_id: str, viewer: TheViewer, speaking: Speaking, own: str) -> bytes:
    saved, found = SavedSearchService(services.catalogue).new_records(search_id, viewer)
    page = f"{speaking.page}/?{urlencode(address_pairs(saved.question))}"
    head = FeedHead(f"Tàng thư: {saved.title}", f"saved-search:{saved.id}", own, page)
    return atom(head, [Entry(one.view, one.at) for one in found[:MOST_ENTRIES]], speaking)


def _shape(saved: SavedSearch, unseen: int) -> SavedSearchShape:
    return SavedSearchShape(
        id=saved.id,
        owner=saved.owner,
        title=saved.title,
        saved_at=saved.saved_at,
        search=dict(saved.question),
        unseen=unseen,
    )
