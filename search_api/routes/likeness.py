"""GET /records/{id}/alike: more like this."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from search_api.likeness import MOST_ALIKE, Alike, LikenessService
from search_api.routes.asking import RecordId, TheServices, TheViewer, problems
from search_api.routes.shaping import Shape, example

router = APIRouter(prefix="/records/{record_id}", tags=["records"])


class AlikeRecordShape(Shape):
    """A record like the one asked about."""

    model_config = example(
        record_id="01jd3v8p7m6x1yq2w3e4r5t6y7",
        issue_number="45/QĐ-UBND",
        issued_on="2020-03-05",
        kind="Quyết định",
        issuer="Ủy ban nhân dân xã Hoa Sen",
        subject="Về việc phê duyệt dự toán ngân sách năm 2020",
        share=0.41,
    )

    record_id: str
    issue_number: str | None
    issued_on: str | None
    kind: str | None
    issuer: str | None
    subject: str | None
    share: float = Field(description="Of what the record itself would score for its own most telling words, 0 to 1")


class AlikeShape(Shape):
    """The records most alike first; none where nothing is like it."""

    records: list[AlikeRecordShape]


@router.get("/alike", responses=problems(404, 422, 503))
def alike(
    record_id: RecordId,
    services: TheServices,
    viewer: TheViewer,
    limit: Annotated[int, Query(ge=1, le=MOST_ALIKE)] = 5,
) -> AlikeShape:
    """Others that share the words which tell most of this record. Its own parts and attachments are left out."""
    with services.catalogue.reading() as unit:
        view = unit.records.view(record_id, viewer.tokens)
    found = LikenessService(services.catalogue, services.engine).alike(view, viewer, limit)
    return AlikeShape(records=list(map(_shape, found)))


def _shape(one: Alike) -> AlikeRecordShape:
    view = one.view
    return AlikeRecordShape(
        record_id=view.record.id,
        issue_number=view.issue_number,
        issued_on=view.value("issued_on"),
        kind=view.value("kind"),
        issuer=view.value("issuer"),
        subject=view.value("subject"),
        share=one.share,
    )
