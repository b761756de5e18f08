"""What lies beside the originals, on the same storage: sidecars, pages, the journal. So storage stands alone.

Names are ours: parts of letters, digits, dots and dashes, joined by slashes. Errors everywhere: OSError (the disk) or
Unavailable (the storage is away).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from kernel.durable import make_folders, sync_folder
from kernel.errors import NotFound

_CHUNK = 1 << 20
_PART = ".part"


class Beside(Protocol):
    """Small files by name. One process at a time writes; any may read."""

    def put(self, name: str, content: BinaryIO) -> None:
        """Whole and durable when this returns; at any kill the former content stays, or the new one is there."""

    def get(self, name: str) -> bytes:
        """The whole content, else NotFound."""

    def size(self, name: str) -> int | None:
        """Bytes under this name; None if there are none."""

    def names(self, prefix: str = "") -> Iterator[str]:
        """The names that begin so, in order; the originals, which lie on the same storage, are among them."""

    def remove(self, name: str) -> None:
        """Removes it durably, and what a kill left half written of it; what is gone is passed over."""

    def half_written(self, prefix: str) -> Iterator[str]:
        """The names that begin so of which a kill left something half written; `remove` takes it away."""

    def append(self, log: str, lines: bytes) -> None:
        """Adds whole lines to the end of a log, durably. A kill may leave the last of them cut off."""

    def lines(self, log: str) -> Iterator[bytes]:
        """The lines of a log as they were added; none if there is no such log."""


class FolderBeside:
    """Files below the folder of originals; a log is one file."""

    def __init__(self, root: Path, durable: set[Path] | None = None) -> None:
        """`durable`: folders that this process knows to be so, shared with whoever makes the same ones."""
        self._root = root
        self._durable = set() if durable is None else durable

    def path(self, name: str) -> Path:
        """Where a name lies (whether or not it does)."""
        return self._root / name

    def log(self, name: str) -> Path:
        """Where a log lies (whether or not it does)."""
        return self._root / f"{name}.jsonl"

    def put(self, name: str, content: BinaryIO) -> None:
        """As `Beside.put`: a temporary file, fsync, rename, fsync of the folder."""
        target = self.path(name)
        make_folders(target.parent, self._root, self._durable)
        part = target.with_name(target.name + _PART)
        with part.open("wb") as writer:
            shutil.copyfileobj(content, writer, _CHUNK)
            writer.flush()
            os.fsync(writer.fileno())
        part.replace(target)
        sync_folder(target.parent)

    def get(self, name: str) -> bytes:
        """As `Beside.get`."""
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(id=name) from error

    def size(self, name: str) -> int | None:
        """As `Beside.size`."""
        try:
            return self.path(name).stat().st_size
        except FileNotFoundError:
            return None

    def names(self, prefix: str = "") -> Iterator[str]:
        """As `Beside.names`."""
        folder, _, begin = prefix.rpartition("/")
        yield from self._below(self._root / folder, begin)

    def _below(self, folder: Path, begin: str = "") -> Iterator[str]:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if not path.name.startswith(begin):
                continue
            if path.is_dir():
                yield from self._below(path)
            elif not path.name.endswith(_PART):
                yield path.relative_to(self._root).as_posix()

    def remove(self, name: str) -> None:
        """As `Beside.remove`."""
        path = self.path(name)
        for one in (path, path.with_name(path.name + _PART)):
            if one.exists():
                one.unlink(missing_ok=True)
                sync_folder(one.parent)

    def half_written(self, prefix: str) -> Iterator[str]:
        """As `Beside.half_written`."""
        folder, _, begin = prefix.rpartition("/")
        for path in sorted((self._root / folder).glob(f"{begin}*{_PART}")):
            yield path.relative_to(self._root).as_posix().removesuffix(_PART)

    def append(self, log: str, lines: bytes) -> None:
        """As `Beside.append`."""
        path = self.log(log)
        new = not path.exists()
        with path.open("ab+") as stream:
            if stream.tell() and not _ends_a_line(stream.fileno(), stream.tell()):
                stream.write(b"\n")
            stream.write(lines)
            stream.flush()
            os.fsync(stream.fileno())
        if new:
            sync_folder(path.parent)

    def lines(self, log: str) -> Iterator[bytes]:
        """As `Beside.lines`."""
        path = self.log(log)
        if path.exists():
            with path.open("rb") as stream:
                yield from stream


def _ends_a_line(descriptor: int, size: int) -> bool:
    return os.pread(descriptor, 1, size - 1) == b"\n"
