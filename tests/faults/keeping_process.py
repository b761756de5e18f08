"""A process that backs up, puts back or rebuilds, forked from one that has loaded everything already."""

from __future__ import annotations

import logging
import multiprocessing
import sqlite3
import sys
import threading
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from archive.backup import back_up
from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.originals import FolderOriginals
from archive.rebuilding import rebuild_catalogue
from archive.restoring import restore
from kernel.errors import TangthuError

PRELOADED = (back_up, restore, rebuild_catalogue)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with the archive, its backup, and where it is put back."""

    root: Path

    @property
    def archive(self) -> Layout:
        return Layout(self.root / "data")

    @property
    def backup(self) -> Path:
        return self.root / "backup"

    @property
    def restored(self) -> Layout:
        return Layout(self.root / "restored")


def keep(what: str, place: Place) -> None:
    """`backup`, `restore` or `rebuild`, in this thread."""
    if what == "backup":
        with closing(Catalogue.sqlite(place.archive.catalogue)) as catalogue:
            back_up(catalogue, FolderOriginals(place.archive.originals), place.archive, place.backup)
    elif what == "restore":
        target = place.restored

        def originals() -> FolderOriginals:
            return FolderOriginals(target.originals)

        def opened() -> closing[Catalogue]:
            return closing(Catalogue.sqlite(target.catalogue))

        restore(place.backup, target, originals, opened)
    else:
        with closing(Catalogue.sqlite(place.archive.catalogue)) as catalogue:
            rebuild_catalogue(catalogue, FolderOriginals(place.archive.originals), place.archive)


def _work(what: str, root: Path, control: Connection) -> None:
    logging.disable(logging.CRITICAL)
    control.send(threading.get_native_id())
    control.recv()
    try:
        keep(what, Place(root))
    except (OSError, sqlite3.Error, TangthuError) as error:  # what the command tells in a sentence
        control.send(f"{type(error).__name__}: {error}")
        sys.exit(1)
    control.send("done")


class Keeping:
    """A started process, which waits for `go`."""

    def __init__(self, what: str, root: Path) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        self.control, inner = context.Pipe()
        self._process = context.Process(target=_work, args=(what, root, inner))
        self._process.start()
        inner.close()
        self.thread: int = self.control.recv()

    def go(self) -> None:
        self.control.send(None)

    def end(self, seconds: float = 60) -> tuple[int, str]:
        """The exit code (negative: killed by that signal) and what it said. AssertionError if it hangs."""
        self._process.join(seconds)
        code = self._process.exitcode
        if code is None:
            self._process.kill()
            self._process.join()
        said = ""
        try:
            while self.control.poll():
                said = str(self.control.recv())
        except EOFError:
            pass
        self.control.close()
        self._process.close()
        assert code is not None, "the process hangs"
        return code, said
