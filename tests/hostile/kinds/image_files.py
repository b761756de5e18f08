"""Hostile PNG, JPEG and TIFF files."""

from __future__ import annotations

import random
import struct
from zlib import compress

from tests.hostile.making import drawn, encoded, packed_blanks, png, tiff, tiff_tags, with_chunk
from tests.hostile.registry import hostile


@hostile("rejected-too-many-pixels--50000-by-50000.png", quick=True)
def huge_png(name: str) -> bytes:
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    rows = (b"\0" * 6251 for _ in range(50_000))
    return png(
        [
            (b"IHDR", head),
            (b"tEXt", f"Comment\0{name}".encode()),
            (b"IDAT", compress(b"".join(rows), 1)),
            (b"IEND", b""),
        ]
    )


@hostile("rejected-too-many-pixels--65500-by-65500.jpg")
def huge_jpeg(name: str) -> bytes:
    whole = encoded(drawn(name), "JPEG")
    place = whole.index(b"\xff\xc0")
    return whole[: place + 5] + struct.pack(">HH", 65_500, 65_500) + whole[place + 9 :]


@hostile("rejected-damaged--text-chunk-bomb.png")
def ztxt_bomb(name: str) -> bytes:
    return with_chunk(encoded(drawn(name), "PNG", dpi=(150, 150)), b"zTXt", b"Comment\0\0" + packed_blanks(900))


@hostile("rejected-damaged--colour-profile-bomb.png", quick=True)
def iccp_bomb(name: str) -> bytes:
    return with_chunk(encoded(drawn(name), "PNG", dpi=(150, 150)), b"iCCP", b"p\0\0" + packed_blanks(900))


@hostile("searchable--broken-colour-profile.png")
def broken_icc_png(name: str) -> bytes:
    return encoded(drawn(name, "RGB"), "PNG", icc_profile=random.Random(1).randbytes(4000))


@hostile("searchable--broken-colour-profile.jpg")
def broken_icc_jpeg(name: str) -> bytes:
    return encoded(drawn(name, "RGB"), "JPEG", icc_profile=random.Random(2).randbytes(4000))


@hostile("rejected-damaged--wrong-checksum.png")
def wrong_checksum(name: str) -> bytes:
    whole = bytearray(encoded(drawn(name), "PNG"))
    whole[60] ^= 1
    return bytes(whole)


@hostile("partly--pixels-of-nonsense.png")
def nonsense_pixels(name: str) -> bytes:
    head = struct.pack(">IIBBBBB", 2000, 2000, 8, 0, 0, 0, 0)
    return png([(b"IHDR", head), (b"IDAT", random.Random(name).randbytes(4000)), (b"IEND", b"")])


@hostile("rejected-truncated--at-50-percent.jpg")
def cut_jpeg(name: str) -> bytes:
    whole = encoded(drawn(name), "JPEG")
    return whole[: len(whole) // 2]


@hostile("rejected-empty--0-bytes.tif", quick=True)
def empty(_name: str) -> bytes:
    return b""


@hostile("searchable--directory-loop.tif")
def tiff_loop(name: str) -> bytes:
    pixels = drawn(name).tobytes()
    return tiff(tiff_tags(1240, 600, 1, len(pixels)), pixels, following=-1)


@hostile("rejected-too-many-pages--100000-directories.tif")
def many_directories(name: str) -> bytes:
    place, out = 8, [b"II*\0" + struct.pack("<I", 8)]
    for _ in range(100_000):
        tags = b"".join(struct.pack("<HHII", *tag) for tag in tiff_tags(1, 1, 1, 1))
        place += 2 + len(tags) + 4
        out.append(struct.pack("<H", 9) + tags + struct.pack("<I", place))
    return b"".join(out) + name.encode() * 10


@hostile("searchable--deflated-strip-bomb.tif")
def strip_bomb(name: str) -> bytes:
    strip = packed_blanks(2000) + name.encode()
    return tiff(tiff_tags(1400, 1400, 8, len(strip)), strip)


@hostile("rejected-unknown-type--gif-renamed.png")
def gif(name: str) -> bytes:
    return encoded(drawn(name), "GIF")


@hostile("rejected-unknown-type--bmp-renamed.jpg")
def bmp(name: str) -> bytes:
    return encoded(drawn(name), "BMP")
