"""The bin: records go there with who and why, come back, or are purged by the word of two persons."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response

from mappings.record import Discarded, RecordView, Tombstone
from search_api.access.asking import signing_name
from search_api.access.policy import Permission
from search_api.routes.asking import RecordId, TheServices, TheViewer, problems
from search_api.routes.bin_shapes import BinShape, DiscardedShape, DiscardingShape, PersonShape, TombstoneShape
from search_api.services import Services

router = APIRouter(tags=["bin"])


@router.delete("/records/{record_id}", responses=problems(403, 404, 409, 422))
def discard(
    record_id: RecordId, discarding: DiscardingShape, services: TheServices, viewer: TheViewer
) -> DiscardedShape:
    """Puts a record into the bin. From now on no search, count, facet or suggestion knows it."""
    found = services.disposal.discard(record_id, signing_name(viewer, discarding.by), discarding.why, viewer)
    return _shape(services, found)


@router.get("/bin", responses=problems(422))
def bin_content(
    services: TheServices,
    viewer: TheViewer,
    before: Annotated[str | None, Query(max_length=64, description="`next_before` of an answer")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> BinShape:
    """What lies in the bin, the latest records first: of units whose bin the asker may see."""
    with services.catalogue.reading() as unit:
        found = unit.bin.content(viewer.tokens, limit, before, viewer.where(Permission.SEE_BIN))
        views = unit.records.views([one.record_id for one in found], discarded=True)
    return BinShape(
        records=[discarded_shape(views[one.record_id], one) for one in found],
        next_before=found[-1].record_id if len(found) == limit else None,
    )


@router.post("/bin/{record_id}/restore", status_code=204, responses=problems(403, 404, 409, 422))
def restore(record_id: RecordId, person: PersonShape, services: TheServices, viewer: TheViewer) -> Response:
    """Takes a record out of the bin, just as it was; it is found again."""
    services.disposal.restore(record_id, signing_name(viewer, person.by), viewer)
    return Response(status_code=204)


@router.post("/bin/{record_id}/purge-request", responses=problems(403, 404, 409, 422))
def ask_purge(record_id: RecordId, person: PersonShape, services: TheServices, viewer: TheViewer) -> DiscardedShape:
    """The first person's word for a purge. If somebody has asked before, that one stays and is told."""
    return _shape(services, services.disposal.ask_purge(record_id, signing_name(viewer, person.by), viewer))


@router.post("/bin/{record_id}/purge-confirmation", responses=problems(403, 404, 409, 422))
def confirm_purge(record_id: RecordId, person: PersonShape, services: TheServices, viewer: TheViewer) -> TombstoneShape:
    """The second person's word: the record, its pages and its bytes are gone for ever; this much stays known."""
    found = services.disposal.confirm_purge(record_id, signing_name(viewer, person.by), viewer)
    with services.catalogue.reading() as unit:
        return _tombstone(unit.bin.tombstones([found.record_id])[found.record_id])


def _shape(services: Services, found: Discarded) -> DiscardedShape:
    with services.catalogue.reading() as unit:
        return discarded_shape(unit.records.view(found.record_id, pages=False), found)


def discarded_shape(view: RecordView, found: Discarded) -> DiscardedShape:
    """A place in the bin with what a person knows the record by."""
    return DiscardedShape(
        file_name=view.record.file_name, issue_number=view.issue_number, subject=view.value("subject"), **asdict(found)
    )


def _tombstone(found: Tombstone) -> TombstoneShape:
    names = TombstoneShape.model_fields
    return TombstoneShape(**{name: value for name, value in asdict(found).items() if name in names})
