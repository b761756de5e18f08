"""What the sidecars must still learn of, marked in the transaction that changes it: no kill can part the two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, bindparam, delete, func, or_, select

from archive import tables
from archive.seeing import is_seen
from archive.upserting import upsert
from kernel.clock import now


class MarkKind(StrEnum):
    """What changed: a record, a delivery without a record, or events that belong to neither."""

    RECORD = "record"
    DELIVERY = "delivery"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Mark:
    """One subject to be written down. `marks` tells this change of it from a later one."""

    kind: MarkKind
    subject: str
    marks: int


class SidecarMarks:
    """The marks of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put_records(self, record_ids: Iterable[str]) -> None:
        """The sidecars of these records are out of date."""
        self._put({(MarkKind.RECORD.value, record_id) for record_id in record_ids})

    def put_deliveries(self, delivery_ids: Iterable[str]) -> None:
        """Something is new of deliveries that have no record."""
        self._put({(MarkKind.DELIVERY.value, delivery_id) for delivery_id in delivery_ids})

    def put_events(self, subjects: Iterable[tuple[str | None, str | None]]) -> None:
        """Events of these (record id, delivery id) were added: each is kept with the first of the two that it has."""
        self._put({_subject(record_id, delivery_id) for record_id, delivery_id in subjects})

    def put_all(self) -> None:
        """Everything must be written down anew."""
        record, delivery = tables.record, tables.delivery
        self.put_records(self._connection.execute(select(record.c.id)).scalars())
        self.put_records(self._connection.execute(select(tables.tombstone.c.record_id)).scalars())
        loose = select(delivery.c.id).where(delivery.c.record_id.is_(None))
        self.put_deliveries(self._connection.execute(loose).scalars())
        self.put_events([(None, None)])

    def _put(self, keys: set[tuple[str, str]]) -> None:
        if not keys:
            return
        table = tables.sidecar_pending
        statement = upsert(self._connection, table)
        statement = statement.on_conflict_do_update(
            index_elements=["kind", "subject"],
            set_={"marks": table.c.marks + 1, "since": statement.excluded.since},
        )
        moment = now()
        # In one order everywhere: two transactions that mark the same never wait for one another in a ring.
        rows = [{"kind": kind, "subject": subject, "marks": 1, "since": moment} for kind, subject in sorted(keys)]
        self._connection.execute(statement, rows)

    def due(self, moment: datetime, quiet: timedelta, limit: int) -> tuple[Mark, ...]:
        """Subjects that have not changed for `quiet` at this moment, longest-waiting first, `limit` at the most.

        Those marked in the future are due too: the clock has been set back.
        """
        table = tables.sidecar_pending
        due = or_(table.c.since <= moment - quiet, table.c.since > moment)
        query = select(table).where(due).order_by(table.c.since, table.c.kind, table.c.subject)
        rows = self._connection.execute(query.limit(limit))
        return tuple(Mark(MarkKind(row.kind), row.subject, row.marks) for row in rows)

    def done(self, marks: Sequence[Mark]) -> None:
        """These are written durably; subjects that were marked again since stay."""
        table = tables.sidecar_pending
        statement = delete(table).where(
            table.c.kind == bindparam("b_kind"),
            table.c.subject == bindparam("b_subject"),
            table.c.marks == bindparam("b_marks"),
        )
        rows = [{"b_kind": mark.kind.value, "b_subject": mark.subject, "b_marks": mark.marks} for mark in marks]
        if rows:
            self._connection.execute(statement, rows)

    def waiting(self, access: Sequence[str] | None = None) -> int:
        """How many subjects are not written down yet. `access`: without records that these tokens may not see."""
        table = tables.sidecar_pending
        query = select(func.count()).select_from(table)
        if access is not None:
            query = query.where(or_(table.c.kind != MarkKind.RECORD.value, is_seen(table.c.subject, access)))
        return int(self._connection.execute(query).scalar_one())

    def last_marked(self) -> datetime | None:
        """When the archive changed last, of what still waits; None if nothing does."""
        newest: datetime | None = self._connection.execute(
            select(func.max(tables.sidecar_pending.c.since))
        ).scalar_one()
        return newest


def _subject(record_id: str | None, delivery_id: str | None) -> tuple[str, str]:
    if record_id is not None:
        return MarkKind.RECORD.value, record_id
    return (MarkKind.DELIVERY.value, delivery_id) if delivery_id is not None else (MarkKind.EVENTS.value, "")
