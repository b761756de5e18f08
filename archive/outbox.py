"""The outbox: which records the index must still learn of. At least once, newest revision only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, case, delete, func, select, update

from archive import tables
from archive.seeing import is_seen
from archive.upserting import upsert
from kernel.clock import now

_AT_A_TIME = 1000

_AHEAD = timedelta(days=36525)
AHEAD_BEFORE = datetime(1990, 1, 1, tzinfo=UTC)
"""Rows of an earlier moment go before all others; it is told without what was taken off."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A record whose revision is not in the index yet."""

    record_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record whose revision the engine refused, and why."""

    record_id: str
    revision: int
    reason: str
    since: datetime


class Outbox:
    """The outbox of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, revisions: Mapping[str, int], *, at_once: bool = False) -> None:
        """The index must learn these revisions; an older row of the same record gives way.

        `at_once`: before all others, because less may be seen than the index knows (`archive.leaving` goes by it).
        """
        if not revisions:
            return
        statement, held = upsert(self._connection, tables.outbox), tables.outbox.c.since
        # One that goes first does so until the index has learned of it, whatever changes meanwhile.
        since = case((held < AHEAD_BEFORE, held), else_=statement.excluded.since)
        statement = statement.on_conflict_do_update(
            index_elements=["record_id"],
            set_={"revision": statement.excluded.revision, "since": since, "refusal": None},
            # One who read the record before another changed it must not put the other's revision back.
            where=statement.excluded.revision >= tables.outbox.c.revision,
        )
        moment = now() - _AHEAD if at_once else now()
        rows = [{"record_id": key, "revision": value, "since": moment} for key, value in sorted(revisions.items())]
        self._connection.execute(statement, rows)

    def hasten(self, record_ids: Iterable[str]) -> None:
        """Of these, what waits goes before all others: less may be seen of them than the index knows."""
        table, ids = tables.outbox, sorted(record_ids)
        for start in range(0, len(ids), _AT_A_TIME):
            some = table.c.record_id.in_(ids[start : start + _AT_A_TIME])
            change = update(table).where(some, table.c.since >= AHEAD_BEFORE)
            self._connection.execute(change.values(since=now() - _AHEAD))

    def pending(self, limit: int) -> tuple[Pending, ...]:
        """The longest-waiting rows that were not refused, `limit` at the most."""
        table = tables.outbox
        query = select(table).where(table.c.refusal.is_(None)).order_by(table.c.since, table.c.record_id).limit(limit)
        return tuple(Pending(row.record_id, row.revision) for row in self._connection.execute(query))

    def done(self, learned: Iterable[Pending]) -> None:
        """The index holds these revisions; rows that have moved on since stay."""
        table = tables.outbox
        statement = delete(table).where(
            table.c.record_id == bindparam("b_id"), table.c.revision <= bindparam("b_revision")
        )
        rows = [{"b_id": entry.record_id, "b_revision": entry.revision} for entry in learned]
        if rows:
            self._connection.execute(statement, rows)

    def set_aside(self, refused: Sequence[tuple[Pending, str]]) -> None:
        """The engine refused these revisions; they wait for a newer one or for a rebuild."""
        table = tables.outbox
        statement = (
            update(table)
            .where(table.c.record_id == bindparam("b_id"), table.c.revision == bindparam("b_revision"))
            .values(refusal=bindparam("b_reason"))
        )
        rows = [
            {"b_id": entry.record_id, "b_revision": entry.revision, "b_reason": reason} for entry, reason in refused
        ]
        if rows:
            self._connection.execute(statement, rows)

    def waiting(self, among: Sequence[str] | None = None, *, access: Sequence[str] | None = None) -> int:
        """How many records (of these, if given) the index must still learn of, refused ones not counted.

        `access`: only what these tokens may see; None: the house itself asks.
        """
        table = tables.outbox
        query = select(func.count()).select_from(table).where(table.c.refusal.is_(None))
        if among is not None:
            query = query.where(table.c.record_id.in_(among))
        if access is not None:
            query = query.where(is_seen(table.c.record_id, access))
        return int(self._connection.execute(query).scalar_one())

    def among(self, record_ids: Sequence[str]) -> frozenset[str]:
        """Which of these the index must still learn of, refused ones too."""
        table, found = tables.outbox, set[str]()
        for start in range(0, len(record_ids), _AT_A_TIME):
            query = select(table.c.record_id).where(table.c.record_id.in_(record_ids[start : start + _AT_A_TIME]))
            found.update(self._connection.execute(query).scalars())
        return frozenset(found)

    def all_set_aside(self, limit: int = 100, access: Sequence[str] | None = None) -> tuple[SetAside, ...]:
        """Refused records, longest-waiting first. `access`: as `waiting`."""
        table = tables.outbox
        query = select(table).where(table.c.refusal.is_not(None)).order_by(table.c.since).limit(limit)
        if access is not None:
            query = query.where(is_seen(table.c.record_id, access))
        return tuple(
            SetAside(row.record_id, row.revision, row.refusal, _told(row.since))
            for row in self._connection.execute(query)
        )


def _told(since: datetime) -> datetime:
    return since + _AHEAD if since < AHEAD_BEFORE else since
