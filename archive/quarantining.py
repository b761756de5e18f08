"""Keeping apart what may be a state secret: unseen by all but the archivists named for it, unindexed, and unread.

What was read is forgotten at once, so that neither the catalogue nor what lies beside the original holds its text; the
original stays as it came. What contains the record (the scan it was cut from, the mail it was attached to) holds the
same page, and is kept apart with it. A person can say that it was a false alarm; then it is read again, and that page
raises none.
"""

from __future__ import annotations

from archive.attaching import mails_of
from archive.dividing import whence
from archive.events import Event, EventType
from archive.unit_of_work import UnitOfWork
from kernel.errors import NotFound
from kernel.secret_errors import NotKeptApart, StateSecretMark
from mappings.access import QUARANTINE
from mappings.record import PageState, RecordState

_FORMER = "former"


def quarantine(work: UnitOfWork, record_id: str, page: int) -> None:
    """Keeps a record apart, and what contains it. `page`: that may bear the mark. Not committed here, as all below."""
    _keep_apart(work, record_id, {"page": page})
    for holder in _holders(work, record_id):
        _keep_apart(work, holder, {"because_of": record_id})


def release(work: UnitOfWork, record_id: str, by: str, why: str) -> None:
    """A person says that it bears no such mark: as it was, and to be read anew. NotFound, NotKeptApart."""
    record = work.records.by_id(record_id)
    if record.state is not RecordState.QUARANTINED:
        raise NotKeptApart(id=record_id)
    former = work.events.details([record_id], EventType.QUARANTINE, _FORMER)[record_id][-1][_FORMER]
    divided = former["state"] == RecordState.DIVIDED.value
    work.pages.forget(record_id, PageState.FILED if divided else PageState.WAITING)
    work.records.give_access(record_id, record.unit, str(former["access_class"]), record.shared)
    revision = work.records.finish(record_id, RecordState.DIVIDED if divided else RecordState.RECEIVED)
    work.outbox.put({record_id: revision})
    work.events.add([Event(EventType.QUARANTINE, record_id=record_id, agent=by, detail={"lifted": why})])


def was_released(work: UnitOfWork, record_id: str) -> bool:
    """Whether a person has said that what looks like a mark on it is none."""
    return bool(work.events.details([record_id], EventType.QUARANTINE, "lifted"))


def page_marked(work: UnitOfWork, record_id: str) -> int | None:
    """The page for which a record is kept apart; None: it contains one that is."""
    told = work.events.details([record_id], EventType.QUARANTINE, "page").get(record_id)
    return int(told[-1]["page"]) if told else None


def _keep_apart(work: UnitOfWork, record_id: str, because: dict[str, object]) -> None:
    try:
        record = work.records.by_id(record_id)
    except NotFound:  # purged since
        return
    if record.state is RecordState.QUARANTINED or was_released(work, record_id):
        return
    work.pages.forget(record_id, PageState.FAILED, StateSecretMark.code)
    work.records.describe(record_id, {})
    work.reviews.forget([record_id])
    # Whom it was shared with is kept for its release; while it is kept apart it counts for nothing.
    work.records.give_access(record_id, record.unit, QUARANTINE, record.shared)
    work.outbox.put({record_id: work.records.finish(record_id, RecordState.QUARANTINED)}, at_once=True)
    former = {"state": record.state.value, "access_class": record.access_class}
    work.events.add([Event(EventType.QUARANTINE, record_id=record_id, detail=because | {_FORMER: former})])


def _holders(work: UnitOfWork, record_id: str) -> tuple[str, ...]:
    cut_from = whence(work, [record_id])
    wholes = [cut_from[record_id].whole_id] if record_id in cut_from else []
    return (*wholes, *mails_of(work, [record_id]).get(record_id, ()))
