"""The inside of a reading process, and the narrow language in which it answers.

Run as `python -m ingest.sandboxed READ_FD WRITE_FD CHANNEL_FD MEMORY_MB PARENT_PID` by ingest/sandbox.py only.
The answer is JSON that the parent opens with `outcome_from`, which makes nothing but plain values and our own frozen
values and errors: bytes from outside that take over a reading process cannot go further by its answer.
"""

from __future__ import annotations

import base64
import ctypes
import enum
import importlib
import json
import logging
import math
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from ingest import handing, messages
from kernel import errors

_NOWHERE, _ERRORS = 1, 2  # our standard output, which leads nowhere, and that for errors
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
MAX_FILE_BYTES = 4 * 1024**3  # what a reading process may write into one temp file
_LIBRARIES_GROW_BYTES = 32 * 1024**2  # of what is mapped already, loaded as it is used
_MAX_REQUEST_BYTES = 1024**3  # from our parent, who is trusted
PRELOADED = ("ingest.recognising", "ingest.reading.dispatch")
MAX_ANSWER_BYTES = 64 * 1024**2  # the largest picture of a page, full of noise, takes 40 million before its coding
MAX_ESCAPED_BYTES = 24 * 1024**2  # with one letter of an upper plane a text takes four bytes a letter in our memory
MAX_ANSWER_VALUES = 2_000_000  # a word takes 41 of them
_TRACE_LETTERS = 4000
_BEGIN_VALUES = b"[{,:"  # before each value but the first; a value takes up to 70 bytes in our memory
_CLOCK_COMES_FIRST_SECONDS = 5  # the parent's, which can say what happened
_LOADER_PATH = "LD_LIBRARY_PATH"
OUR_PACKAGES = ("kernel.", "mappings.", "ingest.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call: `result`, or `error`; `trace` is for the log."""

    result: Any
    error: errors.TangthuError | None
    trace: str


def outcome_from(untrusted_answer: bytes) -> Outcome:
    """The outcome in an answer; ReaderDied as its error if the answer is not one that we write."""
    try:
        if not _fits(untrusted_answer):
            return Outcome(None, errors.ReaderDied(), "answer not understood: too long")
        result, error, trace = _opened(json.loads(untrusted_answer.decode("ascii")))
    except Exception as failure:  # hostile bytes may be anything at all
        return Outcome(None, errors.ReaderDied(), f"answer not understood: {type(failure).__name__}")
    if error is not None and not isinstance(error, errors.TangthuError):
        return Outcome(None, errors.ReaderDied(), "answer not understood: not an error of ours")
    return Outcome(result, error, _for_log(trace))


def answer_of(result: object, error: errors.TangthuError | None = None, trace: str = "") -> bytes:
    """An outcome as the bytes that `outcome_from` opens. TypeError for what has no form in them."""
    return json.dumps(_plain((result, error, trace))).encode()


def _fits(answer: bytes) -> bool:
    """Whether it can be opened in little memory: `[],[],[]…` takes twenty times its own size."""
    values = sum(answer.count(mark) for mark in _BEGIN_VALUES)
    most_bytes = MAX_ESCAPED_BYTES if b"\\" in answer else MAX_ANSWER_BYTES
    return len(answer) <= most_bytes and values <= MAX_ANSWER_VALUES


def _for_log(untrusted_trace: object) -> str:
    """A trace cut, each of its lines set apart from those of our log, and without what a terminal obeys."""
    lines = str(untrusted_trace)[-_TRACE_LETTERS:].split("\n") if isinstance(untrusted_trace, str) else []
    return "\n  | ".join("".join(one if one.isprintable() else repr(one)[1:-1] for one in line) for line in lines)


def _plain(value: Any) -> Any:
    """A value as JSON: numbers and texts as they are, everything else as a list that begins with what it is."""
    form: Any
    if isinstance(value, enum.Enum):
        form = ["member", *_name_of(type(value)), value.name]
    elif value is None or isinstance(value, (bool, int, float, str)):
        form = value
    elif isinstance(value, bytes):
        form = ["bytes", base64.b64encode(value).decode()]
    elif type(value) in (tuple, list):
        form = [type(value).__name__, *map(_plain, value)]
    elif isinstance(value, dict):
        form = ["dict", *([_plain(key), _plain(one)] for key, one in value.items())]
    elif isinstance(value, errors.TangthuError):
        form = ["made", *_name_of(type(value)), _plain(value.values)]
    elif _is_value(type(value)):
        form = ["made", *_name_of(type(value)), _plain({one.name: getattr(value, one.name) for one in fields(value)})]
    else:
        raise TypeError(f"{type(value)} may not come out of a reading process")
    return form


def _opened(untrusted: Any) -> Any:
    """The value in its plain form. Any error at all for a form that `_plain` does not write."""
    if not isinstance(untrusted, list):
        return untrusted
    kind, *rest = untrusted
    return _OPENERS[kind](*rest)


def _opened_dict(*untrusted_pairs: list[Any]) -> dict[Any, Any]:
    return {_opened(key): _opened(value) for key, value in untrusted_pairs}


def _opened_made(module_name: str, name: str, untrusted_values: Any) -> Any:
    return _kind(module_name, name, _is_value)(**_opened(untrusted_values))


def _opened_member(module_name: str, name: str, member: str) -> Any:
    return _kind(module_name, name, _is_enum)[member]


_OPENERS: Mapping[str, Callable[..., Any]] = {
    "bytes": lambda coded: base64.b64decode(coded, validate=True),
    "tuple": lambda *ones: tuple(map(_opened, ones)),
    "list": lambda *ones: list(map(_opened, ones)),
    "dict": _opened_dict,
    "made": _opened_made,
    "member": _opened_member,
}


def _name_of(kind: type) -> tuple[str, str]:
    return kind.__module__, kind.__qualname__


def _kind(module_name: str, name: str, allowed: Callable[[object], bool]) -> Any:
    """One of our own classes, by its name."""
    if not module_name.startswith(OUR_PACKAGES):
        raise TypeError(f"{module_name} is not ours")
    found = vars(sys.modules.get(module_name) or importlib.import_module(module_name))[name]
    if not allowed(found) or _name_of(found) != (module_name, name):
        raise TypeError(f"{module_name}.{name} may not come out of a reading process")
    return found


def _is_value(found: object) -> bool:
    """Whether it is one of our frozen values or errors: made of its parts, and doing nothing when made."""
    if not isinstance(found, type):
        return False
    frozen = is_dataclass(found) and found.__dataclass_params__.frozen  # type: ignore[attr-defined]
    return frozen or issubclass(found, errors.TangthuError)


def _is_enum(found: object) -> bool:
    return isinstance(found, type) and issubclass(found, enum.Enum)


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
            return answer if _fits(answer) else answer_of(None, errors.PageUnreadable(), "the answer is too long")
    except errors.TangthuError as error:
        return answer_of(None, error)
    except MemoryError:
        return answer_of(None, errors.ReaderDied(), "memory limit")
    except Exception:  # a library fell over hostile bytes: the page is unreadable, the process goes on
        return answer_of(None, errors.PageUnreadable(), traceback.format_exc()[-_TRACE_LETTERS:])


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
