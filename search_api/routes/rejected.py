"""/rejected: files that were not taken, why, and what is done about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from archive.deliveries import DeliveryRow
from kernel.bilingual import Language
from kernel.errors import NotFound
from mappings.record import DeliverySource
from search_api.problems import reason_of
from search_api.rejected import RejectedService
from search_api.routes.asking import TheLanguage, TheServices, TheViewer, problems
from search_api.routes.shapes import ReasonShape
from search_api.routes.shaping import Shape
from search_api.safe_headers import download_headers
from search_api.services import Services

router = APIRouter(prefix="/rejected", tags=["rejected"])

DeliveryId = Annotated[str, Path(description="The rejected delivery's id", max_length=64)]


class RejectedShape(Shape):
    """A file that was not taken. `delivery_id`: also what it is asked for by."""

    delivery_id: str
    file_name: str
    source: DeliverySource
    received_at: datetime
    size: int
    reason: ReasonShape


class RejectedFilesShape(Shape):
    """Those that nobody has settled, the newest first."""

    total: int
    files: list[RejectedShape]
    next_before: str | None = None


class HandedInShape(Shape):
    """What a file, or another in its place, is handed in as."""

    delivery_id: str


class SettleShape(BaseModel):
    """Why nothing more is to be done."""

    note: str


def rejected_of(services: Services) -> RejectedService:
    """The service; NotFound in a house without a folder of rejected files."""
    if services.rejected is None:
        raise NotFound(id="rejected")
    return services.rejected


@router.get("", responses=problems(422))
def rejected_files(
    services: TheServices,
    viewer: TheViewer,
    language: TheLanguage,
    before: Annotated[str | None, Query(max_length=64, description="`next_before` of an answer")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RejectedFilesShape:
    """Files that were not taken and that nobody has settled, of the units whose intake one watches."""
    if services.rejected is None:
        return RejectedFilesShape(total=0, files=[])
    rows = services.rejected.open(viewer, limit, before)
    return RejectedFilesShape(
        total=services.rejected.count(viewer),
        files=[_shape(row, language) for row in rows],
        next_before=rows[-1].delivery.id if len(rows) == limit else None,
    )


@router.get("/{delivery_id}/file", response_class=FileResponse, responses=problems(403, 404, 409))
def rejected_file(delivery_id: DeliveryId, services: TheServices, viewer: TheViewer) -> Response:
    """Its bytes, as they came. By those who may hand in for its unit."""
    row, path = rejected_of(services).file(viewer, delivery_id)
    headers = download_headers(row.delivery.file_name.rpartition("/")[2])
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


@router.post("/{delivery_id}/retry", status_code=202, responses=problems(403, 404, 409, 503, 507))
def retry_rejected(delivery_id: DeliveryId, services: TheServices, viewer: TheViewer) -> HandedInShape:
    """Hands the same bytes in again: after a limit was raised, or a program was installed."""
    return HandedInShape(delivery_id=rejected_of(services).retry(viewer, delivery_id))


@router.post("/{delivery_id}/settle", status_code=204, responses=problems(403, 404, 409, 422))
def settle_rejected(delivery_id: DeliveryId, said: SettleShape, services: TheServices, viewer: TheViewer) -> Response:
    """Says that nothing more is to be done about it. Put down as an event; the bytes are kept."""
    rejected_of(services).settle(viewer, delivery_id, said.note)
    return Response(status_code=204)


@router.post(
    "/{delivery_id}/replacement",
    status_code=202,
    responses=problems(400, 403, 404, 409, 413, 503, 507),
    openapi_extra={
        "requestBody": {
            "content": {
                "multipart/form-data": {
                    "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
                }
            }
        }
    },
)
async def replace_rejected(
    delivery_id: DeliveryId, request: Request, services: TheServices, viewer: TheViewer
) -> HandedInShape:
    """Takes another file in its place, for the same unit: without the password, whole, as PDF."""
    rejected = rejected_of(services)
    row = await run_in_threadpool(rejected.expect_open, viewer, delivery_id)
    deliveries = await services.uploads.receive(request, row.unit)
    await run_in_threadpool(rejected.replaced, viewer, delivery_id, deliveries[0].id)
    return HandedInShape(delivery_id=deliveries[0].id)


def _shape(row: DeliveryRow, language: Language) -> RejectedShape:
    delivery = row.delivery
    reason = reason_of(delivery.reason or "refused", row.reason_values, language) or {}
    return RejectedShape(
        delivery_id=delivery.id,
        file_name=delivery.file_name,
        source=delivery.source,
        received_at=delivery.received_at,
        size=delivery.size,
        reason=ReasonShape(**reason),
    )
