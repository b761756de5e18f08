"""What confirmed fields have taught."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from search_api.access.asking import signing_name
from search_api.routes.asking import TheServices, TheViewer, problems
from search_api.routes.shaping import Shape, example
from search_api.teaching import known_to, take_back

router = APIRouter(prefix="/taught", tags=["describing"])


class KnownShape(Shape):
    """A value known from so many records. `taken_back_by`: who said that it counts no more."""

    model_config = example(
        field="issuer", value="SỞ NỘI VỤ", times=12, with_it=["ỦY BAN NHÂN DÂN TỈNH", "SNV"], taken_back_by=None
    )

    field: str
    value: str
    times: int
    with_it: list[str]
    taken_back_by: str | None


class TakingBackShape(BaseModel):
    """Which value counts no more (`counts`: false) or again (true), and who says so: left out by those who sign in."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"field": "issuer", "value": "SỞ NỘI VỤ", "by": "Trần Thị Ví", "counts": False}]
        },
    )

    field: str
    value: str
    by: str = ""
    counts: bool = False


@router.get("")
def taught(services: TheServices, viewer: TheViewer) -> list[KnownShape]:
    """Issuers, superiors, symbols, positions and signers that people have confirmed, the most frequent first."""
    return [
        KnownShape(
            field=one.name,
            value=one.value,
            times=one.times,
            with_it=list(one.with_it),
            taken_back_by=one.taken_back_by or None,
        )
        for one in known_to(services.catalogue, viewer)
    ]


@router.post("", status_code=204, responses=problems(403, 422))
def taking_back(said: TakingBackShape, services: TheServices, viewer: TheViewer) -> Response:
    """Takes back a value that was taught, or has it count again. What was described before stays as it is."""
    take_back(services.catalogue, viewer, said.field, said.value, signing_name(viewer, said.by), counts=said.counts)
    return Response(status_code=204)
