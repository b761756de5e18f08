"""What the archive does for itself while it runs: puts down the head of the chain of events each day, removes what a
purge could not remove at once, and reads every original again, slowly, the one first that was read longest ago.

With `days` (90 by default) an original is due after a third of them, and as many are read in a minute that all would
be in an eighth of them (at least four): so each is read in time even where the machine runs only in office hours,
a quarter of the week. The thread has the lowest priority, which the kernel's disk scheduler follows too.
"""

from __future__ import annotations

import logging
import math
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from archive.catalogue import Catalogue
from archive.chain_heads import write_head
from archive.disposing import BytePlaces, remove_bytes
from archive.fixity import Checked, Outcome
from archive.fixity_check import check, record_checks, summarise
from archive.head_mail import HeadMail
from archive.originals import Originals
from kernel.clock import now
from kernel.locks import exclusive_if_free

LOG = logging.getLogger(__name__)

_LOWEST_PRIORITY = 19
_TURN_SECONDS = 60.0
_LEAST_A_TURN = 4
_DUE_SHARE, _SPEED = 3, 8
_SUMMARY_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UpkeepOptions:
    """`heads`: folder of the chain's heads. `days`: each original is read again within so many; 0: never.

    `lock`: held by the one process that reads originals again. `turn_seconds`: between two looks at what is due.
    `mail`: sends each new head away; None: nobody does. `places`: where bytes of purged records are removed from, if a
    disk or the storage failed when they were purged; None: that is left to others.
    """

    heads: Path
    lock: Path
    days: int = 90
    turn_seconds: float = _TURN_SECONDS
    mail: HeadMail | None = None
    places: BytePlaces | None = None


class Upkeep:
    """One archive's upkeep; `run` in a thread of its own."""

    def __init__(self, catalogue: Catalogue, originals: Originals, options: UpkeepOptions) -> None:
        self._catalogue = catalogue
        self._originals = originals
        self._options = options

    def run(self, stop: threading.Event) -> None:
        """Goes on until `stop`, whatever happens on the way."""
        _yield_to_others()
        while not stop.is_set():
            self._turn(stop)
            stop.wait(self._options.turn_seconds)

    def _turn(self, stop: threading.Event) -> None:
        """Each of its works by itself: a folder of heads that takes none must not keep originals from being read."""
        for work in (self._write_head, self._mail_head, self._remove_purged, partial(self._read_if_free, stop)):
            try:
                work()
            except Exception:  # the next turn tries again
                LOG.exception("the upkeep was interrupted")

    def _write_head(self) -> None:
        write_head(self._catalogue, self._options.heads)

    def _mail_head(self) -> None:
        if self._options.mail is not None:
            self._options.mail.send_newest(self._options.heads)

    def _remove_purged(self) -> None:
        if self._options.places:
            remove_bytes(self._catalogue, *self._options.places)

    def _read_if_free(self, stop: threading.Event) -> None:
        if self._options.days:
            with exclusive_if_free(self._options.lock) as free:
                if free:
                    self._read_again(stop)

    def _read_again(self, stop: threading.Event) -> None:
        due = self._due()
        checks: list[Checked] = []
        try:
            for digest in due:
                checks.append(check(self._originals, digest))
                if checks[-1].outcome is not Outcome.INTACT:
                    self._record(checks)
                    checks = []
                if stop.wait(self._options.turn_seconds / len(due) / 2):
                    break
        finally:
            self._record(checks)
        self._summarise()

    def _due(self) -> tuple[str, ...]:
        days = self._options.days
        with self._catalogue.reading() as unit:
            turns = days * 86_400 / self._options.turn_seconds / _SPEED
            limit = max(_LEAST_A_TURN, math.ceil(unit.fixity.count() / turns))
            return unit.fixity.due(now() - timedelta(days=days / _DUE_SHARE), limit)

    def _record(self, checks: Sequence[Checked]) -> None:
        if not checks:
            return
        for one in self._catalogue.write(partial(record_checks, checks=tuple(checks))):
            LOG.error("original %s is %s", one.digest, one.outcome.value)

    def _summarise(self) -> None:
        with self._catalogue.reading() as unit:
            last = unit.fixity.last_summary()
        if last is None or now() - last >= _SUMMARY_EVERY:
            self._catalogue.write(summarise)


def _yield_to_others() -> None:
    """The lowest priority for this thread alone, for the processor and, by the same number, for the disk."""
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWEST_PRIORITY)
    except OSError as error:
        LOG.warning("the upkeep runs at normal priority: %s", error)
