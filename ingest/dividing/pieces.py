"""Files that come out of a reading process piece by piece."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from archive.originals import Originals
from ingest.dividing import Piece
from kernel.errors import DigestMismatch, ReaderDied, TooLarge


def write_pieces(ask: Callable[[int], object], stream: BinaryIO, most_bytes: int) -> tuple[str, int]:
    """Writes the whole to `stream`; its SHA-256 and size. `ask`: for the piece from an offset on.

    Raises TooLarge, and ReaderDied if what comes is no piece, or not what was said of the whole.
    """
    digest = hashlib.sha256()
    first = piece = _checked(ask(0))
    if first.size > most_bytes:
        raise TooLarge(megabytes=most_bytes >> 20)
    while piece.content:
        stream.write(piece.content)
        digest.update(piece.content)
        if stream.tell() >= first.size:
            break
        piece = _checked(ask(stream.tell()))
    if stream.tell() != first.size or digest.hexdigest() != first.digest:
        raise ReaderDied
    return first.digest, first.size


def _checked(untrusted: object) -> Piece:
    if not isinstance(untrusted, Piece) or not isinstance(untrusted.content, bytes) or type(untrusted.size) is not int:
        raise ReaderDied
    return untrusted


def store_as(originals: Originals, path: Path, digest: str) -> None:
    """Stores a file of these bytes. DigestMismatch if it has others by now."""
    if originals.store(path).digest != digest:
        raise DigestMismatch(digest=digest)
