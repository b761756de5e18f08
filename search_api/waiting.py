"""Room for a few requests to wait in, so that what takes long never holds all threads of the server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kernel.errors import Busy


class WaitingRoom:
    """Of work that is done one at a time: one is at it, `most_waiting` wait. Safe over threads."""

    def __init__(self, most_waiting: int) -> None:
        self._places = threading.BoundedSemaphore(1 + most_waiting)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for as long as the block runs. Busy at once if there is none."""
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            yield
        finally:
            self._places.release()
