"""Deleting, in steps that can be taken back up to the last: into the bin, out of it, and for ever by two persons.

A purge commits the rows' end, the event and the tombstone first and removes the bytes afterwards, so that no row is
ever without its bytes; killed in between, `remove_bytes` goes on at the next start
or the next turn of the upkeep.
"""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import Any, Protocol

from archive.catalogue import Catalogue
from archive.events import Event, EventType
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.disposal_errors import DeliveredAgain, InBin, NotInBin, PurgeNotAsked, SecondPersonNeeded
from kernel.errors import BadValue
from mappings.record import Discarded, Record, Tombstone

LONGEST_NAME = 100
"""Characters of a person's name."""

_SIGNED = re.compile(r"(.+) \(([a-z0-9._-]{1,40})\)")

LONGEST_REASON = 2000
"""Characters of a reason."""


class Removable(Protocol):
    """Where bytes lie by digest and can be removed from."""

    def remove(self, digest: str) -> None:
        """Removes the bytes durably; nothing happens if they are gone."""


class Storage(Removable, Protocol):
    """Where the originals lie."""

    def size(self, digest: str) -> int | None:
        """Bytes that lie under this digest. OSError, Unavailable if it cannot be reached."""


BytePlaces = tuple[Storage, *tuple[Removable, ...]]
"""Everywhere that bytes made from an original lie under its digest, the originals first."""


def person(untrusted_name: str, field: str = "by") -> str:
    """A person's name as it is kept: NFC, single spaces, 1 to 100 letters; else BadValue for `field`."""
    return _checked(field, untrusted_name, LONGEST_NAME)


def reason(untrusted_reason: str) -> str:
    """A reason as it is kept: NFC, single spaces, 1 to 2000 letters; else BadValue."""
    return _checked("why", untrusted_reason, LONGEST_REASON)


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's: letter case and the form of the diacritics make no other.

    Of two who signed (`Nguyễn Thị Mẫu (mau.nt)`) the accounts tell; a name as typed is that of one who signs with it.
    """
    name, account = _parts(_folded(one))
    other_name, other_account = _parts(_folded(other))
    return account == other_account if account and other_account else name == other_name


def _parts(signature: str) -> tuple[str, str]:
    """The name and the account, empty where nobody had signed in."""
    found = _SIGNED.fullmatch(signature)
    return (found[1], found[2]) if found else (signature, "")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _checked(field: str, untrusted: str, longest: int) -> str:
    text = unicodedata.normalize("NFC", untrusted.encode("utf-8", "ignore").decode())
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if not 1 <= len(plain) <= longest:
        raise BadValue(name=field, value=plain[:50], expected=f"1-{longest}")
    return plain


def discard(work: UnitOfWork, record_id: str, by: str, why: str) -> Discarded:
    """Puts a record into the bin. NotFound; InBin if it lies there already. Not committed here, as all below."""
    revision = work.records.touch(record_id)
    discarded = Discarded(record_id, now(), by, why)
    if not work.bin.put(discarded):
        raise InBin(id=record_id)
    work.outbox.put({record_id: revision})
    work.events.add([Event(EventType.DEACCESSION, record_id=record_id, agent=by, detail={"why": why})])
    return discarded


def restore(work: UnitOfWork, record_id: str, by: str) -> None:
    """Takes a record out of the bin, just as it was. NotFound, NotInBin."""
    revision = work.records.touch(record_id)
    if not work.bin.take_out(record_id):
        raise NotInBin(id=record_id)
    work.outbox.put({record_id: revision})
    # Saved searches may have been asked while it lay in the bin, where nobody finds it.
    work.alerts.await_news({record_id: revision}, newly_read=False)
    work.events.add([Event(EventType.ACCESSION, record_id=record_id, agent=by, detail={"from": "bin"})])


def ask_purge(work: UnitOfWork, record_id: str, by: str) -> Discarded:
    """The first person's word. If somebody has asked already, that stays. NotInBin, DeliveredAgain."""
    found = _not_wanted(work, record_id)
    if found.purge_asked_by is not None:
        return found
    work.bin.ask_purge(record_id, by, now())
    work.events.add([Event(EventType.APPRAISAL, record_id=record_id, agent=by, detail={"wanted": "deletion"})])
    return work.bin.by_id(record_id)


def confirm_purge(work: UnitOfWork, record_id: str, by: str) -> Tombstone:
    """The second person's word: all rows go, the event and the tombstone stay. The caller then removes the bytes.

    NotFound, NotInBin, DeliveredAgain, PurgeNotAsked, SecondPersonNeeded.
    """
    revision = work.records.touch(record_id)
    record = work.records.by_id(record_id)
    found = _not_wanted(work, record_id)
    if found.purge_asked_by is None:
        raise PurgeNotAsked(id=record_id)
    if same_person(found.purge_asked_by, by):
        raise SecondPersonNeeded(name=found.purge_asked_by)
    tombstone = _tombstone(record, found, found.purge_asked_by, by)
    work.bin.purge(record, tombstone)
    work.outbox.put({record_id: revision})
    work.events.add([Event(EventType.DELETION, record_id=record_id, agent=by, detail=_detail(tombstone))])
    return tombstone


def _not_wanted(work: UnitOfWork, record_id: str) -> Discarded:
    """What is known of a record in the bin, if nobody delivered its file after it was put there."""
    found = work.bin.by_id(record_id)
    if any(delivery.received_at > found.at for delivery in work.deliveries.of_record(record_id)):
        raise DeliveredAgain(id=record_id)
    return found


def _tombstone(record: Record, found: Discarded, asked_by: str, confirmed_by: str) -> Tombstone:
    return Tombstone(
        record_id=record.id,
        sequence=record.sequence,
        digest=record.digest,
        size=record.size,
        media_type=record.media_type,
        file_name=record.file_name,
        page_count=record.page_count,
        unit=record.unit,
        access_class=record.access_class,
        received_at=record.received_at,
        discarded_at=found.at,
        discarded_by=found.by,
        why=found.why,
        purge_asked_by=asked_by,
        purge_confirmed_by=confirmed_by,
        purged_at=now(),
    )


def _detail(tombstone: Tombstone) -> dict[str, Any]:
    names = ("digest", "size", "file_name", "discarded_by", "why", "purge_asked_by", "purge_confirmed_by")
    return {name: getattr(tombstone, name) for name in names}


def remove_bytes(catalogue: Catalogue, originals: Storage, *others: Removable) -> int:
    """Removes what purges have left from all places; how many originals.

    OSError, Unavailable if a disk or the storage fails: then again later.

    Bytes that were delivered again meanwhile belong to the new record and stay.
    """
    with catalogue.reading() as unit:
        waiting = unit.bin.waiting()
    removed = 0
    for tombstone in waiting:
        originals.size(tombstone.digest)  # a storage that is away is waited for here, and not while we hold the lock
        removed += catalogue.write(partial(_remove, tombstone, (originals, *others)))
    if waiting:
        catalogue.forget_deleted()
    return removed


def _remove(tombstone: Tombstone, places: tuple[Removable, ...], work: UnitOfWork) -> bool:
    removed = work.bin.hold_digest(tombstone.digest, now())
    if removed:
        for place in places:
            place.remove(tombstone.digest)
    work.bin.bytes_settled(tombstone, removed=removed)
    return removed
