"""Which records newly fit saved searches, and which must still be asked about.

A record is due in the very transaction that ends its reading, and stays so until every saved search was asked about it:
no kill between indexing and asking loses an alert, and asking again writes none twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, case, delete, exists, func, select, update

from archive import tables
from archive.upserting import upsert
from kernel.clock import now

MOST_ALERTS = 5_000
"""Alerts that are kept of one saved search, the latest."""

_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Due:
    """A record to ask about. `newly_read`: its text is new; else a person has changed what is known of it."""

    record_id: str
    sequence: int
    revision: int
    newly_read: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """A record that fits a saved search since `at`."""

    number: int
    search_id: str
    record_id: str
    at: datetime


class Alerts:
    """Those of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def await_news(self, revisions: Mapping[str, int], *, newly_read: bool) -> None:
        """These revisions are to be asked about when the index knows them; nothing where nobody has saved a search."""
        if revisions and self._connection.execute(select(exists(select(tables.saved_search.c.id)))).scalar_one():
            self._await([(key, revisions[key], newly_read) for key in sorted(revisions)], now())

    def await_waiting(self, moment: datetime, *, all_of_outbox: bool) -> None:
        """What the index has not learned of yet could not be found when a search was saved: it is news to it.

        `all_of_outbox`: before the first search was saved, nothing was due; what had been read by then is not told
        from what was indexed anew.
        """
        outbox, table = tables.outbox, tables.alert_due
        if all_of_outbox:
            waiting = self._connection.execute(select(outbox.c.record_id, outbox.c.revision))
            self._await([(row.record_id, row.revision, True) for row in waiting], moment)
        else:
            unlearned = exists().where(outbox.c.record_id == table.c.record_id)
            self._connection.execute(update(table).where(unlearned).values(since=moment))

    def due(self, limit: int) -> tuple[Due, ...]:
        """Records that the index knows by now, longest-waiting first; those that are gone come with accession 0."""
        table, record, outbox = tables.alert_due, tables.record, tables.outbox
        query = (
            select(table, func.coalesce(record.c.sequence, 0).label("sequence"))
            .outerjoin(record, record.c.id == table.c.record_id)
            .where(~exists().where(outbox.c.record_id == table.c.record_id))
            .order_by(table.c.since, table.c.record_id)
            .limit(limit)
        )
        return tuple(Due(**row._mapping) for row in self._connection.execute(query))

    def add(self, found: Iterable[tuple[str, str]]) -> None:
        """Enters (search id, record id) that are not there yet; of searches that are gone by now none."""
        table, pairs = tables.alert, list(found)
        known = set(self._connection.execute(select(tables.saved_search.c.id)).scalars())
        rows = [
            {"search_id": search_id, "record_id": record_id, "at": now(), "mailed": False}
            for search_id, record_id in pairs
            if search_id in known
        ]
        if rows:
            statement = upsert(self._connection, table)
            self._connection.execute(statement.on_conflict_do_nothing(index_elements=["search_id", "record_id"]), rows)
        for search_id in sorted({search_id for search_id, _ in pairs}):
            self._trim(search_id)

    def done(self, asked: Iterable[Due]) -> None:
        """All saved searches were asked about these; what has changed since stays due."""
        table = tables.alert_due
        statement = delete(table).where(
            table.c.record_id == bindparam("b_id"), table.c.revision <= bindparam("b_revision")
        )
        rows = [{"b_id": one.record_id, "b_revision": one.revision} for one in asked]
        if rows:
            self._connection.execute(statement, rows)

    def of_search(self, search_id: str, access: Sequence[str], limit: int) -> tuple[Alert, ...]:
        """The latest of a saved search whose records these tokens may see, not those in the bin; newest first."""
        table = tables.alert
        query = select(table).where(table.c.search_id == search_id, self.visible(access))
        rows = self._connection.execute(query.order_by(table.c.number.desc()).limit(limit))
        return tuple(Alert(row.number, row.search_id, row.record_id, row.at) for row in rows)

    def unmailed(self, search_id: str, access: Sequence[str]) -> tuple[int, int]:
        """How many alerts, of records that these tokens may see, were not mailed, and the last one's number."""
        table = tables.alert
        query = select(func.count(), func.coalesce(func.max(table.c.number), 0)).where(
            table.c.search_id == search_id, ~table.c.mailed, self.visible(access)
        )
        count, last = self._connection.execute(query).one()
        return int(count), int(last)

    def mailed(self, search_id: str, until: int) -> None:
        """All alerts of a saved search up to this number were mailed."""
        table = tables.alert
        these = update(table).where(table.c.search_id == search_id, table.c.number <= until)
        self._connection.execute(these.values(mailed=True))

    @staticmethod
    def visible(access: Sequence[str]) -> ColumnElement[bool]:
        """Whether an alert's record carries one of these tokens and is not in the bin."""
        alert, rights, discarded = tables.alert, tables.record_access, tables.discarded
        seen = exists().where(rights.c.record_id == alert.c.record_id, rights.c.token.in_(access))
        return seen & ~exists().where(discarded.c.record_id == alert.c.record_id)

    def _await(self, news: Sequence[tuple[str, int, bool]], moment: datetime) -> None:
        table = tables.alert_due
        statement = upsert(self._connection, table)
        fresh = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=["record_id"],
            set_={
                "revision": case((table.c.revision > fresh.revision, table.c.revision), else_=fresh.revision),
                # Corrected before it was asked about, it is newly read all the same.
                "newly_read": table.c.newly_read | fresh.newly_read,
                "since": fresh.since,
            },
        )
        for start in range(0, len(news), _AT_A_TIME):
            part = news[start : start + _AT_A_TIME]
            names = ("record_id", "revision", "newly_read")
            rows = [dict(zip(names, one, strict=True)) | {"since": moment} for one in part]
            self._connection.execute(statement, rows)

    def _trim(self, search_id: str) -> None:
        table = tables.alert
        numbers = select(table.c.number).where(table.c.search_id == search_id).order_by(table.c.number.desc())
        last = self._connection.execute(numbers.offset(MOST_ALERTS).limit(1)).scalar_one_or_none()
        if last is not None:
            self._connection.execute(delete(table).where(table.c.search_id == search_id, table.c.number <= last))
