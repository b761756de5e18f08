"""Where a delivered file can be before it is in the archive, and what lies there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOTE_ENDING = ".txt"
"""What the name of a rejected file's reason has behind the file's own name."""


@dataclass(frozen=True, slots=True)
class Places:
    """The folders on the way in: the drop, the claims from it, the spool with its own claims, and `rejected/`."""

    incoming: Path
    claimed: Path
    spool: Path
    spool_claimed: Path
    rejected: Path
    dividing: Path | None = None
    """Where parts of a scan lie while it is being divided."""

    def claims(self) -> list[Path]:
        """Every claimed file, every whole upload that waits, and every part that is being entered."""
        folders = (path for path in sorted(self.spool.glob("*")) if not path.name.startswith("."))
        spooled = [path for folder in folders for path in files_below(folder)]
        whole = [path for path in spooled if not path.name.endswith(".part")]
        whole += [note.with_name("bytes") for note in self._ended() if note.with_name("bytes").exists()]
        parts = files_below(self.dividing) if self.dividing else []
        return [*files_below(self.claimed), *files_below(self.spool_claimed), *whole, *parts]

    def holds_upload(self, delivery_id: str) -> bool:
        """Whether a spooled delivery is still there, claimed by somebody or by nobody."""
        if files_below(self.spool / delivery_id):
            return True
        if any(files_below(folder) for folder in self.spool_claimed.glob(f"*/{delivery_id}")):
            return True
        # One that came in pieces, and is just going into the spool.
        return any(_text_of(note) == delivery_id and note.with_name("bytes").exists() for note in self._ended())

    def _ended(self) -> list[Path]:
        """Where uploads in pieces (`archive.coming`) note that they are complete, and as which delivery."""
        return sorted(self.spool.glob(".coming/*/ended"))

    def notes(self) -> Iterator[Path]:
        """Every reason in `rejected/`."""
        yield from _notes(self.rejected)

    def rejected_ids(self) -> dict[str, Path]:
        """Delivery id to the rejected file (there or not), by the reasons that lie beside them."""
        return rejected_ids(self.rejected)


def rejected_ids(folder: Path, leaving_out: Path | None = None) -> dict[str, Path]:
    """Delivery id to the rejected file (there or not), by the reasons that lie beside them in this folder.

    `leaving_out`: a folder below it that is not looked into.
    """
    found: dict[str, Path] = {}
    for note in (note for note in _notes(folder) if leaving_out not in note.parents):
        path = note.with_name(note.name.removesuffix(NOTE_ENDING))
        # While a file is put elsewhere its reason lies in both places.
        if path.exists() or _delivery_of(note) not in found:
            found[_delivery_of(note)] = path
    return found


def _notes(folder: Path) -> Iterator[Path]:
    yield from (path for path in files_below(folder) if path.name.endswith(NOTE_ENDING) and _delivery_of(path))


def files_below(folder: Path) -> list[Path]:
    """Every file below a folder, links too; nothing if the folder is not there. In the order of their names.

    A folder that somebody takes away meanwhile is no error, as it would be to `Path.glob`.
    """
    return sorted(Path(parent) / name for parent, _, names in os.walk(folder) for name in names)


def digest_of(path: Path) -> str | None:
    """The SHA-256 of a file; None if it is gone or no plain file."""
    try:
        if path.is_symlink() or not path.is_file():
            return None
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def size_of(path: Path) -> int:
    """Bytes of a file; -1 if it is gone."""
    try:
        return path.lstat().st_size
    except OSError:
        return -1


def _text_of(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""


def _delivery_of(note: Path) -> str:
    """The delivery that a reason belongs to, told by its last line; empty if the file is no reason."""
    try:
        with note.open("rb") as stream:
            stream.seek(max(0, size_of(note) - 100))
            last = stream.read().decode("utf-8", "replace").rstrip().rpartition("\n")[2]
    except OSError:
        return ""
    return last.removeprefix("Delivery: ").strip() if last.startswith("Delivery: ") else ""
