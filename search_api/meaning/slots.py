"""Vectors in two files of slots, mapped into memory by whoever asks and changed in place by the one who writes.

Slot n is 64 bytes in `slots` (`SLOT`) and `dimension` bytes in `vectors`: the vector's numbers from -127 to 127, scaled
by its greatest, since a cosine does not depend on its length. A slot whose accession number is 0 is free. The vector is
written before the slot, and the slot has the CRC-32 of both, so that one torn by a kill is known and dropped. What goes
is overwritten by zeros: of a purged record nothing stays. Asking costs one pass over all vectors, which is exact, so
that filters cannot make it miss anything; what it takes and what was tried instead: docs/decisions/0042.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_api.meaning.protocol import Vector, Vectored

SLOT = np.dtype([("sequence", "<i8"), ("revision", "<i8"), ("length", "<f4"), ("id", "S40"), ("crc", "<u4")])
"""`length` is that of the vector as it is held; 0: the record has no text. `crc`: of all before it and the vector."""

_BEFORE_CRC = SLOT.itemsize - 4
_CHUNK = 2048
Slots = NDArray[np.void]


def encoded(vector: Vector | None, dimension: int) -> tuple[bytes, float]:
    """A vector as it is held, and its length so."""
    if vector is None or not (greatest := float(np.abs(vector).max())):
        return bytes(dimension), 0.0
    codes = np.rint(vector / greatest * 127).astype(np.int8)
    return codes.tobytes(), float(np.linalg.norm(codes.astype(np.float32)))


def slot_of(row: Vectored, codes: bytes, length: float) -> bytes:
    """A record's slot. ValueError for an id that is too long to be one of ours."""
    name = row.id.encode("ascii")
    if not 0 < len(name) <= SLOT["id"].itemsize or row.sequence <= 0:
        raise ValueError(f"no id of a record: {row.id!r}")
    slot = np.zeros((), SLOT)
    slot["sequence"], slot["revision"], slot["length"], slot["id"] = row.sequence, row.revision, length, name
    bare = slot.tobytes()[:_BEFORE_CRC]
    return bare + zlib.crc32(codes, zlib.crc32(bare)).to_bytes(4, "little")


class Mapped:
    """Both files as they were when they were opened; changes in place show."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self.stamp = stamp_of(folder)
        slots, vectors = folder / "slots", folder / "vectors"
        count = min(slots.stat().st_size // SLOT.itemsize, vectors.stat().st_size // dimension)
        self.slots: Slots = np.memmap(slots, SLOT, "r", shape=(count,)) if count else np.zeros(0, SLOT)
        self.codes: NDArray[np.int8] = (
            np.memmap(vectors, np.int8, "r", shape=(count, dimension)) if count else np.zeros((0, dimension), np.int8)
        )

    def unsound(self) -> list[int]:
        """Slots that are not as they were written, and each second one of the same record."""
        names = np.array(self.slots["id"])
        first = np.zeros(len(names), dtype=bool)
        first[np.unique(names, return_index=True)[1]] = True
        slots, codes = memoryview(self.slots.tobytes()), self.codes
        size = SLOT.itemsize
        return [
            int(at)
            for at in np.flatnonzero(self.slots["sequence"] != 0)
            if not first[at] or not _is_sound(slots[at * size : (at + 1) * size], codes[at])
        ]

    def nearest(self, vector: Vector, limit: int, among: NDArray[np.int64] | None) -> list[tuple[int, float]]:
        """(slot, cosine) of the nearest, the nearest first, later accessions first among equals."""
        sequences = np.array(self.slots["sequence"])
        lengths = np.array(self.slots["length"])
        wanted = (sequences > 0) & (lengths > 0)
        if among is not None:
            wanted &= np.isin(sequences, among)
        rows = np.flatnonzero(wanted)
        cosines = self._products(vector, rows if among is not None else None)
        cosines = (cosines if among is not None else cosines[rows]) / lengths[rows]
        if limit < len(rows):
            # Whatever ties with the last one is looked at too: which of them stays is told by the accession alone.
            least = np.partition(cosines, len(cosines) - limit)[len(cosines) - limit]
            kept = np.flatnonzero(cosines >= least)
            rows, cosines = rows[kept], cosines[kept]
        order = np.lexsort((-sequences[rows], -cosines))[:limit]
        return [(int(rows[at]), float(cosines[at])) for at in order]

    def _products(self, vector: Vector, rows: NDArray[np.int64] | None) -> NDArray[np.float32]:
        """With all vectors, or with those of some slots. By chunks that stay in the processor's cache."""
        count = len(self.codes) if rows is None else len(rows)
        products = np.empty(count, np.float32)
        for start in range(0, count, _CHUNK):
            part = slice(start, start + _CHUNK)
            codes = self.codes[part] if rows is None else self.codes[rows[part]]
            products[part] = codes.astype(np.float32) @ vector
        return products


def _is_sound(slot: memoryview, codes: NDArray[np.int8]) -> bool:
    found = zlib.crc32(codes.tobytes(), zlib.crc32(slot[:_BEFORE_CRC]))
    return found == int.from_bytes(slot[_BEFORE_CRC:], "little")


def stamp_of(folder: Path) -> tuple[int, ...]:
    """Changes when a file has grown or is another one. FileNotFoundError before there is any."""
    statuses = [(folder / name).stat() for name in ("slots", "vectors")]
    return tuple(number for one in statuses for number in (one.st_ino, one.st_size))


class Writing:
    """Both files, open for changes."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._dimension = dimension
        self._files = [os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for name in _NAMES]
        sizes = (SLOT.itemsize, dimension)
        ends = [os.fstat(file).st_size // size for file, size in zip(self._files, sizes, strict=True)]
        self.count = min(ends)
        for file, size in zip(self._files, sizes, strict=True):
            # A tail that a kill has left torn.
            os.ftruncate(file, self.count * size)

    def write(self, at: int, slot: bytes, codes: bytes) -> None:
        """The vector first: a slot without its own vector would be believed."""
        _write_all(self._files[1], codes, at * self._dimension)
        _write_all(self._files[0], slot, at * SLOT.itemsize)
        self.count = max(self.count, at + 1)

    def clear(self, at: int) -> None:
        """Frees a slot; its numbers are gone. The slot first: nobody shall find it any more."""
        _write_all(self._files[0], bytes(SLOT.itemsize), at * SLOT.itemsize)
        _write_all(self._files[1], bytes(self._dimension), at * self._dimension)

    def sync(self) -> None:
        """Makes it durable."""
        for file in self._files:
            os.fsync(file)

    def close(self) -> None:
        """Lets go of the files."""
        for file in self._files:
            os.close(file)
        self._files = []


_NAMES = ("slots", "vectors")


def _write_all(file: int, content: bytes, offset: int) -> None:
    view = memoryview(content)
    while view:
        written = os.pwrite(file, view, offset)
        view, offset = view[written:], offset + written
