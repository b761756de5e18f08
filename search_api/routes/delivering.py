"""POST /records and GET /deliveries: handing files in, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from archive.deliveries import DeliveryRow
from archive.unit_of_work import UnitOfWork
from kernel.bilingual import Language
from kernel.errors import NotFound
from mappings.record import DeliveryState, RecordView
from search_api.access import Viewer, may_see
from search_api.handed_in import rows_seen
from search_api.problems import reason_of
from search_api.routes.asking import TheLanguage, TheServices, TheViewer, problems
from search_api.routes.shapes import DeliveriesShape, DeliveryShape, ReasonShape

router = APIRouter(tags=["deliveries"])

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                    "required": ["file"],
                }
            }
        },
    }
}


@router.post("/records", status_code=202, responses=problems(400, 403, 413, 503, 507), openapi_extra=_FORM)
async def hand_in(
    request: Request, response: Response, services: TheServices, viewer: TheViewer, language: TheLanguage
) -> DeliveriesShape:
    """Takes files (any part with a file name): all of them or none.

    They are for the office's unit, or, of one who may not hand in for it, for their own. They are safe on disk when
    this answers; each is then read. `Location` is the first one's delivery.
    """
    deliveries = await services.uploads.receive(request, viewer.hands_in_for(services.signing.unit), viewer)
    response.headers["Location"] = f"/api/v1/deliveries/{deliveries[0].id}"
    shapes = [_shape(DeliveryRow(delivery), None, language) for delivery in deliveries]
    return DeliveriesShape(deliveries=shapes)


@router.get("/deliveries", responses=problems(422))
def recent_deliveries(
    services: TheServices,
    viewer: TheViewer,
    language: TheLanguage,
    state: DeliveryState | None = None,
    before: Annotated[str | None, Query(max_length=64, description="`next_before` of an answer")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveriesShape:
    """The latest deliveries, newest first. An answer may hold fewer than `limit` and still have a next one."""
    with services.catalogue.reading() as unit:
        rows = unit.deliveries.recent(limit, before, state, viewer.tokens)
        shapes = _visible(unit, rows_seen(rows, viewer, services), viewer, language)
    return DeliveriesShape(deliveries=shapes, next_before=rows[-1].delivery.id if len(rows) == limit else None)


@router.get("/deliveries/{delivery_id}", responses=problems(404))
def delivery(delivery_id: str, services: TheServices, viewer: TheViewer, language: TheLanguage) -> DeliveryShape:
    """What became of a delivery: received, archived, duplicate or rejected, and why."""
    with services.catalogue.reading() as unit:
        row = unit.deliveries.by_id(delivery_id)
        found = _visible(unit, rows_seen([row], viewer, services), viewer, language)
    if not found:
        raise NotFound(id=delivery_id)
    return found[0]


def _visible(unit: UnitOfWork, rows: Sequence[DeliveryRow], viewer: Viewer, language: Language) -> list[DeliveryShape]:
    """Those whose record may be seen, or which became none."""
    ids = [row.delivery.record_id for row in rows if row.delivery.record_id]
    views = unit.records.views(ids, discarded=True)
    binned = unit.bin.among(ids)
    purged = unit.bin.tombstones([row.purged_record for row in rows])
    shapes = []
    for row in rows:
        view = views.get(row.delivery.record_id or "")
        of = view.record if view else purged.get(row.purged_record)
        if of is None and (row.delivery.record_id or row.purged_record):
            continue
        if of is None or may_see(viewer, of):
            shapes.append(_shape(row, view, language, in_bin=row.delivery.record_id in binned))
    return shapes


def _shape(row: DeliveryRow, view: RecordView | None, language: Language, *, in_bin: bool = False) -> DeliveryShape:
    delivery = row.delivery
    reason: dict[str, Any] | None = reason_of(delivery.reason, row.reason_values, language)
    return DeliveryShape(
        id=delivery.id,
        file_name=delivery.file_name,
        source=delivery.source,
        state=delivery.state,
        received_at=delivery.received_at,
        size=delivery.size,
        record_id=delivery.record_id,
        record_state=view.record.state if view else None,
        in_bin=in_bin,
        reason=ReasonShape(**reason) if reason else None,
    )
