"""Originals: bytes as they came, kept under their SHA-256 and never altered.

The order of a store is: write a temporary file, fsync it, rename it to its digest, fsync the
folder. Whoever calls `store` commits the row only afterwards, so that a row always has its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from archive.beside import Beside, FolderBeside
from kernel.durable import copy_hashing, digest_on_disk, make_folders, sync_folder
from kernel.errors import DigestMismatch, NotFound
from kernel.ids import new_id
from kernel.locks import create_held, is_abandoned, remove_abandoned

DIGEST = re.compile(r"[0-9a-f]{64}")
"""The name of an original."""


@dataclass(frozen=True, slots=True)
class Original:
    """What was stored: SHA-256 in hex, size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that lies among the originals. `digest`: by its name and place; None for what does not belong there."""

    place: str
    digest: str | None
    size: int


class Originals(Protocol):
    """Where originals lie. Never altered, never overwritten. Safe over threads.

    Errors everywhere: OSError (the disk) or Unavailable (the storage is away); what was to be stored is not stored.
    """

    def store(self, source: Path, still: Callable[[], None] = ...) -> Original:
        """Copies a file in, durably and verified. The source is left alone.

        `still` is called when all is copied; if it raises (the source has changed meanwhile), nothing is kept.
        """

    def held(self) -> Iterator[Held]:
        """What lies there; the originals in the order of their digests. Not: what is just coming in."""

    def abandoned(self) -> list[Path]:
        """What processes that were killed had half written."""

    def sweep(self) -> int:
        """Removes what is `abandoned`; how many. Originals are never touched. Safe while others write."""

    def place(self, digest: str) -> str:
        """Where the bytes of a digest lie, for people to find them."""

    def size(self, digest: str) -> int | None:
        """Bytes that lie under this digest; None if there are none."""

    def holds(self, digest: str, size: int) -> bool:
        """Whether the bytes of this digest lie there whole: by their size, and if that fits they are read again.

        Bytes that cannot be read are not held: whoever has good ones at hand stores them over these.
        """

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

    @property
    def beside(self) -> Beside:
        """What lies beside them, on the same storage."""


class FolderOriginals:
    """Originals in a folder, two levels of 256 below it so that no folder grows long."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._durable: set[Path] = set()
        self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.beside = FolderBeside(root, self._durable)

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

    def place(self, digest: str) -> str:
        """The path, as `path`."""
        return str(self.path(digest))

    def size(self, digest: str) -> int | None:
        """Bytes that lie under this digest; None if there are none."""
        path = self.path(digest)
        try:
            return path.stat().st_size if path.is_file() else None
        except FileNotFoundError:
            return None

    def store(self, source: Path, still: Callable[[], None] = lambda: None) -> Original:
        """Copies a file in, durably. The source is left alone. OSError if the disk fails."""
        temporary = self._incoming / new_id()
        try:
            # Held to the end: whoever sweeps knows by this that we live.
            with create_held(temporary) as writer:
                original = Original(*copy_hashing(source, writer))
                still()
                self._settle(temporary, original)
        finally:
            temporary.unlink(missing_ok=True)
        return original

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
        """As `Originals.holds`."""
        return is_whole(self, digest, size)

    def verify(self, digest: str) -> None:
        """Reads the bytes again; DigestMismatch if they are not those of the digest, NotFound if gone.

        From the disk, not from the memory that the system keeps of it; and that memory is left to others after.
        """
        if digest_on_disk(self.existing(digest)) != digest:
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
            in_place = bool(DIGEST.fullmatch(digest)) and path.parent == self.path(digest).parent
            if not (in_place and dot):
                plain = not path.is_symlink() and path.is_file()
                yield from _held(path, digest if in_place and plain else None)

    def abandoned(self) -> list[Path]:
        """Temporary files whose writers are dead."""
        return [path for path in _sorted(self._incoming) if is_abandoned(path)]

    def sweep(self) -> int:
        """Removes temporary files whose writers are dead; how many. Safe while others write."""
        return sum(remove_abandoned(path) for path in _sorted(self._incoming))


def is_whole(originals: Originals, digest: str, size: int) -> bool:
    """As `Originals.holds`: the size alone would take bytes that have rotted for the good ones that come again."""
    if originals.size(digest) != size:
        return False
    try:
        originals.verify(digest)
    except (DigestMismatch, NotFound, OSError):
        return False
    return True


def _sorted(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []


def _held(path: Path, digest: str | None) -> Iterator[Held]:
    try:
        yield Held(str(path), digest, path.lstat().st_size)
    except FileNotFoundError:  # taken away since the folder was read
        return
