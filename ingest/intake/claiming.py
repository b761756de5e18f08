"""Claims: a file belongs to the one process that could rename it into its own folder.

From the drop: `<claims>/<owner id>/<batch id>/<path as it lay in the drop>`, a folder for a batch, because making
and removing one for each file cost more than all else that is done with a small file. The delivery's id follows
from batch and path. From the spool: `<claims>/<owner id>/<delivery id>/<name>`. So whoever goes on with the
claim of a dead owner goes on with the same delivery.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kernel.ids import new_id
from kernel.locks import Owner
from mappings.record import DeliverySource

_ULID_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_ULID_TIME_LETTERS, _ULID_OTHER_LETTERS = 10, 16


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

    def __init__(self, root: Path, owner: Owner) -> None:
        self._root = root
        self._owner = owner
        self._own = root / owner.id
        self._own.mkdir(parents=True, exist_ok=True, mode=0o700)

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

    def _adopt_all(self, dead: Path) -> list[Claim]:
        adopted: list[Claim] = []
        try:
            for folder in sorted(dead.iterdir()):
                adopted += self._take_over(folder)
            dead.rmdir()
        except OSError:  # another process adopts the same
            return adopted
        return adopted

    def _take_over(self, folder: Path) -> list[Claim]:
        target = self._own / folder.name
        try:
            folder.rename(target)
        except FileNotFoundError:
            return []
        found = [self._found(target, relative) for relative in _files_in(target)]
        if not found:
            _remove_folders(target)  # killed between removing the file and removing its folder
        return found

    def _found(self, folder: Path, relative: str) -> Claim:
        raise NotImplementedError


class DropClaims(Claims):
    """Claims of files in the drop."""

    def take(self, incoming: Path, relatives: Iterable[str]) -> tuple[list[Claim], list[OSError]]:
        """Claims a batch of files: those that we got, and why others cannot be claimed.

        Files that another process took or that are gone are in neither.
        """
        folder = self._own / new_id()
        claims: list[Claim] = []
        failures: list[OSError] = []
        for relative in relatives:
            claim = _dropped(folder, relative, fresh=True)
            try:
                if _rename_in(incoming / relative, claim):
                    claims.append(claim)
            except OSError as error:
                failures.append(error)
        if not claims:
            _remove_folders(folder)
        return claims, failures

    def _found(self, folder: Path, relative: str) -> Claim:
        return _dropped(folder, relative, fresh=False)


class SpoolClaims(Claims):
    """Claims of uploads, each a folder with one file, named by its delivery."""

    def take(self, folder: Path) -> list[Claim]:
        """Claims a delivery's folder; nothing if another took it. Not fresh: it may have been announced."""
        return self._take_over(folder)

    def _found(self, folder: Path, relative: str) -> Claim:
        return Claim(folder.name, folder, relative, DeliverySource.UPLOAD, fresh=False)


def _dropped(folder: Path, relative: str, *, fresh: bool) -> Claim:
    return Claim(_delivery_id(folder.name, relative), folder, relative, DeliverySource.DROP, fresh)


def _delivery_id(batch_id: str, relative: str) -> str:
    """An id with the time of its batch, the rest told by batch and path, so that anyone finds the same."""
    digest = hashlib.sha256(f"{batch_id}/".encode() + os.fsencode(relative)).digest()
    rest = "".join(_ULID_LETTERS[byte % len(_ULID_LETTERS)] for byte in digest[:_ULID_OTHER_LETTERS])
    return batch_id[:_ULID_TIME_LETTERS] + rest


def _rename_in(path: Path, claim: Claim) -> bool:
    """Renames a file of the drop into its claim; whether it was there."""
    try:
        claim.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.rename(claim.path)
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(claim.path.lstat().st_mode):  # swapped since it was looked at; its files come by themselves
        claim.path.rename(path)
        return False
    return True


def anew(claim: Claim) -> Claim:
    """The same file as another delivery of the same owner: somebody wrote to it after it was taken."""
    folder = claim.folder.with_name(new_id())
    delivery_id = _delivery_id(folder.name, claim.relative) if claim.source is DeliverySource.DROP else folder.name
    other = replace(claim, delivery_id=delivery_id, folder=folder, fresh=True)
    other.path.parent.mkdir(parents=True, mode=0o700)
    claim.path.rename(other.path)
    _remove_empty(claim)
    return other


def forget(claim: Claim) -> None:
    """Removes the claimed file, if it is still there, and its folders. Only after it is safe elsewhere."""
    claim.path.unlink(missing_ok=True)
    _remove_empty(claim)


def _remove_empty(claim: Claim) -> None:
    """Removes the folders that were the claim's alone, from the inside outwards."""
    folder = claim.path.parent
    try:
        while folder != claim.folder.parent:
            folder.rmdir()
            folder = folder.parent
    except OSError:  # others of the batch are in it
        return


def _files_in(folder: Path) -> list[str]:
    return [str((Path(parent) / name).relative_to(folder)) for parent, _, names in os.walk(folder) for name in names]


def _remove_folders(folder: Path) -> None:
    """Removes a folder and all folders below it, unless there is a file in them."""
    for parent, _, _ in os.walk(folder, topdown=False):
        try:
            os.rmdir(parent)  # noqa: PTH106 - a name of any bytes, as os.walk gives it
        except OSError:
            return
