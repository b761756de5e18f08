"""How a step of a dossier is written down: its row, the step in its history, and an event of the chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from archive.dossier_rows import DossierRows
from archive.events import Event, EventType
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import NotFound
from kernel.filing_errors import DossierClosed
from kernel.ids import new_id
from mappings.filing import Dossier, DossierChange, DossierState

EVENT = "dossier_step"
"""The key of an event's detail: {change, row}, the row without `placed`; no row where the dossier is no more."""


def expect_open(held: Dossier) -> None:
    """DossierClosed if nothing of it may be changed."""
    if held.state == DossierState.CLOSED:
        raise DossierClosed(name=held.name)


def step(unit: UnitOfWork, changed: Dossier, by: str, **told: Any) -> Dossier:
    """As `change`; the dossier as it stands now."""
    return change(unit, changed, by, **told)[0]


def change(
    unit: UnitOfWork,
    changed: Dossier,
    by: str,
    *,
    described: Mapping[str, Any] | None = None,
    placed: Mapping[str, Any] | None = None,
    moved: Mapping[str, Any] | None = None,
    undoes: str | None = None,
) -> tuple[Dossier, DossierChange]:
    """Writes a dossier as changed, the step in its history, and its event. What is told: as `DossierChange` has it."""
    is_new = bool(described and not described["old"])
    # The events of a dossier must lie in the order of its rows, whatever the clock does.
    moment = changed.made_at if is_new else max(now(), changed.changed_at)
    if not is_new:
        changed = replace(changed, version=changed.version + 1, changed_at=moment)
    made = DossierChange(
        new_id(), changed.id, moment, by, dict(described or {}), dict(placed or {}), dict(moved or {}), undoes
    )
    unit.dossiers.put(changed)
    tell(unit, made, changed)
    return changed, made


def tell(unit: UnitOfWork, change: DossierChange, row: Dossier | None) -> None:
    """The step in the history and its event. `row` None: the dossier is no more."""
    unit.dossiers.put_change(change)
    told: dict[str, Any] = {"change": {**asdict(change), "at": None}, "row": None}
    if row is not None:
        kept = asdict(row)
        del kept["placed"]
        told["row"] = kept | {"made_at": row.made_at.isoformat(), "changed_at": None}
    unit.events.add([Event(EventType.MODIFICATION, agent=change.by, detail={EVENT: told}, at=change.at)])


def come_back(rows: DossierRows, detail: Mapping[str, Any], at: datetime) -> None:
    """Writes what an event tells, when the catalogue is made anew; events come in the order of their numbers."""
    told = detail[EVENT]
    made = DossierChange(**{**told["change"], "at": at})
    rows.put_change(made)
    if told["row"] is None:
        rows.remove(made.dossier_id)
        return
    try:
        placed = rows.by_id(made.dossier_id).placed
    except NotFound:
        placed = ()
    if made.placed:
        placed = tuple(made.placed["new"])
    made_at = datetime.fromisoformat(told["row"]["made_at"])
    shared = tuple(told["row"]["shared"])
    rows.put(Dossier(**{**told["row"], "shared": shared, "placed": placed, "made_at": made_at, "changed_at": at}))
