"""How many requests somebody may send: counted in memory, so for each process of the house by itself."""

from __future__ import annotations

import threading
import time

from kernel.people_errors import TooManyTries
from search_api.people.signing import SignedIn

_MINUTE = 60.0
_MOST_KNOWN = 10_000
PIECES = 10
"""So many times as many requests may be pieces of uploads: these are held by what the disk and the line can take."""


class Pace:
    """Counts by person and by key, a minute at a time. Safe over threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: dict[str, int] = {}

    def check(self, signed_in: SignedIn, most: int, *, pieces: bool = False) -> None:
        """TooManyTries if it is more than `most` in this minute; 0: any number. `pieces`: counted apart."""
        if not most:
            return
        who, minute = signed_in.key.id if signed_in.key else signed_in.person.id, int(time.monotonic() // _MINUTE)
        if pieces:
            who, most = f"{who} pieces", most * PIECES
        with self._lock:
            if minute != self._minute or len(self._counts) > _MOST_KNOWN:
                self._minute, self._counts = minute, {}
            self._counts[who] = self._counts.get(who, 0) + 1
            if self._counts[who] > most:
                raise TooManyTries(minutes=1)
