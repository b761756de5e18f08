"""How far a long work has come, told while it goes on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called now and then with what is done by now and what there is in all, in pieces of the work."""


def silent(_done: int, _total: int) -> None:
    """Tells nobody."""


class Told:
    """Tells a log now and then how far a work has come that nobody watches."""

    def __init__(self, log: logging.Logger, work: str, seconds: float = 30.0) -> None:
        self._log = log
        self._work = work
        self._seconds = seconds
        self._next = time.monotonic() + seconds

    def tell(self, done: int, total: int) -> None:
        """A line, if the last one is long enough ago."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._seconds
            self._log.info("%s: %d of %d", self._work, done, total)
