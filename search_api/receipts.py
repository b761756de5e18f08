"""The receipt of what was delivered: every file with its outcome, every page accounted for, and whether it adds up.

Only what the asker may see is on it, and counted: a delivery whose record is hidden from them is not there for them,
as it is not in the list of what came in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

from archive.deliveries import DeliveryRow
from archive.receipts import MOST_LINES
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import BadValue, NotFound
from mappings.record import DeliveryState, PageState, RecordState, RecordView
from search_api.access import Viewer, may_see, views_with_bin
from search_api.access.policy import Permission
from search_api.handed_in import rows_seen
from search_api.services import Services
from search_api.web.wording import HANOI

_AT_A_TIME = 500
_RECENT = 400
LONGEST_FOLDER = 500
YEARS = range(1900, 3000)
"""Of a day that can be asked for."""


class Outcome(StrEnum):
    """What became of a delivered file."""

    NEW = "new"
    DIVIDED = "divided"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    IN_BIN = "in_bin"
    PURGED = "purged"
    UNDER_WAY = "under_way"
    """Taken, and safe; nothing is known of what it is yet."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a receipt is about: a `batch`, or a day and the `folder` of the drop or the `account` of a person."""

    batch: str = ""
    day: date | None = None
    folder: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One delivered file. `pages`: of its record by their state; `told_pages`: how many the file was found to have.

    `failed`: numbers of pages that could not be read, with the code of the reason. `learned`: whether the search knows
    the record as it is now.
    """

    row: DeliveryRow
    outcome: Outcome
    view: RecordView | None = None
    pages: Mapping[PageState, int] = field(default_factory=dict)
    told_pages: int = 0
    failed: tuple[tuple[int, str | None], ...] = ()
    learned: bool = True

    @property
    def is_under_way(self) -> bool:
        """Whether something of it is still to be done by the archive."""
        if self.outcome is Outcome.UNDER_WAY:
            return True
        open_states = (RecordState.RECEIVED, RecordState.READING)
        is_open = self.view is not None and self.view.record.state in open_states
        return self.outcome in (Outcome.NEW, Outcome.DUPLICATE) and (is_open or not self.learned)


@dataclass(frozen=True)
class Receipt:
    """`at`: when it was made out. `missing`: files of the batch that the catalogue does not know, which must be none.

    `coming`: files of it that are still being sent, as far as the asker may know. `cut`: there are more files than a
    receipt holds.
    """

    asked: Asked
    at: datetime
    lines: tuple[Line, ...]
    missing: int = 0
    cut: bool = False
    coming: int = 0

    @cached_property
    def files(self) -> Counter[Outcome]:
        """How many files came to each outcome."""
        return Counter(line.outcome for line in self.lines)

    @cached_property
    def pages(self) -> Counter[PageState]:
        """How many pages of what was delivered stand in each state."""
        found: Counter[PageState] = Counter()
        for line in self.lines:
            found.update(line.pages)
        return found

    @property
    def delivered_pages(self) -> int:
        """Pages that the delivered files were found to have when they were taken."""
        return sum(line.told_pages for line in self.lines)

    @property
    def under_way(self) -> int:
        """Files of which something is still to be done."""
        return self.coming + sum(line.is_under_way for line in self.lines)

    @property
    def unbalanced(self) -> tuple[Line, ...]:
        """Files whose pages do not add up to what they were found to have: a fault of the archive."""
        return tuple(line for line in self.lines if sum(line.pages.values()) != line.told_pages)

    @property
    def balances(self) -> bool:
        """Whether every delivered file and page is accounted for."""
        return not self.missing and not self.unbalanced


def receipt(services: Services, viewer: Viewer, asked: Asked) -> Receipt:
    """NotFound if nothing was delivered so that the viewer may see; BadValue for what names no delivery."""
    with services.catalogue.reading() as work:
        found = _found(work, asked)
        lines = _lines(work, found, viewer, services)
        if not lines:
            raise NotFound(id=asked.batch or asked.folder or asked.account or str(asked.day))
    missing, coming = _not_there(services, viewer, asked.batch, found)
    return Receipt(asked, now(), lines, missing, len(found) == MOST_LINES, coming)


def _not_there(services: Services, viewer: Viewer, batch: str, found: Sequence[DeliveryRow]) -> tuple[int, int]:
    """How many files of a batch are missing; how many are still being sent, none for who may not know of those."""
    absent = max((row.handed.files for row in found if row.handed), default=0) - len(found) if batch else 0
    if absent <= 0 or len(found) == MOST_LINES:
        return 0, 0
    coming = min(absent, services.uploads.in_pieces.on_the_way(batch, {row.delivery.id for row in found}))
    office = services.signing.unit
    mine = any(row.handed and row.handed.account == viewer.account for row in found)
    knows = mine or all(viewer.may(Permission.WATCH_INTAKE, row.unit or office) for row in found)
    return absent - coming, coming if knows else 0


@dataclass(frozen=True, slots=True)
class Batch:
    """What was delivered together lately, as far as it may be seen. `at`: when the last of it came."""

    asked: Asked
    at: datetime
    by: str


def recent(services: Services, viewer: Viewer) -> tuple[Batch, ...]:
    """What was delivered lately, newest first: uploads, folders of the drop by day, and days with loose files."""
    with services.catalogue.reading() as work:
        rows = _visible(work, work.receipts.recent(_RECENT), viewer, services)
    found: dict[Asked, Batch] = {}
    for row, _ in rows:
        key, by = _belongs_to(row), row.handed.by or "" if row.handed else ""
        found.setdefault(key, Batch(key, row.delivery.received_at, by))
    return tuple(found.values())


def _belongs_to(row: DeliveryRow) -> Asked:
    if row.handed:
        return Asked(batch=row.handed.batch)
    folder = row.delivery.file_name.rpartition("/")[0]
    return Asked(day=row.delivery.received_at.astimezone(HANOI).date(), folder=folder)


def _found(work: UnitOfWork, asked: Asked) -> tuple[DeliveryRow, ...]:
    if asked.batch:
        return work.receipts.of_batch(asked.batch)
    if asked.day is None:
        raise BadValue(name="day", value="", expected="2026-01-31")
    if asked.day.year not in YEARS:
        raise BadValue(name="day", value=asked.day.isoformat(), expected="2026-01-31")
    since = datetime.combine(asked.day, time.min, HANOI)
    until = since + timedelta(days=1)
    if asked.folder:
        return work.receipts.of_folder(asked.folder, since, until)
    return work.receipts.of_time(since, until, asked.account or None)


def _visible(
    work: UnitOfWork, rows: Sequence[DeliveryRow], viewer: Viewer, services: Services
) -> list[tuple[DeliveryRow, RecordView | None]]:
    """Those that the viewer may know of, each with its record."""
    kept = rows_seen(rows, viewer, services)
    ids = sorted({row.delivery.record_id for row in kept if row.delivery.record_id})
    views, _ = views_with_bin(work, ids, viewer, boxes=False)
    stones = work.bin.tombstones([row.purged_record for row in kept if row.purged_record])
    found = []
    for row in kept:
        stone = stones.get(row.purged_record)
        if row.purged_record and (stone is None or not may_see(viewer, stone)):
            continue
        view = views.get(row.delivery.record_id or "")
        if view is not None or row.delivery.record_id is None:
            found.append((row, view))
    return found


def _lines(work: UnitOfWork, rows: Sequence[DeliveryRow], viewer: Viewer, services: Services) -> tuple[Line, ...]:
    visible = _visible(work, rows, viewer, services)
    ids = sorted({view.record.id for _, view in visible if view})
    pages: dict[str, dict[PageState, int]] = {}
    failed: dict[str, tuple[tuple[int, str | None], ...]] = {}
    for start in range(0, len(ids), _AT_A_TIME):
        pages |= work.pages.progress(ids[start : start + _AT_A_TIME])
        failed |= work.receipts.failed_pages(ids[start : start + _AT_A_TIME])
    binned, unlearned = work.bin.among(ids), work.outbox.among(ids)
    lines = []
    for row, view in visible:
        if view is None:
            lines.append(Line(row, _OUTCOMES.get(row.delivery.state, Outcome.UNDER_WAY)))
            continue
        key = view.record.id
        outcome = Outcome.IN_BIN if key in binned else _outcome(row, view)
        told, known = pages[key], key not in unlearned
        lines.append(Line(row, outcome, view, told, view.record.page_count, failed.get(key, ()), known))
    return tuple(lines)


_OUTCOMES = {
    DeliveryState.REJECTED: Outcome.REJECTED,
    DeliveryState.PURGED: Outcome.PURGED,
    DeliveryState.RECEIVED: Outcome.UNDER_WAY,
}


def _outcome(row: DeliveryRow, view: RecordView) -> Outcome:
    if row.delivery.state is DeliveryState.DUPLICATE:
        return Outcome.DUPLICATE
    return Outcome.DIVIDED if view.record.state is RecordState.DIVIDED else Outcome.NEW
