"""Who may see records, written down from what is said of them and of the dossiers that they lie in.

The rows of `record_access` follow from a record's unit, its access class, those it is shared with, and what its dossier
passes on (docs/decisions/0053-dossier-rights.md). Whoever changes one of them calls this in the same transaction, and
tells the index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from archive import tables
from mappings.access import access_tokens

_AT_A_TIME = 900


def parted(lines: str) -> tuple[str, ...]:
    """Tokens as a column holds them."""
    return tuple(lines.split("\n")) if lines else ()


def write_tokens(connection: Connection, record_ids: Sequence[str]) -> frozenset[str]:
    """Makes the rows of these records what their columns say; those that lost one. Their own rows are held already."""
    record, rights, narrowed = tables.record, tables.record_access, set[str]()
    for some in _parts(record_ids):
        held = rights.c.record_id.in_(some)
        before = {(row.record_id, row.token) for row in connection.execute(select(rights).where(held))}
        connection.execute(delete(rights).where(held))
        query = select(record.c.id, record.c.unit, record.c.access_class, record.c.shared, record.c.passed)
        rows = [
            {"record_id": row.id, "token": token}
            for row in connection.execute(query.where(record.c.id.in_(some)))
            for token in access_tokens(row.unit, row.access_class, (*parted(row.shared), *parted(row.passed)))
        ]
        if rows:
            connection.execute(insert(rights), rows)
        narrowed |= {key for key, _ in before - {(row["record_id"], row["token"]) for row in rows}}
    return frozenset(narrowed)


def lay(
    connection: Connection, record_ids: Sequence[str], dossier_id: str | None, passed: Sequence[str]
) -> frozenset[str]:
    """Writes down that records lie in a dossier (None: in none any more), and what it passes on to them.

    Those that somebody sees no more by that: the index must learn of them first.
    """
    record = tables.record
    for some in _parts(record_ids):
        change = update(record).where(record.c.id.in_(some))
        connection.execute(change.values(dossier_id=dossier_id, passed="\n".join(passed)))
    return write_tokens(connection, record_ids)


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_A_TIME):
        yield ids[start : start + _AT_A_TIME]
