"""A backup put back into an empty place, checked before and while it is copied."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from archive.backup import check, kept_upload
from archive.backup_files import BackupFolder, copy_checked, original_digests
from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.originals import Originals
from archive.unit_of_work import UnitOfWork
from kernel.durable import make_folders, sync_folder, write_file
from kernel.errors import DigestMismatch
from kernel.keeping_errors import BackupDamaged, HalfRestored, NotEmpty
from kernel.progress import Progress, silent

Opening = Callable[[], AbstractContextManager[Catalogue]]
"""Opens the catalogue to be filled."""

_SHOWN = 5
_UNFINISHED = """\
Đang phục hồi từ bản sao lưu, hoặc lần phục hồi đã dừng giữa chừng.
Nếu không có lệnh restore nào đang chạy: xóa cả thư mục này
(và những gì lần phục hồi ấy đã ghi vào cơ sở dữ liệu và kho S3) rồi chạy lại.

A backup is being put back here, or a restore stopped half-way.
If no restore is running: remove this whole folder
(and what that restore put into the database and the S3 storage) and run it again.
"""


@dataclass(slots=True)
class PutBack:
    """What was put back. `left_out`: what was damaged in the backup, or lacking there from the start."""

    originals: int = 0
    uploads: int = 0
    left_out: list[str] = field(default_factory=list)


def restore(
    folder: Path,
    layout: Layout,
    open_originals: Callable[[], Originals],
    open_catalogue: Opening,
    *,
    despite_damage: bool = False,
    progress: Progress = silent,
) -> PutBack:
    """Puts the newest backup of `folder` into an empty data folder, and an empty database if that is PostgreSQL.

    Originals that lie on a storage of their own: nothing may be there either, or two archives would share it.

    The whole backup is read first: BackupDamaged, with nothing written, if anything in it is not as it was made;
    `despite_damage` leaves out such originals. NotEmpty if there is something already, HalfRestored if that is a
    restore that did not end. The index is built afterwards.
    """
    place = BackupFolder(folder.resolve())
    _check_empty(layout)
    _check_nothing_stored(layout, open_originals)
    damaged = check(folder, progress)
    if damaged and not despite_damage:
        raise BackupDamaged(place=place.root, what=_few(damaged))
    _mark_unfinished(layout)
    layout.prepare()
    done = _put_files(place, layout, open_originals(), set(damaged))
    _put_catalogue(place, layout, open_catalogue)
    layout.half_restored.unlink()
    sync_folder(layout.data)
    return done


def _check_empty(layout: Layout) -> None:
    if layout.half_restored.exists():
        raise HalfRestored(place=layout.data)
    if layout.data.exists() and (not layout.data.is_dir() or any(layout.data.iterdir())):
        raise NotEmpty(place=layout.data)


def _check_nothing_stored(layout: Layout, open_originals: Callable[[], Originals]) -> None:
    """Not the originals of another archive, nor what lies beside them: its sidecars would be overwritten, and a purge
    in either would take the bytes from both."""
    was_there = layout.data.exists()
    try:
        _mark_unfinished(layout)
        found = next(open_originals().beside.names(), None)
    finally:
        # Opening may make folders in the data folder, where nothing was: they go again, nothing is restored yet.
        for folder, _, _ in os.walk(layout.data, topdown=False):
            if Path(folder) != layout.data:
                Path(folder).rmdir()
        layout.half_restored.unlink(missing_ok=True)
        if not was_there:
            layout.data.rmdir()
    if found is not None:
        raise NotEmpty(place="TANGTHU_ORIGINALS_URL")


def _mark_unfinished(layout: Layout) -> None:
    """Before anything else: what is half there must never be taken for an archive."""
    layout.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_file(layout.half_restored, _UNFINISHED.encode("utf-8"))


def _few(paths: list[str]) -> str:
    more = f" … ({len(paths)})" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more


def _put_files(place: BackupFolder, layout: Layout, originals: Originals, damaged: set[str]) -> PutBack:
    manifest = place.read_manifest()
    done = PutBack(left_out=[*damaged, *manifest["lacking"]])
    folders, made = set[Path](), set[Path]()
    for digest, _ in original_digests(place.catalogues / manifest["catalogue"]["file"]):
        source = place.original(digest)
        if digest in manifest["lacking"] or str(source.relative_to(place.root)) in damaged:
            continue
        if originals.store(source).digest != digest:
            raise DigestMismatch(digest=digest)
        originals.verify(digest)
        done.originals += 1
    for upload in manifest["uploads"]:
        source = kept_upload(place.spool, upload)
        if str(source.relative_to(place.root)) not in damaged:
            # Names out of a file: each is one plain part.
            target = layout.spool / Path(upload["delivery_id"]).name / Path(upload["name"]).name
            make_folders(target.parent, layout.data, made)
            copy_checked(source, target, upload["sha256"])
            folders.add(target.parent)
            done.uploads += 1
    for folder in folders:
        sync_folder(folder)
    return done


def _put_catalogue(place: BackupFolder, layout: Layout, open_catalogue: Opening) -> None:
    manifest = place.read_manifest()["catalogue"]
    copy = layout.data / "catalogue.restored"
    copy_checked(place.catalogues / manifest["file"], copy, manifest["sha256"])
    with open_catalogue() as catalogue:
        with catalogue.reading() as unit:
            if not unit.kept_rows.is_empty():
                raise NotEmpty(place="database")
        # By its rows, into whichever database: a backup of one kind can be put back into the other.
        catalogue.fill_from(copy)
        catalogue.write(_begin_anew)
    for path in layout.data.glob("catalogue.restored*"):
        path.unlink()


def _begin_anew(unit: UnitOfWork) -> None:
    # Sidecars are not in a backup: they are written anew.
    unit.sidecar_marks.put_all()
    # Who was signed in then may have been signed out since.
    unit.sessions.end_all()
    unit.sessions.drop_all_links()
    unit.identities.drop_begun()
