"""Who saw which record, by record and by person: what the events tell in one for many, laid out to be looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from archive import people_tables, tables
from archive.review_queue import count_openings


@dataclass(frozen=True, slots=True)
class Sight:
    """Somebody had this of a record before them. `what`: opened, page, text, original, …"""

    record_id: str
    person_id: str
    what: str
    at: datetime


class Sights:
    """Those of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, sights: Sequence[Sight]) -> None:
        """Writes them down."""
        names = ("record_id", "person_id", "what", "at")
        rows = [{name: getattr(sight, name) for name in names} for sight in sights]
        if rows:
            self._connection.execute(insert(people_tables.sight), rows)
            count_openings(self._connection, [sight.record_id for sight in sights if sight.what == "opened"])

    def latest(
        self,
        limit: int,
        record_id: str | None = None,
        person_id: str | None = None,
        access: Sequence[str] | None = None,
    ) -> tuple[Sight, ...]:
        """The latest, newest first: of a record, of a person, of records that these access tokens may see."""
        table, rights = people_tables.sight, tables.record_access
        query = select(table).order_by(table.c.number.desc()).limit(limit)
        if record_id is not None:
            query = query.where(table.c.record_id == record_id)
        if person_id is not None:
            query = query.where(table.c.person_id == person_id)
        if access is not None:
            visible = select(rights.c.record_id).where(rights.c.token.in_(access))
            query = query.where(table.c.record_id.in_(visible))
        rows = self._connection.execute(query)
        return tuple(Sight(row.record_id, row.person_id, row.what, row.at) for row in rows)
