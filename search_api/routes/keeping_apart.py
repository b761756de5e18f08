"""What is kept apart as a possible state secret, and its release: for the archivists named for it."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from kernel.secret_errors import StateSecretMark
from search_api.access.asking import signing_name
from search_api.keeping_apart import KeepingApart
from search_api.problems import reason_of
from search_api.routes.asking import RecordId, TheLanguage, TheServices, TheViewer, problems
from search_api.routes.shapes import ReasonShape
from search_api.routes.shaping import Shape, example

router = APIRouter(prefix="/quarantine", tags=["quarantine"])


class KeptApartShape(Shape):
    """A record that is kept apart. `page`: that may bear the mark; null: it contains a record that is kept apart."""

    model_config = example(
        record_id="01jd3v8p7m6x1yq2w3e4r5t6y7",
        file_name="van-ban-17.pdf",
        received_at="2026-01-05T08:00:00Z",
        page=3,
    )

    record_id: str
    file_name: str
    received_at: datetime
    page: int | None


class QuarantineShape(Shape):
    """What is kept apart, the latest first. `note`: what it means, and what the law asks."""

    records: list[KeptApartShape]
    note: ReasonShape


class ReleaseShape(BaseModel):
    """Who says that it is no state secret (left out by one who has signed in: their name counts), and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"by": "Trần Thị Ví", "why": "Dấu “MẬT” là một phần của tiêu đề bài học"}]},
    )

    by: str = ""
    why: str


@router.get("")
def kept_apart(services: TheServices, viewer: TheViewer, language: TheLanguage) -> QuarantineShape:
    """Records of which a page may bear MẬT, TỐI MẬT or TUYỆT MẬT; none for who is not named for it."""
    found = KeepingApart(services.catalogue).all(viewer)
    return QuarantineShape(
        records=[
            KeptApartShape(
                record_id=one.record.id,
                file_name=one.record.file_name,
                received_at=one.record.received_at,
                page=one.page,
            )
            for one in found
        ],
        note=ReasonShape(**(reason_of(StateSecretMark.code, {}, language) or {})),
    )


@router.post("/{record_id}/release", status_code=204, responses=problems(403, 404, 409, 422))
def release_record(record_id: RecordId, said: ReleaseShape, services: TheServices, viewer: TheViewer) -> Response:
    """Says that a record is no state secret: it is as it was before, and read anew. Put down as an event."""
    KeepingApart(services.catalogue).release(record_id, signing_name(viewer, said.by), said.why, viewer)
    return Response(status_code=204)
