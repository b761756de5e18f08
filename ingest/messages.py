"""Messages through a pipe: their length, then their bytes, with one deadline for the whole of a message.

Bytes from outside may have taken over who is at the other end: he may stop after any byte, or not read at all.
Descriptors that are to keep a deadline while sending must not block.
"""

from __future__ import annotations

import math
import os
import select
import struct
import time

NEVER = math.inf
"""No deadline; else deadlines are moments of `time.monotonic`."""

_LENGTH = struct.Struct("!I")
_PIECE_BYTES = 1 << 16


def send(descriptor: int, message: bytes, deadline: float = NEVER) -> None:
    """Sends a message. TimeoutError, or another OSError where nobody can read it any more."""
    left = memoryview(_LENGTH.pack(len(message)) + message)
    while left:
        _wait(descriptor, select.POLLOUT, deadline)
        left = left[os.write(descriptor, left) :]


def receive(descriptor: int, most_bytes: int, deadline: float = NEVER) -> bytes:
    """The next message. TimeoutError; EOFError where nobody can send it any more; OSError if it is longer."""
    (length,) = _LENGTH.unpack(_read(descriptor, _LENGTH.size, deadline))
    if length > most_bytes:
        raise OSError("the message is too long")
    return _read(descriptor, length, deadline)


def await_end(descriptor: int, deadline: float) -> None:
    """Returns once nobody can send any more. What still comes is thrown away. TimeoutError."""
    while _piece(descriptor, _PIECE_BYTES, deadline):
        if time.monotonic() > deadline:
            raise TimeoutError


def _read(descriptor: int, count: int, deadline: float) -> bytes:
    read = bytearray()
    while len(read) < count:
        piece = _piece(descriptor, min(_PIECE_BYTES, count - len(read)), deadline)
        if not piece:
            raise EOFError
        read += piece
    return bytes(read)


def _piece(descriptor: int, most_bytes: int, deadline: float) -> bytes:
    _wait(descriptor, select.POLLIN, deadline)
    return os.read(descriptor, most_bytes)


def _wait(descriptor: int, what: int, deadline: float) -> None:
    """Until it can be done. What can be done at once is, however late: the delay may be our own."""
    waiting = select.poll()
    waiting.register(descriptor, what)
    milliseconds = None if deadline == NEVER else max(0.0, deadline - time.monotonic()) * 1000
    if not waiting.poll(milliseconds):
        raise TimeoutError
