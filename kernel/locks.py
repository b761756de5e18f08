"""Who is alive, told by the operating system: a lock that dies with its process.

A lease with an end time would have to trust clocks; a lock on a file is let go by the kernel at
the moment its process ends, however it ends. Every file here is empty and may be deleted when no
process of the archive runs.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kernel.ids import new_id


def _try_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _create_locked(path: Path) -> int:
    """Makes and locks a file. One who looked between the two took it for a dead one's and removed it: then again."""
    while True:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if path.exists() and path.stat().st_ino == os.fstat(descriptor).st_ino:
            return descriptor
        os.close(descriptor)


class Owner:
    """A process as the owner of work. Its claims are free for others once it is gone."""

    def __init__(self, folder: Path) -> None:
        """Locks a new file in `folder`; the owner lives until `close` or the end of the process."""
        folder.mkdir(parents=True, exist_ok=True)
        self.id = new_id()
        self._folder = folder
        self._path = folder / f"{self.id}.lock"
        self._descriptor = _create_locked(self._path)

    def alive(self) -> frozenset[str]:
        """Ids of all owners that live now, this one among them; files of the dead are removed."""
        found = {self.id}
        for path in self._folder.glob("*.lock"):
            if path.stem != self.id and is_held(path):
                found.add(path.stem)
        return frozenset(found)

    def close(self) -> None:
        """Ends the ownership."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


def is_held(path: Path) -> bool:
    """Whether a living process holds this lock file. The file of a dead one is removed."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        if not _try_lock(descriptor):
            return True
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(descriptor)


def create_held(path: Path) -> BinaryIO:
    """Makes a file (FileExistsError if it is there) that is held until it is closed, so that nobody sweeps it away."""
    while True:
        stream = path.open("xb")
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX)
        if os.fstat(stream.fileno()).st_nlink:
            return stream
        stream.close()  # somebody took it for a dead one's between the two


def is_abandoned(path: Path) -> bool:
    """Whether a file is there that nobody holds."""
    return _if_abandoned(path, lambda: None)


def remove_abandoned(path: Path) -> bool:
    """Removes a file that nobody holds; whether it did."""
    return _if_abandoned(path, lambda: path.unlink(missing_ok=True))


def _if_abandoned(path: Path, then: Callable[[], None]) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        abandoned = _try_lock(descriptor)
        if abandoned:
            then()
        return abandoned
    except OSError:  # a file system that cannot tell: it stays
        return False
    finally:
        os.close(descriptor)


@contextmanager
def exclusive_if_free(path: Path) -> Iterator[bool]:
    """As `exclusive`, but does not wait: whether the lock was free, and is held, while the block runs."""
    with _if_free(path, fcntl.LOCK_EX) as free:
        yield free


@contextmanager
def shared_if_free(path: Path) -> Iterator[bool]:
    """Whether nobody holds the lock for itself alone; while the block runs nobody can. Any number share it."""
    with _if_free(path, fcntl.LOCK_SH) as free:
        yield free


@contextmanager
def _if_free(path: Path, kind: int) -> Iterator[bool]:
    with _opened(path) as descriptor:
        yield _try_lock(descriptor, kind)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Holds the lock of this name while the block runs; waits for others to end theirs."""
    with _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """The file of a lock, made if it is not there. Closing it lets the lock go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def others_alive(folder: Path) -> bool:
    """Whether any owner lives there; asked by a process that owns nothing itself."""
    return any(is_held(path) for path in folder.glob("*.lock"))
