"""The application: the API under /api/v1, health and measures, and the pages if they are given."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from search_api.access.gate import Gate, Keeper
from search_api.guarding import API, Guard
from search_api.measuring import Measures
from search_api.openapi import described_by
from search_api.people.notebook import Notebook
from search_api.problems import ErrorPage, answer_with_problems
from search_api.routes import (
    candidates,
    delivering,
    disposing,
    documenting,
    dossiers,
    giving,
    keeping_apart,
    likeness,
    linking,
    lists,
    over_time,
    people,
    receipts,
    record_types,
    records,
    registers,
    rejected,
    resuming,
    reviewing,
    saved,
    searchable,
    searching,
    separating,
    standing,
    teaching,
    transcribing,
)
from search_api.services import Services

Application = FastAPI
"""What `create_application` makes: an ASGI application, for those who run it and need no more of it."""

_DESCRIPTION = (
    "Everything that an office has scanned: handed in, read, described, and found by any word of it, typed with or "
    "without diacritics. Errors are problem details (RFC 9457) in the language of Accept-Language (vi, en)."
)


def create_application(
    services: Services,
    *,
    version: str = "0.1.0",
    pages: APIRouter | None = None,
    error_page: ErrorPage | None = None,
    hosts: Sequence[str] = (),
) -> FastAPI:
    """The ASGI application over these services.

    `pages`: the web pages' router, mounted at the root, and `error_page`: how an error looks there. `hosts`: names
    that the Host header may have (`guarding.loopback_hosts`), empty: any.
    """
    application = FastAPI(
        title="tangthu",
        version=version,
        description=_DESCRIPTION,
        openapi_url=f"{API}/openapi.json",
        # The framework's own documentation pages load scripts from elsewhere; ours do not.
        docs_url=None,
        redoc_url=None,
        lifespan=_noting,
    )
    measures = Measures(services.catalogue, services.engine)
    application.state.services = services
    application.state.measures = measures
    application.state.notebook = Notebook(services.catalogue)
    # As they are, and not included: nothing of them differs here, and the framework would build each once more.
    application.routes.extend(_api().routes)
    if pages is not None:
        application.routes.extend(pages.routes)
    application.openapi = described_by(application)  # type: ignore[method-assign]
    answer_with_problems(application, error_page)
    keeper = Keeper(services.catalogue, services.signing, application.state.notebook, error_page)
    application.add_middleware(Gate, keeper=keeper)
    application.add_middleware(Guard, observe=measures.observe, hosts=tuple(hosts))
    return application


@cache
def _api() -> APIRouter:
    """The API and health: the same for every application."""
    made = APIRouter(generate_unique_id_function=_operation_id)
    of_records = (records, linking, likeness, candidates, transcribing, searchable)
    searches = (searching, over_time, giving, lists, saved)
    handed_in = (delivering, resuming, rejected, receipts)
    of_the_house = (record_types, separating, disposing, keeping_apart, teaching, reviewing, people, standing)
    filing = (dossiers, registers)
    routers = (*searches, *filing, *handed_in, *of_records, *of_the_house)
    for router in (*(room.router for room in routers), standing.health_router):
        made.include_router(router, prefix=API)
    made.include_router(standing.health_router, include_in_schema=False)
    made.include_router(documenting.router)
    return made


@asynccontextmanager
async def _noting(application: FastAPI) -> AsyncIterator[None]:
    """While it is served: its notebook is written down every few seconds, and uploads in pieces are looked after."""
    stop, services = threading.Event(), application.state.services
    loops = {"notebook": application.state.notebook.run, "uploads": services.uploads.in_pieces.run}
    if services.rejected:
        loops["rejected"] = services.rejected.run
    threads = [threading.Thread(target=run, args=(stop,), name=name, daemon=True) for name, run in loops.items()]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _operation_id(route: APIRoute) -> str:
    return route.name
