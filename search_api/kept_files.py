"""Files made from originals and kept to be given again, under the digest of what they were made from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """A folder of them, `<two letters>/<digest>-…`. Whatever a kill leaves of one is named so too."""

    folder: Path

    def remove(self, digest: str) -> None:
        """Removes all that was made from an original that is purged."""
        for path in (self.folder / digest[:2]).glob(f"{digest}-*"):
            path.unlink(missing_ok=True)

    def remove_finished(self, digest: str) -> None:
        """As `remove`, but leaves what is under way."""
        for path in (self.folder / digest[:2]).glob(f"{digest}-*"):
            if path.suffix != ".part":
                path.unlink(missing_ok=True)

    def prune(self, most_bytes: int) -> None:
        """If they take more than this, removes those made longest ago until the rest take three quarters of it."""
        found = sorted((stat.st_mtime, stat.st_size, path) for path, stat in self._stats())
        size = sum(one[1] for one in found)
        if size <= most_bytes:
            return
        for _, bytes_of_one, path in found:
            if size <= most_bytes * 3 // 4:
                break
            path.unlink(missing_ok=True)
            size -= bytes_of_one

    def _stats(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self.folder.glob("*/*"):
            try:
                yield path, path.stat()
            except FileNotFoundError:
                continue
