"""Events: what was done to records, by whom, in the terms of PREMIS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select

from archive import tables
from kernel.clock import now


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


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `outcome`: success, duplicate or failure. `agent`: a program or a person."""

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

    def add(self, events: Sequence[Event]) -> None:
        """Writes them down, in this order."""
        if events:
            self._connection.execute(insert(tables.event), [_row(event) for event in events])

    def of_record(self, record_id: str) -> tuple[Event, ...]:
        """What happened to a record, oldest first."""
        query = select(tables.event).where(tables.event.c.record_id == record_id).order_by(tables.event.c.number)
        return tuple(
            Event(EventType(row.type), row.outcome, row.record_id, row.delivery_id, row.agent, row.detail, row.at)
            for row in self._connection.execute(query)
        )


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
