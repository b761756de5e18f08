"""The inside of a reading process.

Run as `python -m ingest.sandboxed READ_FD WRITE_FD CHANNEL_FD MEMORY_MB PARENT_PID` by ingest/sandbox.py only.
"""

from __future__ import annotations

import ctypes
import importlib
import logging
import math
import os
import resource
import signal
import socket
import sys
import traceback

from ingest import handing, messages
from ingest.answers import TRACE_LETTERS, answer_of, fits
from kernel import errors

_NOWHERE, _ERRORS = 1, 2  # our standard output, which leads nowhere, and that for errors
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
MAX_FILE_BYTES = 4 * 1024**3  # what a reading process may write into one temp file
_LIBRARIES_GROW_BYTES = 32 * 1024**2  # of what is mapped already, loaded as it is used
_MAX_REQUEST_BYTES = 1024**3  # from our parent, who is trusted
PRELOADED = ("ingest.recognising", "ingest.reading.dispatch")
_CLOCK_COMES_FIRST_SECONDS = 5  # the parent's, which can say what happened
_LOADER_PATH = "LD_LIBRARY_PATH"


def _die_with(parent: int) -> None:
    """The kernel kills this process when its owner is gone, however that went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent and os.getppid() != parent:  # it went before we could ask
        os._exit(1)


def _limit(memory_mb: int) -> None:
    """Address space: as much more as makes `memory_mb` of memory with what the libraries hold by now; no core dumps."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, MAX_FILE_BYTES))
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - read before anything is loaded
            mapped, held = (int(pages) * resource.getpagesize() for pages in statm.read().split()[:2])
        total = mapped + memory_mb * 1024 * 1024 - held - _LIBRARIES_GROW_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (total, total))


def limit_processor(seconds: float) -> None:
    """Processor time for the rest of one call; the OCR engine inherits it. The kernel ends who goes over."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _answer(request: bytes, channel: socket.socket) -> bytes:
    try:
        with handing.received(channel, request[0]) as paths:
            function, arguments, seconds = handing.unpacked(request[1:], paths)  # written by our parent
            limit_processor(seconds + _CLOCK_COMES_FIRST_SECONDS)
            answer = answer_of(function(*arguments))
            return answer if fits(answer) else answer_of(None, errors.PageUnreadable(), "the answer is too long")
    except errors.TangthuError as error:
        return answer_of(None, error)
    except MemoryError:
        return answer_of(None, errors.ReaderDied(), "memory limit")
    except Exception:  # a library fell over hostile bytes: the page is unreadable, the process goes on
        return answer_of(None, errors.PageUnreadable(), traceback.format_exc()[-TRACE_LETTERS:])


def _load() -> None:
    """Loads the parsers. One of them sends the loader of our programs through folders that it has no business in."""
    before = os.environ.get(_LOADER_PATH)
    for module in PRELOADED:
        importlib.import_module(module)
    if before is None:
        os.environ.pop(_LOADER_PATH, None)
    else:
        os.environ[_LOADER_PATH] = before


def main(read_from: int, write_to: int, channel_fd: int, memory_mb: int, parent: int) -> None:
    """Answers requests until the parent closes the pipe. `parent`: 0 where it cannot be seen from in here."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.ERROR)  # parsers have much to say about hostile files
    _load()
    _limit(memory_mb)
    channel = socket.socket(fileno=channel_fd)
    for descriptor in (read_from, write_to, channel_fd):
        os.set_inheritable(descriptor, False)  # not for the OCR engine
    os.dup2(_NOWHERE, _ERRORS)  # it told of its start; from here on it meets bytes from outside
    messages.send(write_to, answer_of(None))
    while True:
        try:
            request = messages.receive(read_from, _MAX_REQUEST_BYTES)
        except EOFError:
            return
        messages.send(write_to, _answer(request, channel))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:6]))
