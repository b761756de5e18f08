"""The rejected/ folder: what was not taken, each file beside a `.txt` that says why and what to do.

The catalogue learns of a rejection first and is the note of what remains to be done: killed at any
moment, the file is still in its claim, and whoever adopts the claim finds the delivery rejected and
ends the move. The `.txt` carries the delivery's id, so the same delivery is never put there twice.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from ingest.intake.naming import displayable, shortened
from kernel.durable import sync_folder, write_file
from kernel.errors import Refused
from kernel.locks import exclusive
from mappings.record import Delivery

# A name may have 255 bytes; room for a number, `.txt` and the `.part` of a file being written.
_NAME_BYTES = 230
_NOTE = """\
TỆP KHÔNG NHẬN ĐƯỢC
Tên tệp: {name}
Lý do: {error.title.vi}.
Cách xử lý: {error.remedy.vi}.
Thời điểm: {moment:%H:%M:%S %d/%m/%Y (UTC%z)}
Mã lần gửi: {delivery.id}

FILE NOT TAKEN
File name: {name}
Reason: {error.title.en}.
What to do: {error.remedy.en}.
Date: {moment:%Y-%m-%d %H:%M:%S (UTC%z)}
Delivery: {delivery.id}
"""


def refusal(code: str, values: dict[str, object]) -> Refused:
    """The refusal of a code as the catalogue keeps it; the general one if the code is of an older version."""
    kinds: list[type[Refused]] = [Refused]
    for kind in kinds:
        if kind.code == code:
            return kind(**values)
        kinds.extend(kind.__subclasses__())
    return Refused()


class Rejections:
    """Puts files into one rejected/ folder; several processes may."""

    def __init__(self, folder: Path, lock: Path) -> None:
        """`lock`: the file whose lock is held while a name is chosen."""
        self._folder = folder
        self._lock = lock
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, path: Path, relative: str, delivery: Delivery, error: Refused) -> Path:
        """Moves a file to its place in the folder, durably, and returns it. Safe to repeat with the same delivery.

        `relative`: its path as it lay in the drop. Nothing there is ever overwritten. OSError if the disk fails.
        """
        with exclusive(self._lock):
            target = self._place(relative, delivery.id)
            note = _note_of(target)
            if not note.exists():
                _make_folders(note.parent)
                write_file(note, _text(delivery, error))
            if os.path.lexists(path) and not os.path.lexists(target):
                _move(path, target)
        return target

    def _place(self, relative: str, delivery_id: str) -> Path:
        """The first name that is free with its note, or that is this delivery's already."""
        *folders, name = Path(relative).parts
        folder = self._folder
        for part in folders:
            # A file may have taken the name that is now a folder's.
            folder = next(path for path in _numbered(folder / part) if path.is_dir() or not os.path.lexists(path))
        for target in _numbered(folder / shortened(name, _NAME_BYTES)):
            note = _note_of(target)
            if _is_note_of(note, delivery_id) or not (os.path.lexists(target) or os.path.lexists(note)):
                return target
        raise AssertionError("numbers do not end")


def _numbered(path: Path) -> Iterator[Path]:
    """`a.pdf`, `a (2).pdf`, `a (3).pdf` …"""
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")


def _note_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.txt")


def _is_note_of(note: Path, delivery_id: str) -> bool:
    # A rejected file may itself be called `….txt`, so only our own last line counts.
    try:
        with note.open("rb") as stream:
            stream.seek(max(0, note.stat().st_size - 100))
            return stream.read().rstrip().endswith(f"Delivery: {delivery_id}".encode())
    except OSError:
        return False


def _text(delivery: Delivery, error: Refused) -> bytes:
    moment = delivery.received_at.astimezone()
    text = _NOTE.format(name=displayable(delivery.file_name), error=error, moment=moment, delivery=delivery)
    # With a mark and Windows line ends, so that the oldest Notepad shows Vietnamese.
    return text.replace("\n", "\r\n").encode("utf-8-sig")


def _make_folders(folder: Path) -> None:
    # Open to whoever may look into the drop, unlike the archive's own folders.
    if not folder.is_dir():
        _make_folders(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def _move(path: Path, target: Path) -> None:
    try:
        path.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(path, target)
    sync_folder(target.parent)


def _copy(path: Path, target: Path) -> None:
    """Across file systems (an upload lies in the data folder): whole under its name or not at all."""
    temporary = target.with_name(f"{target.name}.part")
    with path.open("rb") as reader, temporary.open("wb") as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)
        writer.flush()
        os.fsync(writer.fileno())
    temporary.rename(target)
