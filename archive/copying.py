"""Rows of one database into another, and the numbers that go on there as in the source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

ROWS = 200
"""How many are held in memory at once."""

Rows = list[dict[str, Any]]


def rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """All rows of a table, streaming."""
    for row in connection.execute(select(table), execution_options={"yield_per": ROWS}):
        yield dict(row._mapping)


def copy_table(reading: Connection, writing: Connection, table: Table) -> Iterator[Rows]:
    """Copies a table into its empty like, and yields what was copied, part by part."""
    found = rows(reading, table)
    while part := list(islice(found, ROWS)):
        writing.execute(insert(table), part)
        yield part


def carry_numbers(reading: Connection, writing: Connection, table: Table) -> None:
    """The next number of a growing key goes on as in the source: those of purged records are never given again."""
    continue_numbers(writing, table, _last_number(reading, table))


def continue_numbers(writing: Connection, table: Table, last: int = 0) -> None:
    """The next number of a growing key is above all that are there, and above `last`."""
    column = table.autoincrement_column
    if column is None:
        return
    last = max(last, writing.execute(select(func.max(column))).scalar_one() or 0)
    if not last:
        return
    if writing.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        writing.execute(select(func.setval(sequence, last)))
    else:
        writing.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
        values = {"name": table.name, "last": last}
        writing.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), values)


def _last_number(connection: Connection, table: Table) -> int:
    """The last number that was given out, 0 if none or if nothing is numbered."""
    column = table.autoincrement_column
    if column is None:
        return 0
    if connection.dialect.name == "postgresql":
        name = connection.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar_one()
        found: Sequence[Any] | None
        found = connection.execute(text(f"SELECT last_value FROM {name} WHERE is_called")).first()  # noqa: S608
    else:
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        found = connection.execute(query, {"name": table.name}).first()
    return int(found[0]) if found else 0
