"""Registers as rows of the catalogue: series of numbers, and the entries that have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    func,
    insert,
    literal_column,
    or_,
    select,
    tuple_,
)

from archive import tables
from archive.filing_tables import register_count, register_entry
from archive.seeing import is_seen
from archive.upserting import upsert
from kernel.errors import NotFound
from mappings.access import access_tokens
from mappings.filing import Direction, Entry, EntryState, Origin
from mappings.record import RecordState


@dataclass(frozen=True, slots=True)
class Book:
    """One series of numbers: whose, which register, which book of it (empty: the common one), which year.

    `first`: the number that it begins with; `last`: the highest there is, `first - 1` before any.
    """

    unit: str
    direction: str
    book: str
    year: int
    first: int = 1
    last: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries of a series are wanted; days as ISO has them, empty: any."""

    unit: str
    direction: Direction
    year: int
    book: str = ""
    from_day: str = ""
    to_day: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """So many entries of a series that are due on a day (ISO) and not done."""

    unit: str
    year: int
    book: str
    day: str
    entries: int


class RegisterRows:
    """The registers of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self, unit: str, direction: Direction, book: str, year: int) -> Book:
        """A series, begun if it is new; until the end of this unit of work nobody else gives a number of it."""
        table = register_count
        key = {"unit": unit, "direction": direction.value, "book": book, "year": year}
        statement = upsert(self._connection, table).values(**key, first=1, last=0)
        # Written over with itself: that takes the lock of the row on PostgreSQL; SQLite's writer is alone anyway.
        statement = statement.on_conflict_do_update(index_elements=list(key), set_={"last": table.c.last})
        return Book(*self._connection.execute(statement.returning(*table.c)).one())

    def count(self, series: Book) -> None:
        """Writes down where a held series begins and has come to."""
        table = register_count
        statement = upsert(self._connection, table).values(asdict(series))
        changed = {"first": series.first, "last": series.last}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["unit", "direction", "book", "year"], set_=changed)
        )

    def series(self, unit: str, direction: Direction, book: str, year: int) -> Book:
        """A series as it stands; one that nobody has begun is as new."""
        table = register_count
        query = select(table).where(_of(Book(unit, direction.value, book, year), table))
        row = self._connection.execute(query).one_or_none()
        return Book(*row) if row else Book(unit, direction.value, book, year)

    def all_series(self) -> tuple[Book, ...]:
        """Every series there is, the newest year first."""
        table = register_count
        query = select(table).order_by(table.c.year.desc(), table.c.unit, table.c.direction, table.c.book)
        return tuple(Book(*row) for row in self._connection.execute(query))

    def latest_day(self, series: Book) -> str:
        """The day of the last number that was given, empty before the first."""
        table = register_entry
        query = select(func.max(table.c.day)).where(_of(series), table.c.origin == Origin.GIVEN.value)
        return str(self._connection.execute(query).scalar_one() or "")

    def has_given(self, series: Book) -> bool:
        """Whether it holds any number."""
        query = select(register_entry.c.id).where(_of(series)).limit(1)
        return self._connection.execute(query).one_or_none() is not None

    def numbers(self, series: Book) -> tuple[int, ...]:
        """All that it holds, in order, void ones too."""
        query = select(register_entry.c.number).where(_of(series)).order_by(register_entry.c.number)
        return tuple(self._connection.execute(query).scalars())

    def gaps(self, series: Book) -> tuple[int, ...]:
        """Numbers before ones that were given which are nowhere; there must be none."""
        table, before = register_entry, register_entry.alias()
        there = select(before.c.id).where(
            before.c.unit == table.c.unit,
            before.c.direction == table.c.direction,
            before.c.book == table.c.book,
            before.c.year == table.c.year,
            before.c.number == table.c.number - 1,
        )
        query = select(table.c.number - 1).where(
            _of(series), table.c.origin == Origin.GIVEN.value, table.c.number > series.first, ~there.exists()
        )
        return tuple(self._connection.execute(query.order_by(table.c.number)).scalars())

    def add(self, entry: Entry) -> None:
        """Enters a number. IntegrityError if it, or its record, stands there already."""
        self._connection.execute(insert(register_entry).values(_row(entry)))

    def put(self, entry: Entry) -> None:
        """Writes an entry anew, or enters it."""
        row = _row(entry)
        statement = upsert(self._connection, register_entry).values(row)
        changed = {name: statement.excluded[name] for name in row if name != "id"}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))

    def by_id(self, entry_id: str, *, hold: bool = False) -> Entry:
        """One of them, else NotFound. `hold`: nobody else changes it before this unit of work has ended."""
        query = select(register_entry).where(register_entry.c.id == entry_id)
        row = self._connection.execute(query.with_for_update() if hold else query).one_or_none()
        if row is None:
            raise NotFound(id=entry_id)
        return _entry(row)

    def numbered(self, series: Book, number: int, suffix: str) -> Entry | None:
        """The entry that has a number; a printed one that was made void has none."""
        table = register_entry
        counts = or_(table.c.state == EntryState.STANDING.value, table.c.origin == Origin.GIVEN.value)
        query = select(table).where(_of(series), table.c.number == number, table.c.suffix == suffix, counts)
        row = self._connection.execute(query).one_or_none()
        return _entry(row) if row else None

    def of_records(self, record_ids: Sequence[str]) -> dict[str, list[Entry]]:
        """The entries of these records, void ones too, oldest first; records without any are left out."""
        table, found = register_entry, dict[str, list[Entry]]()
        query = select(table).where(table.c.record_id.in_(record_ids)).order_by(table.c.at, table.c.id)
        for row in self._connection.execute(query):
            found.setdefault(row.record_id, []).append(_entry(row))
        return found

    def entries(self, asked: Asked, tokens: Sequence[str]) -> tuple[Entry, ...]:
        """By number, of records that these access tokens may see, or might before they were purged."""
        table = register_entry
        series = Book(asked.unit, asked.direction.value, asked.book, asked.year)
        query = select(table).where(_of(series), self._is_seen(tokens))
        if asked.from_day:
            query = query.where(table.c.day >= asked.from_day)
        if asked.to_day:
            query = query.where(table.c.day <= asked.to_day)
        rows = self._connection.execute(query.order_by(table.c.number, table.c.suffix))
        return tuple(map(_entry, rows))

    def due(self, since_year: int, until: str, tokens: Sequence[str]) -> tuple[Due, ...]:
        """What came in since a year, is due by a day and not done yet; of records that these tokens may see."""
        table = register_entry
        day, done = (table.c.columns[name].as_string() for name in ("due_on", "done_on"))
        key = (table.c.unit, table.c.year, table.c.book, day)
        query = select(*key, func.count()).where(
            table.c.direction == Direction.IN.value,
            table.c.year >= since_year,
            table.c.state == EntryState.STANDING.value,
            day.between("0", until),
            func.coalesce(done, "") == "",
            is_seen(table.c.record_id, tokens),
            table.c.record_id.not_in(select(tables.discarded.c.record_id)),
        )
        return tuple(Due(*row) for row in self._connection.execute(query.group_by(*key).order_by(*key)))

    def _is_seen(self, tokens: Sequence[str]) -> ColumnElement[bool]:
        table, stone = register_entry, tables.tombstone
        homes = self._connection.execute(select(stone.c.unit, stone.c.access_class).distinct()).all()
        seen = [(unit, name) for unit, name in homes if not set(tokens).isdisjoint(access_tokens(unit, name))]
        once = select(stone.c.record_id).where(tuple_(stone.c.unit, stone.c.access_class).in_(seen))
        return or_(is_seen(table.c.record_id, tokens), table.c.record_id.in_(once))

    def series_seen(self, tokens: Sequence[str]) -> tuple[Book, ...]:
        """Series in which these tokens see any number, the newest year first; each as far as they see it."""
        table, count = register_entry, register_count
        key = (table.c.unit, table.c.direction, table.c.book, table.c.year)
        same = and_(*(count.c[one.name] == one for one in key))
        query = select(*key, count.c.first, func.max(table.c.number)).join(count, same)
        query = query.where(self._is_seen(tokens)).group_by(*key, count.c.first)
        query = query.order_by(table.c.year.desc(), table.c.unit, table.c.direction, table.c.book)
        return tuple(Book(*row) for row in self._connection.execute(query))

    def begun(self) -> tuple[Book, ...]:
        """Series that have been begun and hold no number yet."""
        return tuple(one for one in self.all_series() if not self.has_given(one))

    def stamped(self, asked: Asked, tokens: Sequence[str], limit: int) -> tuple[str, ...]:
        """Records that came in this span by their stamp or a person's word, and have no line, void ones neither."""
        field, record, entry = tables.described_field, tables.record, register_entry
        registered = select(entry.c.record_id).where(entry.c.direction == Direction.IN.value)
        first, last = asked.from_day or f"{asked.year:04d}-01-01", asked.to_day or f"{asked.year:04d}-12-31"
        query = select(record.c.id).join(field, field.c.record_id == record.c.id)
        query = query.where(
            # As literals: neither database sees with a parameter that its index holds what is asked for.
            field.c.name == literal_column("'arrived_on'"),
            func.length(field.c.value) == literal_column("10"),
            field.c.value.between(max(first, f"{asked.year:04d}-01-01"), min(last, f"{asked.year:04d}-12-31")),
            # By each record that has the day: else all records that may be seen would be gathered first.
            is_seen(field.c.record_id, tokens),
            record.c.unit == asked.unit,
            ~registered.where(entry.c.record_id == field.c.record_id).exists(),
            record.c.id.not_in(select(tables.discarded.c.record_id)),
            record.c.state.not_in([RecordState.DIVIDED.value, RecordState.QUARANTINED.value]),
        )
        query = query.order_by(field.c.value, record.c.sequence).limit(limit)
        return tuple(self._connection.execute(query).scalars())


def _of(series: Book, table: Table = register_entry) -> ColumnElement[bool]:
    return and_(
        table.c.unit == series.unit,
        table.c.direction == series.direction,
        table.c.book == series.book,
        table.c.year == series.year,
    )


def _row(entry: Entry) -> dict[str, Any]:
    return asdict(entry) | {"columns": dict(entry.columns)}


def _entry(row: Row[Any]) -> Entry:
    return Entry(**row._mapping)
