"""Taking back the last change of fields: as a new event, so that both stay told."""

from __future__ import annotations

from archive.catalogue import Catalogue
from archive.events import Event, EventType
from archive.unit_of_work import UnitOfWork
from kernel.copying_errors import NothingToUndo
from kernel.disposal_errors import InBin
from kernel.errors import Conflict
from search_api.access import Viewer
from search_api.field_changes import UNDONE, change_of, last_change, restored
from search_api.filing.words import follow


def undo(catalogue: Catalogue, record_id: str, viewer: Viewer, revision: int | None = None) -> tuple[str, ...]:
    """Gives the fields of the last change their values back, and how sure these were; returns their names.

    Once more: those of the change before it. `revision`: what the person saw. NotFound, InBin, NothingToUndo,
    NotAllowed, and Conflict if a value is no longer what that change made it, or the record has moved on since.
    """
    return catalogue.write(lambda unit: _undo(unit, record_id, viewer, revision))


def _undo(unit: UnitOfWork, record_id: str, viewer: Viewer, seen_revision: int | None) -> tuple[str, ...]:
    unit.records.by_id(record_id, viewer.tokens)
    if unit.bin.among([record_id]):
        raise InBin(id=record_id)
    revision = unit.records.touch(record_id)
    if seen_revision is not None and revision != seen_revision + 1:
        raise Conflict(id=record_id)
    last = last_change(unit.events.of_record(record_id))
    if last is None:
        raise NothingToUndo(id=record_id)
    held, told = unit.records.fields([record_id])[record_id], {}
    for name, change in last.fields.items():
        field = held.get(name)
        if field is None or field.value != change["new"]:
            raise Conflict(id=record_id)
        before = restored(name, field, change)
        told[name] = change_of(field, before.value)
        unit.records.set_field(record_id, before)
        if name == "dossier":
            follow(unit, unit.records.by_id(record_id), (field.value, before.value), viewer)
    unit.outbox.put({record_id: revision})
    unit.alerts.await_news({record_id: revision}, newly_read=False)
    detail = {"fields": told, UNDONE: last.at.isoformat()}
    unit.events.add([Event(EventType.MODIFICATION, record_id=record_id, agent=viewer.name, detail=detail)])
    return tuple(told)
