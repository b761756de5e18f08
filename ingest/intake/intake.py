"""The intake loop: looks through the drop and the spool, and takes what is whole. It never ends by itself."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from archive.spool import Spool
from ingest.intake.claiming import Claim, DropClaims, SpoolClaims
from ingest.intake.naming import displayable
from ingest.intake.settling import Fingerprint, Settling, is_still, survey
from ingest.intake.taking import Taken, Taker
from ingest.intake.trouble import Backoff, Trouble, trouble_of
from ingest.intake.watching import Watcher
from kernel.clock import now

LOG = logging.getLogger(__name__)

BATCH = 64
_MOST_HELD = 4 * BATCH
# Seconds. A burst of events makes one look, and looking never takes most of our time.
_SHORTEST_PAUSE = 0.1
_LOOK_SHARE = 4
_FAILURES_IN_A_ROW = 3
# A claim that failed in company so often is tried by itself from then on.
_TRIES_TOGETHER = 2
# While all fails, so few are claimed to see whether it works again.
_PROBE = 32
_NAMES_SHOWN = 20
_SLOW_SECONDS = 0.5

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A claimed file that could not be taken so far: its name as shown, how often it was tried, why not."""

    name: str
    tries: int
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class IntakeStatus:
    """How intake stands. Counts are since the start of this process.

    `waiting`: files seen that have not settled or are held open; `held`: claimed files that could
    not be taken yet and are tried again, `held_files` the first 20 of them; `passed_over`: names of
    hidden and temporary files, the first 20; `watching`: whether events give hints, else
    `watching_reason` says why only rescans find files; `looks`: complete looks through drop and spool.
    """

    archived: int = 0
    duplicates: int = 0
    rejected: int = 0
    waiting: int = 0
    held: int = 0
    held_files: tuple[HeldFile, ...] = ()
    passed_over: tuple[str, ...] = ()
    passed_over_count: int = 0
    watching: bool = False
    watching_reason: str | None = None
    looks: int = 0
    looked_at: datetime | None = None
    trouble: Trouble | None = None

    @property
    def left(self) -> int:
        """Files that were there at the last look and are still to be taken."""
        return self.waiting + self.held


@dataclass(slots=True)
class _Held:
    """A claim that waits for another try. `trouble`: why the last one failed."""

    claim: Claim
    not_before: float
    backoff: Backoff = field(default_factory=Backoff)
    trouble: Trouble | None = None

    @property
    def alone(self) -> bool:
        """Whether it is tried by itself from now on: it is itself at fault, for all that is known."""
        return self.backoff.tries >= _TRIES_TOGETHER


@dataclass(frozen=True, slots=True)
class Doors:
    """Where files come from. `incoming`, `drop_claims` and `spool` as told in `claiming` and `archive.spool`."""

    incoming: Path
    drop_claims: DropClaims
    spool: Spool
    spool_claims: SpoolClaims


class Intake:
    """Takes files from the doors into the archive. `run` in one thread; `nudge` and `status` from any."""

    def __init__(
        self,
        doors: Doors,
        taker: Taker,
        settle_seconds: float,
        rescan_seconds: float,
        *,
        taken: Callable[[], None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`taken` is called after each batch that made records. `monotonic`: seconds, only forward."""
        self._doors = doors
        self._taker = taker
        self._settling = Settling(settle_seconds, monotonic)
        self._rescan_seconds = rescan_seconds
        self._taken = taken
        self._monotonic = monotonic
        self._held: dict[str, _Held] = {}
        self._backoff = Backoff()
        self._hint = threading.Event()
        self._stopping = threading.Event()
        self._status = IntakeStatus()
        self._watcher: Watcher | None = None
        self._failed = self._troubled = False
        self._outage = False
        self._survey_seconds = 0.0

    @property
    def status(self) -> IntakeStatus:
        """How it stands now."""
        watcher = self._watcher
        watching = watcher is not None and watcher.watching
        reason = watcher.reason if watcher else None
        return replace(self._status, watching=watching, watching_reason=reason, held_files=self._held_files())

    def _held_files(self) -> tuple[HeldFile, ...]:
        # A copy: asked from another thread. Those tried most often first.
        tried = [(held.backoff.tries, held) for held in self._held.copy().values() if held.trouble]
        tried.sort(key=lambda one: -one[0])
        return tuple(
            HeldFile(displayable(held.claim.relative), tries, held.trouble)
            for tries, held in tried[:_NAMES_SHOWN]
            if held.trouble
        )

    def nudge(self) -> None:
        """Something may have come: look soon."""
        self._hint.set()

    def stop(self) -> None:
        """Ends `run` after the batch in hand."""
        self._stopping.set()
        self._hint.set()

    def run(self) -> None:
        """Looks and takes until `stop`."""
        try:
            while not self._stopping.is_set():
                self._watch()
                self._hint.clear()
                self.look()
                self._pause()
        finally:
            if self._watcher:
                self._watcher.close()

    def _watch(self) -> None:
        """Begins to watch. A folder that is away keeps nobody from looking, and is watched once it is back."""
        if self._watcher:
            return
        try:
            self._doors.incoming.mkdir(parents=True, exist_ok=True)
            self._watcher = Watcher([self._doors.incoming, self._doors.spool.folder], self.nudge)
        except Exception as error:  # the look that follows tells it
            LOG.warning("the drop cannot be watched yet: %s", error)

    def look(self) -> None:
        """One look through everything, taking what can be taken. Troubles are told in `status`, never raised."""
        self._failed = self._troubled = False
        try:
            self._doors.incoming.mkdir(parents=True, exist_ok=True)
            self._adopt()
            self._retry()
            self._take_spooled()
            waiting = self._take_dropped()
        except Exception as error:  # the loop must go on whatever one look met
            LOG.warning("a look through the drop failed", exc_info=error)
            self._tell(error)
            waiting = self._status.waiting
        if not self._failed:
            self._backoff.reset()
        trouble = self._status.trouble if self._troubled or self._held else None
        looks = self._status.looks + 1
        self._status = replace(self._status, waiting=waiting, looks=looks, looked_at=now(), trouble=trouble)

    def _adopt(self) -> None:
        for claims in (self._doors.drop_claims, self._doors.spool_claims):
            for claim in claims.adopt():
                self._hold(claim, Backoff(), 0.0)

    def _retry(self) -> None:
        moment = self._monotonic()
        due = [held for held in self._held.values() if held.not_before <= moment]
        # Together at first; one by one once they have failed together, so that one cannot hold up the others.
        for batch in _batches(held.claim for held in due if not held.alone):
            if not self._goes_on(batch):
                return
        self._retry_singly([held for held in due if held.alone])

    def _retry_singly(self, due: Sequence[_Held]) -> None:
        failures = 0
        for held in due:
            if self._stopping.is_set():
                return
            self._take([held.claim])
            failures = failures + 1 if held.claim.delivery_id in self._held else 0
            if failures == _FAILURES_IN_A_ROW:
                # Each at fault, or all is: new files will show it. Those not tried come first next time.
                return

    def _take_spooled(self) -> None:
        for batch in _batches(self._spooled()):
            if not self._goes_on(batch):
                return

    def _spooled(self) -> Iterator[Claim]:
        for spooled in self._doors.spool.whole():
            yield from self._doors.spool_claims.take(spooled.path.parent)

    def _take_dropped(self) -> int:
        """Takes what has settled; returns how many files stay in the drop, unsettled or held open."""
        began = self._monotonic()
        found = survey(self._doors.incoming)
        self._survey_seconds = self._monotonic() - began
        for error in found.failures:
            self._tell(error, of_all=False)
        shown = tuple(displayable(name) for name in sorted(found.passed_over)[:_NAMES_SHOWN])
        self._status = replace(self._status, passed_over=shown, passed_over_count=len(found.passed_over))
        left = len(found.files)
        settled = self._settling.settled(found.files)
        taken = 0
        while taken < len(settled) and self._goes_on_taking():
            batch = settled[taken : taken + (_PROBE if self._outage else BATCH)]
            taken += len(batch)
            left -= self._take_settled(batch)
            self._take_spooled()  # an upload need not wait for a whole folder
        return left

    def _goes_on_taking(self) -> bool:
        # Files that are held for a fault of their own, however many, keep no others from being taken.
        together = sum(not held.alone for held in self._held.values())
        return not (self._stopping.is_set() or self._failed or together >= _MOST_HELD)

    def _take_settled(self, settled: Sequence[tuple[str, Fingerprint]]) -> int:
        incoming = self._doors.incoming
        still = [relative for relative, seen in settled if is_still(incoming / relative, seen)]
        claims, failures = self._doors.drop_claims.take(incoming, still)
        for error in failures:
            self._tell(error, of_all=False)
        if claims:
            self._take(claims)
            self._outage = self._failed
        changed = sum((incoming / relative).exists() for relative, _ in settled) if len(still) < len(settled) else 0
        return len(settled) - max(changed, len(failures))

    def _goes_on(self, batch: Sequence[Claim]) -> bool:
        self._take(batch)
        return not self._failed and not self._stopping.is_set()

    def _take(self, claims: Sequence[Claim]) -> None:
        try:
            taken = self._taker.take(claims)
        except Exception as error:  # all stay claimed and are tried again
            LOG.warning("a batch could not be taken", exc_info=error)
            taken = Taken(kept=[(replace(claim, fresh=False), error) for claim in claims])
        self._book(claims, taken)

    def _book(self, claims: Sequence[Claim], taken: Taken) -> None:
        former = {claim.delivery_id: self._held.pop(claim.delivery_id, None) for claim in claims}
        for claim, error in taken.kept:
            held = former[claim.delivery_id]
            backoff = held.backoff if held else Backoff()
            self._hold(claim, backoff, backoff.next(), trouble_of(error))
            self._tell(error, of_all=len(taken.kept) == len(claims) > 1)
        for claim in taken.slow:
            self._hold(claim, Backoff(), _SLOW_SECONDS)
        for claim in taken.anew:
            self._hold(claim, Backoff(), self._rescan_seconds)
        self._status = replace(
            self._status,
            archived=self._status.archived + taken.archived,
            duplicates=self._status.duplicates + taken.duplicates,
            rejected=self._status.rejected + taken.rejected,
            held=len(self._held),
        )
        if taken.archived:
            self._taken()

    def _hold(self, claim: Claim, backoff: Backoff, seconds: float, trouble: Trouble | None = None) -> None:
        self._held[claim.delivery_id] = _Held(claim, self._monotonic() + seconds, backoff, trouble)
        self._status = replace(self._status, held=len(self._held))

    def _tell(self, error: BaseException, *, of_all: bool = True) -> None:
        """Remembers a trouble for `status`; `of_all`: it is not that of one file, so this look had better end."""
        self._status = replace(self._status, trouble=trouble_of(error))
        self._troubled = True
        self._failed = self._failed or of_all

    def _pause(self) -> None:
        """Waits for a hint, the next file to settle, the next retry or the rescan, whichever is first."""
        shortest = max(_SHORTEST_PAUSE, _LOOK_SHARE * self._survey_seconds)
        if self._failed:
            shortest = max(shortest, self._backoff.next())
        if self._stopping.wait(shortest):
            return
        moment = self._monotonic()
        waits = [self._rescan_seconds - shortest, *(held.not_before - moment for held in self._held.values())]
        next_settled = self._settling.seconds_to_next()
        if next_settled is not None:
            waits.append(next_settled)
        self._hint.wait(max(0.0, min(waits)))


def _batches(things: Iterable[_T]) -> Iterator[list[_T]]:
    iterator = iter(things)
    while batch := list(islice(iterator, BATCH)):
        yield batch
