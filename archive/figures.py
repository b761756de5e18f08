"""What the home page counts: what came in, what was read, what waits, by the rights of whoever asks.

Rights are told from the few combinations of unit, class, shares and dossiers' rights that records have, and not record
by record: one walk over an index answers where asking each of twenty thousand for its tokens would take five times as
long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, or_, select

from archive import people_tables, tables
from archive.fixity import Outcome
from archive.passing import parted
from mappings.access import access_tokens
from mappings.record import PageState, RecordState

_OPEN = (RecordState.RECEIVED.value, RecordState.READING.value)
_FOUND = (RecordState.SEARCHABLE.value, RecordState.PARTLY_SEARCHABLE.value)
_HOME = tuple(tables.record.c[name] for name in ("unit", "access_class", "shared", "passed"))


@dataclass(frozen=True, slots=True)
class Came:
    """So many records of a unit that came in the period `arrived` and were read in `read`; 0: before all of them.

    `read` None: they wait still. Periods are counted from 1, as the bounds that were asked for begin them.
    """

    unit: str
    arrived: int
    read: int | None
    records: int


@dataclass(frozen=True, slots=True)
class InBin:
    """Records of a unit in the bin; of how many a purge is asked for that somebody else must confirm."""

    unit: str
    records: int
    asked: int


@dataclass(frozen=True, slots=True)
class OriginalsRead:
    """By the last reading of each: `checked` of them were read again, `wrong` were not intact, `last_at` the latest."""

    originals: int
    checked: int
    wrong: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts that are open, and sessions that have not ended."""

    people: int
    sessions: int


class Figures:
    """Those of one unit of work's catalogue. `access`: only records that these tokens may see are counted."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def came(self, bounds: Sequence[datetime], access: Sequence[str]) -> tuple[Came, ...]:
        """Records that came or were read since the first of these moments, or wait; none in the bin or divided."""
        record = tables.record
        waits = record.c.state.in_(_OPEN)
        since = or_(record.c.received_at >= bounds[0], record.c.read_at >= bounds[0], waits)
        columns = [_period(record.c.received_at, bounds), case((~waits, _period(record.c.read_at, bounds)))]
        query = select(*columns).where(since, record.c.state.in_([*_OPEN, *_FOUND]), _not_binned())
        found: Counter[tuple[str, int, int | None]] = Counter()
        for home, (arrived, read), records in self._by_home(query, access):
            found[(home, arrived, read)] += records
        return tuple(Came(*key, records) for key, records in found.items())

    def kinds(self, since: datetime, access: Sequence[str]) -> Counter[str]:
        """How many records of each kind came in since this moment; the empty kind: none was told."""
        record, field = tables.record, tables.described_field
        kind = and_(field.c.record_id == record.c.id, field.c.name == "kind")
        query = select(func.coalesce(field.c.value, "")).select_from(record).outerjoin(field, kind)
        query = query.where(record.c.received_at >= since, record.c.state.in_([*_OPEN, *_FOUND]), _not_binned())
        found: Counter[str] = Counter()
        for _, (name,), records in self._by_home(query, access):
            found[name] += records
        return found

    def failed_pages(self, access: Sequence[str]) -> Counter[str]:
        """How many pages could not be read, by the code of the reason."""
        page = tables.page
        query = select(func.coalesce(page.c.reason, "")).join_from(page, tables.record)
        # Spelled out and not bound: so the databases know it for the condition of the index.
        query = query.where(page.c.state == literal(PageState.FAILED.value, literal_execute=True), _not_binned())
        found: Counter[str] = Counter()
        for _, (reason,), pages in self._by_home(query, access):
            found[reason] += pages
        return found

    def waiting_pages(self, access: Sequence[str]) -> int:
        """How many pages wait to be read."""
        page = tables.page
        query = select(literal(0)).join_from(page, tables.record).where(page.c.state == PageState.WAITING.value)
        return sum(pages for _, _, pages in self._by_home(query.where(_not_binned()), access))

    def in_bin(self, access: Sequence[str], but_of: str = "") -> tuple[InBin, ...]:
        """What lies in the bin, by unit. `but_of`: what this person has asked to purge themselves is not `asked`."""
        out = tables.discarded
        asked = and_(out.c.purge_asked_by.is_not(None), out.c.purge_asked_by != but_of)
        query = select(case((asked, 1), else_=0)).join_from(out, tables.record)
        return tuple(InBin(home, records, records * waits) for home, (waits,), records in self._by_home(query, access))

    def originals(self, access: Sequence[str]) -> OriginalsRead:
        """What reading the originals again has found; `archive.fixity` names those that were wrong."""
        table, record = tables.original, tables.record
        sees = _Sees(access)
        told = (func.count(), func.max(table.c.checked_at))
        if all(map(sees, self._connection.execute(select(*_HOME).distinct()).all())):
            # From the index of outcomes alone: the records need not be looked at one by one.
            whole = self._connection.execute(select(table.c.outcome, *told).group_by(table.c.outcome))
            rows = [(row[0], int(row[1]), row[2]) for row in whole]
        else:
            asked = (table.c.outcome, *_HOME)
            query = select(*asked, *told).join_from(table, record).group_by(*asked)
            rows = [(row[0], int(row[5]), row[6]) for row in self._connection.execute(query) if sees(row[1:5])]
        return OriginalsRead(
            sum(count for _, count, _ in rows),
            sum(count for outcome, count, _ in rows if outcome is not None),
            sum(count for outcome, count, _ in rows if outcome not in (None, Outcome.INTACT.value)),
            max((at for _, _, at in rows if at is not None), default=None),
        )

    def accounts(self, moment: datetime, used_since: datetime) -> Accounts:
        """Open accounts, and sessions that have not ended at this moment and were used since another."""
        person, session = people_tables.person, people_tables.session
        people = select(func.count()).select_from(person).where(person.c.closed_at.is_(None))
        alive = and_(session.c.ends_at > moment, session.c.seen_at >= used_since)
        sessions = select(func.count()).select_from(session).where(alive)
        row = self._connection.execute(select(people.scalar_subquery(), sessions.scalar_subquery())).one()
        return Accounts(int(row[0]), int(row[1]))

    def _by_home(self, query: Select[Any], access: Sequence[str]) -> list[tuple[str, tuple[Any, ...], int]]:
        """(unit, what the query asks, how many) of what these tokens may see."""
        asked = list(query.selected_columns)
        grouped = query.add_columns(*_HOME, func.count()).group_by(*asked, *_HOME)
        sees, found = _Sees(access), []
        for *values, unit, name, shared, passed, count in self._connection.execute(grouped):
            if sees((unit, name, shared, passed)):
                found.append((unit, tuple(values), int(count)))
        return found


class _Sees:
    """Whether these tokens see records of a unit and class, shared with these, in a dossier that passes on those."""

    def __init__(self, access: Sequence[str]) -> None:
        self._access = frozenset(access)
        self._known: dict[tuple[Any, ...], bool] = {}

    def __call__(self, home: Sequence[Any]) -> bool:
        unit, name, shared, passed = key = tuple(home)
        if key not in self._known:
            tokens = access_tokens(unit, name, (*parted(shared), *parted(passed)))
            self._known[key] = not self._access.isdisjoint(tokens)
        return self._known[key]


def _not_binned() -> ColumnElement[bool]:
    return tables.record.c.id.not_in(select(tables.discarded.c.record_id))


def _period(moment: ColumnElement[Any], bounds: Sequence[datetime]) -> ColumnElement[int]:
    """Which of the periods that these moments begin: 0 before the first, and where there is no moment."""
    # Halved again and again: five comparisons a record and not fifteen.
    return _halved(moment, bounds, 0, len(bounds))


def _halved(moment: ColumnElement[Any], bounds: Sequence[datetime], low: int, high: int) -> ColumnElement[int]:
    if low == high:
        return literal(low, literal_execute=True)
    middle = (low + high + 1) // 2
    later, earlier = _halved(moment, bounds, middle, high), _halved(moment, bounds, low, middle - 1)
    return case((moment >= bounds[middle - 1], later), else_=earlier)
