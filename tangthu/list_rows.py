"""Lists of questions, read where all bytes from outside are parsed: in the sandbox."""

from __future__ import annotations

import tempfile
from concurrent.futures import CancelledError
from pathlib import Path

from ingest.handing import HandedFile
from ingest.reading.rows import read_rows
from ingest.sandbox import ReadingPool
from kernel.errors import Unavailable
from search_api.waiting import WaitingRoom

_SECONDS = 30.0
MOST_WAITING = 3
"""Lists that wait while one is read: a hostile one takes its whole time, and each that waits holds a thread."""


class SandboxedRows:
    """Implements `search_api.lists.questions.RowReader` by a reading process."""

    def __init__(self, pool: ReadingPool, work: Path) -> None:
        self._pool = pool
        self._work = work
        self._waiting = WaitingRoom(MOST_WAITING)

    def rows(self, untrusted_file: bytes, most: int) -> tuple[tuple[str, ...], ...]:
        """As `RowReader.rows`. Busy if too many wait already."""
        with self._waiting.place(), tempfile.NamedTemporaryFile(dir=self._work, prefix="list-") as stream:
            stream.write(untrusted_file)
            stream.flush()
            read = self._pool.submit(read_rows, HandedFile(stream.name), most, seconds=_SECONDS)
            try:
                return read.result()
            except CancelledError as error:
                raise Unavailable from error
