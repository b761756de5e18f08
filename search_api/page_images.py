"""Pictures of pages, drawn when first asked for and kept on disk to be shown again."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from kernel.ids import new_id
from mappings.record import Record

WIDTHS = (160, 320, 640, 960, 1280, 1600, 2000, 2400)
"""Widths in pixels at which pages are drawn; another width asked for is given the next greater one of these."""

_MOST_BYTES = 2 << 30
_PRUNE_EACH = 200
_LOCKS = 64


class PageImages(Protocol):
    """Draws pages. Errors: NotFound if the page has no image, PageUnreadable if it cannot be drawn."""

    def image(self, record: Record, number: int, width: int) -> Path | bytes:
        """Page `number` as a person sees the original, `width` pixels wide: a JPEG, PNG or WebP."""


class KeptPageImages:
    """As `PageImages`, keeping what was drawn in a folder; when room runs out, those drawn longest ago go."""

    def __init__(self, source: PageImages, folder: Path, most_bytes: int = _MOST_BYTES) -> None:
        self._source = source
        self._folder = folder
        self._most_bytes = most_bytes
        self._locks = tuple(threading.Lock() for _ in range(_LOCKS))
        self._drawn = 0

    def image(self, record: Record, number: int, width: int) -> Path:
        """As `PageImages.image`, at one of `WIDTHS`; the same picture asked for twice at once is drawn once."""
        drawn_width = next((one for one in WIDTHS if one >= width), WIDTHS[-1])
        # By digest: the bytes of an original never change, so neither does its picture.
        path = self._folder / record.digest[:2] / f"{record.digest}-{number}-{drawn_width}"
        with self._locks[hash(path) % _LOCKS]:
            if not path.is_file():
                self._keep(path, self._source.image(record, number, drawn_width))
        return path

    def _keep(self, path: Path, drawn: Path | bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f"{new_id()}.part")
        part.write_bytes(drawn if isinstance(drawn, bytes) else drawn.read_bytes())
        part.replace(path)
        self._drawn += 1
        if self._drawn % _PRUNE_EACH == 0:
            self.prune()

    def prune(self) -> None:
        """Removes the pictures drawn longest ago until the rest take three quarters of the room."""
        found = sorted((stat.st_mtime, stat.st_size, path) for path, stat in self._stats())
        size = sum(one[1] for one in found)
        if size <= self._most_bytes:
            return
        for _, bytes_of_one, path in found:
            if size <= self._most_bytes * 3 // 4:
                break
            path.unlink(missing_ok=True)
            size -= bytes_of_one

    def _stats(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self._folder.glob("*/*"):
            try:
                yield path, path.stat()
            except FileNotFoundError:
                continue


def image_type(image: bytes) -> str:
    """The media type by the first bytes."""
    if image.startswith(b"\xff\xd8"):
        return "image/jpeg"
    if image.startswith(b"\x89PNG"):
        return "image/png"
    if image[:4] == b"RIFF" and image[8:12] == b"WEBP":
        return "image/webp"
    return "application/octet-stream"
