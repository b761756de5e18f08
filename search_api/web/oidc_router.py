"""The addresses of signing in by the office's own provider."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from search_api.web import oidc_page
from search_api.web.services import WebServices

_MOST_FIELDS = 10


def add_oidc(router: APIRouter, services: WebServices) -> None:
    """All of them; without a provider they say that there is no such thing."""

    @router.post(oidc_page.BEGIN)
    async def begin_at_provider(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(oidc_page.begin, request, form, services)

    @router.get(oidc_page.BACK)
    def come_back(request: Request) -> Response:
        return oidc_page.come_back(request, services)

    @router.post(oidc_page.BY_LINK)
    def begin_by_link(request: Request, token: str) -> Response:
        return oidc_page.begin_by_link(request, token, services)

    @router.post(oidc_page.OWN)
    async def change_own_identity(request: Request, step: oidc_page.Step) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(oidc_page.change_own, request, step, form, services)

    @router.post(oidc_page.OF_PERSON)
    async def change_identity(request: Request, person_id: str, step: oidc_page.Step) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(oidc_page.change_person, request, person_id, step, form, services)
