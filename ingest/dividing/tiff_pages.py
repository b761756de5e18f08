"""Pages of a TIFF as a TIFF of their own, strip by strip as they are (TIFF 6.0; BigTIFF).

The directory of each page is written anew, its values and its strips are copied; nothing is decoded.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kernel.errors import DamagedFile
from kernel.paper_errors import NotDivided

_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES = 273, 279, 324, 325
_COMPRESSION, _OLD_JPEG = 259, 6
# Other directories that a page points at (thumbnails, EXIF, GPS) and old places of unused bytes: not its picture.
_LEFT_OUT = frozenset({288, 289, 330, 400, 34665, 34853, 40965})
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_LETTERS = {1: "B", 3: "H", 4: "I", 16: "Q"}
_MOST_TAGS, _MOST_STRIPS, _MOST_PAGES = 1000, 2_000_000, 100_000
_EVEN = b"\0"


@dataclass(frozen=True, slots=True)
class _Form:
    """How numbers are written: byte order, and places of 32 or 64 bits."""

    order: str
    big: bool

    @property
    def place(self) -> str:
        return "Q" if self.big else "I"

    @property
    def inline(self) -> int:
        """Bytes of values that fit into the entry itself."""
        return 8 if self.big else 4

    @property
    def step(self) -> int:
        """Bytes of an entry."""
        return 20 if self.big else 12

    def packed(self, letters: str, *values: int) -> bytes:
        return struct.pack(self.order + letters, *values)

    def number(self, content: mmap.mmap, place: int, letter: str) -> int:
        try:
            return int(struct.unpack_from(self.order + letter, content, place)[0])
        except struct.error as error:
            raise DamagedFile from error


@dataclass(frozen=True, slots=True)
class _Entry:
    """A tag: its type, how many values, their bytes."""

    kind: int
    count: int
    value: bytes

    def numbers(self, form: _Form) -> tuple[int, ...]:
        letter = _LETTERS.get(self.kind)
        if letter is None or self.count > _MOST_STRIPS:
            raise DamagedFile
        return struct.unpack(f"{form.order}{self.count}{letter}", self.value)


def cut_tiff(path: str, page_count: int, numbers: tuple[int, ...], target: BinaryIO) -> None:
    """Writes these pages (from 1, in this order) as a TIFF of the same form.

    Raises DamagedFile; NotDivided if there are not `page_count` pages, or one whose picture lies elsewhere than in its
    strips or tiles (JPEG in the form of before 1995).
    """
    with Path(path).open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        form = _Form("<" if content[:2] == b"II" else ">", content[2:4] in (b"\x2b\0", b"\0\x2b"))
        places = _directories(content, form)
        if len(places) != page_count:
            raise NotDivided
        target.write(content[:8] if form.big else content[:4])
        link = target.tell()
        target.write(form.packed(form.place, 0))
        for number in numbers:
            link = _copy_page(content, form, _entries(content, form, places[number - 1]), target, link)


def _directories(content: mmap.mmap, form: _Form) -> list[int]:
    places: dict[int, None] = {}
    place = form.number(content, 8 if form.big else 4, form.place)
    while place and place not in places:
        places[place] = None
        if len(places) > _MOST_PAGES:
            raise DamagedFile
        place = form.number(content, _end(content, form, place), form.place)
    return list(places)


def _end(content: mmap.mmap, form: _Form, place: int) -> int:
    """Where the place of the next directory stands."""
    count = form.number(content, place, "Q" if form.big else "H")
    if not 0 < count <= _MOST_TAGS:
        raise DamagedFile
    return place + (8 if form.big else 2) + count * form.step


def _entries(content: mmap.mmap, form: _Form, place: int) -> dict[int, _Entry]:
    found: dict[int, _Entry] = {}
    for at in range(place + (8 if form.big else 2), _end(content, form, place), form.step):
        name, kind = form.number(content, at, "H"), form.number(content, at + 2, "H")
        count = form.number(content, at + 4, form.place)
        length, here = count * _SIZES.get(kind, 1), at + form.step - form.inline
        start = here if length <= form.inline else form.number(content, here, form.place)
        if start + length > len(content):
            raise DamagedFile
        if name not in _LEFT_OUT:
            found[name] = _Entry(kind, count, content[start : start + length])
    return found


def _copy_page(content: mmap.mmap, form: _Form, entries: dict[int, _Entry], target: BinaryIO, link: int) -> int:
    """Writes one page behind what is there, and its place at `link`; where the place of the next one is to be put."""
    compression = entries.get(_COMPRESSION)
    if compression is not None and compression.numbers(form)[:1] == (_OLD_JPEG,):
        raise NotDivided
    entries = dict(entries)
    for offsets, lengths in ((_STRIPS, _STRIP_BYTES), (_TILES, _TILE_BYTES)):
        if offsets in entries:
            entries[offsets] = _copy_strips(content, form, entries[offsets], entries.get(lengths), target)
    if not {_STRIPS, _TILES} & entries.keys():
        raise NotDivided
    written = [(name, entries[name], _outside(form, entries[name], target)) for name in sorted(entries)]
    place = _even(target)
    target.write(form.packed("Q" if form.big else "H", len(written)))
    for name, entry, value in written:
        target.write(form.packed(f"HH{form.place}", name, entry.kind, entry.count) + value)
    after = target.tell()
    target.write(form.packed(form.place, 0))
    end = target.tell()
    target.seek(link)
    target.write(form.packed(form.place, place))
    target.seek(end)
    return after


def _copy_strips(content: mmap.mmap, form: _Form, offsets: _Entry, lengths: _Entry | None, target: BinaryIO) -> _Entry:
    """Copies the strips or tiles; the entry with their new places."""
    if lengths is None or lengths.count != offsets.count:
        raise NotDivided
    places: list[int] = []
    for start, length in zip(offsets.numbers(form), lengths.numbers(form), strict=True):
        if start + length > len(content):
            raise DamagedFile
        places.append(_even(target))
        target.write(content[start : start + length])
    kind = 16 if form.big else 4
    if not form.big and target.tell() > 0xFFFF_0000:
        raise NotDivided
    return _Entry(kind, len(places), form.packed(f"{len(places)}{_LETTERS[kind]}", *places))


def _outside(form: _Form, entry: _Entry, target: BinaryIO) -> bytes:
    """What stands in the entry: the value where it fits, else its place, to which it is written."""
    if len(entry.value) <= form.inline:
        return entry.value.ljust(form.inline, b"\0")
    place = _even(target)
    target.write(entry.value)
    return form.packed(form.place, place)


def _even(target: BinaryIO) -> int:
    """The next even place, as values must begin at one."""
    if target.tell() % 2:
        target.write(_EVEN)
    return target.tell()
