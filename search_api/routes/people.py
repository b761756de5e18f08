"""Who asks, and who may see a record."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from search_api.access.policy import Permission
from search_api.people.sharing import Access, SharingService
from search_api.routes.asking import RecordId, TheServices, TheViewer, problems
from search_api.routes.shaping import Shape, example

router = APIRouter(tags=["people"])

_Key = Annotated[str, Field(max_length=100)]


class MeShape(Shape):
    """Who asks. `account`: null for the person at the machine of an archive without accounts.

    `permissions`: by name; `units`: the keys of those where each holds (empty: not bound to any).
    """

    model_config = example(
        account="mau.nt",
        name="Nguyễn Thị Mẫu (mau.nt)",
        permissions={"records:read": ["office"], "records:correct": ["office"]},
    )

    account: str | None
    name: str
    permissions: dict[str, list[str]]


class AccessShape(BaseModel):
    """Who may see a record: its unit, its class (public, internal, unit, named), and whom it is shared with."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"unit": "office", "access_class": "named", "units": [], "people": ["mau.nt"]}]
        },
    )

    unit: _Key
    access_class: Annotated[str, Field(max_length=20)]
    units: list[_Key] = Field([], max_length=200, description="Further units whose readers see it")
    people: list[_Key] = Field([], max_length=200, description="Accounts of persons who see it")


@router.get("/me")
def me(viewer: TheViewer) -> MeShape:
    """Who asks, and what they may do."""
    allowed = [one for one in Permission if viewer.may(one)]
    rights = viewer.rights
    units = {one.value: sorted(rights.units(one)) if rights else [] for one in allowed}
    return MeShape(account=viewer.account or None, name=viewer.name, permissions=units)


@router.get("/records/{record_id}/access", responses=problems(404))
def record_access(record_id: RecordId, services: TheServices, viewer: TheViewer) -> AccessShape:
    """Who may see a record."""
    return _shape(SharingService(services.catalogue).access(record_id, viewer))


@router.put("/records/{record_id}/access", responses=problems(403, 404, 409, 422))
def set_record_access(
    record_id: RecordId, wanted: AccessShape, services: TheServices, viewer: TheViewer
) -> AccessShape:
    """Sets who may see a record, all of it at once."""
    asked = Access(wanted.unit, wanted.access_class, tuple(wanted.units), tuple(wanted.people))
    return _shape(SharingService(services.catalogue).give(record_id, asked, viewer))


def _shape(access: Access) -> AccessShape:
    return AccessShape(
        unit=access.unit, access_class=access.access_class, units=list(access.units), people=list(access.people)
    )
