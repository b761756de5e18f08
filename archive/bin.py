"""The bin: records put aside to be deleted, and the tombstones of those that were purged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from archive import review_tables, tables
from archive.leaving import Span, leaving
from archive.upserting import upsert
from kernel.disposal_errors import NotInBin
from mappings.record import DeliveryState, Discarded, Record, Tombstone


class Bin:
    """The bin of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, discarded: Discarded) -> bool:
        """Puts a record in; False if it lies there already."""
        return self._is_new(tables.discarded, asdict(discarded))

    def take_out(self, record_id: str) -> bool:
        """Takes a record out; False if it does not lie there."""
        table = tables.discarded
        statement = delete(table).where(table.c.record_id == record_id).returning(table.c.record_id)
        return self._connection.execute(statement).one_or_none() is not None

    def by_id(self, record_id: str) -> Discarded:
        """What is known of a record in the bin, else NotInBin. Nobody else changes it before this unit has ended."""
        table = tables.discarded
        row = self._connection.execute(select(table).where(table.c.record_id == record_id).with_for_update())
        found = row.one_or_none()
        if found is None:
            raise NotInBin(id=record_id)
        return _discarded(found)

    def among(self, record_ids: Sequence[str]) -> dict[str, Discarded]:
        """Those of these records that lie in the bin."""
        table = tables.discarded
        rows = self._connection.execute(select(table).where(table.c.record_id.in_(record_ids)))
        return {row.record_id: _discarded(row) for row in rows}

    def ask_purge(self, record_id: str, by: str, at: datetime) -> None:
        """Writes down who asks for the purge."""
        table = tables.discarded
        change = update(table).where(table.c.record_id == record_id)
        self._connection.execute(change.values(purge_asked_by=by, purge_asked_at=at))

    def content(
        self, access: Sequence[str], limit: int, before: str | None = None, units: Collection[str] | None = None
    ) -> tuple[Discarded, ...]:
        """What these access tokens may see of the bin by record id, the latest record first, before the id `before`.

        `units`: of records of these alone; None: of all.
        """
        table, rights = tables.discarded, tables.record_access
        visible = select(rights.c.record_id).where(rights.c.token.in_(access))
        query = select(table).where(table.c.record_id.in_(visible)).order_by(table.c.record_id.desc()).limit(limit)
        if before is not None:
            query = query.where(table.c.record_id < before)
        if units is not None:
            of_them = select(tables.record.c.id).where(tables.record.c.unit.in_(sorted(units)))
            query = query.where(table.c.record_id.in_(of_them))
        return tuple(_discarded(row) for row in self._connection.execute(query))

    def leaving(self, access: Sequence[str]) -> tuple[Span, ...]:
        """Accession numbers of what the index may still hold and these tokens may not see: `archive.leaving`."""
        return leaving(self._connection, access)

    def purge(self, record: Record, tombstone: Tombstone) -> None:
        """Takes all rows of a record out of the catalogue and leaves the tombstone. The bytes are not touched."""
        self._connection.execute(insert(tables.tombstone).values(asdict(tombstone)))
        delivery = tables.delivery
        change = update(delivery).where(delivery.c.record_id == record.id)
        values = {"record_id": None, "state": DeliveryState.PURGED.value, "reason_values": {"record_id": record.id}}
        self._connection.execute(change.values(values))
        of_it = (tables.discarded, tables.page, tables.described_field, tables.record_access)
        for table in (*of_it, tables.alert, tables.alert_due, *review_tables.TABLES):
            self._connection.execute(delete(table).where(table.c.record_id == record.id))
        self._connection.execute(delete(tables.record).where(tables.record.c.id == record.id))
        self._connection.execute(delete(tables.original).where(tables.original.c.digest == record.digest))

    def tombstones(self, record_ids: Sequence[str]) -> dict[str, Tombstone]:
        """What stays known of these purged records."""
        return self._tombstones(tables.tombstone.c.record_id.in_(record_ids))

    def waiting(self) -> tuple[Tombstone, ...]:
        """Purged records whose bytes must still be removed."""
        return tuple(self._tombstones(tables.tombstone.c.bytes == "waiting").values())

    def is_leaving(self, digest: str) -> bool:
        """Whether these bytes are of a purged record and must still be removed."""
        table = tables.tombstone
        query = select(table.c.record_id).where(table.c.digest == digest, table.c.bytes == "waiting").limit(1)
        return self._connection.execute(query).one_or_none() is not None

    def purged_digests(self, digests: Sequence[str]) -> frozenset[str]:
        """Those of these digests whose bytes were purged at some time, or are being so."""
        table = tables.tombstone
        return frozenset(self._connection.execute(select(table.c.digest).where(table.c.digest.in_(digests))).scalars())

    def hold_digest(self, digest: str, at: datetime) -> bool:
        """Keeps everybody from entering these bytes until this unit of work has ended.

        False if they have been entered. The original's row itself is the lock: a second one of the same digest waits
        for the end of this transaction, on both databases.
        """
        return self._is_new(tables.original, {"digest": digest, "size": 0, "stored_at": at})

    def bytes_settled(self, tombstone: Tombstone, *, removed: bool) -> None:
        """The bytes are gone, or stay because they were delivered again; lets go what `hold_digest` holds."""
        table = tables.tombstone
        change = update(table).where(table.c.record_id == tombstone.record_id, table.c.bytes == "waiting")
        self._connection.execute(change.values(bytes="removed" if removed else "kept"))
        if removed:
            held = tables.original
            self._connection.execute(delete(held).where(held.c.digest == tombstone.digest))

    def _tombstones(self, condition: Any) -> dict[str, Tombstone]:
        rows = self._connection.execute(select(tables.tombstone).where(condition))
        return {row.record_id: Tombstone(**row._mapping) for row in rows}

    def _is_new(self, table: Table, row: dict[str, Any]) -> bool:
        """Enters a row if there is none of its key; whether it did."""
        statement = upsert(self._connection, table).values(row).on_conflict_do_nothing().returning(*table.primary_key)
        return self._connection.execute(statement).one_or_none() is not None


def _discarded(row: Row[Any]) -> Discarded:
    return Discarded(row.record_id, row.at, row.by, row.why, row.purge_asked_by, row.purge_asked_at)
