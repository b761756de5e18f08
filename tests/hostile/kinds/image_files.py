"""Hostile PNG, JPEG and TIFF files."""

from __future__ import annotations

import random
import struct
from zlib import compress

from PIL import Image

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


@hostile("rejected-unknown-type--drawing-of-markup.png", "rejected-unknown-type--drawing-of-markup.jpg", quick=True)
def svg(name: str) -> bytes:
    script = "<script>fetch('http://127.0.0.1:9/')</script><image href='file:///etc/passwd'/>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="99999999" height="9">{script}{name}</svg>'.encode()


@hostile("searchable--colour-profile-of-16-megabytes.jpg")
def large_icc(name: str) -> bytes:
    whole = encoded(drawn(name, "RGB"), "JPEG")
    parts = [b"ICC_PROFILE\0" + bytes((n, 255)) + random.Random(n).randbytes(65_000) for n in range(1, 256)]
    return whole[:2] + b"".join(b"\xff\xe2" + struct.pack(">H", len(part) + 2) + part for part in parts) + whole[2:]


@hostile("searchable--two-hundred-scans.jpg")
def many_scans(name: str) -> bytes:
    """A progressive picture of which each scan goes over all of it, for a few bytes (as told of libjpeg in 2013)."""
    whole = encoded(Image.new("L", (8000, 8000), 200), "JPEG", progressive=True)
    place = whole.rindex(b"\xff\xda")
    return (
        whole[:place]
        + whole[place:-2] * 200
        + b"\xff\xfe"
        + struct.pack(">H", 2 + len(ascii(name)))
        + ascii(name).encode()
        + b"\xff\xd9"
    )


@hostile("rejected-truncated--fill-bytes.jpg")
def fill_bytes(name: str) -> bytes:
    return b"\xff\xd8" + b"\xff" * 60_000_000 + name.encode()


@hostile("rejected-damaged--strips-told-again-and-again.tif")
def shared_strips(name: str) -> bytes:
    """Four thousand pages that name the same half million strips."""
    count = 500_000
    table = b"\x08\0\0\0" * count
    place = 8 + len(table)
    out = [b"II*\0" + struct.pack("<I", place), table]
    for _ in range(4000):
        tags = [(256, 4, 1, 100), (257, 4, 1, count), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
        tags += [(273, 4, count, 8), (277, 3, 1, 1), (278, 4, 1, 1), (279, 4, count, 8)]
        place += 2 + 12 * len(tags) + 4
        packed = b"".join(struct.pack("<HHII", *tag) for tag in tags)
        out.append(struct.pack("<H", len(tags)) + packed + struct.pack("<I", place))
    return b"".join(out)[:-4] + b"\0\0\0\0" + name.encode()
