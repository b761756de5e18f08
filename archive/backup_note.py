"""A small note in the data folder of how the last backup went, for the home page: the backup itself may be away."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from archive.backup import BackedUp
from archive.layout import Layout
from kernel.clock import now
from kernel.durable import write_file
from kernel.errors import TangthuError

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackupNote:
    """`place`: where, as it was named. `lacking`: originals that neither the archive nor the backup has whole.

    `verified_at`: when all of the backup was last read back and found whole. `failed_at`, `why`: of a later try that
    failed. None: that has never been.
    """

    made_at: datetime | None = None
    place: str = ""
    records: int = 0
    originals: int = 0
    lacking: int = 0
    verified_at: datetime | None = None
    failed_at: datetime | None = None
    why: str = ""


def read_note(layout: Layout) -> BackupNote:
    """What is noted; the empty note if there is none, or one that cannot be read."""
    try:
        told = orjson.loads(layout.last_backup.read_bytes())
        values: dict[str, Any] = {name: _moment(told[name]) if name.endswith("_at") else told[name] for name in _NAMES}
        return BackupNote(**values)
    except FileNotFoundError:
        return BackupNote()
    except (OSError, ValueError, KeyError, TypeError) as error:
        LOG.warning("%s is not understood: %r", layout.last_backup.name, error)
        return BackupNote()


_NAMES = tuple(BackupNote.__dataclass_fields__)


@contextmanager
def noted_failure(layout: Layout, folder: Path) -> Iterator[None]:
    """Notes that a backup or a look at it failed within the block, beside what is known of the last good one."""
    try:
        yield
    except (OSError, TangthuError) as error:
        why = error.title.en if isinstance(error, TangthuError) else str(error.strerror or error)
        note_failure(layout, folder, why)
        raise


def note_failure(layout: Layout, folder: Path, why: str) -> None:
    """Notes why a backup could not be made, or is not whole."""
    _write(layout, replace(read_note(layout), failed_at=now(), why=f"{folder}: {why}"))


def note_backup(layout: Layout, folder: Path, done: BackedUp, *, reread: bool) -> None:
    """Notes a finished backup. `reread`: all of it was read back, not only what is new."""
    former, place, moment = read_note(layout), str(folder.resolve()), now()
    verified = moment if reread else former.verified_at if former.place == place else None
    lacking = len(done.lacking)
    _write(layout, BackupNote(moment, place, done.records, done.originals, lacking, verified))


def note_check(layout: Layout, folder: Path) -> None:
    """Notes that the backup there was read and is whole, if it is the one that the note is about."""
    former = read_note(layout)
    if former.made_at is not None and former.place == str(folder.resolve()):
        _write(layout, replace(former, verified_at=now(), failed_at=None, why=""))


def _write(layout: Layout, note: BackupNote) -> None:
    try:
        write_file(layout.last_backup, orjson.dumps(asdict(note), option=orjson.OPT_INDENT_2))
    except OSError as error:  # the backup is what counts
        LOG.warning("the last backup could not be noted: %s", error)


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value is not None else None
