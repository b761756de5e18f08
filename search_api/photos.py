"""Photos of one paper as one PDF: each lies in it byte for byte, so that nothing of what the camera saw is altered.

Parsed are they in a reading process alone, which tells their sizes; what is written here is text around their bytes.
The same photos make the same PDF to the byte: handed in twice they are one record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MOST_PHOTOS = 100
"""Of one paper."""

_LONG_SIDE = 842.0  # points: A4's
_COLOURS = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
_COPIED = 1 << 20


@dataclass(frozen=True, slots=True)
class Photo:
    """A JPEG file. `size` in bytes, `width` and `height` in pixels as stored; `turn`: degrees clockwise to be seen."""

    path: Path
    size: int
    width: int
    height: int
    channels: int
    turn: int


class PhotoMeasuring(Protocol):
    """Looks at photos where all bytes from outside are parsed."""

    def photos(self, paths: Sequence[Path]) -> tuple[Photo, ...]:
        """The photos, in this order. UnknownType, DamagedFile, TooManyPixels, Busy, Unavailable."""
        ...


class PhotoPdf:
    """A PDF with a photo a page. `length` in bytes; `pieces` are its bytes, read as they are asked for."""

    def __init__(self, photos: Sequence[Photo]) -> None:
        self._parts: list[bytes | Photo] = [b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"]
        self._starts: list[int] = []
        self.length = len(self._parts[0])  # type: ignore[arg-type]
        pages = " ".join(f"{3 + 3 * number} 0 R" for number in range(len(photos)))
        self._add_object("<< /Type /Catalog /Pages 2 0 R >>")
        self._add_object(f"<< /Type /Pages /Kids [{pages}] /Count {len(photos)} >>")
        for photo in photos:
            self._add_page(photo)
        self._add_end()

    def pieces(self) -> Iterator[bytes]:
        """All of its bytes, a megabyte at the most at a time."""
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
                continue
            with part.path.open("rb") as stream:
                while piece := stream.read(_COPIED):
                    yield piece

    def _add_page(self, photo: Photo) -> None:
        number, scale = len(self._starts) + 1, _LONG_SIDE / max(photo.width, photo.height)
        width, height = f"{photo.width * scale:.2f}", f"{photo.height * scale:.2f}"
        self._add_object(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Rotate {photo.turn} "
            f"/Contents {number + 1} 0 R /Resources << /XObject << /Photo {number + 2} 0 R >> >> >>"
        )
        shown = f"q {width} 0 0 {height} 0 0 cm /Photo Do Q"
        self._add_object(f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream")
        # A camera of four inks writes them inverted.
        inverted = " /Decode [1 0 1 0 1 0 1 0]" if photo.channels == 4 else ""
        self._begin_object(
            f"<< /Type /XObject /Subtype /Image /Width {photo.width} /Height {photo.height} /BitsPerComponent 8 "
            f"/ColorSpace {_COLOURS[photo.channels]}{inverted} /Filter /DCTDecode /Length {photo.size} >>\nstream\n"
        )
        self._parts.append(photo)
        self.length += photo.size
        self._add(b"\nendstream\nendobj\n")

    def _add_object(self, content: str) -> None:
        self._begin_object(f"{content}\nendobj\n")

    def _begin_object(self, content: str) -> None:
        self._starts.append(self.length)
        self._add(f"{len(self._starts)} 0 obj\n{content}".encode("ascii"))

    def _add_end(self) -> None:
        begins, count = self.length, len(self._starts) + 1
        rows = "".join(f"{start:010} 00000 n \n" for start in self._starts)
        self._add(f"xref\n0 {count}\n0000000000 65535 f \n{rows}".encode("ascii"))
        self._add(f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{begins}\n%%EOF\n".encode("ascii"))

    def _add(self, text: bytes) -> None:
        self._parts.append(text)
        self.length += len(text)
