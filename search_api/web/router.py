"""The addresses of the page."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from search_api.access.asking import current_viewer
from search_api.services import Services
from search_api.web import (
    bin_page,
    guide,
    intake_page,
    list_page,
    quarantine_page,
    receipt_page,
    record_page,
    rejected_page,
    review_page,
    saved_page,
    scraps,
    search_page,
    separators_page,
    static_files,
    taught_page,
    upload_page,
)
from search_api.web.filing_router import add_filing
from search_api.web.page_parts import page_parts
from search_api.web.people_router import add_people
from search_api.web.record_router import add_record_steps
from search_api.web.services import WebOptions, WebServices

SCRAP_WIDTH = 1280
"""Pixels of the page that a scrap is cut from: the same drawing as on the record's page."""

_MOST_SEARCH_FIELDS = 200  # every chosen value of every facet
_MOST_FIELDS = 60  # of a form: the described fields and what is carried along


def web_router(house: Services, options: WebOptions | None = None) -> APIRouter:
    """The page, to be mounted at the root of the application.

    Errors are raised to the application's handler; `error_page.error_page_in` makes their page.
    """
    services = WebServices(house, options or WebOptions())
    router = APIRouter(include_in_schema=False)
    _add_search(router, services)
    _add_reading(router, services)
    _add_changing(router, services)
    _add_disposing(router, services)
    _add_quarantine(router, services)
    _add_receipts(router, services)
    _add_separators(router, services)
    _add_lists(router, services)
    _add_guides(router, services)
    _add_reviewing(router, services)
    _add_saved(router, services)
    _add_rejected(router, services)
    add_people(router, services)
    add_record_steps(router, services)
    add_filing(router, services)
    return router


def _add_receipts(router: APIRouter, services: WebServices) -> None:
    @router.get(receipt_page.PATH)
    def receipts(request: Request) -> Response:
        return receipt_page.receipts_page(request, services)

    @router.get(f"{receipt_page.PATH}/{{batch}}")
    def receipt_of_batch(request: Request, batch: str) -> Response:
        return receipt_page.batch_page(request, batch, services)


def _add_guides(router: APIRouter, services: WebServices) -> None:
    @router.get(guide.PATH)
    def guides(request: Request) -> Response:
        return guide.guides_page(request, services)

    @router.get(f"{guide.PATH}/{{name}}")
    def one_guide(request: Request, name: str) -> Response:
        return guide.guide_page(request, name, services)


def _add_quarantine(router: APIRouter, services: WebServices) -> None:
    @router.get(quarantine_page.PATH)
    def kept_apart(request: Request) -> Response:
        return quarantine_page.quarantine_page(request, services)

    @router.post(quarantine_page.RELEASE)
    async def release(request: Request, record_id: str) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(quarantine_page.release, request, record_id, form, services)


def _add_reviewing(router: APIRouter, services: WebServices) -> None:
    @router.get(review_page.PATH)
    def review(request: Request) -> Response:
        return review_page.review_page(request, services)

    @router.post(review_page.PATH)
    async def answer(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(review_page.answer, request, form, services)

    @router.get(review_page.PIECE)
    def piece(request: Request, record_id: str, number: int) -> Response:
        return review_page.piece(request, record_id, number, services)

    @router.get(review_page.FIGURES)
    def review_figures(request: Request) -> Response:
        return review_page.figures_page(request, services)


def _add_separators(router: APIRouter, services: WebServices) -> None:
    @router.get(separators_page.PATH)
    def form(request: Request) -> Response:
        return separators_page.separators_page(request, services)

    @router.get(separators_page.PRINTED)
    def printed(request: Request) -> Response:
        return separators_page.separators_pdf(request, services)


def _add_rejected(router: APIRouter, services: WebServices) -> None:
    @router.get(rejected_page.PATH)
    def rejected(request: Request) -> Response:
        return rejected_page.rejected_page(request, services)

    @router.post(rejected_page.REPLACE)
    async def replacing(request: Request, delivery_id: str) -> Response:
        return await rejected_page.replace(request, delivery_id, services)

    @router.post(rejected_page.STEP)
    async def settling(request: Request, delivery_id: str, step: rejected_page.Step) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(rejected_page.change, request, delivery_id, step, form, services)


def _add_saved(router: APIRouter, services: WebServices) -> None:
    @router.get(saved_page.PATH)
    def saved(request: Request) -> Response:
        return saved_page.saved_page(request, services)

    @router.post(saved_page.PATH)
    async def save(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_SEARCH_FIELDS)
        return await run_in_threadpool(saved_page.save, request, form, services)

    @router.get(f"{saved_page.PATH}/{{search_id}}")
    def news(request: Request, search_id: str) -> Response:
        return saved_page.news_page(request, search_id, services)

    @router.post(f"{saved_page.PATH}/{{search_id}}/{{step}}")
    async def change(request: Request, search_id: str, step: saved_page.Step) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(saved_page.change, request, search_id, step, form, services)


def _add_lists(router: APIRouter, services: WebServices) -> None:
    @router.get(list_page.PATH)
    def form(request: Request) -> Response:
        return list_page.list_page(request, services)

    @router.post(list_page.PATH)
    async def answers(request: Request) -> Response:
        return await list_page.answer(request, services)


def _add_search(router: APIRouter, services: WebServices) -> None:
    @router.get("/")
    def search(request: Request) -> Response:
        return search_page.search_page(request, services)

    @router.post(search_page.FORGET)
    def forget(request: Request) -> Response:
        return search_page.forget_questions(request)


def _add_reading(router: APIRouter, services: WebServices) -> None:
    @router.get("/van-ban/{record_id}")
    def record(request: Request, record_id: str) -> Response:
        return record_page.record_page(request, record_id, services)

    @router.get("/van-ban/{record_id}/trang/{number}/manh")
    def scrap(request: Request, record_id: str, number: int, region: str, width: int = 0) -> Response:
        place = scraps.read(region)
        drawn = services.drawn_page(record_id, number, SCRAP_WIDTH, current_viewer(request))
        headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
        return Response(scraps.cut(drawn, place, width), media_type="image/webp", headers=headers)

    @router.get("/nop")
    def upload_form(request: Request) -> Response:
        return upload_page.upload_page(request, services)

    @router.get(intake_page.PATH)
    def intake(request: Request) -> Response:
        return intake_page.intake_page(request, services)

    @router.get(intake_page.FRAGMENT)
    def intake_fragment(request: Request) -> Response:
        return intake_page.intake_fragment(request, services)

    @router.get(bin_page.PATH)
    def bin_content(request: Request) -> Response:
        return bin_page.bin_page(request, services)

    @router.get(taught_page.PATH)
    def taught(request: Request) -> Response:
        return taught_page.taught_page(request, services)

    @router.get("/static/{name}")
    def static(request: Request, name: str) -> Response:
        return static_files.static_file(request, name, page_parts(services.options.page_parts))


def _add_changing(router: APIRouter, services: WebServices) -> None:
    @router.post("/van-ban/{record_id}/xac-nhan")
    async def confirm(request: Request, record_id: str) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(record_page.confirm_field, request, record_id, form, services)

    @router.post("/van-ban/{record_id}/xac-nhan-chac")
    async def confirm_sure(request: Request, record_id: str) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(record_page.confirm_sure_fields, request, record_id, form, services)

    @router.post(taught_page.PATH)
    async def taking_back(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(taught_page.say, request, form, services)

    @router.post("/nop")
    async def upload(request: Request) -> Response:
        return await upload_page.upload(request, services)


def _add_disposing(router: APIRouter, services: WebServices) -> None:
    @router.post("/van-ban/{record_id}/bo")
    async def discard(request: Request, record_id: str) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(record_page.discard, request, record_id, form, services)

    @router.post("/thung-rac/{record_id}/{step}")
    async def dispose(request: Request, record_id: str, step: bin_page.Step) -> Response:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        return await run_in_threadpool(bin_page.dispose, request, record_id, step, form, services)
