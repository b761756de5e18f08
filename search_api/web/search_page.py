"""`/`: the search page, which is the home page too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from kernel.errors import TangthuError
from search_api.access.asking import current_viewer
from search_api.access.policy import Permission
from search_api.access.viewer import expect
from search_api.query.answers import SearchAnswer
from search_api.query.over_time import Histogram, over_time
from search_api.web.address import SearchAddress
from search_api.web.asked_view import shown_asked
from search_api.web.giving_view import given_links
from search_api.web.home_view import home_view
from search_api.web.recent import forget, recent_questions, remember
from search_api.web.rendering import Asking
from search_api.web.search_view import facet_value, filter_count, shown_facets, shown_hits
from search_api.web.services import WebServices
from search_api.web.timeline import bars

FORGET = "/quen-tim-kiem"


def search_page(request: Request, services: WebServices) -> Response:
    """Answers what the address asks; a question that cannot be answered is shown with its complaint."""
    asking = Asking.read(request, services.options.language)
    address, viewer = SearchAddress.read(request.query_params.multi_items()), current_viewer(request)
    if not viewer.may(Permission.READ) and address.is_empty:
        return asking.page("home_house.html", here="search", home=home_view(asking, services, viewer))
    expect(viewer, Permission.READ)
    try:
        search = services.house.search
        answer = search.search(address.query(), viewer)
        # Of everything there is, on the home page, it would say nothing that somebody has asked for.
        histogram = None if address.is_empty else over_time(search, address.query(), viewer)
        page = _page(asking, address, services, Found(answer, histogram))
        remember(request, page, address)
        return page
    except TangthuError as error:
        if error.http_status == 500:
            raise
        return _page(asking, address, services, None, error)


def forget_questions(request: Request) -> Response:
    """The browser forgets what was looked for, and shows the home page."""
    answer = RedirectResponse("/", 303)
    forget(request, answer)
    return answer


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and when it was issued."""

    answer: SearchAnswer
    histogram: Histogram | None = None


def _page(
    asking: Asking,
    address: SearchAddress,
    services: WebServices,
    found: Found | None,
    error: TangthuError | None = None,
) -> Response:
    answer = found.answer if found else None
    complaint = {"title": asking.either(error.title), "remedy": asking.either(error.remedy)} if error else None
    return asking.page(
        "search.html",
        error.http_status if error else 200,
        here="search",
        address=address,
        answer=answer,
        complaint=complaint,
        recent=recent_questions(asking.request) if address.is_empty else (),
        hits=shown_hits(answer, address) if answer else [],
        facets=shown_facets(answer, address, asking.say) if answer else [],
        facet_value=partial(facet_value, say=asking.say),
        asked=shown_asked(answer.understood, address, asking) if answer else None,
        filter_count=filter_count(address),
        home=home_view(asking, services, current_viewer(asking.request)) if address.is_empty else None,
        given=given_links(address, asking.language),
        timeline=bars(found.histogram, address) if found and found.histogram else (),
        undated=found.histogram.undated if found and found.histogram else 0,
        drop=services.options.drop_folder,
        can_mail=services.options.can_mail,
    )
