"""What the catalogue writes when a scan of several records is divided: all of it in one transaction, or nothing.

Each part is an original and a record of its own, that came by the delivery of the scan. The scan stays as it came, a
record too, with its bytes and their digest; its pages are either separator sheets or stand in a part. Both sides tell
of the other in their events, which are kept beside the originals like all events.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.events import Event, EventType
from archive.receiving import Arrival, receive
from archive.unit_of_work import UnitOfWork
from archive.violations import Violation, violation
from kernel.clock import now
from kernel.errors import TangthuError
from kernel.ids import new_id
from mappings.record import DeliverySource, DeliveryState, Record, RecordState
from mappings.separators import SeparatorSheet, SheetKind


@dataclass(frozen=True, slots=True)
class CutPart:
    """A part whose bytes are safe in the archive. `numbers`: its pages in the scan, in order; `sheet`: before it."""

    file_name: str
    digest: str
    size: int
    numbers: tuple[int, ...]
    sheet: SeparatorSheet | None


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a record was cut from. `numbers`: its pages there, in its own order."""

    whole_id: str
    numbers: tuple[int, ...]
    sheet: SeparatorSheet


@dataclass(frozen=True, slots=True)
class Division:
    """What became of a scan. `parts`: (record id, pages in the scan). `error`: code and values, if it stayed whole."""

    parts: tuple[tuple[str, tuple[int, ...]], ...]
    separators: tuple[int, ...]
    error: tuple[str, dict[str, Any]] | None


def divide(
    work: UnitOfWork, whole: Record, parts: Sequence[CutPart], separators: Sequence[int], *, collated: bool
) -> int:
    """Enters the parts and ends the scan's own way; the scan's new revision. Not committed here.

    Bytes that are a record already (the same scan came before, under other bytes) stay that record, and get no second.
    """
    arrivals = [_arrival(whole, part) for part in parts]
    deliveries = receive(work, arrivals, whole.unit, whole.access_class)
    for part, delivery in zip(parts, deliveries, strict=True):
        if delivery.state is not DeliveryState.DUPLICATE:
            work.pages.copy(whole.id, part.numbers, str(delivery.record_id))
            work.corrections.copy(whole.id, part.numbers, str(delivery.record_id))
    told = [(str(delivery.record_id), part) for part, delivery in zip(parts, deliveries, strict=True)]
    work.events.add([_creation(whole, record_id, part) for record_id, part in told])
    for part in parts:
        work.pages.file(whole.id, part.numbers)
    detail = {
        "parts": [
            {"record_id": record_id, "digest": part.digest, "pages": list(part.numbers)} for record_id, part in told
        ],
        "separators": list(separators),
        "pages": whole.page_count,
        "collated": collated,
    }
    work.events.add([Event(EventType.SPLITTING, record_id=whole.id, detail=detail)])
    return work.records.finish(whole.id, RecordState.DIVIDED)


def not_divided(work: UnitOfWork, record_id: str, error: TangthuError) -> None:
    """Tells that a scan with separator sheets stays one record, and why. Not committed here."""
    detail = {"reason": error.code, "values": dict(error.values)}
    work.events.add([Event(EventType.SPLITTING, "failure", record_id=record_id, detail=detail)])


def division_of(work: UnitOfWork, record_id: str) -> Division | None:
    """What became of a scan with separator sheets, by the last word on it; None for all other records."""
    told = [
        event
        for event in work.events.of_record(record_id)
        if event.type is EventType.SPLITTING and "attached" not in event.detail  # that of a mail: `attaching`
    ]
    if not told:
        return None
    detail = told[-1].detail
    if told[-1].outcome == "failure":
        return Division((), (), (str(detail["reason"]), dict(detail["values"])))
    parts = tuple((str(part["record_id"]), tuple(part["pages"])) for part in detail["parts"])
    return Division(parts, tuple(detail["separators"]), None)


def whence(work: UnitOfWork, record_ids: Sequence[str]) -> Mapping[str, Whence]:
    """From which scan each of these records was cut, by the last word on it; others are left out."""
    found = work.events.details(record_ids, EventType.CREATION, "whole")
    return {record_id: _whence(details[-1]) for record_id, details in found.items()}


def unaccounted_pages(work: UnitOfWork) -> Iterator[Violation]:
    """I1 of scans that were divided: each page is in just one part that is there, or is a separator sheet's."""
    for record_id, count in work.contradictions.divided():
        told = division_of(work, record_id)
        parts = told.parts if told else ()
        there = work.contradictions.kept_or_purged([part for part, _ in parts])
        pages = Counter(number for part, numbers in parts if part in there for number in numbers)
        pages.update(told.separators if told else ())
        wrong = [number for number in {*range(1, count + 1), *pages} if pages[number] != 1 or number > count]
        if wrong:
            yield violation("pages-unaccounted", record_id, pages=", ".join(map(str, sorted(wrong))))


def _arrival(whole: Record, part: CutPart) -> Arrival:
    return Arrival(
        delivery_id=new_id(),
        file_name=part.file_name,
        source=DeliverySource.DIVISION,
        received_at=now(),  # not when the scan came: a record discarded since has been delivered again
        digest=part.digest,
        size=part.size,
        media_type=whole.media_type,
        page_count=len(part.numbers),
    )


def _creation(whole: Record, record_id: str, part: CutPart) -> Event:
    sheet = part.sheet or SeparatorSheet(SheetKind.START)
    detail = {
        "whole": whole.id,
        "digest": whole.digest,
        "pages": list(part.numbers),
        "dossier": sheet.dossier,
        "kind": sheet.kind,
    }
    return Event(EventType.CREATION, record_id=record_id, detail=detail)


def _whence(detail: Mapping[str, Any]) -> Whence:
    sheet = SeparatorSheet(SheetKind.START, str(detail["dossier"]), str(detail["kind"]))
    return Whence(str(detail["whole"]), tuple(detail["pages"]), sheet)
