"""Pictures of pages for the page and the API, drawn where all bytes from outside are parsed: in the sandbox."""

from __future__ import annotations

from concurrent.futures import CancelledError

from archive.originals import Originals
from ingest.handing import HandedFile
from ingest.reading import ReadingOptions, draw_page
from ingest.sandbox import ReadingPool
from kernel.errors import Unavailable
from mappings.record import Record

DRAWING_SECONDS = 15.0
"""Somebody waits before the screen, and others behind: reading a page may take much longer."""


class SandboxedPageImages:
    """Implements `search_api.page_images.PageImages` by a reading process."""

    def __init__(self, pool: ReadingPool, originals: Originals, options: ReadingOptions) -> None:
        self._pool = pool
        self._originals = originals
        self._options = options
        self._seconds = min(DRAWING_SECONDS, options.page_seconds)

    def image(self, record: Record, number: int, width: int) -> bytes:
        """A JPEG of the page. Errors: NotFound, PageUnreadable (PageTimedOut after 15 s), Unavailable when closed."""
        with self._originals.local(record.digest) as path:
            drawn = self._pool.submit(
                draw_page, HandedFile(path), record.media_type, number, width, self._options, seconds=self._seconds
            )
            try:
                return drawn.result()
            except CancelledError as error:
                raise Unavailable from error
