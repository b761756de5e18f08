"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy keeps in each one's dialect."""

from __future__ import annotations

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: Table) -> sqlite.Insert:
    """An insert that can be told what to do on a conflict, in the dialect of the connection."""
    # The two have the same methods; one type is enough for the checker.
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)  # type: ignore[return-value]
    return sqlite.insert(table)
