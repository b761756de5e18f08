"""Originals: bytes as they came, kept under their SHA-256 and never altered.

The order of a store is: write a temporary file, fsync it, rename it to its digest, fsync the
folder. Whoever calls `store` commits the row only afterwards, so that a row always has its bytes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from kernel.durable import make_folders, sync_folder
from kernel.errors import DigestMismatch, NotFound
from kernel.ids import new_id
from kernel.locks import lock_own, remove_abandoned

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Original:
    """What was stored: SHA-256 in hex, size in bytes."""

    digest: str
    size: int


class Originals(Protocol):
    """Where originals lie. Never altered, never overwritten. Safe over threads.

    Errors everywhere: OSError (the disk) or Unavailable (the storage is away); what was to be stored is not stored.
    """

    def store(self, source: Path) -> Original:
        """Copies a file in, durably and verified. The source is left alone."""

    def sweep(self) -> None:
        """Removes what processes that were killed had half written. Originals are never touched."""

    def exists(self, digest: str) -> bool:
        """Whether bytes lie under this digest."""

    def holds(self, digest: str, size: int) -> bool:
        """Whether bytes of this digest lie there, whole as far as their size tells."""

    def local(self, digest: str) -> AbstractContextManager[Path]:
        """A file of this machine to read the bytes from while the block runs; never to be altered.

        NotFound; DigestMismatch if what was fetched is not what was stored.
        """

    def open(self, digest: str) -> BinaryIO:
        """The bytes as a stream that the caller closes. As `local`."""

    def verify(self, digest: str) -> None:
        """Reads the bytes again; DigestMismatch if they are not those of the digest, NotFound if gone."""

    def remove(self, digest: str) -> None:
        """Removes the bytes durably, after a purge only; bytes that are gone are passed over."""


class FolderOriginals:
    """Originals in a folder, two levels of 256 below it so that no folder grows long."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._durable: set[Path] = set()
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

    @contextmanager
    def local(self, digest: str) -> Iterator[Path]:
        """The very file."""
        yield self.existing(digest)

    def open(self, digest: str) -> BinaryIO:
        """The very file, opened."""
        return self.existing(digest).open("rb")

    def exists(self, digest: str) -> bool:
        """Whether bytes lie under this digest."""
        return self.path(digest).is_file()

    def store(self, source: Path) -> Original:
        """Copies a file in, durably. The source is left alone. OSError if the disk fails."""
        temporary = self._incoming / new_id()
        try:
            original = _copy_hashing(source, temporary)
            self._settle(temporary, original)
        finally:
            temporary.unlink(missing_ok=True)
        return original

    def sweep(self) -> None:
        """Removes what processes that were killed had half written. Originals are never touched."""
        remove_abandoned(self._incoming.iterdir())

    def _settle(self, temporary: Path, original: Original) -> None:
        target = self.path(original.digest)
        make_folders(target.parent, self._root, self._durable)
        if self.holds(original.digest, original.size):
            sync_folder(target.parent)  # another may have renamed it a moment ago and not synced yet
            return
        temporary.chmod(0o400)
        temporary.replace(target)
        sync_folder(target.parent)

    def remove(self, digest: str) -> None:
        """Removes the bytes durably, after a purge only; bytes that are gone are passed over. OSError."""
        path = self.path(digest)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)

    def holds(self, digest: str, size: int) -> bool:
        """Whether bytes of this digest lie there, whole as far as their size tells."""
        path = self.path(digest)
        return path.is_file() and path.stat().st_size == size

    def verify(self, digest: str) -> None:
        """Reads the bytes again; DigestMismatch if they are not those of the digest, NotFound if gone."""
        with self.existing(digest).open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                raise DigestMismatch(digest=digest)


def _copy_hashing(source: Path, target: Path) -> Original:
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reader, target.open("xb") as writer:
        lock_own(writer.fileno())
        while chunk := reader.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    return Original(digest.hexdigest(), size)
