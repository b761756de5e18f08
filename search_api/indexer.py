"""The indexer: makes the index equal the catalogue by draining the outbox, at least once, again and again."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from archive.catalogue import Catalogue
from archive.outbox import Pending
from kernel.clock import now
from kernel.errors import IndexOutdated, Unavailable
from kernel.locks import exclusive
from kernel.progress import Told
from search_api.batches import BATCH_RECORDS, Batch, batches
from search_api.engines.protocol import Refusal, SearchEngine
from search_api.expunging import Expunging
from search_api.rebuild import rebuild
from search_api.reconciling import reconcile

LOG = logging.getLogger(__name__)

IDLE_SECONDS = 0.3
SHORTEST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 15.0
LOOK_SECONDS = 60.0
"""Between two looks of an idle indexer at whether the index is there, sound and whole."""


def learned_by_nobody(_record_ids: Iterable[str]) -> None:
    """Where nobody wants to know what the index has learned."""


@dataclass(frozen=True, slots=True)
class IndexerStatus:
    """What the indexer does. `trouble`: why it waits, None while all is well. `indexed`: records since the start."""

    running: bool = False
    indexed: int = 0
    last_at: datetime | None = None
    trouble: str | None = None
    failures: int = 0


class Indexer:
    """Drains the outbox into the engine. Any number of processes may run one: the index lock takes turns."""

    def __init__(
        self,
        catalogue: Catalogue,
        engine: SearchEngine,
        index_lock: Path,
        look_seconds: float = LOOK_SECONDS,
        learned: Callable[[Iterable[str]], None] = learned_by_nobody,
    ) -> None:
        """`learned`: told of each record that has come into the index, or gone from it."""
        self._catalogue = catalogue
        self._engine = engine
        self._lock = index_lock
        self._expunging = Expunging(catalogue, engine, index_lock)
        self._look_seconds = look_seconds
        self._learned = learned
        self._looked_at = time.monotonic()
        self._status = IndexerStatus()

    @property
    def status(self) -> IndexerStatus:
        """The present status; safe over threads."""
        return self._status

    def step(self) -> int:
        """Brings one batch of the outbox into the index; how many rows were dealt with, 0 when none waits.

        EngineUnavailable if the engine does not answer: nothing is lost, the rows still wait.
        """
        if not self._pending(1):
            return 0
        if self._engine.count() is None:
            # The first put makes an index: without this, all records of the one that was deleted would stay unfound.
            reconcile(self._catalogue, self._engine, self._lock)
        pending = self._pending(BATCH_RECORDS)
        # Read and analysed outside the lock. Should a record change meanwhile, its row stays for the next step.
        for batch in batches(self._catalogue, [entry.record_id for entry in pending]):
            with exclusive(self._lock):
                if self._still_waits(batch):
                    self._bring_in(batch)
        return len(pending)

    def look(self) -> bool:
        """Whether the index is there, sound, and holds as many records as it must; if too few or many, reconciles.

        IndexOutdated if it is damaged.
        """
        self._engine.check()
        # Counted before the catalogue is: a record that comes in between waits in the outbox, and nothing is said yet.
        held = self._engine.count()
        with self._catalogue.reading() as unit:
            records = sum(unit.records.counts().values())
            aside = len(unit.outbox.all_set_aside(_ALL))
            if unit.outbox.waiting():
                return True
        # What was set aside may be held in a former revision.
        if records - aside <= (held or 0) <= records:
            return True
        LOG.warning("the index holds %s records of %d: it is reconciled", "no" if held is None else held, records)
        reconcile(self._catalogue, self._engine, self._lock)
        return False

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set. Outlives an engine that is away: waits, longer each time, and catches up.

        Begins with a reconciliation, so that an index that was deleted or has lost something heals by itself, and so
        again after any trouble, and when an idle look finds too few records. An index that is damaged or of an older
        form is built anew.
        """
        self._status = replace(self._status, running=True)
        heal = True
        try:
            while not stop.is_set():
                try:
                    if heal:
                        self._heal(stop)
                        heal = False
                    worked = self.step() or self._looked(stop)
                except Exception as error:  # an indexer that ended without a word would leave records unfound
                    # What was put before the engine went may or may not be in it: look again once it is back.
                    heal = True
                    stop.wait(self._failed(error))
                    continue
                self._succeeded()
                if not worked:
                    stop.wait(IDLE_SECONDS)
        finally:
            self._status = replace(self._status, running=False)

    def expunge(self, stop: threading.Event | None = None) -> bool:
        """Takes out for good what was purged, if that is due; whether it was. What comes in meanwhile is indexed."""
        if not self._expunging.is_due():
            return False
        self._expunging.expunge(lambda: self._go_on_indexing(stop))
        return True

    def _go_on_indexing(self, stop: threading.Event | None) -> None:
        if stop is not None:
            _go_on(stop)
        self.step()

    def _looked(self, stop: threading.Event) -> bool:
        """Looks when it is time to; whether that has made work."""
        if time.monotonic() - self._looked_at < self._look_seconds:
            return False
        self._looked_at = time.monotonic()
        return not self.look() or self.expunge(stop)

    def _heal(self, stop: threading.Event) -> None:
        try:
            # All files at the start and once a trouble: again and again would keep the disk busy for nothing.
            self._engine.check(anew=self._status.failures <= 1)
            reconcile(self._catalogue, self._engine, self._lock)
        except IndexOutdated as error:
            LOG.warning("the index is built anew: %s", error)
            told = Told(LOG, "the index is built anew")

            def progress(done: int, total: int) -> None:
                told.tell(done, total)
                _go_on(stop)

            rebuild(self._catalogue, self._engine, self._lock, progress)

    def _pending(self, limit: int) -> tuple[Pending, ...]:
        with self._catalogue.reading() as unit:
            return unit.outbox.pending(limit)

    def _still_waits(self, batch: Batch) -> bool:
        with self._catalogue.reading() as unit:
            return unit.outbox.waiting([*batch.revisions, *batch.vanished]) > 0

    def _bring_in(self, batch: Batch) -> None:
        refused = [*batch.refused, *self._engine.put(batch.documents)]
        if batch.vanished:
            self._engine.delete(batch.vanished)
            self._expunging.note(batch.vanished)
        self._engine.commit()
        self._settle(batch, refused)
        self._learned([*batch.revisions, *batch.vanished])
        self._status = replace(
            self._status, indexed=self._status.indexed + len(batch.revisions) - len(refused), last_at=now()
        )

    def _settle(self, batch: Batch, refused: list[Refusal]) -> None:
        """Only after the engine's commit: a row that goes before its document is in would be lost by a kill."""
        reasons = {refusal.id: refusal.reason for refusal in refused}
        for record_id, reason in reasons.items():
            LOG.warning("record %s is set aside: %s", record_id, reason)
        learned = [Pending(key, revision) for key, revision in batch.revisions.items() if key not in reasons]
        learned += [Pending(key, _ANY_REVISION) for key in batch.vanished]
        aside = [(Pending(key, batch.revisions[key]), reason) for key, reason in reasons.items()]
        with self._catalogue.writing() as unit:
            unit.outbox.done(learned)
            unit.outbox.set_aside(aside)
            unit.commit()

    def _failed(self, error: Exception) -> float:
        """Notes the failure; seconds to wait."""
        failures = self._status.failures + 1
        if isinstance(error, Unavailable):
            LOG.warning("the indexer waits: %s", error)
        else:
            LOG.exception("the indexer failed and will try again")
        self._status = replace(self._status, trouble=str(error) or type(error).__name__, failures=failures)
        longest = min(LONGEST_WAIT_SECONDS, SHORTEST_WAIT_SECONDS * 2.0 ** min(failures - 1, 10))
        # Jitter: several indexers must not all come back in the same moment.
        return longest * random.uniform(0.5, 1.0)  # noqa: S311

    def _succeeded(self) -> None:
        if self._status.failures:
            LOG.info("the indexer is at work again")
            self._status = replace(self._status, trouble=None, failures=0)


def _go_on(stop: threading.Event) -> None:
    if stop.is_set():
        raise Unavailable


_ANY_REVISION = 2**31 - 1
_ALL = 1_000_000
