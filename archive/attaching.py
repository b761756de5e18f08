"""What the catalogue writes when attachments of a mail become records: all of it in one transaction, or nothing.

The mail stays a record as it came; each attachment is an original and a record of its own. Both sides tell of the other
in their events, which are kept beside the originals like all events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archive.events import Event, EventType
from archive.receiving import Arrival, receive
from archive.unit_of_work import UnitOfWork
from mappings.record import Record


@dataclass(frozen=True, slots=True)
class NotTaken:
    """An attachment that stays in the mail alone: code and values of the error why."""

    file_name: str
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attachments:
    """What became of a mail's attachments. `record_ids` by the names that they have in the mail."""

    record_ids: tuple[tuple[str, str], ...]
    not_taken: tuple[NotTaken, ...]


def attach(work: UnitOfWork, mail: Record, arrivals: Sequence[Arrival], not_taken: Sequence[NotTaken]) -> None:
    """Enters attachments whose bytes are safe. Not committed here.

    Bytes that are a record already stay that record, and get no second; they may be attached to several mails.
    """
    deliveries = receive(work, arrivals, mail.unit, mail.access_class)
    told = [{"record_id": str(one.record_id), "digest": one.digest, "file_name": one.file_name} for one in deliveries]
    work.events.add(
        [
            Event(EventType.CREATION, record_id=one["record_id"], detail={"mail": mail.id, "digest": mail.digest})
            for one in told
        ]
    )
    refused = [{"file_name": one.file_name, "reason": one.reason, "values": dict(one.values)} for one in not_taken]
    detail = {"attached": told, "not_taken": refused}
    work.events.add([Event(EventType.SPLITTING, record_id=mail.id, detail=detail)])


def attachments_of(work: UnitOfWork, mail_id: str) -> Attachments | None:
    """What became of the attachments, by the last word on them; None for a record that has none."""
    found = work.events.details([mail_id], EventType.SPLITTING, "attached").get(mail_id)
    if not found:
        return None
    last = found[-1]
    return Attachments(
        tuple((str(one["file_name"]), str(one["record_id"])) for one in last["attached"]),
        tuple(NotTaken(str(one["file_name"]), str(one["reason"]), dict(one["values"])) for one in last["not_taken"]),
    )


def mails_of(work: UnitOfWork, record_ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The mails that each of these records was attached to, the first one first; others are left out."""
    found = work.events.details(record_ids, EventType.CREATION, "mail")
    return {
        record_id: tuple(dict.fromkeys(str(detail["mail"]) for detail in details))
        for record_id, details in found.items()
    }
