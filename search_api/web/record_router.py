"""The addresses of what is done with one record besides reading it: undoing, its history, copies on paper."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from search_api.web import copies_page, history_page, record_page
from search_api.web.services import WebServices

_MOST_FIELDS = 5100  # a box for each page that a record may have


def add_record_steps(router: APIRouter, services: WebServices) -> None:
    """All of them."""

    @router.post("/van-ban/{record_id}/hoan-tac")
    async def undo(request: Request, record_id: str) -> Response:
        form = await request.form(max_files=0, max_fields=20)
        return await run_in_threadpool(record_page.undo_change, request, record_id, form, services)

    @router.get(history_page.PATH)
    def history(request: Request, record_id: str) -> Response:
        return history_page.history_page(request, record_id, services)

    @router.get(copies_page.PATH)
    def copy_form(request: Request, record_id: str) -> Response:
        return copies_page.copy_form(request, record_id, services)

    @router.post(copies_page.PATH)
    async def print_copy(request: Request, record_id: str) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(copies_page.print_copy, request, record_id, form, services)
