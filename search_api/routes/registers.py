"""/registers: numbers of incoming and outgoing records, and the registers in their legal columns."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import StreamingResponse

from archive.register_rows import Asked, Book
from mappings.filing import FIRST_YEAR, LAST_YEAR, Direction, Entry
from search_api.filing.checking import LONGEST_BOOK, LONGEST_WHO
from search_api.filing.forms import register_table
from search_api.filing.registers import Line, Only, Registering, RegisterService
from search_api.giving.tables import TableForm
from search_api.routes.asking import TheServices, TheSpeaking, TheViewer, problems
from search_api.routes.dossiers import as_xlsx, binary
from search_api.routes.register_shapes import (
    AllSeriesShape,
    BeginningShape,
    CorrectingShape,
    EntryShape,
    LineShape,
    RegisteringShape,
    RegisterShape,
    SeriesShape,
    VoidingShape,
)
from search_api.services import Services

router = APIRouter(prefix="/registers", tags=["registers"])

Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR)]
EntryId = Annotated[str, Path(description="The entry's id", max_length=64)]


def _asked(
    services: TheServices,
    direction: Direction,
    year: Year,
    unit: Annotated[str, Query(max_length=LONGEST_WHO, description="Whose register; empty: of the office")] = "",
    book: Annotated[str, Query(max_length=LONGEST_BOOK, description="Empty: the common book")] = "",
    from_day: Annotated[date | None, Query(description="ISO day")] = None,
    to_day: Annotated[date | None, Query(description="ISO day")] = None,
) -> Asked:
    first, last = (day.isoformat() if day else "" for day in (from_day, to_day))
    return Asked(unit or services.signing.unit, direction, year, book, first, last)


def _service(services: Services) -> RegisterService:
    return RegisterService(services.catalogue, services.signing.unit)


def _only(
    late: Annotated[bool, Query(description="Only what is due and was not done in time")] = False,
    due: Annotated[bool, Query(description="What has a day of due, as sổ theo dõi giải quyết văn bản đến")] = False,
    kind: Annotated[str, Query(max_length=100, description="Quyết định, Công văn, …")] = "",
    issuer: Annotated[str, Query(max_length=200, description="Words of the issuer's name")] = "",
    undone: Annotated[bool, Query(description="Only what nobody has said is done")] = False,
) -> Only:
    return Only(late, due, kind, issuer, undone)


TheAsked = Annotated[Asked, Depends(_asked)]
TheOnly = Annotated[Only, Depends(_only)]


@router.get("", responses=problems(503))
def all_series(services: TheServices, viewer: TheViewer) -> AllSeriesShape:
    """Series of numbers in which you see any record, each as far as you see it."""
    found = _service(services).series(viewer)
    return AllSeriesShape(series=[_series(one) for one in found])


@router.get("/{direction}/{year}", responses=problems(422, 503))
def register(asked: TheAsked, only: TheOnly, services: TheServices, viewer: TheViewer) -> RegisterShape:
    """A register of one year, of the records that you may see; numbers of others are left out."""
    shown = _service(services).show(asked, viewer, only)
    return RegisterShape(
        series=_series(shown.series),
        lines=[_line(one) for one in shown.lines],
        stamped=[_line(one) for one in shown.stamped],
    )


@router.get(
    "/{direction}/{year}/table.xlsx",
    response_class=Response,
    responses={**binary(TableForm.XLSX.media_type), **problems(422, 503)},
)
def register_as_xlsx(
    asked: TheAsked, only: TheOnly, services: TheServices, viewer: TheViewer, speaking: TheSpeaking
) -> StreamingResponse:
    """The same as a workbook, in the columns of Nghị định 30/2020/NĐ-CP."""
    shown = _service(services).show(asked, viewer, only)
    name = {Direction.IN: "Sổ văn bản đến", Direction.OUT: "Sổ văn bản đi"}[asked.direction]
    rows = register_table(shown, speaking, followed=only.follows)
    return as_xlsx(f"{name} {asked.year} {asked.book}".strip(), rows)


@router.post("/{direction}", status_code=201, responses=problems(403, 404, 409, 422, 503))
def register_record(
    direction: Direction, wanted: RegisteringShape, services: TheServices, viewer: TheViewer
) -> EntryShape:
    """Gives a record the next number of its year and book, or enters the printed one. No gap, none twice."""
    asked = Registering(
        direction, wanted.record_id, wanted.day, wanted.unit, wanted.book, wanted.printed, wanted.columns
    )
    made = _service(services).register(asked, viewer)
    return _entry(made)


@router.put("/{direction}/{year}/begin", responses=problems(403, 409, 422, 503))
def begin_series(
    direction: Direction, year: Year, beginning: BeginningShape, services: TheServices, viewer: TheViewer
) -> SeriesShape:
    """Says with which number a series begins, before its first number."""
    service = _service(services)
    return _series(service.begin(direction, year, beginning.book, beginning.first, viewer, beginning.unit))


@router.patch("/entries/{entry_id}", responses=problems(403, 404, 409, 422, 503))
def correct_entry(
    entry_id: EntryId, correcting: CorrectingShape, services: TheServices, viewer: TheViewer
) -> EntryShape:
    """Writes columns of an entry anew; what stood there is kept in the record's events."""
    service = _service(services)
    return _entry(service.correct(entry_id, correcting.columns, viewer, correcting.version))


@router.post("/entries/{entry_id}/void", responses=problems(403, 404, 409, 422, 503))
def make_entry_void(entry_id: EntryId, voiding: VoidingShape, services: TheServices, viewer: TheViewer) -> EntryShape:
    """Takes a number out of use; it stays told and is never given again."""
    return _entry(_service(services).make_void(entry_id, voiding.why, viewer, voiding.version))


def _series(found: Book) -> SeriesShape:
    return SeriesShape(**asdict(found) | {"direction": Direction(found.direction)})


def _entry(found: Entry) -> EntryShape:
    return EntryShape(**asdict(found))


def _line(line: Line) -> LineShape:
    view = line.view
    return LineShape(
        entry=_entry(line.entry) if line.entry else None,
        number=line.number,
        day=line.day,
        record_id=view.record.id if view else None,
        issue_number=view.issue_number if view else None,
        issued_on=view.value("issued_on") if view else None,
        kind=view.value("kind") if view else None,
        issuer=view.value("issuer") if view else None,
        subject=view.value("subject") if view else None,
        signer=view.value("signer") if view else None,
        is_late=line.is_late,
        is_binned=line.is_binned,
    )
