"""The spool: uploads that are durable on disk before anybody is told that they were taken.

`spool/<delivery id>/<file name>` is a whole file; a name ending in `.part` is one still coming. Intake
claims a delivery by renaming its folder into `spool/.claimed/`, which is not listed here; nor is `spool/.coming/`,
uploads that come in pieces (`archive.coming`).
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kernel.durable import sync_folder
from kernel.ids import new_id
from kernel.locks import create_held, is_abandoned, remove_abandoned

_NAME_BYTES = 200


@dataclass(frozen=True, slots=True)
class Spooled:
    """One whole file in the spool."""

    delivery_id: str
    path: Path


class Spool:
    """The spool folder. Any process may add; intake takes away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def add(self, untrusted_name: str) -> SpoolWriter:
        """A place for a new upload under a safe form of its name."""
        return SpoolWriter(self.folder, new_id(), safe_name(untrusted_name))

    def take_over(self, path: Path, delivery_id: str, untrusted_name: str) -> Spooled:
        """Moves a durable file from elsewhere in as this delivery, whole from the first moment.

        From another file system it is copied: a kill may then leave it in both places, never in none. Intake may have
        taken it away when this returns. OSError if the disk fails.
        """
        folder, name = self.folder / delivery_id, safe_name(untrusted_name)
        try:
            _rename_into(path, folder, name)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            remove_abandoned(folder / f"{delivery_id}.part")
            with SpoolWriter(self.folder, delivery_id, name) as writer, path.open("rb") as source:
                shutil.copyfileobj(source, writer, 1 << 20)
                writer.finish()
            path.unlink()
        sync_folder(self.folder)
        sync_folder(path.parent)
        return Spooled(delivery_id, folder / name)

    def whole(self) -> Iterator[Spooled]:
        """All whole files, oldest first."""
        for folder in sorted(path for path in self.folder.iterdir() if not path.name.startswith(".")):
            try:
                names = [path for path in folder.iterdir() if not path.name.endswith(".part")]
            except (FileNotFoundError, NotADirectoryError):  # another process has just claimed it
                continue
            for path in names:
                yield Spooled(folder.name, path)

    def abandoned(self) -> list[Path]:
        """Uploads that ended in the middle because their process died, each by its part or its empty folder."""
        found: list[Path] = []
        for folder in self._folders():
            inside = _names_in(folder)
            found += [path for path in inside if path.name.endswith(".part") and is_abandoned(path)]
            found += [folder] if inside == [] else []
        return found

    def sweep(self) -> int:
        """Removes what uploads of dead processes have left; how many. Safe while others write."""
        swept = 0
        for path in self.abandoned():
            part = path.name.endswith(".part")
            swept += part and remove_abandoned(path)
            with suppress(OSError):  # somebody else's by now
                (path.parent if part else path).rmdir()
        return swept

    def _folders(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if not path.name.startswith(".") and path.is_dir())

    def remove(self, delivery_id: str) -> None:
        """Takes a delivery out, after its bytes are safe elsewhere."""
        shutil.rmtree(self.folder / delivery_id, ignore_errors=True)


def _rename_into(path: Path, folder: Path, name: str) -> None:
    while True:
        folder.mkdir(mode=0o700, exist_ok=True)
        try:
            # Opened before: the moment the name is there, intake may take the folder away under our hands.
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:  # swept away while it was empty
            continue
        try:
            path.rename(folder / name)
            os.fsync(descriptor)
            return
        except FileNotFoundError:
            if not path.exists():
                raise
        finally:
            os.close(descriptor)


def _names_in(folder: Path) -> list[Path] | tuple[()]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:  # claimed a moment ago
        return ()


class SpoolWriter:
    """Writes one upload. Use `with`; without `finish` nothing remains of it."""

    def __init__(self, root: Path, delivery_id: str, name: str) -> None:
        self.delivery_id = delivery_id
        self.name = name
        self.size = 0
        self._root = root
        self._folder = root / delivery_id
        self._part = self._folder / f"{delivery_id}.part"
        self._stream = self._begin()

    def _begin(self) -> BinaryIO:
        """The part, held until it is whole: whoever sweeps knows by this that we live."""
        while True:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            try:
                return create_held(self._part)
            except FileNotFoundError:  # swept away while it was still empty
                continue

    def __enter__(self) -> SpoolWriter:
        return self

    def write(self, chunk: bytes) -> int:
        """Adds bytes; how many."""
        self._stream.write(chunk)
        self.size += len(chunk)
        return len(chunk)

    def finish(self) -> Spooled:
        """Makes the file durable under its name. Intake may have taken it away when this returns."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        path = self._folder / self.name
        # Opened before: the moment the name is whole, intake may take the folder away under our hands.
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._part.replace(path)
            os.fsync(folder)
        finally:
            os.close(folder)
        self._stream.close()
        sync_folder(self._root)
        return Spooled(self.delivery_id, path)

    def __exit__(self, *_: object) -> None:
        if not self._stream.closed:
            self._stream.close()
            shutil.rmtree(self._folder, ignore_errors=True)


def safe_name(untrusted_name: str) -> str:
    """A name that is one plain part of a path: no folders, no control characters, at most 200 bytes.

    The ending is kept. A name with nothing left becomes `khong-ten`.
    """
    last = untrusted_name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(letter for letter in last if letter.isprintable()).strip().strip(".")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = plain, "", ""
    room = _NAME_BYTES - len((dot + ending).encode())
    stem = stem.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    name = f"{stem}{dot}{ending}"
    # A whole upload must never look like one still coming.
    return f"{name}_" if name.endswith(".part") else name or "khong-ten"
