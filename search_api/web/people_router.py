"""The addresses of people's pages."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from search_api.web import access_page, account_page, people_page, sign_in_page
from search_api.web.oidc_router import add_oidc
from search_api.web.services import WebServices

_MOST_FIELDS = 300  # every unit that a record may be shared with


def add_people(router: APIRouter, services: WebServices) -> None:
    """All of them."""
    _add_signing(router, services)
    _add_account(router, services)
    _add_managing(router, services)
    _add_access(router, services)
    add_oidc(router, services)


def _add_signing(router: APIRouter, services: WebServices) -> None:
    @router.get(sign_in_page.PATH)
    def sign_in_form(request: Request) -> Response:
        return sign_in_page.sign_in_page(request, services)

    @router.post(sign_in_page.PATH)
    async def sign_in(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        return await run_in_threadpool(sign_in_page.sign_in, request, form, services)

    @router.post(sign_in_page.UNLOCK)
    async def unlock(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        return await run_in_threadpool(sign_in_page.unlock, request, form, services)

    @router.post(sign_in_page.SIGN_OUT)
    def sign_out(request: Request) -> Response:
        return sign_in_page.sign_out(request, services)

    @router.post(sign_in_page.LOCK)
    def lock(request: Request) -> Response:
        return sign_in_page.lock(request, services)

    @router.get(sign_in_page.LINK)
    def link(request: Request, token: str) -> Response:
        return sign_in_page.link_page(request, token, services)

    @router.post(sign_in_page.LINK)
    async def use_link(request: Request, token: str) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        return await run_in_threadpool(sign_in_page.use_link, request, token, form, services)


def _add_account(router: APIRouter, services: WebServices) -> None:
    @router.get(account_page.PATH)
    def account(request: Request) -> Response:
        return account_page.account_page(request, services)

    @router.post(f"{account_page.PATH}/{{step}}")
    async def change_account(request: Request, step: account_page.Step) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(account_page.change, request, step, form, services)


def _add_managing(router: APIRouter, services: WebServices) -> None:
    @router.get(people_page.PATH)
    def people(request: Request) -> Response:
        return people_page.people_page(request, services)

    @router.post(people_page.PATH)
    async def add_person(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(people_page.add_person, request, form, services)

    @router.get(f"{people_page.PATH}/{{person_id}}")
    def person(request: Request, person_id: str) -> Response:
        return people_page.person_page(request, person_id, services)

    @router.post(f"{people_page.PATH}/{{person_id}}/{{step}}")
    async def change_person(request: Request, person_id: str, step: people_page.Step) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(people_page.change_person, request, person_id, step, form, services)

    @router.get(people_page.UNITS)
    def units(request: Request) -> Response:
        return people_page.units_page(request, services)

    @router.post(people_page.UNITS)
    async def put_unit(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(people_page.put_unit, request, form, services)

    @router.get(people_page.ROLES_PAGE)
    def roles(request: Request) -> Response:
        return people_page.roles_page(request, services)


def _add_access(router: APIRouter, services: WebServices) -> None:
    @router.get(access_page.PATH)
    def access(request: Request, record_id: str) -> Response:
        return access_page.access_page(request, record_id, services)

    @router.post(access_page.PATH)
    async def give_access(request: Request, record_id: str) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(access_page.give_access, request, record_id, form, services)

    @router.get(access_page.SEEN_PATH)
    def seen(request: Request) -> Response:
        return access_page.seen_page(request, services)
