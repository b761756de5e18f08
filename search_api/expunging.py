"""Takes what was purged out of the index for good.

An engine that is told to delete a document only hides it: its words stay in the files until they are merged, which may
never happen. So a purge leaves a mark beside the index, and when the indexer has time, the index is built anew
(`search_api.rebuild`) while the old one answers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from archive.catalogue import Catalogue
from kernel.durable import write_file
from kernel.ids import new_id
from kernel.locks import exclusive
from search_api.engines.protocol import SearchEngine
from search_api.rebuild import rebuild

LOG = logging.getLogger(__name__)

_REST = 19  # times as long as the last rebuild took: a twentieth of the time at the most


class Expunging:
    """Of one indexer. The mark outlives kills; any number of processes may share it."""

    def __init__(self, catalogue: Catalogue, engine: SearchEngine, index_lock: Path) -> None:
        self._catalogue = catalogue
        self._engine = engine
        self._lock = index_lock
        self._mark = index_lock.with_name("index.purged")
        self._not_before = 0.0

    def note(self, vanished: Sequence[str]) -> None:
        """Marks the index if any of these were purged. Under the index lock, before the outbox forgets them."""
        with self._catalogue.reading() as unit:
            purged = unit.bin.tombstones(vanished)
        if purged:
            write_file(self._mark, new_id().encode("ascii"))

    def is_due(self) -> bool:
        """Whether the index is marked, and the last rebuild is long enough ago."""
        return time.monotonic() >= self._not_before and self._mark.exists()

    def expunge(self, meanwhile: Callable[[], None]) -> None:
        """Builds the index anew, calling `meanwhile` again and again; a purge that comes in between marks it again."""
        began = time.monotonic()
        mark = self._mark.read_bytes()
        LOG.info("the index is built anew: it still holds words of purged records")
        rebuild(self._catalogue, self._engine, self._lock, lambda _done, _total: meanwhile())
        with exclusive(self._lock):
            if self._mark.read_bytes() == mark:
                self._mark.unlink()
        self._not_before = time.monotonic() + _REST * (time.monotonic() - began)
