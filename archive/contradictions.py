"""Rows of the catalogue that contradict each other. Each question streams or is answered by the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from archive import tables
from archive.events import EventType
from mappings.record import DeliveryState, RecordState

_AT_A_TIME = 2000
_TAKEN = (DeliveryState.ARCHIVED.value, DeliveryState.DUPLICATE.value)
_REFUSED = (DeliveryState.REJECTED.value, DeliveryState.SETTLED.value)
_READ = (RecordState.SEARCHABLE.value, RecordState.PARTLY_SEARCHABLE.value)


@dataclass(frozen=True, slots=True)
class KnownDelivery:
    """What the catalogue says of a delivery. `record_digest`: of the record it points at, None if that is not there."""

    id: str
    state: DeliveryState
    file_name: str
    digest: str | None
    record_digest: str | None


class Contradictions:
    """The contradictions of one unit of work's catalogue; none of them should be there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def deliveries(self) -> Iterator[KnownDelivery]:
        """Every delivery, by id, streaming. (No contradiction yet: the files must be looked at.)"""
        table, record, after = tables.delivery, tables.record, ""
        query = select(
            table.c.id, table.c.state, table.c.file_name, table.c.digest, record.c.digest.label("record_digest")
        )
        query = query.outerjoin_from(table, record, record.c.id == table.c.record_id).order_by(table.c.id)
        while rows := self._connection.execute(query.where(table.c.id > after).limit(_AT_A_TIME)).all():
            for row in rows:
                yield KnownDelivery(row.id, DeliveryState(row.state), row.file_name, row.digest, row.record_digest)
            after = rows[-1].id

    def divided(self) -> Iterator[tuple[str, int]]:
        """(record id, pages) of every scan that was divided."""
        table = tables.record
        query = select(table.c.id, table.c.page_count).where(table.c.state == RecordState.DIVIDED.value)
        yield from self._pairs(query.order_by(table.c.sequence))

    def kept_or_purged(self, record_ids: Sequence[str]) -> frozenset[str]:
        """Those of these records that are there, or were deleted in due form."""
        record, tombstone = tables.record, tables.tombstone
        there = select(record.c.id).where(record.c.id.in_(record_ids))
        gone = select(tombstone.c.record_id).where(tombstone.c.record_id.in_(record_ids))
        return frozenset(self._connection.execute(there.union(gone)).scalars())

    def twice_recorded(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """(digest, ids) where several records have the same bytes."""
        table = tables.record
        several = select(table.c.digest).group_by(table.c.digest).having(func.count() > 1)
        for digest in self._connection.execute(several).scalars().all():
            ids = select(table.c.id).where(table.c.digest == digest).order_by(table.c.sequence)
            yield digest, tuple(self._connection.execute(ids).scalars())

    def records_without_original(self) -> Iterator[tuple[str, str]]:
        """(record id, digest) where the original's row is not there."""
        record, original = tables.record, tables.original
        query = select(record.c.id, record.c.digest)
        query = query.outerjoin_from(record, original, original.c.digest == record.c.digest)
        yield from self._pairs(query.where(original.c.digest.is_(None)))

    def originals_without_record(self) -> Iterator[str]:
        """Digests of originals that are no record's."""
        record, original = tables.record, tables.original
        query = select(original.c.digest).outerjoin_from(original, record, original.c.digest == record.c.digest)
        yield from self._connection.execute(query.where(record.c.id.is_(None))).scalars()

    def missing_events(self) -> Iterator[tuple[str, EventType]]:
        """(delivery or record id, what is not recorded of it)."""
        delivery, record = tables.delivery, tables.record
        taken, rejected = delivery.c.state.in_(_TAKEN), delivery.c.state.in_(_REFUSED)
        of_delivery, of_record = tables.event.c.delivery_id, tables.event.c.record_id
        for kind in (EventType.DIGEST, EventType.INGESTION):
            yield from self._without(kind, delivery.c.id, of_delivery, taken)
        yield from self._without(EventType.VALIDATION, delivery.c.id, of_delivery, rejected)
        yield from self._without(EventType.EXTRACTION, record.c.id, of_record, record.c.state.in_(_READ))

    def repeated_events(self) -> Iterator[tuple[str, EventType]]:
        """(delivery or record id, what is recorded of it more than once)."""
        table = tables.event
        once = (EventType.DIGEST, EventType.INGESTION, EventType.VALIDATION)
        query = select(table.c.delivery_id, table.c.type)
        query = query.where(table.c.delivery_id.is_not(None), table.c.type.in_([kind.value for kind in once]))
        query = query.group_by(table.c.delivery_id, table.c.type).having(func.count() > 1)
        for subject, kind in self._pairs(query):
            yield subject, EventType(kind)
        yield from self._repeated_readings()

    def stray_events(self) -> Iterator[tuple[int, str]]:
        """(number, id) of events that tell of a delivery or record that is not there, nor deleted in due form."""
        table, delivery, record = tables.event, tables.delivery, tables.record
        query = select(table.c.number, func.coalesce(table.c.delivery_id, table.c.record_id))
        query = query.outerjoin_from(table, delivery, delivery.c.id == table.c.delivery_id)
        query = query.outerjoin(record, record.c.id == table.c.record_id)
        no_delivery = and_(table.c.delivery_id.is_not(None), delivery.c.id.is_(None))
        deleted = select(table.c.record_id).where(
            table.c.type == EventType.DELETION.value, table.c.record_id.is_not(None)
        )
        no_record = and_(table.c.record_id.is_not(None), record.c.id.is_(None), table.c.record_id.not_in(deleted))
        yield from self._pairs(query.where(or_(no_delivery, no_record)).order_by(table.c.number))

    def _without(
        self, kind: EventType, subject: ColumnElement[str], of: ColumnElement[Any], among: ColumnElement[bool]
    ) -> Iterator[tuple[str, EventType]]:
        told = select(of).where(tables.event.c.type == kind.value, of.is_not(None))
        # Not NOT IN: PostgreSQL would look through all that is told for each subject.
        for found in self._connection.execute(select(subject).where(among).except_(told)).scalars():
            yield found, kind

    def _repeated_readings(self) -> Iterator[tuple[str, EventType]]:
        """Each reading ends in a revision of its own; events from before that was noted count as one reading."""
        table = tables.event
        revision = table.c.detail["revision"].as_integer()
        query = select(table.c.record_id).where(table.c.type == EventType.EXTRACTION.value)
        query = query.group_by(table.c.record_id, revision).having(func.count() > 1)
        for record_id in self._connection.execute(query).scalars():
            yield record_id, EventType.EXTRACTION

    def _pairs(self, query: Select[Any]) -> Iterator[tuple[Any, Any]]:
        for row in self._connection.execute(query):
            yield row[0], row[1]
