"""Compound files ([MS-CFB]): the streams of an OLE file by their path. Nothing is followed twice."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from kernel.errors import DamagedFile, TruncatedFile

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA  # what lies above are marks: end of chain, free, …
_NO_ENTRY = 0xFFFFFFFF
_ENTRY_BYTES = 128
_MOST_ENTRIES = 100_000
_DEEPEST = 32
_HEADER_PLACES = 109
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class CompoundFile:
    """An OLE file held in memory. All methods raise TruncatedFile (a sector is missing) and DamagedFile."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            self._open()
        except struct.error as error:
            raise TruncatedFile from error

    def _open(self) -> None:
        if not self._content.startswith(MAGIC):
            raise DamagedFile
        shift, mini_shift = struct.unpack_from("<HH", self._content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise DamagedFile
        self._sector, self._mini_sector = 1 << shift, 1 << mini_shift
        (first,) = struct.unpack_from("<I", self._content, 48)
        self._cutoff, mini, _, more, _ = struct.unpack_from("<5I", self._content, 56)
        self._next = self._table(more)
        self._entries = self._directory(self._chain(first))
        self._mini_next = _numbers(self._chain(mini)) if mini <= _LAST_SECTOR else []
        root = self._entries[0]
        self._mini = self._chain(root.start) if root.start <= _LAST_SECTOR else b""

    def _table(self, more: int) -> list[int]:
        """For each sector the one after it: from the places in the header, and from those in sectors of places."""
        places = list(struct.unpack_from(f"<{_HEADER_PLACES}I", self._content, 76))
        seen: set[int] = set()
        while more <= _LAST_SECTOR and more not in seen:
            seen.add(more)
            *further, more = _numbers(self._at(more))
            places += further
        sectors = dict.fromkeys(place for place in places if place <= _LAST_SECTOR)
        return [number for place in sectors for number in _numbers(self._at(place))]

    def _at(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        if start + self._sector > len(self._content):
            # The last one may be short: some programs do not fill it.
            if start >= len(self._content):
                raise TruncatedFile
            return self._content[start:].ljust(self._sector, b"\0")
        return self._content[start : start + self._sector]

    def _chain(self, sector: int) -> bytes:
        return b"".join(map(self._at, _followed(self._next, sector)))

    def _directory(self, content: bytes) -> list[_Entry]:
        if not content or len(content) // _ENTRY_BYTES > _MOST_ENTRIES:
            raise DamagedFile
        entries = [_entry(content, place) for place in range(0, len(content), _ENTRY_BYTES)]
        if entries[0].kind != _ROOT:
            raise DamagedFile
        return entries

    def _children(self, parent: int, seen: set[int]) -> list[int]:
        """The entries in a storage, a tree of left and right ones, but for those that were `seen` elsewhere."""
        found: list[int] = []
        waiting = [self._entries[parent].child]
        while waiting:
            number = waiting.pop()
            if number == _NO_ENTRY or number in seen:
                continue
            if number >= len(self._entries):
                raise DamagedFile
            seen.add(number)
            found.append(number)
            waiting += (self._entries[number].left, self._entries[number].right)
        return found

    def tree(self) -> dict[tuple[str, ...], int]:
        """The path of each stream, to be given to `read`. An entry is told once, however often it is named."""
        found: dict[tuple[str, ...], int] = {}
        seen = {0}
        waiting: list[tuple[tuple[str, ...], int]] = [((), 0)]
        while waiting:
            path, parent = waiting.pop()
            for number in self._children(parent, seen):
                entry = self._entries[number]
                if entry.kind == _STREAM:
                    found[*path, entry.name] = number
                elif entry.kind == _STORAGE and len(path) < _DEEPEST:
                    waiting.append(((*path, entry.name), number))
        return found

    def storages(self) -> list[str]:
        """The names of the storages in the root."""
        entries = (self._entries[number] for number in self._children(0, {0}))
        return [entry.name for entry in entries if entry.kind == _STORAGE]

    def size(self, number: int) -> int:
        """Bytes of a stream, as it is said."""
        return self._entries[number].size

    def read(self, number: int) -> bytes:
        """The bytes of a stream."""
        entry = self._entries[number]
        if entry.size >= self._cutoff:
            content = self._chain(entry.start) if entry.size else b""
        else:
            content = b"".join(
                self._mini[sector * self._mini_sector : (sector + 1) * self._mini_sector]
                for sector in (_followed(self._mini_next, entry.start) if entry.size else [])
            )
        if len(content) < entry.size:
            raise TruncatedFile
        return content[: entry.size]


def _followed(after: list[int], sector: int) -> list[int]:
    """A chain of sectors; one that bites its tail is damaged."""
    chain: dict[int, None] = {}
    while sector <= _LAST_SECTOR:
        if sector in chain or sector >= len(after):
            raise DamagedFile
        chain[sector] = None
        sector = after[sector]
    return list(chain)


def _numbers(content: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(content) // 4}I", content))


def _entry(content: bytes, place: int) -> _Entry:
    length, kind, _, left, right, child = struct.unpack_from("<HBBIII", content, place + 64)
    start, size = struct.unpack_from("<II", content, place + 116)
    name = content[place : place + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    return _Entry(name, kind, left, right, child, start, size)
