"""What the intake page shows: each delivery with what became of it, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from archive.deliveries import DeliveryRow
from archive.fixity import FixityStanding
from archive.unit_of_work import UnitOfWork
from archive.watchers import Watchers
from mappings.record import DeliverySource, DeliveryState, PageState, RecordState, RecordView, Tombstone
from search_api.access import Viewer, may_see, views_seen, views_with_bin
from search_api.problems import reason_of
from search_api.web.language import N_
from search_api.web.rendering import Asking
from search_api.web.search_view import title_of
from search_api.web.wording import DELIVERY_STATES, FIXITY_OUTCOMES, RECORD_STATES

ROWS = 50
"""Deliveries on one page."""

_TONES = {DeliveryState.REJECTED: "bad", DeliveryState.RECEIVED: "wait", DeliveryState.PURGED: ""}
_RECORD_TONES = {RecordState.SEARCHABLE: "good", RecordState.DIVIDED: ""}
_IN_BIN = N_("In the bin")
_AGAIN = N_("Already in the archive; nothing was added")


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery. `title`: of its record. `done` of `pages` are read. `reason`, `remedy`: of one not taken.

    `is_new`: nothing is known of what it is yet. `batch`: with what it was handed in, empty if it lay in a folder.
    """

    file_name: str
    record_id: str | None
    title: str
    received_at: datetime
    source: DeliverySource
    size: int
    words: str
    tone: str
    reading: bool = False
    done: int = 0
    pages: int = 0
    failed: int = 0
    reason: str = ""
    remedy: str = ""
    is_new: bool = False
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """A count and what it counts."""

    count: int
    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class SetAsideRow:
    """A record that the engine refused."""

    record_id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class TroubleRow:
    """A trouble in the reader's language."""

    title: str
    detail: str
    remedy: str


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A file that could not be taken so far."""

    name: str
    reason: str
    tries: int


@dataclass(frozen=True, slots=True)
class StandingView:
    """`alive`: whether anybody takes and reads. Names are the first of as many as are counted."""

    alive: bool
    troubles: list[TroubleRow]
    held: list[HeldRow]
    held_count: int
    passed_over: list[str]
    passed_over_count: int


@dataclass(frozen=True, slots=True)
class WrongRow:
    """An original that was not as it must be when it was last read."""

    record_id: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class OriginalsRead:
    """What reading the originals again has found; `wrong` are those that the viewer may see."""

    standing: FixityStanding
    wrong: list[WrongRow]


def rows_of(unit: UnitOfWork, deliveries: Sequence[DeliveryRow], viewer: Viewer, asking: Asking) -> list[Row]:
    """The deliveries that this viewer may see."""
    ids = sorted({row.delivery.record_id for row in deliveries if row.delivery.record_id})
    views, binned = views_with_bin(unit, ids, viewer)
    progress = unit.pages.progress(list(views))
    purged = unit.bin.tombstones([row.purged_record for row in deliveries])
    rows = []
    for entry in deliveries:
        record_id = entry.delivery.record_id
        if _is_hidden(entry, views, purged, viewer):
            continue
        row = _row(entry, views.get(record_id or ""), progress.get(record_id or "", {}), asking)
        rows.append(replace(row, words=_IN_BIN, tone="", reading=False) if record_id in binned else row)
    return rows


def _is_hidden(
    entry: DeliveryRow, views: Mapping[str, RecordView], purged: Mapping[str, Tombstone], viewer: Viewer
) -> bool:
    if entry.purged_record:
        of = purged.get(entry.purged_record)
        return of is None or not may_see(viewer, of)
    return entry.delivery.record_id is not None and entry.delivery.record_id not in views


def _row(entry: DeliveryRow, view: RecordView | None, pages: Mapping[PageState, int], asking: Asking) -> Row:
    delivery = entry.delivery
    title = _title(view) if view else ""
    words, tone = _said(delivery.state, view)
    waiting, total = pages.get(PageState.WAITING, 0), sum(pages.values())
    reason = reason_of(delivery.reason, entry.reason_values, asking.language) or {"title": "", "remedy": ""}
    open_states = (RecordState.RECEIVED, RecordState.READING)
    return Row(
        file_name=delivery.file_name,
        record_id=view.record.id if view else None,
        title="" if title == delivery.file_name else title,
        received_at=delivery.received_at,
        source=delivery.source,
        size=delivery.size,
        words=words,
        tone=tone,
        reading=bool(view and view.record.state in open_states and total),
        done=total - waiting,
        pages=total,
        failed=pages.get(PageState.FAILED, 0),
        reason=reason["title"],
        remedy=reason["remedy"],
        is_new=delivery.state is DeliveryState.RECEIVED,
        batch=entry.handed.batch if entry.handed else "",
    )


def _said(state: DeliveryState, view: RecordView | None) -> tuple[str, str]:
    """The state in words, and its tone."""
    if state is DeliveryState.DUPLICATE:
        return _AGAIN, ""
    if state is DeliveryState.ARCHIVED and view is not None:
        return RECORD_STATES[view.record.state], _RECORD_TONES.get(view.record.state, "wait")
    return DELIVERY_STATES[state], _TONES.get(state, "good")


def _title(view: RecordView) -> str:
    return title_of(view.value("subject"), view.value("kind"), view.issue_number, view.record.file_name)


def tallies(unit: UnitOfWork, viewer: Viewer, asking: Asking, *, refused: bool) -> list[Tally]:
    """How what the viewer sees stands, in a few figures. `refused`: files of all units that were not taken, too."""
    of = viewer.tokens
    records, pages, deliveries = unit.records.counts(of), unit.pages.counts(of), unit.deliveries.counts(of)
    total = sum(records.values())
    waiting, failed = pages.get(PageState.WAITING, 0), pages.get(PageState.FAILED, 0)
    rejected = deliveries.get(DeliveryState.REJECTED, 0) if refused else 0
    unlearned = unit.outbox.waiting(access=of)
    found = [
        Tally(total, asking.plural("record in the archive", "records in the archive", total)),
        Tally(waiting, asking.plural("page waits to be read", "pages wait to be read", waiting), "wait"),
        Tally(failed, asking.plural("page could not be read", "pages could not be read", failed), "bad"),
        Tally(rejected, asking.plural("file not taken", "files not taken", rejected), "bad"),
        Tally(
            unlearned,
            asking.plural("record on its way into the search", "records on their way into the search", unlearned),
            "wait",
        ),
    ]
    return [found[0], *(tally for tally in found[1:] if tally.count)]


def standing(watchers: Watchers, asking: Asking) -> StandingView:
    """How the processes that take and read stand."""
    found = watchers.standings()
    language = asking.language
    troubles = [trouble for one in found for trouble in one.troubles]
    return StandingView(
        alive=bool(found) or watchers.any_alive(),
        # The same disk may trouble several processes: each trouble is said once.
        troubles=list(
            dict.fromkeys(
                TroubleRow(one.title.in_language(language), one.detail, one.remedy.in_language(language))
                for one in troubles
            )
        ),
        held=[HeldRow(file.name, file.title.in_language(language), file.tries) for one in found for file in one.held],
        held_count=sum(one.held_count for one in found),
        passed_over=sorted({name for one in found for name in one.passed_over}),
        passed_over_count=max((one.passed_over_count for one in found), default=0),
    )


def without_names(found: StandingView) -> StandingView:
    """The same for one who may not know of what lies in the drop folder."""
    return replace(found, held=[], held_count=0, passed_over=[], passed_over_count=0, troubles=[])


def set_aside(unit: UnitOfWork, viewer: Viewer) -> list[SetAsideRow]:
    """The records that the engine refused, with its reason."""
    refused = unit.outbox.all_set_aside(access=viewer.tokens)
    views = views_seen(unit, [row.record_id for row in refused], viewer)
    return [
        SetAsideRow(row.record_id, _title(views[row.record_id]), row.reason)
        for row in refused
        if row.record_id in views
    ]


def originals_read(unit: UnitOfWork, viewer: Viewer) -> OriginalsRead:
    """When the originals were last read again, and which were wrong."""
    standing = unit.fixity.standing(viewer.tokens)
    views = views_seen(unit, [one.record_id for one in standing.wrong if one.record_id], viewer)
    wrong = [
        WrongRow(one.record_id, _title(views[one.record_id]), FIXITY_OUTCOMES[one.outcome])
        for one in standing.wrong
        if one.record_id in views
    ]
    return OriginalsRead(standing, wrong)
