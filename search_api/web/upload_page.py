"""`/nop`: handing in files from the page, without script."""

from __future__ import annotations

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from kernel.errors import BadRequest, DiskFull, Refused, RequestTooLarge, TangthuError
from search_api.access.asking import current_viewer
from search_api.uploading import MOST_FILES
from search_api.web.intake_page import PATH as INTAKE
from search_api.web.language import N_
from search_api.web.rendering import Asking, Notice
from search_api.web.services import WebServices

_TITLE = N_("The files were not taken")
_REMEDY = N_("Choose from 1 to %(limit)s files, then hand in.")


def upload_page(request: Request, services: WebServices) -> Response:
    """The form."""
    return _page(Asking.read(request, services.options.language), services)


async def upload(request: Request, services: WebServices) -> Response:
    """Takes the files through the same door as the API and leads to what becomes of them."""
    try:
        viewer = current_viewer(request)
        unit = viewer.hands_in_for(services.house.signing.unit)
        deliveries = await services.house.uploads.receive(request, unit, viewer)
    except (Refused, BadRequest, DiskFull) as error:
        return await run_in_threadpool(_refused, request, services, error)
    return RedirectResponse(f"{INTAKE}?handed={len(deliveries)}&batch={deliveries[0].id}", 303)


def _refused(request: Request, services: WebServices, error: TangthuError) -> Response:
    asking = Asking.read(request, services.options.language)
    # The form sends nothing else that could be wrong.
    if isinstance(error, BadRequest) and not isinstance(error, RequestTooLarge):
        notice = Notice(asking.say(_REMEDY, limit=MOST_FILES), "bad", asking.say(_TITLE))
    else:
        notice = Notice(asking.either(error.remedy), "bad", asking.either(error.title))
    return _page(asking, services, error.http_status, notice)


def _page(asking: Asking, services: WebServices, status: int = 200, notice: Notice | None = None) -> Response:
    begun = [one for one in services.house.uploads.in_pieces.mine(current_viewer(asking.request)) if one.unfinished]
    return asking.page(
        "upload.html",
        status,
        here="upload",
        notice=notice,
        begun=begun,
        drop=services.options.drop_folder,
        max_upload_mb=services.options.max_upload_mb,
        most_files=MOST_FILES,
    )
