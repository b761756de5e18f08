"""`/`: the search page, which is the home page too."""

from __future__ import annotations

from functools import partial

from fastapi import Request, Response

from kernel.errors import TangthuError
from search_api.access.asking import current_viewer
from search_api.query.answers import SearchAnswer
from search_api.web.address import SearchAddress
from search_api.web.asked_view import shown_asked
from search_api.web.rendering import Asking
from search_api.web.search_view import facet_value, filter_count, shown_facets, shown_hits
from search_api.web.services import WebServices


def search_page(request: Request, services: WebServices) -> Response:
    """Answers what the address asks; a question that cannot be answered is shown with its complaint."""
    asking = Asking.read(request, services.options.language)
    address = SearchAddress.read(request.query_params.multi_items())
    try:
        answer = services.house.search.search(address.query(), current_viewer(request))
        return _page(asking, address, services, answer)
    except TangthuError as error:
        if error.http_status == 500:
            raise
        return _page(asking, address, services, None, error)


def _page(
    asking: Asking,
    address: SearchAddress,
    services: WebServices,
    answer: SearchAnswer | None,
    error: TangthuError | None = None,
) -> Response:
    complaint = {"title": asking.either(error.title), "remedy": asking.either(error.remedy)} if error else None
    return asking.page(
        "search.html",
        error.http_status if error else 200,
        here="search",
        address=address,
        answer=answer,
        complaint=complaint,
        hits=shown_hits(answer, address) if answer else [],
        facets=shown_facets(answer, address, asking.say) if answer else [],
        facet_value=partial(facet_value, say=asking.say),
        asked=shown_asked(answer.understood, address, asking) if answer else None,
        filter_count=filter_count(address),
        drop=services.options.drop_folder,
    )
