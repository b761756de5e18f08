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
