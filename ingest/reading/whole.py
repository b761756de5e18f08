"""Are TIFF, JPEG and PNG files whole, and how large are their pages? Told from their structure; nothing is decoded."""

from __future__ import annotations

import mmap
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.reading.raster import check_pixels
from kernel.errors import DamagedFile, TooManyPages, TruncatedFile

_WIDTH, _HEIGHT = 256, 257
_DATA_PLACES = ((273, 279), (324, 325))  # offsets and byte counts of strips, of tiles (TIFF 6.0)
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_LETTERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_MOST_TAGS = 1000
_MOST_STRIPS = 2_000_000  # of all pages: more than any scan has, and told again and again for nothing
_FILL = re.compile(rb"\xff{2,}")
_STAND_ALONE = frozenset([0x01, *range(0xD0, 0xD9)])  # JPEG markers without a length (ITU-T T.81, table B.1)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@contextmanager
def _mapped(path: str) -> Iterator[mmap.mmap]:
    with Path(path).open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield content


def check_png(path: str, max_megapixels: int) -> None:
    """Raises TruncatedFile (no IEND), DamagedFile (a checksum is wrong), TooManyPixels."""
    with _mapped(path) as content:
        place, first = 8, True
        while True:
            if place + 12 > len(content):
                raise TruncatedFile
            length, kind = struct.unpack_from(">I4s", content, place)
            end = place + 12 + length
            if end > len(content):
                raise TruncatedFile
            if struct.unpack_from(">I", content, end - 4)[0] != zlib.crc32(content[place + 4 : end - 4]):
                raise DamagedFile
            if first:
                if kind != b"IHDR" or length != 13:
                    raise DamagedFile
                width, height = struct.unpack_from(">II", content, place + 8)
                check_pixels(width, height, max_megapixels)
            if kind == b"IEND":
                return
            place, first = end, False


def check_jpeg(path: str, max_megapixels: int) -> None:
    """Raises TruncatedFile (no end of image after the scan), DamagedFile, TooManyPixels."""
    with _mapped(path) as content:
        sized = False
        for marker, place, length in _segments(content):
            if marker in _FRAMES:
                _check_frame(content, place, length, max_megapixels)
                sized = True
        if not sized:
            raise DamagedFile
        if content.rfind(b"\xff\xd9", place + length) < 0:
            raise TruncatedFile


def _segments(content: mmap.mmap) -> Iterator[tuple[int, int, int]]:
    """Marker, place and length of each segment, up to the start of the scan. Raises TruncatedFile, DamagedFile."""
    place, marker = 2, 0
    while marker != 0xDA:
        if fill := _FILL.match(content, place):
            place = fill.end() - 1
        if place + 4 > len(content):
            raise TruncatedFile
        if content[place] != 0xFF:
            raise DamagedFile
        marker = content[place + 1]
        if marker in _STAND_ALONE:
            place += 2
            continue
        length = struct.unpack_from(">H", content, place + 2)[0]
        if place + 2 + length > len(content):
            raise TruncatedFile
        yield marker, place, length
        place += 2 + length


def _check_frame(content: mmap.mmap, place: int, length: int, max_megapixels: int) -> None:
    if length < 8:
        raise DamagedFile
    height, width = struct.unpack_from(">HH", content, place + 5)
    check_pixels(width, height, max_megapixels)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a TIFF writes its numbers: byte order, and 32 or 64 bit places."""

    order: str
    big: bool

    @classmethod
    def of(cls, content: mmap.mmap) -> _Layout:
        order = "<" if content[:2] == b"II" else ">"
        return cls(order, struct.unpack_from(order + "H", content, 2)[0] == 43)

    def number(self, content: mmap.mmap, place: int, letter: str) -> int:
        """The number at `place`. Raises TruncatedFile beyond the end."""
        if place + struct.calcsize(self.order + letter) > len(content):
            raise TruncatedFile
        return int(struct.unpack_from(self.order + letter, content, place)[0])

    @property
    def offset(self) -> str:
        """The letter of a place in the file."""
        return "Q" if self.big else "I"


def check_tiff(path: str, max_pages: int, max_megapixels: int) -> int:
    """The number of pages. Raises TruncatedFile, DamagedFile, TooManyPages, TooManyPixels."""
    with _mapped(path) as content:
        if len(content) < 16:
            raise TruncatedFile
        layout = _Layout.of(content)
        place = layout.number(content, 8 if layout.big else 4, layout.offset)
        seen: set[int] = set()
        strips = 0
        while place and place not in seen:
            seen.add(place)
            if len(seen) > max_pages:
                raise TooManyPages(pages=len(seen), limit=max_pages)
            tags, place = _directory(content, layout, place)
            strips += sum(tags[offsets][1] for offsets, _ in _DATA_PLACES if offsets in tags)
            if strips > _MOST_STRIPS:
                raise DamagedFile
            _check_directory(content, layout, tags, max_megapixels)
    if not seen:
        raise DamagedFile
    return len(seen)


_Tag = tuple[int, int, int]
"""Type, number of values, place of the values."""


def _directory(content: mmap.mmap, layout: _Layout, place: int) -> tuple[dict[int, _Tag], int]:
    """The tags of one page, and the place of the next page's (0: none)."""
    count = layout.number(content, place, "Q" if layout.big else "H")
    if not 0 < count <= _MOST_TAGS:
        raise DamagedFile
    head, step, inline = (8, 20, 8) if layout.big else (2, 12, 4)
    tags: dict[int, _Tag] = {}
    for n in range(count):
        entry = place + head + n * step
        name, kind = layout.number(content, entry, "H"), layout.number(content, entry + 2, "H")
        values = layout.number(content, entry + 4, layout.offset)
        here = entry + step - inline
        fits = values * _SIZES.get(kind, 1) <= inline
        tags[name] = kind, values, here if fits else layout.number(content, here, layout.offset)
    return tags, layout.number(content, place + head + count * step, layout.offset)


def _check_directory(content: mmap.mmap, layout: _Layout, tags: dict[int, _Tag], max_megapixels: int) -> None:
    if _WIDTH not in tags or _HEIGHT not in tags:
        raise DamagedFile
    width, height = (_values(content, layout, tags[name], 1)[0] for name in (_WIDTH, _HEIGHT))
    check_pixels(width, height, max_megapixels)
    for offsets, lengths in _DATA_PLACES:
        if offsets not in tags or lengths not in tags:
            continue
        pairs = zip(_values(content, layout, tags[offsets]), _values(content, layout, tags[lengths]), strict=False)
        if any(start + length > len(content) for start, length in pairs):
            raise TruncatedFile


def _values(content: mmap.mmap, layout: _Layout, tag: _Tag, most: int = _MOST_STRIPS) -> tuple[int, ...]:
    kind, count, place = tag
    letter = _LETTERS.get(kind)
    if letter is None or count < 1:
        raise DamagedFile
    if place + count * _SIZES[kind] > len(content):
        raise TruncatedFile
    return struct.unpack_from(f"{layout.order}{min(count, most)}{letter}", content, place)
