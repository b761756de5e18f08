"""Claims: a file belongs to the one process that could rename it into its own folder.

`<claims>/<owner id>/<delivery id>/<path as it lay in the drop>`. The folder name is the delivery's id,
so whoever goes on with the claim of a dead owner goes on with the same delivery.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path

from kernel.ids import new_id
from kernel.locks import Owner
from mappings.record import DeliverySource


@dataclass(frozen=True, slots=True)
class Claim:
    """One claimed file. `relative` is its path below `folder`, as the file system has it.

    `fresh`: made a moment ago by us, so that the catalogue cannot know the delivery yet.
    """

    delivery_id: str
    folder: Path
    relative: str
    source: DeliverySource
    fresh: bool

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.folder / self.relative


class Claims:
    """The claims below one folder, for one owner. `root` must lie on the file system of what is claimed."""

    def __init__(self, root: Path, owner: Owner, source: DeliverySource) -> None:
        self._root = root
        self._owner = owner
        self._source = source
        self._own = root / owner.id
        self._own.mkdir(parents=True, exist_ok=True, mode=0o700)

    def take_file(self, incoming: Path, relative: str) -> Claim | None:
        """Claims a file of the drop; None if another took it or it is gone. OSError if it cannot be claimed."""
        claim = self._new(new_id(), relative)
        try:
            claim.path.parent.mkdir(parents=True, mode=0o700)
            (incoming / relative).rename(claim.path)
        except FileNotFoundError:
            _remove_folders(claim.folder)
            return None
        except OSError:
            _remove_folders(claim.folder)
            raise
        if stat.S_ISDIR(claim.path.lstat().st_mode):  # swapped since it was looked at; its files come by themselves
            claim.path.rename(incoming / relative)
            _remove_folders(claim.folder)
            return None
        return claim

    def take_folder(self, folder: Path) -> Claim | None:
        """Claims a delivery that has a folder already, as in the spool; None if another took it."""
        target = self._own / folder.name
        try:
            folder.rename(target)
        except FileNotFoundError:
            return None
        # Not fresh: who made the folder may have announced the delivery.
        return self._found(target)

    def adopt(self) -> list[Claim]:
        """Takes over all claims of owners that have died."""
        # Listed before asking who lives: an owner born in between must not seem dead.
        others = [folder for folder in self._root.iterdir() if folder.name != self._owner.id and folder.is_dir()]
        alive = self._owner.alive() if others else frozenset()
        return [claim for folder in others if folder.name not in alive for claim in self._adopt_all(folder)]

    def close(self) -> None:
        """Removes our folder if nothing is left in it; what is left goes to the next process."""
        try:
            self._own.rmdir()
        except OSError:
            return

    def _new(self, delivery_id: str, relative: str) -> Claim:
        return Claim(delivery_id, self._own / delivery_id, relative, self._source, fresh=True)

    def _adopt_all(self, dead: Path) -> list[Claim]:
        adopted: list[Claim] = []
        try:
            for folder in sorted(dead.iterdir()):
                claim = self.take_folder(folder)
                if claim:
                    adopted.append(claim)
            dead.rmdir()
        except OSError:  # another process adopts the same
            return adopted
        return adopted

    def _found(self, folder: Path) -> Claim | None:
        for parent, _, names in os.walk(folder):
            if names:
                relative = (Path(parent) / names[0]).relative_to(folder)
                return replace(self._new(folder.name, str(relative)), fresh=False)
        _remove_folders(folder)  # killed between removing the file and removing its folder
        return None


def anew(claim: Claim) -> Claim:
    """The same file as another delivery of the same owner: somebody wrote to it after it was taken."""
    delivery_id = new_id()
    other = replace(claim, delivery_id=delivery_id, folder=claim.folder.with_name(delivery_id), fresh=True)
    other.path.parent.mkdir(parents=True, mode=0o700)
    claim.path.rename(other.path)
    _remove_folders(claim.folder)
    return other


def forget(claim: Claim) -> None:
    """Removes the claimed file, if it is still there, and its folders. Only after it is safe elsewhere."""
    claim.path.unlink(missing_ok=True)
    _remove_folders(claim.folder)


def _remove_folders(folder: Path) -> None:
    """Removes a folder and all folders below it, unless there is a file in them."""
    for parent, _, _ in os.walk(folder, topdown=False):
        try:
            os.rmdir(parent)  # noqa: PTH106 - a name of any bytes, as os.walk gives it
        except OSError:
            return
