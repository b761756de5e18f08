"""Hints that something came, so that it is looked for sooner. The rescan is the truth; this may miss anything."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

LOG = logging.getLogger(__name__)

# Not: deletions (our own claims are such) and openings (our own looks are such).
_TELLING = (DirCreatedEvent, DirMovedEvent, FileClosedEvent, FileCreatedEvent, FileModifiedEvent, FileMovedEvent)


class _Hints(FileSystemEventHandler):
    def __init__(self, hint: Callable[[], None]) -> None:
        self._hint = hint

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Whatever it is: look sooner."""
        if isinstance(event, _TELLING):
            self._hint()


class Watcher:
    """Watches folders and all below them; calls `hint` from a thread of its own, often and for nothing too."""

    def __init__(self, folders: Sequence[Path], hint: Callable[[], None]) -> None:
        """The folders must be there. Where they cannot be watched, `reason` says why and no hints come."""
        self.reason: str | None = None
        self._observer = Observer()
        try:
            for folder in folders:
                self._observer.schedule(_Hints(hint), str(folder), recursive=True)
            self._observer.start()
        except OSError as error:
            # The kernel's watches or instances are used up (inotify(7)), or the share has none.
            self.reason = str(error)
            LOG.warning("the drop cannot be watched and is only looked through now and then: %s", error)
            self._stop()

    @property
    def watching(self) -> bool:
        """Whether hints can come."""
        return self._observer.is_alive() and all(emitter.is_alive() for emitter in self._observer.emitters)

    def close(self) -> None:
        """No more hints."""
        self._stop()

    def _stop(self) -> None:
        self._observer.unschedule_all()
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join()
