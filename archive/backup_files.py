"""What lies in a backup folder, how files get there whole, and whether they are still as they were put.

tangthu-backup.txt        what this folder is, for people
manifest.json             the newest finished backup; written last, so that an unfinished one is never taken for it
catalogues/<id>.sqlite    the catalogue, one SQLite file whatever database it came from
originals/ab/cd/<digest>  each original once, kept from backup to backup
spool/<delivery>/upload    uploads that had not been taken into the archive yet
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.sealing import sealed, unsealed
from kernel.durable import copy_hashing, digest_on_disk, make_folders, write_file
from kernel.errors import DigestMismatch
from kernel.keeping_errors import BackupDamaged

FORMAT = 1
_SAYS = """\
SAO LƯU CỦA TÀNG THƯ
Phục hồi vào một thư mục còn trống:  ./run restore <thư mục này> --data <thư mục mới>
Kiểm tra bản sao lưu:                ./run backup <thư mục này> --check
Không sửa, không xóa tệp nào trong thư mục này.

A BACKUP MADE BY TANGTHU
Put back into an empty folder:       ./run restore <this folder> --data <new folder>
Check the backup:                    ./run backup <this folder> --check
Do not change or remove any file in this folder.
"""


@dataclass(frozen=True, slots=True)
class BackupFolder:
    """A folder for backups of one archive."""

    root: Path
    _durable: set[Path] = field(default_factory=set, compare=False)

    @property
    def note(self) -> Path:
        """What people read; also the mark by which we know the folder for ours."""
        return self.root / "tangthu-backup.txt"

    @property
    def manifest(self) -> Path:
        """Of the newest finished backup."""
        return self.root / "manifest.json"

    @property
    def catalogues(self) -> Path:
        """Catalogues as SQLite files."""
        return self.root / "catalogues"

    @property
    def spool(self) -> Path:
        """Uploads on their way."""
        return self.root / "spool"

    def original(self, digest: str) -> Path:
        """Where the bytes of a digest lie (whether or not they do)."""
        return self.root / "originals" / digest[:2] / digest[2:4] / digest

    def begin(self) -> None:
        """Makes the folders; the note goes first."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.note.exists():
            write_file(self.note, _SAYS.encode("utf-8"))
        for folder in (self.catalogues, self.spool, self.root / "originals"):
            self.make_folder(folder)

    def make_folder(self, folder: Path) -> None:
        """Makes a folder below this one, durably; once, however often it is asked for."""
        make_folders(folder, self.root, self._durable)

    def write_manifest(self, content: dict[str, Any]) -> None:
        """From now on this is the newest backup."""
        write_file(self.manifest, sealed("backup", {"format": FORMAT} | content))

    def read_manifest(self) -> dict[str, Any]:
        """The newest finished backup, else BackupDamaged."""
        try:
            content = unsealed(self.manifest, "backup")
            if content.get("format") != FORMAT:
                raise ValueError(f"format {content.get('format')}")
        except ValueError as error:
            raise BackupDamaged(place=self.root, what=f"manifest.json ({error})") from error
        return content


def original_digests(catalogue: Path) -> Iterator[tuple[str, int]]:
    """(digest, bytes) of every original that a catalogue file names."""
    with closing(open_catalogue_file(catalogue)) as connection:
        yield from connection.execute("SELECT digest, size FROM original ORDER BY digest")


def open_catalogue_file(path: Path) -> sqlite3.Connection:
    """For reading only; nothing is made beside it."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def copy_checked(source: Path, target: Path, digest: str) -> None:
    """A file whose SHA-256 is known, in its new place in a folder that is there, read back from the disk.

    DigestMismatch if the source is other bytes or the disk gives back others; OSError if a disk fails.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("wb") as writer:
            copied, _ = copy_hashing(source, writer)
        if copied != digest or digest_on_disk(part) != digest:
            raise DigestMismatch(digest=digest)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
