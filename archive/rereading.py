"""Reading a record's pages again, and what people have said of their words in what is read then.

What was confirmed or corrected is put into the new reading where the same place is still there; where it is not, it is
listed to be looked at again, with the words as they were, until somebody has. Nothing of it is lost without a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from archive.events import Event, EventType
from archive.unit_of_work import UnitOfWork
from kernel.disposal_errors import InBin
from kernel.review_errors import NotRead
from mappings.record import Page, RecordState
from mappings.rewording.correcting import Standing

_READ = (RecordState.SEARCHABLE, RecordState.PARTLY_SEARCHABLE)


def with_corrections(work: UnitOfWork, record_id: str, pages: Sequence[Page]) -> list[Page]:
    """Pages as they were just read, with what people have said of their words. Not committed here, as all below."""
    kept, corrections = work.corrections.keep(record_id, pages)
    if corrections:
        counts = Counter(one.standing for one in corrections)
        numbers = sorted({one.page for one in corrections})
        told = {"pages": numbers, "kept": counts[Standing.STANDING], "again": counts[Standing.AGAIN]}
        detail = {"text": told}
        work.events.add([Event(EventType.MODIFICATION, record_id=record_id, detail=detail)])
    return kept


def read_again(work: UnitOfWork, record_id: str, by: str) -> None:
    """All pages of a record wait to be read anew; until then it is found as it was.

    NotFound, InBin, NotRead: it is being read already, was divided, or is kept apart.
    """
    record = work.records.by_id(record_id)
    if work.bin.among([record_id]):
        raise InBin(id=record_id)
    if record.state not in _READ:
        raise NotRead(id=record_id)
    work.pages.read_again(record_id)
    work.records.read_again(record_id)
    event = Event(EventType.MODIFICATION, record_id=record_id, agent=by, detail={"text": {"read": "again"}})
    work.events.add([event])
