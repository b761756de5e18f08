"""Records on their way through reading, and what the catalogue is told of them."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.catalogue import Catalogue
from archive.dividing import not_divided, whence
from archive.dossier_moves import file_by_sheet
from archive.events import Event, EventType
from archive.originals import Originals
from archive.quarantining import quarantine, was_released
from archive.rereading import with_corrections
from archive.unit_of_work import UnitOfWork
from ingest.detaching.detacher import Detached
from ingest.dividing.divider import Divided
from ingest.dividing.sheet_fields import fields_with_sheet
from ingest.reading import failed_page
from ingest.state_secrets import marked_page, without_mark
from kernel.errors import DigestMismatch, NotFound, PageUnreadable, TangthuError, Unavailable
from kernel.paper_errors import NotDivided
from mappings.record import DescribedField, Page, PageState, Record, RecordState

_SAVE_FAILURES = 3
LOG = logging.getLogger(__name__)

DESCRIBING = 0
"""Stands among the page numbers, which start at 1."""
SAVE_CALLS = 256
_SAVE_SECONDS = 0.5
_MOST_ASIDE = 4096
_FIRST_PAGES, _LAST_PAGES = 8, 4  # what a record is about stands at its start, who signed it at its end


@dataclass(slots=True, eq=False)
class Flight:
    """One record on its way. `todo`: page numbers to read, then `DESCRIBING`. `not_before`: 0 if not set aside."""

    record: Record
    todo: deque[int]
    calls: dict[int, Future[Any]] = field(default_factory=dict)
    deaths: dict[int, int] = field(default_factory=dict)
    kept: dict[int, Page] = field(default_factory=dict)
    unsaved: list[Page] = field(default_factory=list)
    fields: Mapping[str, DescribedField] | None = None
    dividing: bool = False
    divided: Divided | None = None
    detached: Detached | None = None
    undivided: TangthuError | None = None
    """Why a scan with separator sheets stays one record."""
    failure: str | None = None
    save_failures: int = 0
    not_before: float = 0.0
    in_line: bool = False
    path: Path | None = None
    held: ExitStack = field(default_factory=ExitStack)
    """Keeps `path` there until the flight has ended."""
    in_a_row: int = 0
    quarantined: bool = False

    def local_path(self, originals: Originals) -> Path | None:
        """The original as a file of this machine; None while it cannot be had."""
        if self.path is None or not self.path.is_file():
            self.held.close()
            try:
                self.path = self.held.enter_context(originals.local(self.record.digest))
            except (NotFound, DigestMismatch, Unavailable, OSError) as error:
                LOG.info("original %s cannot be had: %s", self.record.digest, error)
                self.path = None
        return self.path

    @property
    def is_done(self) -> bool:
        """Whether nothing more is to be read or described, once this much is saved."""
        return self.fields is not None or self.quarantined

    @property
    def may_be_divided(self) -> bool:
        """Whether it is not known yet what becomes of what it holds."""
        return self.undivided is None and self.detached is None

    def take_parts(self, result: object) -> bool:
        """Keeps what we have cut or taken out; whether it is to be described yet.

        Only while that goes on: a reading process may answer whatever it likes.
        """
        if not self.dividing:
            return False
        self.dividing = False
        if isinstance(result, Divided):
            self.divided = result
        elif isinstance(result, Detached):
            self.detached = result
        return self.detached is not None

    @property
    def known(self) -> dict[int, Page]:
        """Pages by number: all that are not saved yet, and those kept to describe the record from."""
        return self.kept | {page.number: page for page in self.unsaved}

    def not_saved(self) -> None:
        """The database does not take what was read; after some tries the record goes on without it."""
        self.save_failures += 1
        if self.save_failures >= _SAVE_FAILURES:
            LOG.error("what was read of record %s cannot be saved", self.record.id)
            self.unsaved = [failed_page(page.number, PageUnreadable()) for page in self.unsaved]
            self.fields = {} if self.fields is not None else None
            if self.divided is not None or self.detached is not None:
                self.stay_whole(NotDivided())
            self.failure = PageUnreadable.code

    def stay_whole(self, error: TangthuError) -> None:
        """It has separator sheets, or something attached, and is not divided."""
        self._let_go_of_parts()
        self.dividing, self.divided, self.detached = False, None, None
        self.undivided = error if isinstance(error, NotDivided) else NotDivided()

    def close(self) -> None:
        """It is done with, or given back."""
        self.held.close()
        self._let_go_of_parts()

    def _let_go_of_parts(self) -> None:
        for held in (self.divided, self.detached):
            if held is not None:
                held.close()

    def end(self) -> None:
        """Nothing more is read of it, and nothing that was read is kept."""
        self.close()
        self.todo.clear()
        self.unsaved = []


@dataclass(slots=True)
class Aside:
    """Flights whose originals are not there just now: no load, and back in line after a while."""

    _waiting: deque[Flight] = field(default_factory=deque)

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether so much is missing that no more should be claimed for now."""
        return len(self._waiting) >= _MOST_ASIDE

    def put(self, flight: Flight, seconds: float) -> None:
        """Sets it aside for so long (always the same: the first one put is the first one due)."""
        if not flight.not_before:
            flight.not_before = time.monotonic() + seconds
            self._waiting.append(flight)

    def due(self) -> Iterator[Flight]:
        """Those whose time has come; they are aside no longer."""
        while self._waiting and self._waiting[0].not_before <= time.monotonic():
            flight = self._waiting.popleft()
            flight.not_before = 0.0
            yield flight


@dataclass(slots=True)
class Unsaved:
    """Results that are not in the catalogue yet: how many, and since when the first of them waits."""

    calls: int = 0
    _since: float = 0.0

    def note(self) -> None:
        """One more."""
        if self.calls == 0:
            self._since = time.monotonic()
        self.calls += 1

    @property
    def seconds_left(self) -> float:
        """Until they have waited long enough."""
        return max(0.0, self._since + _SAVE_SECONDS - time.monotonic())

    @property
    def due(self) -> bool:
        """Whether they have waited long enough, or are many."""
        return self.calls > 0 and (self.calls >= SAVE_CALLS or self.seconds_left == 0.0)


@dataclass(slots=True)
class Pace:
    """How many pages are read in a second, over about the last second."""

    each_second: float = 0.0
    _since: float = field(default_factory=time.monotonic)
    _count: int = 0

    def count(self) -> None:
        """One more page was read."""
        self._count += 1
        passed = time.monotonic() - self._since
        if passed >= 0.5:
            self.each_second, self._since, self._count = self._count / passed, time.monotonic(), 0


def tells(record: Record, number: int) -> bool:
    """Whether a page is one of those that a record is described from."""
    return number <= _FIRST_PAGES or number > record.page_count - _LAST_PAGES


def described_pages(catalogue: Catalogue, flight: Flight) -> list[Page]:
    """The pages that a record is described from; NotFound if it was purged."""
    numbers = [number for number in range(1, flight.record.page_count + 1) if tells(flight.record, number)]
    missing = [number for number in numbers if number not in flight.kept]
    if missing:  # read by a process before us
        with catalogue.reading() as work:
            for number in missing:
                flight.kept[number] = work.pages.page(flight.record.id, number)
    return [flight.kept[number] for number in numbers]


def is_purged(catalogue: Catalogue, flight: Flight) -> bool:
    """Whether its record is no more; False while the catalogue is away: it is asked again later."""
    try:
        with catalogue.reading() as work:
            return work.records.find(flight.record.id) is None
    except Unavailable:
        return False


def save(catalogue: Catalogue, flights: Sequence[Flight]) -> tuple[list[Flight], Exception | None]:
    """All in one transaction; one by one if that will not go in together: those saved, and why others were not.

    Unavailable if the catalogue is.
    """
    try:
        catalogue.write(lambda work: enter(work, flights))
    except Unavailable:
        raise
    except Exception as error:
        LOG.warning("pages could not be saved together", exc_info=error)
        return _save_each(catalogue, flights)
    return list(flights), None


def _save_each(catalogue: Catalogue, flights: Sequence[Flight]) -> tuple[list[Flight], Exception | None]:
    saved: list[Flight] = []
    failure: Exception | None = None
    for flight in flights:
        try:
            catalogue.write(lambda work, flight=flight: enter(work, [flight]))  # type: ignore[misc]
        except Unavailable:
            raise
        except Exception as error:
            failure = error
            flight.not_saved()
        else:
            saved.append(flight)
    return saved, failure


def enter(work: UnitOfWork, flights: Sequence[Flight]) -> None:
    """Saves pages, and finishes the records that are described. Once, however often it is called.

    Those purged meanwhile are passed over.
    """
    # A database that goes away amid a commit may have done it: then we come here again, and it is being read no more.
    still_open = work.records.hold_being_read([flight.record.id for flight in flights])
    flights = [flight for flight in flights if flight.record.id in still_open]
    flights = _without_secrets(work, flights)
    for flight in flights:
        work.pages.save(flight.record.id, with_corrections(work, flight.record.id, flight.unsaved))
    flights = _out_of_the_bin(work, flights)
    for flight in flights:
        if flight.detached is not None and flight.fields is not None:
            flight.detached.enter(work)
    divided = {one.record.id: one.divided.enter(work) for one in flights if one.divided is not None}
    finished = [(one, one.fields) for one in flights if one.fields is not None and one.divided is None]
    _enter_described(work, finished, divided)


def _without_secrets(work: UnitOfWork, flights: Sequence[Flight]) -> list[Flight]:
    """Without those of which a page may bear the mark of a state secret: they are kept apart, and read no further."""
    others: list[Flight] = []
    for flight in flights:
        page = marked_page(flight.unsaved)
        if page is None:
            others.append(flight)
        elif was_released(work, flight.record.id):
            flight.unsaved = [without_mark(one) for one in flight.unsaved]
            others.append(flight)
        else:
            LOG.warning("record %s is kept apart: page %d may bear the mark of a state secret", flight.record.id, page)
            quarantine(work, flight.record.id, page)
            flight.quarantined = True
    return others


def _out_of_the_bin(work: UnitOfWork, flights: Sequence[Flight]) -> list[Flight]:
    """Without files in the bin that others come out of: those wait there to be read again."""
    parted = [one.record.id for one in flights if one.divided is not None or one.detached is not None]
    binned = work.bin.among(parted)
    for record_id in binned:
        work.records.read_again(record_id)
    return [one for one in flights if one.record.id not in binned]


def _enter_described(
    work: UnitOfWork,
    finished: Sequence[tuple[Flight, Mapping[str, DescribedField]]],
    revisions: dict[str, int],
) -> None:
    """Finishes records that are described; `revisions`: of others, of which the index must learn too."""
    progress = work.pages.progress([flight.record.id for flight, _ in finished])
    sheets = whence(work, [flight.record.id for flight, _ in finished])
    for flight, fields in finished:
        record_id = flight.record.id
        told = sheets.get(record_id)
        work.records.describe(record_id, fields_with_sheet(fields, told.sheet) if told else fields)
        if told and told.sheet.dossier:
            file_by_sheet(work, record_id)
        if flight.undivided is not None:
            not_divided(work, record_id, flight.undivided)
        whole = PageState.FAILED not in progress[record_id]
        state = RecordState.SEARCHABLE if whole else RecordState.PARTLY_SEARCHABLE
        revisions[record_id] = work.records.finish(record_id, state)
    work.outbox.put(revisions)
    work.alerts.await_news({flight.record.id: revisions[flight.record.id] for flight, _ in finished}, newly_read=True)
    work.events.add([_event(flight, progress[flight.record.id], revisions[flight.record.id]) for flight, _ in finished])


def _event(flight: Flight, progress: Mapping[PageState, int], revision: int) -> Event:
    detail: dict[str, Any] = {
        "revision": revision,
        "fields": sorted(flight.fields or {}),
        "pages": {state.value: count for state, count in progress.items()},
    }
    if flight.failure:
        detail["reason"] = flight.failure
    outcome = "failure" if flight.failure else "success"
    return Event(EventType.EXTRACTION, outcome, record_id=flight.record.id, detail=detail)
