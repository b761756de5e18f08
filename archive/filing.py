"""Fields that filing and registering say of records: written like a person's correction, and told like one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from archive.events import Event, EventType
from archive.unit_of_work import UnitOfWork
from kernel.disposal_errors import InBin
from kernel.errors import NotFound
from mappings.record import DescribedField

Said = Mapping[str, Mapping[str, str]]
"""Record id to field to value; an empty value says that the record has none."""


def say(unit: UnitOfWork, said: Said, by: str, *, discarded: bool = False) -> dict[str, dict[str, str]]:
    """Writes these values as confirmed; what stood there before. NotFound; InBin unless `discarded`. Not committed.

    Records are taken in the order of their ids: of two who change the same ones, the second waits for the first.
    """
    binned = unit.bin.among(list(said))
    if binned and not discarded:
        raise InBin(id=min(binned))
    revisions = unit.dossiers.touch(sorted(said))
    missing = next((one for one in said if one not in revisions), None)
    if missing is not None:
        raise NotFound(id=missing)
    held = unit.records.fields(list(said)) if said else {}
    before = {key: {name: _value(held[key].get(name)) for name in values} for key, values in said.items()}
    unit.records.set_fields(
        [
            (key, _confirmed(name, value, held[key].get(name)))
            for key, values in said.items()
            for name, value in values.items()
        ]
    )
    unit.outbox.put({key: revision for key, revision in revisions.items() if key not in binned})
    unit.alerts.await_news({key: one for key, one in revisions.items() if key not in binned}, newly_read=False)
    unit.events.add([_event(record_id, before[record_id], values, by) for record_id, values in said.items()])
    return before


def expect_there(unit: UnitOfWork, record_ids: list[str]) -> None:
    """NotFound for the first of these ids that is no record's."""
    there = unit.records.page_counts(record_ids) if record_ids else {}
    missing = next((one for one in record_ids if one not in there), None)
    if missing is not None:
        raise NotFound(id=missing)


def _value(held: DescribedField | None) -> str:
    return held.value if held else ""


def _confirmed(name: str, value: str, held: DescribedField | None) -> DescribedField:
    if held is None:
        return DescribedField(name, value, 1.0, confirmed=True)
    return replace(held, value=value, confidence=1.0, doubtful=False, confirmed=True)


def _event(record_id: str, before: Mapping[str, str], values: Mapping[str, str], by: str) -> Event:
    changes = {name: {"old": before[name] or None, "new": value} for name, value in values.items()}
    return Event(EventType.MODIFICATION, record_id=record_id, agent=by, detail={"fields": changes})
