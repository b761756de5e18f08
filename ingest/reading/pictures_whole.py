"""Are WebP and JPEG 2000 files whole, and how large are they? Told from their structure; nothing is decoded."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

from ingest.reading.raster import check_pixels
from kernel.errors import DamagedFile, TruncatedFile, UnknownType

_CODESTREAM = b"\xff\x4f\xff\x51"  # start of codestream, then the SIZ segment (ITU-T T.800, annex A.5)
_END_OF_CODESTREAM = b"\xff\xd9"
_MOST_BOXES = 10_000
_MOST_TILES = 65_535  # of the standard; a scan has one, or a few dozens
_ANIMATED = 0x02
_WEBP_CHUNKS = frozenset((b"VP8 ", b"VP8L", b"VP8X"))


def check_webp(path: str, max_megapixels: int) -> None:
    """Raises TruncatedFile, DamagedFile, TooManyPixels, and UnknownType for a moving picture (RFC 9649)."""
    with Path(path).open("rb") as stream:
        head = stream.read(30)
        size = stream.seek(0, 2)
    if len(head) < 30:
        raise TruncatedFile
    if 8 + struct.unpack_from("<I", head, 4)[0] > size:
        raise TruncatedFile
    kind = head[12:16]
    if kind not in _WEBP_CHUNKS:
        raise DamagedFile
    if kind == b"VP8X" and head[20] & _ANIMATED:
        raise UnknownType
    check_pixels(*_webp_size(kind, head), max_megapixels)


def _webp_size(kind: bytes, head: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", head, 26)
    return width & 0x3FFF, height & 0x3FFF


def check_jpeg_2000(path: str, max_megapixels: int) -> None:
    """Raises TruncatedFile (no end of codestream), DamagedFile, TooManyPixels."""
    with Path(path).open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        start, end = _codestream(content)
        if end > len(content) or end - start < 42:
            raise TruncatedFile
        if content[start : start + 4] != _CODESTREAM:
            raise DamagedFile
        right, below, left, above, *tile = struct.unpack_from(">8I", content, start + 8)
        if right <= left or below <= above or 0 in tile[:2]:
            raise DamagedFile
        check_pixels(right - left, below - above, max_megapixels)
        if -(-right // tile[0]) * -(-below // tile[1]) > _MOST_TILES:
            raise DamagedFile
        if not content[max(start, end - 16) : end].rstrip(b"\0").endswith(_END_OF_CODESTREAM):
            raise TruncatedFile


def _codestream(content: mmap.mmap) -> tuple[int, int]:
    """Where the first codestream begins and ends; all of the file, or a box in it (annex I.4)."""
    if content[:4] == _CODESTREAM:
        return 0, len(content)
    place = 0
    for _ in range(_MOST_BOXES):
        if place + 8 > len(content):
            raise TruncatedFile
        length, kind = struct.unpack_from(">I4s", content, place)
        head = 8
        if length == 1 and place + 16 <= len(content):
            length, head = struct.unpack_from(">Q", content, place + 8)[0], 16
        end = len(content) if length == 0 else place + length
        if end < place + head:
            raise DamagedFile
        if kind == b"jp2c":
            return place + head, end
        place = end
    raise DamagedFile
