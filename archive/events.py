"""Events: what was done to records, by whom, in the terms of PREMIS, each linked to the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text

from archive import tables
from archive.chain import ORIGIN, Head, hash_of
from archive.sidecar_marks import SidecarMarks
from kernel.clock import now

_AT_A_TIME = 2000
# Any number that nothing else in the database uses as an advisory lock.
_CHAIN_LOCK = 7_426_845_101


class EventType(StrEnum):
    """Terms of the PREMIS event types (id.loc.gov/vocabulary/preservation/eventType)."""

    INGESTION = "ingestion"
    DIGEST = "message digest calculation"
    VALIDATION = "validation"
    EXTRACTION = "metadata extraction"
    MODIFICATION = "metadata modification"
    DEACCESSION = "deaccession"
    """Put into the bin."""
    ACCESSION = "accession"
    """Taken back out of the bin."""
    APPRAISAL = "appraisal"
    """The first of two persons wants it purged."""
    DELETION = "deletion"
    """Purged: by the word of the second person."""
    FIXITY = "fixity check"
    SPLITTING = "information package splitting"
    """A scan of several records was divided, or could not be."""
    CREATION = "creation"
    """A record was cut out of a scan; the scan is named."""
    DISSEMINATION = "dissemination"
    """Somebody had records before them; one event for many, which name no record of their own."""
    EXPORTING = "exporting"
    """Copies of several records were taken out of the house."""
    SHARING = "access modification"
    """Who may see a record was changed. No term of PREMIS."""
    PEOPLE = "access administration"
    """Somebody signed in or out, or an account, a role, a key or a unit was changed. No term of PREMIS."""
    QUARANTINE = "quarantine"
    """Kept apart: a page may bear the mark of a state secret. Or, with `lifted`: a person has said that it does not."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `outcome`: success, duplicate or failure. `agent`: a program or a person. `detail`: as JSON has it."""

    type: EventType
    outcome: str = "success"
    record_id: str | None = None
    delivery_id: str | None = None
    agent: str = "tangthu"
    detail: dict[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=now)


class Events:
    """The events of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[Event] = []

    def add(self, events: Sequence[Event]) -> None:
        """Writes them down with the commit, in this order. They are read back only after `flush`."""
        self._waiting += events
        SidecarMarks(self._connection).put_events((event.record_id, event.delivery_id) for event in events)

    def flush(self) -> None:
        """Links what was added to the chain. The unit of work does this last, at its commit.

        Last, because from here until the commit nobody else can: the lock is held shortly, and never by one who
        still waits for another.
        """
        if not self._waiting:
            return
        self._lock()
        head = self.head()
        previous = head.hash if head else ORIGIN
        rows = []
        for event in self._waiting:
            row = _row(event)
            row["previous"] = previous
            previous = row["hash"] = hash_of(row, previous)
            rows.append(row)
        self._connection.execute(insert(tables.event), rows)
        self._waiting.clear()

    def head(self, at_most: int | None = None) -> Head | None:
        """The newest event (with a number up to `at_most`, if given); None if there is none."""
        table = tables.event
        query = select(table.c.number, table.c.hash, table.c.at).order_by(table.c.number.desc()).limit(1)
        if at_most is not None:
            query = query.where(table.c.number <= at_most)
        row = self._connection.execute(query).one_or_none()
        return Head(row.number, row.hash, row.at) if row else None

    def rows(self) -> Iterator[Row[Any]]:
        """All events with all that is kept of them, oldest first, streaming."""
        table, after = tables.event, 0
        query = select(table).order_by(table.c.number).limit(_AT_A_TIME)
        while found := self._connection.execute(query.where(table.c.number > after)).all():
            yield from found
            after = found[-1].number

    def of_record(self, record_id: str) -> tuple[Event, ...]:
        """What happened to a record, oldest first."""
        query = select(tables.event).where(tables.event.c.record_id == record_id).order_by(tables.event.c.number)
        return tuple(
            Event(EventType(row.type), row.outcome, row.record_id, row.delivery_id, row.agent, row.detail, row.at)
            for row in self._connection.execute(query)
        )

    def details(self, record_ids: Sequence[str], kind: EventType, key: str) -> dict[str, list[dict[str, Any]]]:
        """The details with this key of all events of a kind, in order; records without one are left out."""
        table = tables.event
        query = select(table.c.record_id, table.c.detail).where(
            table.c.record_id.in_(record_ids), table.c.type == kind.value
        )
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self._connection.execute(query.order_by(table.c.number)):
            if key in row.detail:
                found.setdefault(row.record_id, []).append(row.detail)
        return found

    def _lock(self) -> None:
        # In SQLite whoever writes is alone from the beginning (`BEGIN IMMEDIATE`).
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})


def _row(event: Event) -> dict[str, Any]:
    return {
        "type": event.type.value,
        "outcome": event.outcome,
        "record_id": event.record_id,
        "delivery_id": event.delivery_id,
        "agent": event.agent,
        "detail": event.detail,
        "at": event.at,
    }
