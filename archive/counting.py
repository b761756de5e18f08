"""Counting by state without the bin: all, less the few in the bin. Asking of each row whether it lies there takes ten
times as long, and pages ask it every two seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, Connection, func, literal, or_, select, union_all

from archive import tables
from archive.seeing import is_seen


def counts_but_bin(
    connection: Connection, record_id: Column[str], access: Sequence[str] | None = None
) -> dict[str, int]:
    """State to how many rows of a table stand in it, those of records in the bin left out.

    `record_id`: the table's column that says whose a row is. States in which none stands are left out.
    `access`: those that these tokens may not see are left out too; None: the house itself asks.
    """
    if access is not None and _sees_few(connection, access):
        return _counted_one_by_one(connection, record_id, access)
    state = record_id.table.c.state
    every = select(state, func.count().label("rows"), literal(1).label("sign")).group_by(state)
    out: ColumnElement[bool] = record_id.in_(select(tables.discarded.c.record_id))
    if access is not None:
        hidden = select(tables.record.c.id).where(~is_seen(tables.record.c.id, access))
        out = or_(out, record_id.in_(hidden))
    binned = select(state.label("state")).where(out).subquery()
    less = select(binned.c.state, func.count(), literal(-1)).group_by(binned.c.state)
    found: Counter[str] = Counter()
    # In one statement: both are of one moment.
    for name, rows, sign in connection.execute(union_all(every, less)):
        found[name] += sign * rows
    return {name: rows for name, rows in found.items() if rows}


def _sees_few(connection: Connection, access: Sequence[str]) -> bool:
    """Whether these tokens may see less than half of all records: then those are counted, not the others taken off."""
    rights = tables.record_access
    seen = select(func.count(rights.c.record_id.distinct())).where(rights.c.token.in_(access))
    total = select(func.count()).select_from(tables.record)
    found, of = connection.execute(select(seen.scalar_subquery(), total.scalar_subquery())).one()
    return 2 * int(found) < int(of)


def _counted_one_by_one(connection: Connection, record_id: Column[str], access: Sequence[str]) -> dict[str, int]:
    rights, state = tables.record_access, record_id.table.c.state
    seen = select(rights.c.record_id).where(rights.c.token.in_(access))
    binned = select(tables.discarded.c.record_id)
    query = select(state, func.count()).where(record_id.in_(seen), record_id.not_in(binned)).group_by(state)
    return {name: int(rows) for name, rows in connection.execute(query)}
