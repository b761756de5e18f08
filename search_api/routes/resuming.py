"""/uploads: files in pieces, by the tus protocol 1.0.0 with creation, termination, checksum and expiration."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from archive.coming import Coming
from kernel.errors import BadRequest
from kernel.upload_errors import UploadMoved
from search_api.access.policy import Permission
from search_api.access.viewer import Viewer, expect
from search_api.photos import MOST_PHOTOS
from search_api.problems import with_status
from search_api.resuming import HOURS
from search_api.routes import tus
from search_api.routes.asking import TheServices, TheViewer, problems
from search_api.routes.shaping import Shape
from search_api.services import Services
from search_api.stacking import Stacking

router = APIRouter(tags=["uploads"])

UploadId = Annotated[str, Path(description="The upload's id", max_length=64)]


class UploadShape(Shape):
    """An upload that its owner can go on with. `delivery_id`: what it became."""

    id: str
    file_name: str
    size: int
    offset: int
    begun_at: datetime
    expires_at: datetime
    delivery_id: str | None


class UploadsShape(Shape):
    """One's own uploads, the oldest first."""

    uploads: list[UploadShape]


@router.options("/uploads", status_code=204, response_class=Response)
def upload_protocol(services: TheServices) -> Response:
    """What is spoken: versions, extensions, the greatest size."""
    told = {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
        "Tus-Max-Size": str(services.uploads.in_pieces.largest),
    }
    return Response(status_code=204, headers={**tus.RESUMABLE, **told})


@router.get("/uploads")
def my_uploads(services: TheServices, viewer: TheViewer) -> UploadsShape:
    """One's own uploads of the last days, complete or not."""
    return UploadsShape(uploads=[_shape(one) for one in services.uploads.in_pieces.mine(viewer)])


@router.post(
    "/uploads", status_code=201, response_class=Response, responses=problems(400, 403, 412, 413, 429, 503, 507)
)
def begin_upload(request: Request, services: TheServices, viewer: TheViewer) -> Response:
    """Begins one: `Upload-Length`, and `Upload-Metadata` with `filename`, `relativePath`, `batch`; `Location` is its
    address. `together` (an id of the sender's), `files` (how many) make one delivery: `Tangthu-Batch` names it.

    It is for the office's unit, or, of one who may not hand in for it, for their own.
    """
    tus.expect_version(request.headers)
    untrusted = tus.metadata(request.headers)
    length = tus.number(request.headers, "Upload-Length")
    unit = viewer.hands_in_for(services.signing.unit)
    path, stack = tus.path_of(untrusted), untrusted.get("stack", "")[:40]
    upload = services.uploads.in_pieces.begin(viewer, unit, length, path, stack, tus.together_of(untrusted))
    headers = tus.standing(upload, _finished(services, upload))
    return Response(status_code=201, headers={**headers, "Location": f"/api/v1/uploads/{upload.id}"})


class StackShape(BaseModel):
    """Photos that have come with `stack` in their metadata, in the order of the pages."""

    model_config = ConfigDict(extra="forbid")

    uploads: Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=MOST_PHOTOS)]
    name: Annotated[str, Field(max_length=200)] = ""


class StackedShape(Shape):
    """What the photos are handed in as."""

    delivery_id: str


@router.post("/uploads/stack", status_code=202, responses=problems(400, 404, 409, 413, 415, 422, 503, 507))
def join_photos(said: StackShape, services: TheServices, viewer: TheViewer) -> StackedShape:
    """Lays photos (JPEG) that have come, each whole, into one PDF, byte for byte, and hands it in, once."""
    stacking = Stacking(services.uploads.in_pieces, services.photos)
    return StackedShape(delivery_id=stacking.join(viewer, said.uploads, said.name))


@router.head("/uploads/{upload_id}", response_class=Response, responses=problems(404, 412))
def upload_offset(upload_id: UploadId, request: Request, services: TheServices, viewer: TheViewer) -> Response:
    """Where to go on: `Upload-Offset`. One that is complete names its delivery in `Tangthu-Delivery`."""
    tus.expect_version(request.headers)
    upload = services.uploads.in_pieces.find(viewer, upload_id)
    return Response(headers=tus.standing(upload, _finished(services, upload)))


@router.patch(
    "/uploads/{upload_id}",
    status_code=204,
    response_class=Response,
    responses=problems(400, 403, 404, 409, 412, 415, 503, 507),
    openapi_extra={
        "requestBody": {"content": {tus.OFFSET_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
    },
)
async def upload_piece(upload_id: UploadId, request: Request, services: TheServices, viewer: TheViewer) -> Response:
    """Takes the bytes behind `Upload-Offset`, of any length; what came is durable when this answers.

    With the last of them the file is handed in as by `POST /records`, once, whatever is sent again.
    `Upload-Checksum` (sha1, sha256) is compared: 460 if what came is something else.
    """
    tus.expect_version(request.headers)
    if request.headers.get("content-type", "").partition(";")[0] != tus.OFFSET_TYPE:
        raise with_status(BadRequest(what=f"Content-Type: {tus.OFFSET_TYPE}"), 415)
    offset, checksum = tus.number(request.headers, "Upload-Offset"), tus.checksum(request.headers)
    upload = await run_in_threadpool(_going_on, services, viewer, upload_id, offset)
    if not upload.complete:
        upload = await services.uploads.in_pieces.receive(upload, request.stream(), checksum)
    delivery_id = await run_in_threadpool(_finished, services, upload)
    return Response(status_code=204, headers=tus.standing(upload, delivery_id))


@router.delete("/uploads/{upload_id}", status_code=204, response_class=Response, responses=problems(404, 412, 503, 507))
def cancel_upload(upload_id: UploadId, request: Request, services: TheServices, viewer: TheViewer) -> Response:
    """Ends it: what has come is removed. A delivery that it has become stays, and is named in `Tangthu-Delivery`."""
    tus.expect_version(request.headers)
    delivery_id = services.uploads.in_pieces.cancel(services.uploads.in_pieces.find(viewer, upload_id))
    too_late = {tus.DELIVERY: delivery_id} if delivery_id else {}
    return Response(status_code=204, headers={**tus.RESUMABLE, **too_late})


def _going_on(services: Services, viewer: Viewer, untrusted_id: str, offset: int) -> Coming:
    upload = services.uploads.in_pieces.find(viewer, untrusted_id)
    expect(viewer, Permission.ADD, upload.announced.unit or services.signing.unit)
    if upload.offset != offset:
        raise UploadMoved
    return upload


def _finished(services: Services, upload: Coming) -> str | None:
    """The delivery of a complete upload that stands for itself."""
    stands_alone = upload.complete and not upload.announced.stack
    return services.uploads.in_pieces.finish(upload) if stands_alone else upload.delivery_id


def _shape(upload: Coming) -> UploadShape:
    said = upload.announced
    return UploadShape(
        id=upload.id,
        file_name=said.name,
        size=said.length,
        offset=upload.offset,
        begun_at=said.begun_at,
        expires_at=said.begun_at + timedelta(hours=HOURS),
        delivery_id=upload.delivery_id,
    )
