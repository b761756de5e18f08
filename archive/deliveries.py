"""Deliveries: each arrival of each file, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, func, select

from archive import tables
from archive.seeing import is_delivery_seen
from archive.sidecar_marks import SidecarMarks
from archive.upserting import upsert
from kernel.errors import NotFound
from mappings.record import Delivery, DeliverySource, DeliveryState


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What was handed in together: `batch` is the id of its first file, `files` how many there were.

    `by`: who did, as they sign, and their account; None: nobody had signed in.
    """

    batch: str
    files: int
    by: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery with what fills the sentence of its reason.

    `unit`: that it was handed in for, None for that of the drop folder. `handed`: with what it was handed in, None for
    what lay in a folder.
    """

    delivery: Delivery
    reason_values: dict[str, Any] = field(default_factory=dict)
    unit: str | None = None
    handed: HandedIn | None = None

    @property
    def purged_record(self) -> str:
        """The id of the purged record that it became; empty if it is none."""
        return str(self.reason_values.get("record_id", "")) if self.delivery.state is DeliveryState.PURGED else ""


_ANNOUNCED = ("source", "received_at", "unit", "batch", "batch_files", "by", "account")


class Deliveries:
    """The deliveries of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, rows: Sequence[DeliveryRow]) -> None:
        """Adds deliveries or replaces them by id: what became of one is told by the last word."""
        if not rows:
            return
        statement = upsert(self._connection, tables.delivery)
        changing = ("state", "size", "digest", "record_id", "reason", "reason_values")
        statement = statement.on_conflict_do_update(
            index_elements=["id"], set_={name: statement.excluded[name] for name in changing}
        )
        self._connection.execute(statement, [_row(row) for row in rows])
        # One with a record has an event too, which says it; so does each change of a record.
        SidecarMarks(self._connection).put_deliveries(row.delivery.id for row in rows if row.delivery.record_id is None)

    def add_announced(self, rows: Sequence[DeliveryRow]) -> None:
        """Adds deliveries as announced at their door.

        Of one that is there already, taken in meanwhile, only the door and the moment are set: what became of it is
        the later word, however the two transactions came to overlap.
        """
        if not rows:
            return
        statement = upsert(self._connection, tables.delivery)
        statement = statement.on_conflict_do_update(
            index_elements=["id"], set_={name: statement.excluded[name] for name in _ANNOUNCED}
        )
        self._connection.execute(statement, [_row(row) for row in rows])
        marks, ids = SidecarMarks(self._connection), [row.delivery.id for row in rows]
        marks.put_deliveries(ids)
        marks.put_records(str(one.record_id) for one in self.with_record(ids).values())

    def units(self, delivery_ids: Sequence[str]) -> dict[str, str]:
        """For which unit these were handed in; those for that of the drop folder are left out."""
        table = tables.delivery
        query = select(table.c.id, table.c.unit).where(table.c.id.in_(delivery_ids), table.c.unit.is_not(None))
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def with_record(self, delivery_ids: Sequence[str]) -> dict[str, Delivery]:
        """Those of these deliveries that have their record, by id."""
        table = tables.delivery
        query = select(table).where(table.c.id.in_(delivery_ids), table.c.record_id.is_not(None))
        return {row.id: read_delivery(row).delivery for row in self._connection.execute(query)}

    def find(self, delivery_id: str) -> DeliveryRow | None:
        """One delivery, None if there is none."""
        query = select(tables.delivery).where(tables.delivery.c.id == delivery_id)
        row = self._connection.execute(query).one_or_none()
        return read_delivery(row) if row else None

    def by_id(self, delivery_id: str) -> DeliveryRow:
        """One delivery, else NotFound."""
        found = self.find(delivery_id)
        if found is None:
            raise NotFound(id=delivery_id)
        return found

    def of_record(self, record_id: str) -> tuple[Delivery, ...]:
        """How a record's file came, first to last."""
        table = tables.delivery
        query = select(table).where(table.c.record_id == record_id).order_by(table.c.id)
        return tuple(read_delivery(row).delivery for row in self._connection.execute(query))

    def recent(
        self,
        limit: int,
        before: str | None = None,
        state: DeliveryState | None = None,
        access: Sequence[str] | None = None,
    ) -> tuple[DeliveryRow, ...]:
        """The latest deliveries, newest first, those before the id `before` if given.

        `access`: only those whose record these tokens may see, or which became none; None: the house itself asks.
        """
        table = tables.delivery
        query = select(table).order_by(table.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(table.c.id < before)
        if state is not None:
            query = query.where(table.c.state == state.value)
        if access is not None:
            query = query.where(is_delivery_seen(self._connection, access))
        return tuple(read_delivery(row) for row in self._connection.execute(query))

    def counts(self, access: Sequence[str] | None = None) -> dict[DeliveryState, int]:
        """How many deliveries stand in each state. `access`: as `recent`."""
        table = tables.delivery
        query = select(table.c.state, func.count()).group_by(table.c.state)
        if access is not None:
            query = query.where(is_delivery_seen(self._connection, access))
        return {DeliveryState(state): count for state, count in self._connection.execute(query)}


def _row(row: DeliveryRow) -> dict[str, Any]:
    delivery, handed = row.delivery, row.handed
    return {
        "id": delivery.id,
        "file_name": delivery.file_name,
        "source": delivery.source.value,
        "state": delivery.state.value,
        "received_at": delivery.received_at,
        "size": delivery.size,
        "digest": delivery.digest,
        "record_id": delivery.record_id,
        "reason": delivery.reason,
        "reason_values": row.reason_values,
        "unit": row.unit,
        "batch": handed.batch if handed else None,
        "batch_files": handed.files if handed else None,
        "by": handed.by if handed else None,
        "account": handed.account if handed else None,
    }


def read_delivery(row: Row[Any]) -> DeliveryRow:
    """A row of the table."""
    delivery = Delivery(
        id=row.id,
        file_name=row.file_name,
        source=DeliverySource(row.source),
        state=DeliveryState(row.state),
        received_at=row.received_at,
        size=row.size,
        digest=row.digest,
        record_id=row.record_id,
        reason=row.reason,
    )
    handed = HandedIn(row.batch, row.batch_files, row.by, row.account) if row.batch else None
    return DeliveryRow(delivery, row.reason_values or {}, row.unit, handed)
