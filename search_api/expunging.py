"""Takes what was purged out of the index for good.

An engine that is told to delete a document only hides it: its words stay in the files until they are merged, which may
never happen. So a purge leaves a mark beside the index, and when the indexer has time, the index is built anew
(`search_api.rebuild`) while the old one answers.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.places import files_below
from kernel.durable import write_file
from kernel.ids import new_id
from kernel.locks import exclusive
from search_api.begun import purge_mark
from search_api.engines.protocol import SearchEngine
from search_api.rebuild import rebuild

LOG = logging.getLogger(__name__)

_REST = 19  # times as long as the last rebuild took: a twentieth of the time at the most
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 60.0, 6 * 3600.0
_ROOM = 2  # times the index: a second one, and what merging its parts takes


class Expunging:
    """Of one indexer. The mark outlives kills; any number of processes may share it."""

    def __init__(self, catalogue: Catalogue, engine: SearchEngine, index_lock: Path) -> None:
        self._catalogue = catalogue
        self._engine = engine
        self._lock = index_lock
        self._mark = purge_mark(index_lock)
        self._not_before = 0.0
        self._failures = 0

    def note(self, vanished: Sequence[str]) -> None:
        """Marks the index if any of these were purged. Under the index lock, before the outbox forgets them."""
        with self._catalogue.reading() as unit:
            purged = unit.bin.tombstones(vanished)
        if purged:
            write_file(self._mark, new_id().encode("ascii"))

    def is_due(self) -> bool:
        """Whether the index is marked, the last rebuild is long enough ago, and there is room for another."""
        if time.monotonic() < self._not_before or not self._mark.exists():
            return False
        if self._has_room():
            return True
        LOG.warning("the index still holds words of purged records: there is no room to build it anew")
        self._put_off()
        return False

    def expunge(self, meanwhile: Callable[[], None]) -> None:
        """Builds the index anew, calling `meanwhile` again and again; a purge that comes in between marks it again.

        One that fails, as whatever made it says, is tried again later and later: it costs as much as one that does not.
        """
        began = time.monotonic()
        try:
            self._build_anew(meanwhile)
        except BaseException:
            self._put_off()
            raise
        else:
            self._failures = 0
        finally:
            self._not_before = max(self._not_before, time.monotonic() + _REST * (time.monotonic() - began))

    def _build_anew(self, meanwhile: Callable[[], None]) -> None:
        mark = self._mark.read_bytes()
        LOG.info("the index is built anew: it still holds words of purged records")
        rebuild(self._catalogue, self._engine, self._lock, lambda _done, _total: meanwhile())
        with exclusive(self._lock):
            if self._mark.read_bytes() == mark:
                self._mark.unlink()

    def _put_off(self) -> None:
        wait = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2.0 ** min(self._failures, 10))
        self._failures += 1
        self._not_before = time.monotonic() + wait

    def _has_room(self) -> bool:
        """Whether the disk has it. An index that lies elsewhere takes none here."""
        size = sum(_size(path) for path in files_below(Layout(self._lock.parent).index))
        return shutil.disk_usage(self._lock.parent).free >= _ROOM * size


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # merged away meanwhile
        return 0
