"""What the catalogue writes when files arrive: records, deliveries, events and outbox in one transaction.

The caller has made the originals durable before and removes the files from where they came after
the commit. Repeating is safe: a delivery that was committed keeps its record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from archive.deliveries import DeliveryRow, HandedIn
from archive.events import Event, EventType
from archive.records import NewRecord
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import Refused
from kernel.ids import new_id
from mappings.record import Delivery, DeliverySource, DeliveryState


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file whose bytes are safe in the archive and whose row is to be written."""

    delivery_id: str
    file_name: str
    source: DeliverySource
    received_at: datetime
    digest: str
    size: int
    media_type: str
    page_count: int


def receive(work: UnitOfWork, arrivals: Sequence[Arrival], unit: str, access_class: str) -> tuple[Delivery, ...]:
    """Enters arrivals: a new record for new bytes, one more delivery for known ones. Not committed here.

    One that has its record already, by a commit whose answer was lost, stays as it is.
    """
    entered = work.deliveries.with_record([arrival.delivery_id for arrival in arrivals])
    _enter(work, [arrival for arrival in arrivals if arrival.delivery_id not in entered], unit, access_class, entered)
    return tuple(entered[arrival.delivery_id] for arrival in arrivals)


def _enter(
    work: UnitOfWork, arrivals: Sequence[Arrival], unit: str, access_class: str, entered: dict[str, Delivery]
) -> None:
    """Enters arrivals that have no record yet, and adds their deliveries to `entered`."""
    known = work.records.ids_by_digest([arrival.digest for arrival in arrivals])
    units = work.deliveries.units([arrival.delivery_id for arrival in arrivals])
    fresh: list[NewRecord] = []
    deliveries: list[Delivery] = []
    for arrival in arrivals:
        duplicate = arrival.digest in known
        if not duplicate:
            record = _new_record(arrival, units.get(arrival.delivery_id, unit), access_class)
            known[arrival.digest] = record.id
            fresh.append(record)
        deliveries.append(_delivery(arrival, known[arrival.digest], duplicate))
    work.records.add(fresh)
    work.pages.await_reading({record.id: record.page_count for record in fresh})
    work.deliveries.put([DeliveryRow(delivery) for delivery in deliveries])
    work.outbox.put({record.id: 1 for record in fresh})
    work.events.add([event for delivery in deliveries for event in _events(delivery)])
    entered |= {delivery.id: delivery for delivery in deliveries}


def announce(
    work: UnitOfWork, deliveries: Sequence[Delivery], unit: str | None = None, handed: HandedIn | None = None
) -> None:
    """Enters uploads that are safe in the spool: from now on each has an address to ask at.

    Intake sees the spool too and may have taken a file already: what became of it is its word, the later one; by
    which door it came is told here, and for which `unit`: a record that intake has made of it meanwhile goes there.
    """
    work.deliveries.add_announced([DeliveryRow(delivery, unit=unit, handed=handed) for delivery in deliveries])
    if unit is None:
        return
    taken = work.deliveries.with_record([delivery.id for delivery in deliveries])
    for delivery in taken.values():
        record = work.records.find(str(delivery.record_id))
        if record is not None and record.unit != unit and delivery.state is DeliveryState.ARCHIVED:
            revision = work.records.give_access(record.id, unit, record.access_class, record.shared)
            work.outbox.put({record.id: revision}, at_once=True)


def reject(work: UnitOfWork, delivery: Delivery, error: Refused) -> Delivery:
    """Enters that a file was not taken, and why. Once, however often it is called."""
    former = work.deliveries.find(delivery.id)
    if former and former.delivery.state is not DeliveryState.RECEIVED:  # by a commit whose answer was lost
        return former.delivery
    rejected = replace(delivery, state=DeliveryState.REJECTED, reason=error.code)
    work.deliveries.put([DeliveryRow(rejected, dict(error.values))])
    detail = {"file_name": delivery.file_name, "reason": error.code}
    work.events.add([Event(EventType.VALIDATION, "failure", delivery_id=delivery.id, detail=detail)])
    return rejected


def _new_record(arrival: Arrival, unit: str, access_class: str) -> NewRecord:
    return NewRecord(
        id=new_id(),
        digest=arrival.digest,
        size=arrival.size,
        media_type=arrival.media_type,
        file_name=arrival.file_name,
        received_at=arrival.received_at,
        page_count=arrival.page_count,
        unit=unit,
        access_class=access_class,
    )


def _delivery(arrival: Arrival, record_id: str, duplicate: bool) -> Delivery:
    return Delivery(
        id=arrival.delivery_id,
        file_name=arrival.file_name,
        source=arrival.source,
        state=DeliveryState.DUPLICATE if duplicate else DeliveryState.ARCHIVED,
        received_at=arrival.received_at,
        size=arrival.size,
        digest=arrival.digest,
        record_id=record_id,
    )


def _events(delivery: Delivery) -> tuple[Event, ...]:
    outcome = "duplicate" if delivery.state is DeliveryState.DUPLICATE else "success"
    of = {"record_id": delivery.record_id, "delivery_id": delivery.id, "at": now()}
    digest = {"algorithm": "sha-256", "digest": delivery.digest}
    came = {"file_name": delivery.file_name, "source": delivery.source.value}
    return (
        Event(EventType.DIGEST, detail=digest, **of),  # type: ignore[arg-type]
        Event(EventType.INGESTION, outcome, detail=came, **of),  # type: ignore[arg-type]
    )
