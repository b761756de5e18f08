"""Photos that are laid into a PDF, measured where all bytes from outside are parsed: in the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import CancelledError
from pathlib import Path

from ingest.handing import HandedFile
from ingest.photos import measure_photos
from ingest.sandbox import ReadingPool
from kernel.errors import DamagedFile, Unavailable
from search_api.photos import Photo
from search_api.waiting import WaitingRoom

_SECONDS = 60.0
_MOST_WAITING = 3


class SandboxedPhotos:
    """Implements `search_api.photos.PhotoMeasuring` by a reading process."""

    def __init__(self, pool: ReadingPool, max_megapixels: int) -> None:
        self._pool = pool
        self._max_megapixels = max_megapixels
        self._waiting = WaitingRoom(_MOST_WAITING)

    def photos(self, paths: Sequence[Path]) -> tuple[Photo, ...]:
        """As `PhotoMeasuring.photos`."""
        handed = tuple(HandedFile(path) for path in paths)
        with self._waiting.place():
            try:
                untrusted = self._pool.submit(measure_photos, handed, self._max_megapixels, seconds=_SECONDS).result()
            except CancelledError as error:
                raise Unavailable from error
        return tuple(_photo(path, one) for path, one in zip(paths, _checked(untrusted, len(paths)), strict=True))


def _checked(untrusted: object, count: int) -> tuple[tuple[int, int, int, int], ...]:
    """Whole numbers that a photo can have: the process may have been taken over by what it read."""
    if not isinstance(untrusted, tuple) or len(untrusted) != count:
        raise DamagedFile
    for one in untrusted:
        if not isinstance(one, tuple) or len(one) != 4 or not all(type(part) is int for part in one):
            raise DamagedFile
        width, height, channels, turn = one
        if not (0 < width < 1 << 16 and 0 < height < 1 << 16 and channels in (1, 3, 4) and turn in (0, 90, 180, 270)):
            raise DamagedFile
    return untrusted


def _photo(path: Path, one: tuple[int, int, int, int]) -> Photo:
    return Photo(path, path.stat().st_size, *one)
