"""Backups: made while tangthu runs, incremental, read back after writing, finished by the manifest or not at all."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.backup_files import BackupFolder, copy_checked, open_catalogue_file, original_digests
from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.originals import Originals
from archive.places import files_below
from kernel.clock import now
from kernel.durable import digest_on_disk, sync_folder
from kernel.errors import DigestMismatch, NotFound
from kernel.ids import new_id
from kernel.keeping_errors import BackupDamaged, NotEmpty
from kernel.locks import exclusive
from kernel.progress import Progress, silent


@dataclass(slots=True)
class BackedUp:
    """What a backup holds and what it cost.

    `copied`: originals that were not there yet; `lacking`: digests of originals that the archive itself has lost or
    holds damaged, and the backup does not have either; `mended`: those that were damaged in the backup.
    """

    records: int = 0
    events: int = 0
    originals: int = 0
    copied: int = 0
    copied_bytes: int = 0
    uploads: int = 0
    lacking: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)


def back_up(
    catalogue: Catalogue,
    originals: Originals,
    layout: Layout,
    folder: Path,
    *,
    reread: bool = False,
    progress: Progress = silent,
) -> BackedUp:
    """Brings the backup in `folder` up to date with one state of the archive, which may go on changing meanwhile.

    `reread`: what is there from before is read back too, and copied anew where it is damaged. NotEmpty if the folder
    holds anything else; OSError if a disk fails: then the backup before this one still holds.
    """
    place = BackupFolder(folder.resolve())
    _check_place(place, layout)
    place.begin()
    with exclusive(place.root / ".lock"):
        return _Backing(catalogue, originals, layout, place, reread).run(progress)


def check(folder: Path, progress: Progress = silent) -> list[str]:
    """Reads the whole backup; the paths, below the folder, of what is damaged or missing.

    BackupDamaged if it is no finished backup, or its catalogue is not as it was made.
    """
    place = BackupFolder(folder.resolve())
    manifest = place.read_manifest()
    catalogue = place.catalogues / Path(manifest["catalogue"]["file"]).name
    if not _is_as_told(catalogue, manifest["catalogue"]["sha256"]):
        raise BackupDamaged(place=place.root, what=catalogue.name)
    lacking = set(manifest["lacking"])
    total, damaged = manifest["originals"], []
    for number, (digest, _) in enumerate(original_digests(catalogue), 1):
        path = place.original(digest)
        if digest not in lacking and not _is_as_told(path, digest):
            damaged.append(str(path.relative_to(place.root)))
        progress(number, total)
    for upload in manifest["uploads"]:
        path = kept_upload(place.spool, upload)
        if not _is_as_told(path, upload["sha256"]):
            damaged.append(str(path.relative_to(place.root)))
    return damaged


def kept_upload(spool: Path, upload: dict[str, Any]) -> Path:
    """Where a backup keeps an upload: the disk may not take every name, so its own stands in the manifest."""
    return spool / Path(upload["delivery_id"]).name / "upload"


def _check_place(place: BackupFolder, layout: Layout) -> None:
    data = layout.data.resolve()
    inside = place.root == data or data in place.root.parents
    strange = place.root.is_dir() and not place.note.exists() and any(not _begun(path) for path in place.root.iterdir())
    if inside or strange or (place.root.exists() and not place.root.is_dir()):
        raise NotEmpty(place=place.root)


def _begun(path: Path) -> bool:
    """Whether this is the note of a backup that was killed while writing it."""
    return path.name == f"{BackupFolder(path.parent).note.name}.part"


def _is_as_told(path: Path, digest: str) -> bool:
    try:
        return digest_on_disk(path) == digest
    except OSError:
        return False


class _Backing:
    """One backup on its way."""

    def __init__(
        self, catalogue: Catalogue, originals: Originals, layout: Layout, place: BackupFolder, reread: bool
    ) -> None:
        self._catalogue = catalogue
        self._originals = originals
        self._layout = layout
        self._place = place
        self._reread = reread
        self._touched: set[Path] = set()
        self.done = BackedUp()

    def run(self, progress: Progress) -> BackedUp:
        path = self._place.catalogues / f"{new_id()}.sqlite"
        self._catalogue.snapshot(path)
        # Originals are never altered and are there before their rows: whatever the snapshot names can be copied.
        self._copy_originals(path, progress)
        uploads = self._copy_uploads(path)
        for folder in self._touched:
            sync_folder(folder)
        self._place.write_manifest(self._manifest(path, uploads))
        for former in self._place.catalogues.iterdir():
            if former.name != path.name:
                former.unlink()
        self._forget_uploads(uploads)
        return self.done

    def _copy_originals(self, catalogue: Path, progress: Progress) -> None:
        originals = list(original_digests(catalogue))
        for number, (digest, size) in enumerate(originals, 1):
            self._copy_original(digest, size)
            progress(number, len(originals))
        self.done.originals = len(originals) - len(self.done.lacking)

    def _copy_original(self, digest: str, size: int) -> None:
        target = self._place.original(digest)
        there = target.is_file() and target.stat().st_size == size
        if there and (not self._reread or _is_as_told(target, digest)):
            return
        try:
            was_there = target.exists()
            with self._originals.local(digest) as source:
                self._place.make_folder(target.parent)
                copy_checked(source, target, digest)
        except (NotFound, FileNotFoundError, DigestMismatch):
            self.done.lacking.append(digest)
            return
        if was_there:
            self.done.mended.append(digest)
        self._touched.add(target.parent)
        self.done.copied += 1
        self.done.copied_bytes += size

    def _copy_uploads(self, catalogue: Path) -> list[dict[str, Any]]:
        """Files that were handed in and not taken yet at the moment of the snapshot."""
        query = "SELECT id, file_name FROM delivery WHERE state = 'received'"
        with closing(open_catalogue_file(catalogue)) as connection:
            waiting = connection.execute(query).fetchall()
        return [upload for delivery_id, name in waiting if (upload := self._copy_upload(delivery_id, name))]

    def _copy_upload(self, delivery_id: str, name: str) -> dict[str, Any] | None:
        spool = self._layout.spool
        # It lies there, or is claimed by a process, or has just become an original, or was rejected: then it is no
        # longer the archive's.
        folders = (spool / delivery_id, *spool.glob(f".claimed/*/{delivery_id}"))
        for source in (path for folder in folders for path in files_below(folder)):
            if not source.name.endswith(".part") and (upload := self._keep_upload(source, delivery_id, source.name)):
                return upload
        with self._catalogue.reading() as unit:
            row = unit.deliveries.find(delivery_id)
        digest = row.delivery.digest if row else None
        if not digest:
            return None
        try:
            with self._originals.local(digest) as source:
                return self._keep_upload(source, delivery_id, name)
        except (NotFound, DigestMismatch):
            return None

    def _keep_upload(self, source: Path, delivery_id: str, name: str) -> dict[str, Any] | None:
        upload = {"delivery_id": delivery_id, "name": name}
        target = kept_upload(self._place.spool, upload)
        try:
            with source.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            self._place.make_folder(target.parent)
            copy_checked(source, target, digest)
        except (FileNotFoundError, DigestMismatch):
            return None
        self._touched.add(target.parent)
        self.done.uploads += 1
        return upload | {"sha256": digest}

    def _manifest(self, catalogue: Path, uploads: list[dict[str, Any]]) -> dict[str, Any]:
        with closing(open_catalogue_file(catalogue)) as connection:
            counts = {
                name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608 - our own names
                for name in ("record", "page", "delivery", "event")
            }
            newest = connection.execute("SELECT number, at, type FROM event ORDER BY number DESC LIMIT 1").fetchone()
        self.done.records, self.done.events = counts["record"], counts["event"]
        return {
            "made_at": now().isoformat(),
            "catalogue": {"file": catalogue.name, "sha256": digest_on_disk(catalogue)},
            "counts": counts,
            "newest_event": dict(zip(("number", "at", "type"), newest, strict=True)) if newest else None,
            "originals": self.done.originals,
            "lacking": self.done.lacking,
            "uploads": uploads,
        }

    def _forget_uploads(self, uploads: list[dict[str, Any]]) -> None:
        """Those of former backups: they are originals by now, or were rejected."""
        kept = {upload["delivery_id"] for upload in uploads}
        for folder in self._place.spool.iterdir():
            if folder.name not in kept:
                for path in folder.iterdir():
                    path.unlink()
                folder.rmdir()
