"""A catalogue from one database into another: table by table, streaming, and read again before it is committed.

The source is locked against changes while this runs and is not altered. Rows are compared by count and by the sum of
their SHA-256 (modulo 2^256), which is the same in whatever order a database hands them back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Table, literal_column, select, text
from sqlalchemy.exc import DataError, OperationalError

from archive.catalogue import Catalogue
from archive.copying import carry_numbers, copy_table, rows
from archive.tables import metadata
from kernel.errors import BadValue, Broken, Unavailable
from kernel.keeping_errors import NotEmpty

_MODULUS = 1 << 256

TABLES = tuple(table.name for table in metadata.sorted_tables)
"""What is moved, in this order."""

Progress = Callable[[str, int], None]
"""Told a table's name and how many of its rows have been moved."""


@dataclass(frozen=True, slots=True)
class TableDigest:
    """Rows of a table, and the sum of their digests in hex."""

    rows: int
    digest: str


def move(
    source: Catalogue, target: Catalogue, progress: Progress = lambda _table, _rows: None
) -> dict[str, TableDigest]:
    """Copies everything; what was moved, by table. All of it or nothing.

    Errors: NotEmpty; Unavailable (a database is away or locked); BadValue (a text that the target cannot hold);
    Broken (what was written does not read back as it was).
    """
    try:
        with source.connection_for_moving() as reading, target.connection_for_moving() as writing:
            _expect_empty(writing)
            _lock(reading)
            moved = {table.name: _copy(reading, writing, table, progress) for table in metadata.sorted_tables}
            for table in metadata.sorted_tables:
                _compare(writing, table, moved[table.name])
                carry_numbers(reading, writing, table)
            writing.commit()
    except OperationalError as error:
        raise Unavailable(reason=str(error.orig)) from error
    except DataError as error:
        raise BadValue(name="catalogue", value=str(error.orig)[:200], expected=target.dialect) from error
    return moved


def digests(catalogue: Catalogue) -> dict[str, TableDigest]:
    """Every table's rows and digest as they are now."""
    with catalogue.connection_for_moving() as connection:
        return {table.name: _digest(rows(connection, table)) for table in metadata.sorted_tables}


def _expect_empty(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if connection.execute(select(literal_column("1")).select_from(table).limit(1)).first() is not None:
            raise NotEmpty(place=table.name)


def _lock(connection: Connection) -> None:
    """Nobody writes to the source meanwhile. SQLite's transaction has begun so; PostgreSQL must be told."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))


def _copy(reading: Connection, writing: Connection, table: Table, progress: Progress) -> TableDigest:
    total, count = 0, 0
    for batch in copy_table(reading, writing, table):
        total = (total + sum(map(_row_digest, batch))) % _MODULUS
        count += len(batch)
        progress(table.name, count)
    return TableDigest(count, f"{total:064x}")


def _compare(writing: Connection, table: Table, expected: TableDigest) -> None:
    found = _digest(rows(writing, table))
    if found != expected:
        raise Broken(table=table.name, expected=expected, found=found)


def _digest(found: Iterator[dict[str, Any]]) -> TableDigest:
    total, count = 0, 0
    for row in found:
        total = (total + _row_digest(row)) % _MODULUS
        count += 1
    return TableDigest(count, f"{total:064x}")


def _row_digest(row: dict[str, Any]) -> int:
    plain = orjson.dumps(
        {name: _plain(value) for name, value in row.items()}, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    )
    return int.from_bytes(hashlib.sha256(plain).digest())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value
