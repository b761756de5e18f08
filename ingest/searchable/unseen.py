"""A font for words that nobody sees: one glyph, a letter's whole cell, under every code.

Unseen words need places and meanings, not shapes. Made here, so that it holds whatever letter was read, in Vietnamese
or not, needs no font of the system, and has nobody's licence. The tables are those that ISO 32000-1 (9.9, table 126)
asks of a TrueType program under a CIDFont; their layout is that of the OpenType specification.

The cell is a rectangle and not empty: PDFium takes the extent of a text from its glyphs, and passes over one without.
"""

from __future__ import annotations

import functools
import struct

EM = 1000
ASCENT, DESCENT, ADVANCE = 800, -200, 500
"""In thousandths of an em: a letter's cell is one em high and half an em wide."""

NAME = "TangthuInvisible"
_EMPTY, _LETTER = 0, 1  # .notdef, and the one glyph that all codes lead to
_GLYPHS = 2
_MAGIC = 0x5F0F3CF5
_CHECKSUM = 0xB1B0AFBA


@functools.cache
def program() -> bytes:
    """The font file."""
    tables = {
        b"glyf": _cell(),
        b"head": _head(0),
        b"hhea": struct.pack(">IhhhH3h8hH", 0x10000, ASCENT, DESCENT, 0, ADVANCE, *[0] * 3, 1, *[0] * 7, _GLYPHS),
        b"hmtx": struct.pack(">HhHh", ADVANCE, 0, ADVANCE, 0),
        b"loca": struct.pack(">HHH", 0, 0, len(_cell()) // 2),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, _GLYPHS, 4, 1, 0, 0, 1, *[0] * 8),
    }
    whole = _assembled(tables)
    tables[b"head"] = _head((_CHECKSUM - _sum(whole)) & 0xFFFFFFFF)
    return _assembled(tables)


def glyphs_of(codes: int) -> bytes:
    """The map from codes 0 to `codes` - 1 to glyphs (CIDToGIDMap)."""
    return struct.pack(">H", _EMPTY) + struct.pack(">H", _LETTER) * (codes - 1)


def _cell() -> bytes:
    """One contour of four points on the curve, each told by its distance from the one before."""
    across, down = (0, 0, ADVANCE, 0), (DESCENT, EM, 0, -EM)
    bounds = struct.pack(">hhhhh", 1, 0, DESCENT, ADVANCE, ASCENT)
    outline = bounds + struct.pack(">HH4B4h4h", 3, 0, *[1] * 4, *across, *down)
    return outline + bytes(len(outline) % 2)


def _head(adjustment: int) -> bytes:
    bounds = 0, DESCENT, ADVANCE, ASCENT
    return struct.pack(">IIIIHHQQ4hHHhhh", 0x10000, 0x10000, adjustment, _MAGIC, 3, EM, 0, 0, *bounds, 0, 8, 2, 0, 0)


def _assembled(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    header = struct.pack(">IHHHH", 0x10000, count, 16 << power, power, 16 * count - (16 << power))
    place = len(header) + 16 * count
    entries, bodies = b"", b""
    for tag, body in sorted(tables.items()):
        padded = body + bytes(-len(body) % 4)
        entries += struct.pack(">4sIII", tag, _sum(padded), place, len(body))
        bodies += padded
        place += len(padded)
    return header + entries + bodies


def _sum(content: bytes) -> int:
    numbers: tuple[int, ...] = struct.unpack(f">{len(content) // 4}I", content)
    return sum(numbers) & 0xFFFFFFFF
