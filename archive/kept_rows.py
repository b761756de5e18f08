"""Whole rows of the catalogue as plain JSON values and back, for what is kept outside of it.

Columns are taken as the tables have them, so that a column that is new one day is kept without a change here. A row
of an older form has fewer; those it lacks get the table's default.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Column, Connection, LargeBinary, Row, Table, func, insert, select

from archive import tables
from archive.copying import continue_numbers
from archive.review_tables import page_correction

Plain = dict[str, Any]
"""A row as JSON holds it: moments in ISO 8601, words as lists, other bytes in base 64."""

_PAGES_AT_ONCE = 20
_EVENTS_LOOKED_BACK = 1000
_OF_NO_MEANING_LATER = frozenset({"reader"})


class KeptRows:
    """The rows of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_records(self, record_ids: Sequence[str]) -> dict[str, Plain]:
        """All rows of records but their pages: record id to {original, record, access, fields, corrections, discarded,
        deliveries, events}.

        `pages_read`: whether any page has been read. Ids of records that are not there are left out.
        """
        record, original = tables.record, tables.original
        found: dict[str, Plain] = {}
        for row in self._connection.execute(select(record).where(record.c.id.in_(record_ids))):
            found[row.id] = {"record": _plain(record, row)} | {name: [] for name, _, _ in _OF_RECORDS}
        ids = list(found)
        query = select(original, record.c.id.label("of")).join(record).where(record.c.id.in_(ids))
        for row in self._connection.execute(query):
            found[row.of]["original"] = _plain(original, row)
        for name, table, order in _OF_RECORDS:
            for row in self._connection.execute(select(table).where(table.c.record_id.in_(ids)).order_by(order)):
                found[row.record_id][name].append(_plain(table, row))
        page = tables.page
        read = select(page.c.record_id).where(page.c.record_id.in_(ids), page.c.state != "waiting").distinct()
        with_pages = set(self._connection.execute(read).scalars())
        for record_id, rows in found.items():
            rows["pages_read"] = record_id in with_pages
        return found

    def pages(self, record_id: str) -> Iterator[Plain]:
        """The pages of a record in order, with their words, a few at a time."""
        page, after = tables.page, 0
        query = select(page).where(page.c.record_id == record_id).order_by(page.c.number).limit(_PAGES_AT_ONCE)
        while rows := self._connection.execute(query.where(page.c.number > after)).all():
            after = rows[-1].number
            for row in rows:
                yield _plain(page, row)

    def of_deliveries(self, delivery_ids: Sequence[str]) -> dict[str, Plain]:
        """Deliveries that have no record, with their events that have none: id to {deliveries, events}."""
        delivery, event = tables.delivery, tables.event
        found: dict[str, Plain] = {key: {"deliveries": [], "events": []} for key in delivery_ids}
        loose = delivery.c.id.in_(delivery_ids) & delivery.c.record_id.is_(None)
        for row in self._connection.execute(select(delivery).where(loose)):
            found[row.id]["deliveries"].append(_plain(delivery, row))
        theirs = event.c.delivery_id.in_(delivery_ids) & event.c.record_id.is_(None)
        for row in self._connection.execute(select(event).where(theirs).order_by(event.c.number)):
            found[row.delivery_id]["events"].append(_plain(event, row))
        return found

    def of_gone_record(self, record_id: str) -> Plain:
        """What is left of a record that is no longer there: its tombstone, its events, and its deliveries."""
        delivery, event, tombstone = tables.delivery, tables.event, tables.tombstone
        stone = self._connection.execute(select(tombstone).where(tombstone.c.record_id == record_id))
        rows = self._connection.execute(select(event).where(event.c.record_id == record_id).order_by(event.c.number))
        events = [_plain(event, row) for row in rows]
        came = {row["delivery_id"] for row in events if row["delivery_id"]}
        kept = self._connection.execute(
            select(delivery).where(delivery.c.id.in_(came), delivery.c.record_id.is_(None)).order_by(delivery.c.id)
        )
        return {
            "deliveries": [_plain(delivery, row) for row in kept],
            "events": events,
            "tombstones": [_plain(tombstone, row) for row in stone],
        }

    def loose_events(self, known: set[int]) -> list[Plain]:
        """Events of no record and no delivery, without those of these numbers.

        Looks back some way: of two transactions, the one with the lower number may have been committed later.
        """
        event = tables.event
        loose = event.c.record_id.is_(None) & event.c.delivery_id.is_(None)
        since = max(known, default=0) - _EVENTS_LOOKED_BACK
        rows = self._connection.execute(select(event).where(loose, event.c.number > since).order_by(event.c.number))
        return [_plain(event, row) for row in rows if row.number not in known]

    def put(self, name: str, rows: Iterable[Plain]) -> None:
        """Enters plain rows into the table of this name as they are, ids and numbers too. IntegrityError on a clash."""
        table = tables.metadata.tables[name]
        typed = (_typed(table, row) for row in rows)
        for _, alike in groupby(typed, key=list):
            self._connection.execute(insert(table), list(alike))

    def is_empty(self) -> bool:
        """Whether nothing has ever come into this catalogue."""
        counts = (
            self._connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.record, tables.delivery, tables.event)
        )
        return not any(counts)

    def continue_numbers(self) -> None:
        """After `put`: what is numbered next goes on behind the highest number that was ever given, as far as known."""
        purged = self._connection.execute(select(func.max(tables.tombstone.c.sequence))).scalar_one() or 0
        for table in tables.metadata.sorted_tables:
            continue_numbers(self._connection, table, purged if table is tables.record else 0)


_OF_RECORDS: tuple[tuple[str, Table, Column[Any]], ...] = (
    ("access", tables.record_access, tables.record_access.c.token),
    ("fields", tables.described_field, tables.described_field.c.name),
    ("corrections", page_correction, page_correction.c.id),
    ("discarded", tables.discarded, tables.discarded.c.record_id),
    ("deliveries", tables.delivery, tables.delivery.c.id),
    ("events", tables.event, tables.event.c.number),
)


def _plain(table: Table, row: Row[Any]) -> Plain:
    values: Any = row._mapping
    return {
        str(column.name): _plain_value(column, values[column.name])
        for column in table.c
        if column.name not in _OF_NO_MEANING_LATER
    }


def _plain_value(column: Column[Any], value: Any) -> Any:
    if column is tables.page.c.words:
        return orjson.loads(zlib.decompress(value))
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _typed(table: Table, row: Plain) -> Plain:
    return {str(column.name): _typed_value(column, row[column.name]) for column in table.c if column.name in row}


def _typed_value(column: Column[Any], value: Any) -> Any:
    if column is tables.page.c.words:
        return zlib.compress(orjson.dumps(value), 6)
    if value is None:
        return None
    if isinstance(column.type, tables.UtcDateTime):
        return datetime.fromisoformat(value)
    return base64.b64decode(value) if isinstance(column.type, LargeBinary) else value
