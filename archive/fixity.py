"""Fixity in the catalogue: when each original's bytes were last read again, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, func, select, update

from archive import tables
from archive.events import EventType
from archive.seeing import is_seen
from kernel.clock import now

_AT_A_TIME = 2000
_WRONG_SHOWN = 100


class Outcome(StrEnum):
    """What reading an original again found."""

    INTACT = "intact"
    ALTERED = "altered"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Checked:
    """One original read again."""

    digest: str
    outcome: Outcome
    at: datetime = field(default_factory=now)


@dataclass(frozen=True, slots=True)
class WrongOriginal:
    """An original that was not as it must be when it was last read. `record_id`: whose it is."""

    digest: str
    outcome: Outcome
    checked_at: datetime
    record_id: str | None


@dataclass(frozen=True, slots=True)
class FixityStanding:
    """The last word on every original: `checked` of `originals` were read again at least once.

    `last_at`: the latest reading of any; `oldest_at`: the reading that is longest ago. `wrong_count` of them were not
    intact; `wrong` are the first hundred.
    """

    originals: int = 0
    checked: int = 0
    last_at: datetime | None = None
    oldest_at: datetime | None = None
    wrong_count: int = 0
    wrong: tuple[WrongOriginal, ...] = ()


class Fixity:
    """The fixity of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def digests(self) -> Iterator[tuple[str, int]]:
        """(digest, size in bytes) of every original, in the order of the digests, streaming."""
        table, after = tables.original, ""
        query = select(table.c.digest, table.c.size).order_by(table.c.digest).limit(_AT_A_TIME)
        while rows := self._connection.execute(query.where(table.c.digest > after)).all():
            for row in rows:
                yield row.digest, row.size
            after = rows[-1].digest

    def next_digests(self, after: str, limit: int) -> tuple[str, ...]:
        """The next `limit` digests behind this one."""
        query = select(tables.original.c.digest).where(tables.original.c.digest > after)
        return tuple(self._connection.execute(query.order_by(tables.original.c.digest).limit(limit)).scalars())

    def has(self, digest: str) -> bool:
        """Whether there is a row of this original."""
        query = select(tables.original.c.digest).where(tables.original.c.digest == digest)
        return self._connection.execute(query).one_or_none() is not None

    def due(self, before: datetime, limit: int) -> tuple[str, ...]:
        """Up to `limit` originals to read again: those never read, then those read before `before`, oldest first."""
        table = tables.original
        never = select(table.c.digest).where(table.c.outcome.is_(None)).limit(limit)
        found = list(self._connection.execute(never).scalars())
        earlier: list[tuple[datetime, str]] = []
        for outcome in Outcome:  # one by one, so that each is a walk along the index
            query = select(table.c.checked_at, table.c.digest)
            query = query.where(table.c.outcome == outcome.value, table.c.checked_at < before)
            query = query.order_by(table.c.checked_at).limit(limit)
            earlier += [(row.checked_at, row.digest) for row in self._connection.execute(query)]
        return tuple([*found, *(digest for _, digest in sorted(earlier))][:limit])

    def former(self, digests: Sequence[str]) -> dict[str, Outcome]:
        """What was found the last time, of those that were read before."""
        table, found = tables.original, dict[str, Outcome]()
        for start in range(0, len(digests), _AT_A_TIME):  # a database takes only so many values in a query
            among = table.c.digest.in_(digests[start : start + _AT_A_TIME])
            rows = self._connection.execute(
                select(table.c.digest, table.c.outcome).where(among, table.c.outcome.is_not(None))
            )
            found.update((row.digest, Outcome(row.outcome)) for row in rows)
        return found

    def note(self, checks: Sequence[Checked]) -> None:
        """Keeps what was found, over what was found before."""
        table = tables.original
        change = update(table).where(table.c.digest == bindparam("b_digest"))
        rows = [{"b_digest": one.digest, "outcome": one.outcome.value, "checked_at": one.at} for one in checks]
        if rows:
            self._connection.execute(change, rows)

    def noted(self, checks: Sequence[Checked]) -> set[str]:
        """The digests of those of these checks that are kept already: these, not others of the same originals."""
        table = tables.original
        moments = {one.digest: one.at for one in checks}
        query = select(table.c.digest, table.c.checked_at).where(table.c.digest == bindparam("b_digest"))
        rows = (self._connection.execute(query, {"b_digest": digest}).one_or_none() for digest in moments)
        return {row.digest for row in rows if row is not None and row.checked_at == moments[row.digest]}

    def count(self) -> int:
        """How many originals there are."""
        return int(self._connection.execute(select(func.count()).select_from(tables.original)).scalar_one())

    def intact_since(self, moment: datetime | None) -> int:
        """How many originals were found intact after a moment (None: ever)."""
        table = tables.original
        query = select(func.count()).select_from(table).where(table.c.outcome == Outcome.INTACT.value)
        if moment is not None:
            query = query.where(table.c.checked_at > moment)
        return int(self._connection.execute(query).scalar_one())

    def last_summary(self) -> datetime | None:
        """When intact originals were last summed up in an event."""
        table = tables.event
        query = select(table.c.at).where(table.c.type == EventType.FIXITY.value, table.c.record_id.is_(None))
        return self._connection.execute(query.order_by(table.c.number.desc()).limit(1)).scalar_one_or_none()

    def standing(self, access: Sequence[str] | None = None) -> FixityStanding:
        """How the originals stand, by the last reading of each.

        `access`: those of records that these tokens may see; None: the house itself asks.
        """
        table = tables.original
        query = select(table.c.outcome, func.count(), func.max(table.c.checked_at), func.min(table.c.checked_at))
        if access is not None:
            query = query.join_from(table, tables.record).where(is_seen(tables.record.c.id, access))
        rows = self._connection.execute(query.group_by(table.c.outcome)).all()
        checked = [row for row in rows if row[0] is not None]
        return FixityStanding(
            originals=sum(row[1] for row in rows),
            checked=sum(row[1] for row in checked),
            last_at=max((row[2] for row in checked), default=None),
            oldest_at=min((row[3] for row in checked), default=None),
            wrong_count=sum(row[1] for row in checked if row[0] != Outcome.INTACT.value),
            wrong=self._wrong(access),
        )

    def _wrong(self, access: Sequence[str] | None) -> tuple[WrongOriginal, ...]:
        table, record = tables.original, tables.record
        ill = [outcome.value for outcome in Outcome if outcome is not Outcome.INTACT]
        query = select(table.c.digest, table.c.outcome, table.c.checked_at, record.c.id)
        query = query.outerjoin_from(table, record, record.c.digest == table.c.digest).where(table.c.outcome.in_(ill))
        if access is not None:
            query = query.where(is_seen(record.c.id, access))
        rows = self._connection.execute(query.order_by(table.c.checked_at.desc()).limit(_WRONG_SHOWN))
        return tuple(WrongOriginal(row.digest, Outcome(row.outcome), row.checked_at, row.id) for row in rows)
