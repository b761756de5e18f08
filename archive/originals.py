"""Originals: bytes as they came, kept under their SHA-256 and never altered.

The order of a store is: write a temporary file, fsync it, rename it to its digest, fsync the
folder. Whoever calls `store` commits the row only afterwards, so that a row always has its bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kernel.durable import make_folders, sync_folder
from kernel.errors import DigestMismatch, NotFound
from kernel.ids import new_id
from kernel.locks import create_held, is_abandoned, remove_abandoned

_CHUNK = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Original:
    """What was stored: SHA-256 in hex, size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that lies among the originals. `digest`: by its name and place; None for what does not belong there."""

    path: Path
    digest: str | None
    size: int


class FolderOriginals:
    """Originals in a folder, two levels of 256 below it so that no folder grows long."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, digest: str) -> Path:
        """Where the bytes of a digest lie (whether or not they do)."""
        return self._root / digest[:2] / digest[2:4] / digest

    def existing(self, digest: str) -> Path:
        """The path of bytes that are there, else NotFound."""
        path = self.path(digest)
        if not path.is_file():
            raise NotFound(id=digest)
        return path

    def store(self, source: Path, still: Callable[[], None] = lambda: None) -> Original:
        """Copies a file in, durably. The source is left alone. OSError if the disk fails.

        `still` is called when all is copied; if it raises (the source has changed meanwhile), nothing is kept.
        """
        temporary = self._incoming / new_id()
        try:
            # Held to the end: whoever sweeps knows by this that we live.
            with create_held(temporary) as writer:
                original = _copy_hashing(source, writer)
                still()
                self._settle(temporary, original)
        finally:
            temporary.unlink(missing_ok=True)
        return original

    def _settle(self, temporary: Path, original: Original) -> None:
        target = self.path(original.digest)
        if target.is_file() and target.stat().st_size == original.size:
            sync_folder(target.parent)  # another may have renamed it a moment ago and not synced yet
            return
        make_folders(target.parent, self._root)
        temporary.chmod(0o400)
        temporary.replace(target)
        sync_folder(target.parent)

    def verify(self, digest: str) -> None:
        """Reads the bytes again; DigestMismatch if they are not those of the digest, NotFound if gone.

        From the disk, not from the memory that the system keeps of it; and that memory is left to others after.
        """
        with self.existing(digest).open("rb") as stream:
            _forget_cached(stream)
            found = hashlib.file_digest(stream, "sha256").hexdigest()
            _forget_cached(stream)
        if found != digest:
            raise DigestMismatch(digest=digest)

    def held(self) -> Iterator[Held]:
        """What lies in the folders of originals; the originals in the order of their digests.

        Not: what is just coming in, files beside those folders, and files named `<digest>.…` beside an original.
        """
        for first in _sorted(self._root):
            if len(first.name) != 2 or not first.is_dir():
                continue
            for second in _sorted(first):
                yield from self._held_in(second) if second.is_dir() else _held(second, None)

    def _held_in(self, folder: Path) -> Iterator[Held]:
        for path in _sorted(folder):
            digest, dot, _ = path.name.partition(".")
            in_place = bool(_DIGEST.fullmatch(digest)) and path.parent == self.path(digest).parent
            if not (in_place and dot):
                plain = not path.is_symlink() and path.is_file()
                yield from _held(path, digest if in_place and plain else None)

    def abandoned(self) -> list[Path]:
        """Temporary files whose writers are dead."""
        return [path for path in _sorted(self._incoming) if is_abandoned(path)]

    def sweep(self) -> int:
        """Removes temporary files whose writers are dead; how many. Safe while others write."""
        return sum(remove_abandoned(path) for path in _sorted(self._incoming))


def _sorted(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []


def _held(path: Path, digest: str | None) -> Iterator[Held]:
    try:
        yield Held(path, digest, path.lstat().st_size)
    except FileNotFoundError:  # taken away since the folder was read
        return


def _forget_cached(stream: BinaryIO) -> None:
    os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _copy_hashing(source: Path, writer: BinaryIO) -> Original:
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reader:
        while chunk := reader.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            writer.write(chunk)
    writer.flush()
    os.fsync(writer.fileno())
    return Original(digest.hexdigest(), size)
