"""How files from outside are handed to a reading process: by open descriptors, over a Unix socket.

A call names the files that it is to read by `HandedFile`. Where the process is shut in, it gets their descriptors
and nothing else: it cannot see the folder that they lie in, nor any other original. Else it gets their paths.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import io
import operator
import os
import pickle
import shutil
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from ingest.answers import is_row
from ingest.confining import read_only_view

MOST_FILES = 200  # the kernel passes at most 253 in one message
_GONE = "/proc/self/fd/gone"


class HandedFile(str):
    """The path of a file that a reading process may read."""

    __slots__ = ()


class _Request(pickle.Pickler):
    """Writes each HandedFile as its number, and keeps their paths; our values by their parts, which is quicker."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self._numbers: dict[str, int] = {}

    def reducer_override(self, told: Any) -> Any:
        kind: type = type(told)
        if kind is HandedFile:
            return _handed, (self._numbers.setdefault(str(told), len(self._numbers)),)
        parts = _parts(kind)
        return (kind, parts(told)) if parts else NotImplemented

    @property
    def paths(self) -> list[str]:
        """The paths by their numbers."""
        return list(self._numbers)


@functools.cache
def _parts(kind: type) -> Callable[[object], tuple[Any, ...]] | None:
    """What takes a value of ours apart; None for values of other kinds."""
    if not is_row(kind):
        return None
    names = [one.name for one in fields(kind)]
    return operator.attrgetter(*names) if len(names) > 1 else lambda told: tuple(getattr(told, name) for name in names)


def _handed(number: int) -> str:
    """Stands in a request for a file; read as its path by `_Handed`."""
    raise AssertionError(number)


class _Handed(pickle.Unpickler):
    """Reads what `_Request` wrote, each file under its path."""

    def __init__(self, request: bytes, paths: Sequence[str]) -> None:
        super().__init__(io.BytesIO(request))
        self._paths = paths

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == (__name__, _handed.__name__):
            return self._paths.__getitem__
        return super().find_class(module, name)


def packed(call: object) -> tuple[bytes, list[str]]:
    """The call as bytes, and the paths of its files by number. At most MOST_FILES, else ValueError."""
    stream = io.BytesIO()
    request = _Request(stream)
    request.dump(call)
    paths = request.paths
    if len(paths) > MOST_FILES:
        raise ValueError("too many files in one call")
    return stream.getvalue(), paths


@contextmanager
def opened(paths: Sequence[str]) -> Iterator[list[int | OSError]]:
    """Descriptors for the reading process, or why we cannot open that file just now. Closed at the end."""
    with contextlib.ExitStack() as stack:
        yield [_opened(path, stack) for path in paths]


def _opened(path: str, stack: contextlib.ExitStack) -> int | OSError:
    try:
        descriptor = read_only_view().open(path)
        stack.callback(os.close, descriptor)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return OSError(errno.EINVAL, "not a plain file")
        if os.geteuid() == 0 and status.st_uid != 0 and not status.st_mode & stat.S_IROTH:
            return _copied(descriptor, stack)
    except OSError as error:
        return error
    return descriptor


def _copied(descriptor: int, stack: contextlib.ExitStack) -> int:
    """Root reads the files of others, a process without root's rights does not: it gets a copy, without a name."""
    copy = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - closed with the stack
    with os.fdopen(os.dup(descriptor), "rb") as reader:
        shutil.copyfileobj(reader, copy, 1 << 20)
    copy.flush()
    return copy.fileno()


def hand(channel: socket.socket, descriptors: Sequence[int | OSError]) -> None:
    """Sends the descriptors of one call. OSError if the other end is gone."""
    if descriptors:
        there = bytes(isinstance(descriptor, int) for descriptor in descriptors)
        socket.send_fds(channel, [there], [descriptor for descriptor in descriptors if isinstance(descriptor, int)])


def unpacked(request: bytes, paths: Sequence[str]) -> Any:
    """The call, with its files under `paths`; None: nothing was handed, the paths are in the request as they are."""
    return _Handed(request, paths).load()


@contextmanager
def received(channel: socket.socket, count: int) -> Iterator[list[str]]:
    """The paths under which the files of one call can be read, for as long as it lasts. In the reading process.

    The same paths are used again for the next files: who keeps something of a file asks for its `identity`.
    """
    if not count:
        yield []
        return
    there, descriptors, _, _ = socket.recv_fds(channel, MOST_FILES, MOST_FILES)
    left = iter(descriptors)
    try:
        yield [f"/proc/self/fd/{next(left)}" if one else _GONE for one in there]
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def identity(path: str) -> tuple[int, ...]:
    """Which file lies under a path just now: device, inode, time of change, size. No other file has the same."""
    status = os.stat(path)  # noqa: PTH116 - a path of any bytes
    return status.st_dev, status.st_ino, status.st_ctime_ns, status.st_size
