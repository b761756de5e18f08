"""/registers: numbers of incoming and outgoing records, and the registers in their legal columns."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import StreamingResponse

from archive.register_rows import Asked, Book
from mappings.filing import Direction, Entry
from search_api.filing.checking import FIRST_YEAR, LAST_YEAR, LONGEST_BOOK
from search_api.filing.forms import register_table
from search_api.filing.registers import Line, RegisterService
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

router = APIRouter(prefix="/registers", tags=["registers"])

Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR)]
EntryId = Annotated[str, Path(description="The entry's id", max_length=64)]


def _asked(
    direction: Direction,
    year: Year,
    book: Annotated[str, Query(max_length=LONGEST_BOOK, description="Empty: the common book")] = "",
    from_day: Annotated[date | None, Query(description="ISO day")] = None,
    to_day: Annotated[date | None, Query(description="ISO day")] = None,
) -> Asked:
    first, last = (day.isoformat() if day else "" for day in (from_day, to_day))
    return Asked(direction, year, book, first, last)


TheAsked = Annotated[Asked, Depends(_asked)]
Late = Annotated[bool, Query(description="Only what is due and was not done in time")]
Due = Annotated[bool, Query(description="What has a day of due, as sổ theo dõi giải quyết văn bản đến")]


@router.get("", responses=problems(503))
def all_series(services: TheServices) -> AllSeriesShape:
    """All series of numbers that have been begun."""
    found = RegisterService(services.catalogue).series()
    return AllSeriesShape(series=[_series(one) for one in found])


@router.get("/{direction}/{year}", responses=problems(422, 503))
def register(
    asked: TheAsked, services: TheServices, viewer: TheViewer, late: Late = False, due: Due = False
) -> RegisterShape:
    """A register of one year, of the records that you may see; numbers of others are left out."""
    shown = RegisterService(services.catalogue).show(asked, viewer, late=late, due=due)
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
    asked: TheAsked,
    services: TheServices,
    viewer: TheViewer,
    speaking: TheSpeaking,
    late: Late = False,
    due: Due = False,
) -> StreamingResponse:
    """The same as a workbook, in the columns of Nghị định 30/2020/NĐ-CP."""
    shown = RegisterService(services.catalogue).show(asked, viewer, late=late, due=due)
    name = {Direction.IN: "Sổ văn bản đến", Direction.OUT: "Sổ văn bản đi"}[asked.direction]
    rows = register_table(shown, speaking, followed=due or late)
    return as_xlsx(f"{name} {asked.year} {asked.book}".strip(), rows)


@router.post("/{direction}", status_code=201, responses=problems(403, 404, 409, 422, 503))
def register_record(
    direction: Direction, wanted: RegisteringShape, services: TheServices, viewer: TheViewer
) -> EntryShape:
    """Gives a record the next number of its year and book, or enters the printed one. No gap, none twice."""
    made = RegisterService(services.catalogue).register(
        direction,
        wanted.record_id,
        viewer,
        day=wanted.day,
        untrusted_book=wanted.book,
        printed=wanted.printed,
        untrusted_columns=wanted.columns,
    )
    return _entry(made)


@router.put("/{direction}/{year}/begin", responses=problems(403, 409, 422, 503))
def begin_series(
    direction: Direction, year: Year, beginning: BeginningShape, services: TheServices, viewer: TheViewer
) -> SeriesShape:
    """Says with which number a series begins, before its first number."""
    service = RegisterService(services.catalogue)
    return _series(service.begin(direction, year, beginning.book, beginning.first, viewer))


@router.patch("/entries/{entry_id}", responses=problems(403, 404, 409, 422, 503))
def correct_entry(
    entry_id: EntryId, correcting: CorrectingShape, services: TheServices, viewer: TheViewer
) -> EntryShape:
    """Writes columns of an entry anew; what stood there is kept in the record's events."""
    service = RegisterService(services.catalogue)
    return _entry(service.correct(entry_id, correcting.columns, viewer, correcting.version))


@router.post("/entries/{entry_id}/void", responses=problems(403, 404, 409, 422, 503))
def make_entry_void(entry_id: EntryId, voiding: VoidingShape, services: TheServices, viewer: TheViewer) -> EntryShape:
    """Takes a number out of use; it stays told and is never given again."""
    return _entry(RegisterService(services.catalogue).make_void(entry_id, voiding.why, viewer, voiding.version))


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
    )
