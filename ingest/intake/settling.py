"""When a file in the drop is whole: it has not changed for a while, by our own observation.

The clock of a network share differs from ours, and clocks are set: so a file's times are only ever
compared with what they were at an earlier look, and the time between looks is taken from a clock
that nobody can set. What is passed over (`is_passed_over`) is counted and named in the intake's status.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_PASSED_NAMES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})
_PASSED_FOLDERS = frozenset({"@eadir", "#recycle", "$recycle.bin", "system volume information", "lost+found"})
_PASSED_STARTS = (".", "~$", "~wr", "__tmp")
_PASSED_ENDS = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".filepart", ".opdownload", ".swp")
# Some scanners and copiers make the file first and fill it at the end: an empty one waits longer.
_EMPTY_FACTOR = 5


class Fingerprint(NamedTuple):
    """What changes when a file is written to or replaced: bytes, nanoseconds, inode."""

    size: int
    modified_ns: int
    inode: int


def fingerprint(status: os.stat_result) -> Fingerprint:
    """The fingerprint in a stat result."""
    return Fingerprint(status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass(slots=True)
class Survey:
    """One look through the drop. Paths are relative to it, with `/`, as the file system has them."""

    files: dict[str, Fingerprint] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)
    failures: list[OSError] = field(default_factory=list)


def is_passed_over(name: str) -> bool:
    """Whether a file of this name is a hidden or temporary one of a scanner, a share or a browser."""
    lower = name.lower()
    return lower.startswith(_PASSED_STARTS) or lower.endswith(_PASSED_ENDS) or lower in _PASSED_NAMES


def survey(incoming: Path) -> Survey:
    """All files below a folder. Links are not followed; folders that cannot be read are told in `failures`."""
    found = Survey()
    folders = [""]
    while folders:
        prefix = folders.pop()
        try:
            with os.scandir(incoming / prefix) as entries:
                for entry in entries:
                    _look_at(entry, f"{prefix}{entry.name}", folders, found)
        except (FileNotFoundError, NotADirectoryError) as error:
            if not prefix:  # the drop itself is away; a subfolder may go at any time
                found.failures.append(error)
        except OSError as error:
            found.failures.append(error)
    return found


def _look_at(entry: os.DirEntry[str], relative: str, folders: list[str], found: Survey) -> None:
    try:
        if entry.is_dir(follow_symlinks=False):
            if entry.name.startswith(".") or entry.name.lower() in _PASSED_FOLDERS:
                found.passed_over.append(f"{relative}/")
            else:
                folders.append(f"{relative}/")
        elif is_passed_over(entry.name) or not entry.is_file(follow_symlinks=False):
            found.passed_over.append(relative)
        else:
            found.files[relative] = fingerprint(entry.stat(follow_symlinks=False))
    except FileNotFoundError:
        return
    except OSError as error:
        found.failures.append(error)


class Settling:
    """Remembers since when each file is as it is now. Not for several threads at once."""

    def __init__(self, settle_seconds: float, monotonic: Callable[[], float]) -> None:
        """`monotonic`: seconds on a clock that only goes forward."""
        self._settle_seconds = settle_seconds
        self._monotonic = monotonic
        self._since: dict[str, tuple[Fingerprint, float]] = {}
        self._next_due: float | None = None

    def settled(self, files: dict[str, Fingerprint]) -> list[tuple[str, Fingerprint]]:
        """Which of all files now in the drop have settled, longest-unchanged first. Absent ones are forgotten."""
        moment = self._monotonic()
        former = self._since
        self._since = {}
        settled: list[tuple[float, str, Fingerprint]] = []
        self._next_due = None
        for relative, now_seen in files.items():
            before = former.get(relative)
            since = before[1] if before and before[0] == now_seen else moment
            self._since[relative] = (now_seen, since)
            due = since + self._needed(now_seen)
            if due <= moment:
                settled.append((since, relative, now_seen))
            elif self._next_due is None or due < self._next_due:
                self._next_due = due
        settled.sort(key=lambda entry: entry[:2])
        return [(relative, seen) for _, relative, seen in settled]

    def seconds_to_next(self) -> float | None:
        """How long until the next file can have settled; None if none is waiting."""
        return None if self._next_due is None else max(0.0, self._next_due - self._monotonic())

    def _needed(self, seen: Fingerprint) -> float:
        return self._settle_seconds * (1 if seen.size else _EMPTY_FACTOR)


def is_still(path: Path, seen: Fingerprint) -> bool:
    """Whether a settled file is a plain file, is as it was seen, and nobody is known to write to it."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and fingerprint(status) == seen and not has_writer(path)


def has_writer(path: Path) -> bool:
    """Whether a process on this machine has the file open for writing; False where that cannot be seen.

    Linux grants a read lease only on a file that nobody has open for writing (fcntl(2), F_SETLEASE).
    It is let go at once. Meanwhile a writer that opens the file waits and we are sent a signal:
    SIGURG, which is ignored by default, and not SIGIO, which would end us.
    """
    if sys.platform != "linux":
        return False
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(descriptor)
    return False
