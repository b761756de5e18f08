"""Writes the sidecars: drains the marks, at least once, a batch at a time, and lets intake go first."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import OperationalError

from archive.beside import Beside
from archive.catalogue import Catalogue
from archive.journal import Entry, Journal
from archive.kept_rows import Plain
from archive.sidecar_marks import Mark, MarkKind
from archive.sidecars import Prepared, Sidecars
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import Unavailable
from kernel.locks import exclusive

LOG = logging.getLogger(__name__)

BATCH = 100
QUIET_SECONDS = 2.0
"""A subject is written when it has not changed for so long: most are read meanwhile, and written once, not twice."""

_IDLE_SECONDS = 1.0
_BUSY_SECONDS = 1.0
_REST_WHILE_BUSY = 19  # times as long as the batch took: at most a twentieth of the time is ours
_LONGEST_WAIT_SECONDS = 60.0
_WIND_UP_SECONDS = 2.0
_THREADS = 8  # each waits for the disk four times; the kernel writes waits of several threads together


class SidecarWriter:
    """Writes what is marked. Any number of processes may run one: the lock takes turns."""

    def __init__(self, catalogue: Catalogue, beside: Beside, lock: Path, scratch: Path) -> None:
        """`lock`: held by whoever writes. `scratch`: a folder for temporary files."""
        self._catalogue = catalogue
        self._sidecars = Sidecars(beside, scratch)
        self._journal = Journal(beside)
        self._lock = lock
        self._events_written: set[int] | None = None
        self._failing: set[Mark] = set()

    def step(self, quiet_seconds: float = 0.0) -> int:
        """Writes one batch; how many subjects are now written down.

        OSError, Unavailable if the storage fails for some of them.
        """
        with exclusive(self._lock):
            marks = self._due(quiet_seconds)
            if not marks:
                return 0
            written, failure = self._write(marks)
            self._failing = (self._failing | set(marks)) - set(written)
            if written:
                self._catalogue.write(lambda unit: unit.sidecar_marks.done(written))
        if failure is not None:
            raise failure
        return len(written)

    def _due(self, quiet_seconds: float) -> list[Mark]:
        """The next batch. Those that failed before come last: however many they are, they keep no other waiting."""
        with self._catalogue.reading() as unit:
            limit = BATCH + len(self._failing)
            due = unit.sidecar_marks.due(now(), timedelta(seconds=quiet_seconds), limit)
        self._failing &= set(due)
        return sorted(due, key=lambda mark: mark in self._failing)[:BATCH]

    def drain(self) -> None:
        """Writes all that is marked."""
        while self.step():
            pass

    def run(self, stop: threading.Event) -> None:
        """Writes until `stop` is set, whatever happens on the way, and shortly after it what little is left."""
        failures = 0
        while not stop.is_set():
            began = time.monotonic()
            try:
                worked = self.step(QUIET_SECONDS)
                rest = self._rest(worked, time.monotonic() - began)
            except Exception as error:  # the marks stay; a writer that ended without a word would leave them for ever
                failures += 1
                _tell(error)
                stop.wait(min(_LONGEST_WAIT_SECONDS, 2.0 ** min(failures, 6)))
                continue
            failures = 0
            stop.wait(rest)
        self._wind_up()

    def _rest(self, worked: int, seconds: float) -> float:
        if not worked:
            return _IDLE_SECONDS
        with self._catalogue.reading() as unit:
            last = unit.sidecar_marks.last_marked()
        busy = last is not None and abs((now() - last).total_seconds()) < _BUSY_SECONDS
        return min(_LONGEST_WAIT_SECONDS, seconds * _REST_WHILE_BUSY) if busy else 0.0

    def _wind_up(self) -> None:
        deadline = time.monotonic() + _WIND_UP_SECONDS
        try:
            while time.monotonic() < deadline and self.step():
                pass
        except Exception as error:  # the next process goes on
            _tell(error)

    def _write(self, marks: Sequence[Mark]) -> tuple[list[Mark], Exception | None]:
        """The marks whose subjects are durable, and the first trouble with the others."""
        with self._catalogue.reading() as unit:
            prepared, entries, failure = self._prepare(unit, marks)
        written: list[Mark] = []
        with ThreadPoolExecutor(_THREADS, "sidecars") as threads:
            for mark, error in zip(prepared, threads.map(self._settle, prepared.values()), strict=True):
                if error is None:
                    written.append(mark)
                failure = failure or error
        error = _tried(lambda: self._journal.append(list(entries.values())))
        if error is None:
            written.extend(entries)
            self._remember_events(entries)
        return written, failure or error

    def _prepare(
        self, unit: UnitOfWork, marks: Sequence[Mark]
    ) -> tuple[dict[Mark, Prepared], dict[Mark, Entry], Exception | None]:
        """What is to be written. Each mark by itself: one whose rows are damaged must not hold up all others."""
        prepared: dict[Mark, Prepared] = {}
        entries: dict[Mark, Entry] = {}
        failure: Exception | None = None
        rows = {
            MarkKind.RECORD: _Rows(unit.kept_rows.of_records, marks, MarkKind.RECORD),
            MarkKind.DELIVERY: _Rows(unit.kept_rows.of_deliveries, marks, MarkKind.DELIVERY),
        }
        for mark in marks:
            try:
                made = self._prepare_one(unit, mark, rows)
            except OperationalError:  # the database is away: that is no fault of this mark
                raise
            except Exception as error:  # whatever it is, the mark stays, and is tried again after the others
                failure = failure or error
                continue
            if isinstance(made, Entry):
                entries[mark] = made
            else:
                prepared[mark] = made
        return prepared, entries, failure

    def _prepare_one(self, unit: UnitOfWork, mark: Mark, rows: dict[MarkKind, _Rows]) -> Prepared | Entry:
        if mark.kind is MarkKind.EVENTS:
            return self._events(unit)
        row = rows[mark.kind].of(mark.subject)
        if mark.kind is MarkKind.DELIVERY:
            return Entry(mark.kind, mark.subject, **(row or {}))
        if row is None:
            return self._gone(unit, mark.subject)
        return self._sidecars.prepare(row, unit.kept_rows.pages(mark.subject) if row["pages_read"] else None)

    def _gone(self, unit: UnitOfWork, record_id: str) -> Entry:
        entry = Entry(MarkKind.RECORD, record_id, **unit.kept_rows.of_gone_record(record_id))
        for tombstone in entry.tombstones:
            self._sidecars.remove_of(tombstone["digest"], record_id)
        return entry

    def _events(self, unit: UnitOfWork) -> Entry:
        if self._events_written is None:
            self._events_written = set(self._journal.read().events)
        return Entry(MarkKind.EVENTS, "", [], unit.kept_rows.loose_events(self._events_written))

    def _settle(self, prepared: Prepared) -> Exception | None:
        return _tried(lambda: self._sidecars.settle(prepared))

    def _remember_events(self, entries: dict[Mark, Entry]) -> None:
        if self._events_written is not None:
            loose = [entry for mark, entry in entries.items() if mark.kind is MarkKind.EVENTS]
            self._events_written.update(event["number"] for entry in loose for event in entry.events)


class _Rows:
    """The rows of a batch, read at once; one by one if there is one among them that cannot be read."""

    def __init__(
        self, read: Callable[[Sequence[str]], dict[str, Plain]], marks: Sequence[Mark], kind: MarkKind
    ) -> None:
        self._read = read
        self._found: dict[str, Plain] | None = None
        try:
            self._found = read([mark.subject for mark in marks if mark.kind is kind])
        except OperationalError:
            raise
        except Exception:  # told with the one that it comes from
            LOG.warning("a batch of sidecars cannot be read at once")

    def of(self, subject: str) -> Plain | None:
        """The rows of one subject, None if it is not there. Whatever reading it raises."""
        return (self._read([subject]) if self._found is None else self._found).get(subject)


def _tried(work: Callable[[], None]) -> Exception | None:
    try:
        work()
    except Exception as error:  # of any kind: it is this subject's, and the others go on
        return error
    return None


def _tell(error: Exception) -> None:
    if isinstance(error, OSError | Unavailable):
        LOG.warning("sidecars wait: %s", error)
    else:
        LOG.exception("sidecars could not be written and are tried again")
