"""Pictures of pages, drawn when first asked for and kept on disk to be shown again.

A page that is slow to draw must not take the whole house with it: few may wait for a drawing at once, and one that
could not be drawn is not tried again for some minutes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kernel.errors import PageUnreadable
from kernel.ids import new_id
from mappings.record import Record
from search_api.kept_files import KeptFiles
from search_api.waiting import WaitingRoom

LOG = logging.getLogger(__name__)

WIDTHS = (160, 320, 640, 960, 1280, 1600, 2000, 2400)
"""Widths in pixels at which pages are drawn; another width asked for is given the next greater one of these."""

MOST_WAITING = 8
"""Requests that wait while one is drawn for: each holds one of the server's threads (40)."""

REMEMBERED_SECONDS = 300.0
"""For so long a page that could not be drawn is not tried again at the same width."""

_MOST_REMEMBERED = 1000
_MOST_BYTES = 2 << 30
_PRUNE_EACH = 200
_LOCKS = 64
_JPEG_BEGINS, _JPEG_ENDS = b"\xff\xd8", b"\xff\xd9"


class PageImages(Protocol):
    """Draws pages. Errors: NotFound if the page has no image, PageUnreadable if it cannot be drawn, Unavailable."""

    def image(self, record: Record, number: int, width: int) -> bytes:
        """Page `number` as a person sees the original, `width` pixels wide: a JPEG."""


class KeptPageImages:
    """As `PageImages`, keeping what was drawn in a folder; when room runs out, those drawn longest ago go."""

    def __init__(
        self,
        source: PageImages,
        folder: Path,
        most_bytes: int = _MOST_BYTES,
        clock: Callable[[], float] = time.monotonic,
        still: Callable[[Record], bool] = lambda _record: True,
    ) -> None:
        """`still`: whether a record is in the archive; what was drawn while it was purged is not kept."""
        self._source = source
        self._folder = folder
        self._files = KeptFiles(folder)
        self._most_bytes = most_bytes
        self._failures = _Failures(clock)
        self._still = still
        self._waiting = WaitingRoom(MOST_WAITING)
        self._locks = tuple(threading.Lock() for _ in range(_LOCKS))
        self._drawn = 0

    def image(self, record: Record, number: int, width: int) -> bytes:
        """As `PageImages.image`, at one of `WIDTHS`; the same picture asked for twice at once is drawn once.

        Busy if too many wait already.
        """
        drawn_width = next((one for one in WIDTHS if one >= width), WIDTHS[-1])
        # By digest: the bytes of an original never change, so neither does its picture.
        path = self._folder / record.digest[:2] / f"{record.digest}-{number}-{drawn_width}"
        kept = _kept(path)
        if kept is not None:
            return kept
        self._failures.raise_known(path)
        with self._waiting.place(), self._locks[hash(path) % _LOCKS]:
            kept = _kept(path)
            return self._draw(path, record, number, drawn_width) if kept is None else kept

    def _draw(self, path: Path, record: Record, number: int, width: int) -> bytes:
        self._failures.raise_known(path)
        try:
            drawn = self._source.image(record, number, width)
        except PageUnreadable as error:
            self._failures.remember(path, error)
            raise
        try:
            self._keep(path, drawn)
        except OSError as error:  # the disk is full, or the part was pruned: it is shown all the same
            LOG.warning("the picture of a page could not be kept: %s", error)
        # Asked after it is kept: a purge that is committed later removes it itself.
        if not self._still(record):
            self.remove(record.digest)
        return drawn

    def _keep(self, path: Path, drawn: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f"{path.name}.{new_id()}.part")  # a purge finds by the digest what a kill has left
        part.write_bytes(drawn)
        part.replace(path)
        self._drawn += 1
        if self._drawn % _PRUNE_EACH == 0:
            self.prune()

    def remove(self, digest: str) -> None:
        """Removes all pictures of an original that is purged."""
        self._files.remove(digest)

    def prune(self) -> None:
        """Removes the pictures drawn longest ago until the rest take three quarters of the room."""
        self._files.prune(self._most_bytes)


class _Failures:
    """What could not be drawn, each for `REMEMBERED_SECONDS`. Safe over threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[Path, tuple[float, PageUnreadable]] = {}

    def raise_known(self, path: Path) -> None:
        """Raises as the last try did, if that was not long ago."""
        with self._lock:
            until, error = self._known.get(path, (0.0, None))
            if error is not None and until <= self._clock():
                del self._known[path]
                return
        if error is not None:
            # A new one each: what is raised gathers the traceback of its thread.
            raise type(error)(**error.values) from None

    def remember(self, path: Path, error: PageUnreadable) -> None:
        """This one is not to be tried again soon."""
        with self._lock:
            self._known.pop(path, None)
            while len(self._known) >= _MOST_REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[path] = (self._clock() + REMEMBERED_SECONDS, error)


def _kept(path: Path) -> bytes | None:
    """The kept picture; None without one, or if it is not whole: its bytes may be lost in a power cut, its name not."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    return content if content.startswith(_JPEG_BEGINS) and content.endswith(_JPEG_ENDS) else None
