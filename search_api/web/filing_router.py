"""The addresses of dossiers and registers."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from search_api.web import dossier_access_page, dossiers_page, filing_page, registers_page
from search_api.web.filing_forms import MOST_FIELDS
from search_api.web.services import WebServices


def add_filing(router: APIRouter, services: WebServices) -> None:
    """Adds all of them."""
    _add_dossiers(router, services)
    _add_registers(router, services)
    _add_ticked(router, services)


def _add_dossiers(router: APIRouter, services: WebServices) -> None:
    @router.get(dossiers_page.PATH)
    def dossiers(request: Request) -> Response:
        return dossiers_page.dossiers_page(request, services)

    @router.post(dossiers_page.PATH)
    async def make(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        return await run_in_threadpool(dossiers_page.make, request, form, services)

    @router.get(f"{dossiers_page.PATH}/danh-muc")
    def listed(request: Request) -> Response:
        return dossiers_page.dossiers_paper(request, services)

    @router.get(f"{dossiers_page.PATH}/{{dossier_id}}")
    def dossier(request: Request, dossier_id: str) -> Response:
        return dossiers_page.dossier_page(request, dossier_id, services)

    @router.get(f"{dossiers_page.PATH}/{{dossier_id}}/muc-luc")
    def contents(request: Request, dossier_id: str) -> Response:
        return dossiers_page.contents_paper(request, dossier_id, services)

    @router.get(f"{dossiers_page.PATH}/{{dossier_id}}/bia")
    def cover(request: Request, dossier_id: str) -> Response:
        return dossiers_page.cover(request, dossier_id, services)

    @router.get(f"{dossiers_page.PATH}/{{dossier_id}}/quyen")
    def access(request: Request, dossier_id: str) -> Response:
        return dossier_access_page.access_page(request, dossier_id, services)

    @router.post(f"{dossiers_page.PATH}/{{dossier_id}}/quyen")
    async def give_access(request: Request, dossier_id: str) -> Response:
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        return await run_in_threadpool(dossier_access_page.give_access, request, dossier_id, form, services)

    @router.post(f"{dossiers_page.PATH}/{{dossier_id}}/{{step}}")
    async def change(request: Request, dossier_id: str, step: str) -> Response:
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        return await run_in_threadpool(dossiers_page.change, request, dossier_id, step, form, services)


def _add_registers(router: APIRouter, services: WebServices) -> None:
    @router.get(registers_page.PATH)
    def home(request: Request) -> Response:
        return registers_page.home(request)

    @router.get(f"{registers_page.PATH}/dong/{{entry_id}}")
    def entry(request: Request, entry_id: str) -> Response:
        return registers_page.entry_page(request, entry_id, services)

    @router.post(f"{registers_page.PATH}/dong/{{entry_id}}/{{step}}")
    async def change(request: Request, entry_id: str, step: str) -> Response:
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        return await run_in_threadpool(registers_page.change_entry, request, entry_id, step, form, services)

    @router.get(f"{registers_page.PATH}/{{view}}/{{year}}")
    def register(request: Request, view: str, year: int) -> Response:
        return registers_page.register_page(request, view, year, services)

    @router.post(f"{registers_page.PATH}/{{view}}/{{year}}")
    async def begin(request: Request, view: str, year: int) -> Response:
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        return await run_in_threadpool(registers_page.begin, request, view, year, form, services)

    @router.get(f"{registers_page.PATH}/{{view}}/{{year}}/in")
    def printed(request: Request, view: str, year: int) -> Response:
        return registers_page.register_paper(request, view, year, services)


def _add_ticked(router: APIRouter, services: WebServices) -> None:
    @router.get(filing_page.PATH)
    def ticked(request: Request) -> Response:
        return filing_page.filing_page(request, services)

    @router.post(filing_page.PATH)
    async def act(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        return await run_in_threadpool(filing_page.act, request, form, services)
