"""Files that come out of a reading process piece by piece."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO

from ingest.dividing import Piece
from kernel.errors import ReaderDied


def write_pieces(ask: Callable[[int], object], stream: BinaryIO) -> int:
    """Writes the whole to `stream`; its size. `ask`: for the piece from an offset on.

    Raises ReaderDied if what comes is no piece, or not what was said of the whole.
    """
    digest = hashlib.sha256()
    first = piece = _checked(ask(0))
    while piece.content:
        stream.write(piece.content)
        digest.update(piece.content)
        if stream.tell() >= first.size:
            break
        piece = _checked(ask(stream.tell()))
    if stream.tell() != first.size or digest.hexdigest() != first.digest:
        raise ReaderDied
    return first.size


def _checked(untrusted: object) -> Piece:
    if not isinstance(untrusted, Piece) or not isinstance(untrusted.content, bytes):
        raise ReaderDied
    return untrusted
