"""Deliveries that were not taken: those that somebody must still look at, and what was done about the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, func, or_, select

from archive import tables
from archive.deliveries import Deliveries, DeliveryRow
from archive.events import Event, EventType
from kernel.clock import now
from kernel.upload_errors import AlreadySettled
from mappings.record import DeliveryState

if TYPE_CHECKING:
    from archive.unit_of_work import UnitOfWork

SETTLED = "settled"
"""Among the values of the reason of a settled delivery: what was done about it."""


class How(StrEnum):
    """What was done about a file that was not taken."""

    RETRIED = "retried"
    REPLACED = "replaced"
    SETTLED = "settled"


class RejectedRows:
    """The rejected deliveries of one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, units: Collection[str | None] | None, limit: int, before: str | None = None) -> list[DeliveryRow]:
        """Those that nobody has settled, the newest first.

        `units`: handed in for these (among them None: the office's); None: any.
        """
        table = tables.delivery
        query = select(table.c.id).where(*_open(units)).order_by(table.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(table.c.id < before)
        deliveries = Deliveries(self._connection)
        return [deliveries.by_id(one) for one in self._connection.execute(query).scalars().all()]

    def hold(self, delivery_id: str) -> None:
        """Of two who settle it at once, the second sees what the first has done."""
        table = tables.delivery
        self._connection.execute(select(table.c.id).where(table.c.id == delivery_id).with_for_update())

    def count(self, units: Collection[str | None] | None) -> int:
        """How many there are."""
        query = select(func.count()).select_from(tables.delivery).where(*_open(units))
        return int(self._connection.execute(query).scalar_one())


def settle(work: UnitOfWork, delivery_id: str, how: How, by: str, note: str = "", became: str = "") -> DeliveryRow:
    """Enters what was done about a rejected delivery; the row as it was. AlreadySettled, NotFound.

    `became`: the delivery that its bytes, or others in their place, are handed in as.
    """
    work.rejected.hold(delivery_id)
    row = work.deliveries.by_id(delivery_id)
    if row.delivery.state is not DeliveryState.REJECTED:
        raise AlreadySettled(id=delivery_id)
    done = {"how": how.value, "by": by, "at": now().isoformat(), "note": note, "became": became}
    settled = replace(row.delivery, state=DeliveryState.SETTLED)
    work.deliveries.put([replace(row, delivery=settled, reason_values={**row.reason_values, SETTLED: done})])
    detail = {"file_name": row.delivery.file_name, "how": how.value, "note": note, "became": became}
    work.events.add([Event(EventType.MODIFICATION, delivery_id=delivery_id, agent=by, detail=detail)])
    return row


def became(row: DeliveryRow) -> str:
    """The delivery that a settled one's own bytes are handed in as again; empty where they are not."""
    done = row.reason_values.get(SETTLED, {})
    return str(done.get("became", "")) if done.get("how") == How.RETRIED else ""


def _open(units: Collection[str | None] | None) -> Sequence[ColumnElement[bool]]:
    table = tables.delivery
    rejected = table.c.state == DeliveryState.REJECTED.value
    if units is None:
        return (rejected,)
    named = table.c.unit.in_([unit for unit in units if unit is not None])
    return (rejected, or_(named, table.c.unit.is_(None)) if None in units else named)
