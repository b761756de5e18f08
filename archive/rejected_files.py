"""The files in `rejected/`, each beside its reason: found, handed in again, put by.

The catalogue learns first what is to be done with one; these moves follow it and may be repeated: whoever finds a
settled delivery whose file still lies open ends the move. Nothing is removed before it is whole elsewhere.
"""

from __future__ import annotations

from pathlib import Path

from archive.places import NOTE_ENDING, files_below, rejected_ids
from archive.spool import Spool
from kernel.durable import make_folders, move_file, sync_folder, write_file
from kernel.locks import exclusive

PUT_BY = "da-xu-ly"
"""Below `rejected/`: what somebody has settled, a folder a delivery."""


class RejectedFiles:
    """One rejected/ folder. Safe over threads and processes; the folder may be away (nothing is found then)."""

    def __init__(self, folder: Path, lock: Path) -> None:
        self._folder = folder
        self._lock = lock

    def find(self, delivery_id: str) -> Path | None:
        """The file of a rejected delivery, None if it does not lie here."""
        path = self.open().get(delivery_id)
        if path is not None:
            return path
        put_by = files_below(self._folder / PUT_BY / delivery_id)
        return next((path for path in put_by if not path.name.endswith((NOTE_ENDING, ".part"))), None)

    def open(self) -> dict[str, Path]:
        """Delivery id to file, of all that lie here and are not put by."""
        return {one: path for one, path in self.noted().items() if path.exists()}

    def noted(self) -> dict[str, Path]:
        """The same of all whose reason lies here, with their file or without."""
        return rejected_ids(self._folder, leaving_out=self._folder / PUT_BY)

    def hand_in_again(self, delivery_id: str, spool: Spool, as_delivery: str, name: str) -> None:
        """Moves a file into the spool as another delivery, and its reason away. OSError if a disk fails."""
        with exclusive(self._lock):
            path = self.noted().get(delivery_id)
            if path is None:
                return
            if path.exists():
                spool.take_over(path, as_delivery, name)
            _note_of(path).unlink(missing_ok=True)
            sync_folder(path.parent)

    def put_by(self, delivery_id: str) -> None:
        """Moves a file with its reason to those that are settled. OSError if a disk fails."""
        with exclusive(self._lock):
            path = self.noted().get(delivery_id)
            if path is None:
                return
            target = self._folder / PUT_BY / delivery_id / path.name
            make_folders(target.parent, self._folder, set())
            # The reason is there before the file, and goes after it: a file is never without.
            write_file(_note_of(target), _note_of(path).read_bytes())
            if path.exists():
                move_file(path, target)
            _note_of(path).unlink(missing_ok=True)
            sync_folder(path.parent)


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}{NOTE_ENDING}")
