"""What was taught, from the confirmed fields; and what was taken back, from the events that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, select

from archive import tables
from archive.events import Event, Events, EventType
from mappings.lessons import TAUGHT, Lesson, Lessons, lessons_of

_MOST = 5000
"""Different combinations that count, those confirmed most often first: an office has some hundred."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A value that counts no more, and who said so."""

    name: str
    value: str
    by: str


class Taught:
    """The lessons of one unit of work's catalogue."""

    def __init__(self, connection: Connection, events: Events) -> None:
        self._connection = connection
        self._events = events

    def lessons(self, access: Sequence[str] | None = None) -> Lessons:
        """What counts. `access`: of records that these tokens may see; None: of all."""
        return lessons_of(self.found(access), [(one.name, one.value) for one in self.taken_back()])

    def found(self, access: Sequence[str] | None = None) -> list[Lesson]:
        """What people have confirmed on records that are not in the bin, taken back or not, the most frequent first."""
        table = tables.described_field
        columns = [func.max(case((table.c.name == name, table.c.value), else_="")).label(name) for name in TAUGHT]
        of_each = select(*columns).where(
            table.c.confirmed,
            table.c.name.in_(TAUGHT),
            table.c.record_id.not_in(select(tables.discarded.c.record_id)),
        )
        if access is not None:
            rights = tables.record_access
            seen = select(rights.c.record_id).where(rights.c.token.in_(access))
            of_each = of_each.where(table.c.record_id.in_(seen))
        each = of_each.group_by(table.c.record_id).subquery()
        times = func.count().label("times")
        query = select(*each.c, times).group_by(*each.c).order_by(times.desc(), *each.c).limit(_MOST)
        return [Lesson(**row._mapping) for row in self._connection.execute(query)]

    def taken_back(self) -> tuple[TakenBack, ...]:
        """What counts no more, in the order in which it was taken back."""
        table, last = tables.event, dict[tuple[str, str], TakenBack | None]()
        query = select(table.c.agent, table.c.detail).where(
            table.c.type == EventType.MODIFICATION.value, table.c.record_id.is_(None)
        )
        for row in self._connection.execute(query.order_by(table.c.number)):
            told: Any = row.detail.get("taught")
            if isinstance(told, dict):
                key = (str(told.get("name")), str(told.get("value")))
                last.pop(key, None)
                last[key] = None if told.get("counts") else TakenBack(*key, row.agent)
        return tuple(one for one in last.values() if one)

    def say(self, name: str, value: str, by: str, *, counts: bool) -> None:
        """From now on a value that was confirmed counts, or counts no more, as something known."""
        detail = {"taught": {"name": name, "value": value, "counts": counts}}
        self._events.add([Event(EventType.MODIFICATION, agent=by, detail=detail)])
