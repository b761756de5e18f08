"""The inside of a reading process, and the narrow language in which it answers.

Run as `python -m ingest.sandboxed READ_FD WRITE_FD MEMORY_MB PARENT_PID` by ingest/sandbox.py only.
The answer is a pickle that the parent opens with `outcome_from`, which makes nothing but plain values and our
own values and errors: bytes from outside that take over a reading process cannot go further by its answer.
"""

from __future__ import annotations

import ctypes
import enum
import importlib
import io
import logging
import os
import pickle
import resource
import signal
import sys
import traceback
from dataclasses import dataclass, is_dataclass
from multiprocessing.connection import Connection
from typing import Any

from kernel import errors

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
MAX_FILE_BYTES = 4 * 1024**3  # what a reading process may write into one temp file
PRELOADED = ("ingest.recognising", "ingest.reading.dispatch")
OUR_PACKAGES = ("kernel.", "mappings.", "ingest.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call: `result`, or `error`; `trace` is for the log."""

    result: Any
    error: errors.TangthuError | None
    trace: str


class _Narrow(pickle.Unpickler):
    """Makes our frozen values, enums and errors; refuses every other class and function."""

    def find_class(self, module_name: str, name: str) -> Any:
        if (module_name, name) == ("builtins", "getattr"):
            return _member  # Python 3.11 writes a member of an enum as getattr(its class, its name)
        if module_name.startswith(OUR_PACKAGES) and "." not in name:
            found = getattr(sys.modules.get(module_name) or importlib.import_module(module_name), name, None)
            if _is_value(found):
                return found
        raise pickle.UnpicklingError(f"{module_name}.{name} may not come out of a reading process")


def _member(kind: object, name: object) -> enum.Enum:
    if isinstance(kind, type) and issubclass(kind, enum.Enum) and isinstance(name, str):
        return kind[name]
    raise pickle.UnpicklingError("only members of enums may come out of a reading process")


def _is_value(found: object) -> bool:
    if found is errors._rebuild:
        return True
    return isinstance(found, type) and (
        is_dataclass(found) or issubclass(found, errors.TangthuError) or issubclass(found, enum.Enum)
    )


def outcome_from(untrusted_answer: bytes) -> Outcome:
    """The outcome in an answer; ReaderDied as its error if the answer is not one that we write."""
    try:
        result, error, trace = _Narrow(io.BytesIO(untrusted_answer)).load()
    except Exception as failure:  # a hostile pickle may raise anything at all
        return Outcome(None, errors.ReaderDied(), f"answer not understood: {failure!r}")
    if error is not None and not isinstance(error, errors.TangthuError):
        return Outcome(None, errors.ReaderDied(), "answer not understood: not an error of ours")
    return Outcome(result, error, str(trace))


def _die_with(parent: int) -> None:
    """The kernel kills this process when its owner is gone, however that went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before we could ask
        os._exit(1)


def _limit(memory_mb: int) -> None:
    """Address space: what the libraries have mapped by now and `memory_mb` more; no core dumps."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, MAX_FILE_BYTES))
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - read before anything is loaded
            mapped = int(statm.read().split()[0]) * resource.getpagesize()
        total = mapped + memory_mb * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (total, total))


def _limit_processor(seconds: float) -> None:
    """Processor time for one more call; the OCR engine inherits it. The parent's clock comes first."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 5
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _answer(request: bytes) -> bytes:
    try:
        function, arguments, seconds = pickle.loads(request)  # noqa: S301 - written by our parent
        _limit_processor(seconds)
        return pickle.dumps((function(*arguments), None, ""))
    except errors.TangthuError as error:
        return pickle.dumps((None, error, ""))
    except MemoryError:
        return pickle.dumps((None, errors.ReaderDied(), "memory limit"))
    except Exception:  # a library fell over hostile bytes: the page is unreadable, the process goes on
        return pickle.dumps((None, errors.PageUnreadable(), traceback.format_exc()[-4000:]))


def main(read_from: int, write_to: int, memory_mb: int, parent: int) -> None:
    """Answers requests until the parent closes the pipe."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.ERROR)  # parsers have much to say about hostile files
    for module in PRELOADED:
        importlib.import_module(module)
    _limit(memory_mb)
    inbox, outbox = Connection(read_from, writable=False), Connection(write_to, readable=False)
    outbox.send_bytes(pickle.dumps((None, None, "")))
    while True:
        try:
            request = inbox.recv_bytes()
        except EOFError:
            return
        outbox.send_bytes(_answer(request))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:5]))
