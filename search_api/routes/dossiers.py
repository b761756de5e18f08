"""/dossiers: made, filled by hand or by rule, put in order, and their lists of documents."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse

from mappings.filing import Dossier, DossierChange
from search_api.filing.dossiers import DossierService, Lying
from search_api.filing.forms import contents_table
from search_api.giving.tables import TableForm, written
from search_api.people.sharing import Access, access_of
from search_api.routes.asking import TheServices, TheSpeaking, TheViewer, problems
from search_api.routes.dossier_shapes import (
    ChangeShape,
    ChangesShape,
    DossierAccessShape,
    DossierChangesShape,
    DossierNameShape,
    DossierNamesShape,
    DossierShape,
    DossiersShape,
    ListedDossierShape,
    LyingShape,
    MovedShape,
    NewDossierShape,
    OpenedDossierShape,
    OrderShape,
    ProposalsShape,
    ProposedShape,
    RecordIdsShape,
    RuleShape,
)
from search_api.safe_headers import download_headers
from search_api.services import Services

router = APIRouter(prefix="/dossiers", tags=["dossiers"])

DossierId = Annotated[str, Path(description="The dossier's id", max_length=64)]
ChangeId = Annotated[str, Path(description="The step's id", max_length=64)]


def binary(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """The good answer of a route that gives a file, for OpenAPI."""
    return {200: {"content": {one: {"schema": {"type": "string", "format": "binary"}} for one in media_types}}}


def _service(services: Services) -> DossierService:
    return DossierService(services.catalogue, services.search, services.signing.unit)


@router.get("", responses=problems(422, 503))
def dossiers(
    services: TheServices,
    viewer: TheViewer,
    after: Annotated[str, Query(max_length=300, description="`next_after` of an answer")] = "",
    state: Annotated[str, Query(max_length=10, description="open or closed; empty: both")] = "",
    words: Annotated[str, Query(max_length=200, description="A part of the name, with or without diacritics")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DossiersShape:
    """Dossiers by name, and how much of each you may see."""
    dossier_id, _, name = after.partition(" ")
    found = _service(services).listed(viewer, limit, (name, dossier_id), state, words)
    return DossiersShape(
        dossiers=[
            ListedDossierShape(dossier=_shape(one.dossier), records=one.held.records, pages=one.held.pages)
            for one in found
        ],
        next_after=f"{found[-1].dossier.id} {found[-1].dossier.name}" if len(found) == limit else None,
    )


@router.post("", status_code=201, responses=problems(403, 409, 422, 503))
def make_dossier(said: NewDossierShape, services: TheServices, viewer: TheViewer, response: Response) -> DossierShape:
    """Makes a dossier. Records that say its name and lie nowhere are laid into it, as far as you may do that."""
    made = _service(services).make(said.model_dump(), viewer)
    response.headers["Location"] = f"/api/v1/dossiers/{made.id}"
    return _shape(made)


@router.get("/names", responses=problems(503))
def dossier_names(services: TheServices, viewer: TheViewer) -> DossierNamesShape:
    """Names on records that lie in no dossier, as separator sheets and people have written them."""
    found = _service(services).unmade(viewer)
    return DossierNamesShape(
        names=[DossierNameShape(name=name, records=held.records, pages=held.pages) for name, held in found.items()]
    )


@router.get("/{dossier_id}", responses=problems(404, 503))
def dossier(dossier_id: DossierId, services: TheServices, viewer: TheViewer) -> OpenedDossierShape:
    """A dossier and its records in order, of those that you may see."""
    opened = _service(services).open(dossier_id, viewer)
    return OpenedDossierShape(
        dossier=_shape(opened.dossier),
        starts_on=opened.starts_on,
        ends_on=opened.ends_on,
        pages=opened.pages,
        sheets=opened.sheets,
        records=[_lying(one) for one in opened.lying],
    )


@router.patch("/{dossier_id}", responses=problems(403, 404, 409, 422, 503))
def describe_dossier(
    dossier_id: DossierId, said: DossierChangesShape, services: TheServices, viewer: TheViewer
) -> DossierShape:
    """Says something else of it, closes or opens it. A new code or title is written into all of its records."""
    values = said.model_dump(exclude={"version"}, exclude_none=True)
    return _shape(_service(services).describe(dossier_id, values, viewer, said.version))


@router.delete("/{dossier_id}", status_code=204, responses=problems(403, 404, 409, 503))
def remove_dossier(dossier_id: DossierId, services: TheServices, viewer: TheViewer) -> None:
    """Takes an empty dossier away."""
    _service(services).remove(dossier_id, viewer)


@router.put("/{dossier_id}/access", responses=problems(403, 404, 409, 422, 503))
def set_dossier_access(
    dossier_id: DossierId, wanted: DossierAccessShape, services: TheServices, viewer: TheViewer
) -> DossierShape:
    """Says whose it is and who sees it, and by that who sees the records in it: all of it anew."""
    access = Access(wanted.unit, wanted.access_class, tuple(wanted.units), tuple(wanted.people))
    return _shape(_service(services).give_access(dossier_id, access, viewer, wanted.version))


@router.put("/{dossier_id}/rule", responses=problems(403, 404, 409, 422, 503))
def set_rule(dossier_id: DossierId, rule: RuleShape, services: TheServices, viewer: TheViewer) -> DossierShape:
    """Keeps the question that proposes records for it."""
    return _shape(_service(services).rule(dossier_id, rule.search.query() if rule.search else None, viewer))


@router.get("/{dossier_id}/proposals", responses=problems(404, 422, 503))
def proposals(dossier_id: DossierId, services: TheServices, viewer: TheViewer) -> ProposalsShape:
    """What its rule finds and does not lie in it."""
    found = _service(services).proposals(dossier_id, viewer)
    return ProposalsShape(
        records=[
            ProposedShape(
                record_id=one.record.id,
                issue_number=one.issue_number,
                issued_on=one.value("issued_on"),
                subject=one.value("subject"),
                dossier=one.value("dossier"),
            )
            for one in found
        ]
    )


@router.post("/{dossier_id}/fill", responses=problems(403, 404, 409, 422, 503))
def fill_by_rule(dossier_id: DossierId, services: TheServices, viewer: TheViewer) -> MovedShape:
    """Files what its rule finds and lies in no dossier, as far as you may, a thousand records at the most."""
    return _moved(_service(services).fill(dossier_id, viewer))


@router.post("/{dossier_id}/records", responses=problems(403, 404, 409, 422, 503))
def file_records(
    dossier_id: DossierId, records: RecordIdsShape, services: TheServices, viewer: TheViewer
) -> MovedShape:
    """Lays records into it, from wherever they lay: all of them or none."""
    return _moved(_service(services).file(dossier_id, records.record_ids, viewer))


@router.post("/{dossier_id}/removals", responses=problems(403, 404, 409, 422, 503))
def take_records_out(
    dossier_id: DossierId, records: RecordIdsShape, services: TheServices, viewer: TheViewer
) -> MovedShape:
    """Takes records out of it: they lie nowhere then."""
    return _moved(_service(services).take_out(dossier_id, records.record_ids, viewer))


@router.put("/{dossier_id}/order", responses=problems(403, 404, 409, 422, 503))
def order_records(dossier_id: DossierId, order: OrderShape, services: TheServices, viewer: TheViewer) -> DossierShape:
    """Puts its records into an order; those left out follow by their days."""
    return _shape(_service(services).place(dossier_id, order.record_ids, viewer, order.version))


@router.get("/{dossier_id}/changes", responses=problems(404, 503))
def dossier_changes(dossier_id: DossierId, services: TheServices, viewer: TheViewer) -> ChangesShape:
    """What was done to it."""
    return ChangesShape(changes=[_change(one) for one in _service(services).changes(dossier_id, viewer)])


@router.post("/{dossier_id}/changes/{change_id}/undo", status_code=204, responses=problems(403, 404, 409, 503))
def undo_change(dossier_id: DossierId, change_id: ChangeId, services: TheServices, viewer: TheViewer) -> None:
    """Takes one step back; what was changed again since stays."""
    _service(services).undo(dossier_id, change_id, viewer)


@router.get(
    "/{dossier_id}/contents.xlsx",
    response_class=Response,
    responses={**binary(TableForm.XLSX.media_type), **problems(404, 503)},
)
def contents_as_xlsx(
    dossier_id: DossierId, services: TheServices, viewer: TheViewer, speaking: TheSpeaking
) -> StreamingResponse:
    """Mục lục văn bản trong hồ sơ as a workbook, in the columns of Nghị định 30/2020/NĐ-CP."""
    opened = _service(services).open(dossier_id, viewer)
    return as_xlsx(f"Mục lục {opened.dossier.name}", contents_table(opened, speaking))


def as_xlsx(name: str, rows: Any) -> StreamingResponse:
    """Rows as a workbook of this name."""
    headers = download_headers(f"{name[:100]}.xlsx")
    return StreamingResponse(written(TableForm.XLSX, rows), media_type=TableForm.XLSX.media_type, headers=headers)


def _shape(found: Dossier) -> DossierShape:
    values, access = asdict(found), access_of(found)
    for name in ("placed", "agency", "shared"):
        del values[name]
    return DossierShape(**values, units=list(access.units), people=list(access.people))


def _lying(one: Lying) -> LyingShape:
    view = one.view
    return LyingShape(
        number=one.number,
        record_id=view.record.id,
        issue_number=view.issue_number,
        issued_on=view.value("issued_on"),
        kind=view.value("kind"),
        issuer=view.value("issuer"),
        subject=view.value("subject"),
        first_page=one.first_page,
        last_page=one.last_page,
        first_sheet=one.first_sheet,
        last_sheet=one.last_sheet,
    )


def _change(change: DossierChange) -> ChangeShape:
    return ChangeShape(
        id=change.id,
        at=change.at,
        by=change.by,
        described=dict(change.described),
        placed=dict(change.placed),
        moved={record_id: names[:2] for record_id, names in change.moved.items()},
        undoes=change.undoes,
    )


def _moved(change: DossierChange | None) -> MovedShape:
    return MovedShape(change=_change(change) if change else None)
