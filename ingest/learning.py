"""What the office has taught, at hand while records are described."""

from __future__ import annotations

import time
from collections.abc import Mapping

from archive.catalogue import Catalogue
from ingest.describing.heeding import heed
from ingest.sheets import sheets_of
from mappings.lessons import NOTHING, Lessons
from mappings.record import DescribedField, Page, Record

_FRESH_SECONDS = 5.0
_REST = 20  # times as long as asking took: at most a twentieth of the time is spent on it


class Learning:
    """Corrects what was read by what was confirmed up to some seconds ago. For one thread."""

    def __init__(self, catalogue: Catalogue, fresh_seconds: float = _FRESH_SECONDS) -> None:
        self._catalogue = catalogue
        self._fresh_seconds = fresh_seconds
        self._lessons: Lessons = NOTHING
        self._ask_at = 0.0

    def corrected(
        self, fields: Mapping[str, DescribedField], record: Record, pages: Mapping[int, Page]
    ) -> dict[str, DescribedField]:
        """The fields after what was taught, and the number of sheets. Unavailable if the catalogue is away.

        `pages`: those that the record was described from, by number.
        """
        began = time.monotonic()
        if fields and began >= self._ask_at:
            with self._catalogue.reading() as unit:
                self._lessons = unit.taught.lessons()
            ended = time.monotonic()
            self._ask_at = ended + max(self._fresh_seconds, _REST * (ended - began)) if self._fresh_seconds else 0.0
        sheets = sheets_of(record, pages) if fields else None
        return heed(fields, self._lessons) | ({sheets.name: sheets} if sheets else {})
