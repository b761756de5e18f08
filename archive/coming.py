"""Uploads that come in pieces: what has come of each is durable, and stays while nobody is connected.

`spool/.coming/<upload id>/` holds `about.json` (whose it is, how long it will be), `bytes`, and `offset`: how many of
the bytes are durable. What lies behind the offset was never acknowledged and is written over. `ended` holds the id of
the delivery that the upload becomes; it is written before the bytes leave for the spool, so that whoever ends the
upload again after a kill goes on with the same delivery.

Appending is optimistic: it names the offset that it goes on from and fails if another connection was faster. So no
lock is held while anybody waits for the network, and a connection that hangs keeps nobody from going on.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import orjson

from archive.spool import Spool
from kernel.clock import now
from kernel.durable import sync_folder, write_file
from kernel.ids import new_id
from kernel.upload_errors import UploadMoved

FOLDER = ".coming"
"""In the spool."""

_ABOUT, _BYTES, _OFFSET, _ENDED, _JOINED = "about.json", "bytes", "offset", "ended", "joined"
_DIGITS = 20
_ID_LENGTH = 26


@dataclass(frozen=True, slots=True)
class Announced:
    """What was said of an upload when it began.

    `owner`: the account, empty for the person at the machine. `unit`: as of a delivery. `name`: with the folders that
    it lay in, made safe. `stack`: the stack of photos that it is a sheet of; empty: it stands for itself.
    `together`: the id of what it is handed in with, of so many `files`; empty: alone. `by`: its owner, as they sign.
    """

    owner: str
    length: int
    name: str
    unit: str | None
    begun_at: datetime
    stack: str = ""
    together: str = ""
    files: int = 1
    by: str = ""


@dataclass(frozen=True, slots=True)
class Coming:
    """An upload as it stands. `delivery_id`: what it became or is becoming, None while bytes are missing."""

    id: str
    announced: Announced
    offset: int
    delivery_id: str | None = None

    @property
    def complete(self) -> bool:
        """Whether all bytes have come."""
        return self.offset == self.announced.length

    @property
    def unfinished(self) -> bool:
        """Whether somebody has to go on with it for it to be handed in."""
        return self.delivery_id is None and not (self.complete and not self.announced.stack)


class ComingUploads:
    """All of one spool. Safe over threads and processes."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.folder = spool.folder / FOLDER

    def begin(self, announced: Announced) -> Coming:
        """A new one, of which nothing has come yet. OSError if the disk fails."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        upload_id = new_id()
        # Made under another name: who finds an upload finds it whole.
        made = self.folder / f"{upload_id}.part"
        made.mkdir(mode=0o700)
        (made / _BYTES).touch(mode=0o600)
        write_file(made / _OFFSET, _digits(0))
        write_file(made / _ABOUT, orjson.dumps(asdict(announced)))
        made.rename(self.folder / upload_id)
        sync_folder(self.folder)
        return Coming(upload_id, announced, 0)

    def find(self, untrusted_id: str) -> Coming | None:
        """The upload of this id as it stands, None if there is none."""
        if len(untrusted_id) != _ID_LENGTH or not untrusted_id.isalnum() or not untrusted_id.isascii():
            return None
        place = self.folder / untrusted_id
        try:
            about = orjson.loads((place / _ABOUT).read_bytes())
            offset = int((place / _OFFSET).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        announced = Announced(**about | {"begun_at": datetime.fromisoformat(about["begun_at"])})
        with suppress(FileNotFoundError):
            return Coming(untrusted_id, announced, offset, (place / _ENDED).read_text())
        return Coming(untrusted_id, announced, offset)

    def all(self) -> Iterator[Coming]:
        """Every one, the oldest first."""
        return self._found(self._places())

    def going(self) -> Iterator[Coming]:
        """Those whose bytes lie here still, the oldest first: of those that are deliveries by now nothing is read."""
        return self._found(path for path in self._places() if (path / _BYTES).exists())

    def _places(self) -> list[Path]:
        return sorted(self.folder.glob("*")) if self.folder.is_dir() else []

    def _found(self, places: Iterable[Path]) -> Iterator[Coming]:
        for path in places:
            found = self.find(path.name)
            if found is not None:
                yield found

    def append(self, upload: Coming, piece: bytes) -> Coming:
        """The upload with these bytes, durable, behind its offset. Nothing of them if the disk fails (OSError).

        UploadMoved if it does not stand any more where `upload` says, or is gone.
        """
        with self._held(upload.id):
            self._expect(upload)
            offset = upload.offset
            with (self.folder / upload.id / _BYTES).open("r+b") as stream:
                stream.seek(offset)
                stream.write(piece)
                stream.flush()
                os.fsync(stream.fileno())
            return self._put_offset(upload, offset + len(piece))

    def hand_over(self, upload: Coming, announce: Callable[[str], object]) -> str:
        """Moves a complete upload into the spool; the id of its delivery, the same however often this is called.

        `announce` enters the delivery of this id before intake can see it; it must be safe to repeat. OSError,
        UploadMoved if it is gone.
        """
        with self._held(upload.id):
            found = self.find(upload.id)
            if found is None or not found.complete:
                raise UploadMoved
            delivery_id = found.delivery_id or new_id()
            if found.delivery_id is None:
                # Of what was written and never acknowledged nothing goes into the archive.
                os.truncate(self.bytes_of(found), found.announced.length)
                write_file(self.folder / upload.id / _ENDED, delivery_id.encode())
            if self.bytes_of(found).exists():
                announce(delivery_id)
                self._spool.take_over(self.bytes_of(found), delivery_id, found.announced.name)
            return delivery_id

    def bytes_of(self, upload: Coming) -> Path:
        """Where its bytes lie until they go into the spool."""
        return self.folder / upload.id / _BYTES

    def note_joined(self, upload: Coming, joined: Coming) -> None:
        """Puts down durably what the stack that begins with this sheet is made into. UploadMoved if it is gone."""
        with self._held(upload.id):
            write_file(self.folder / upload.id / _JOINED, joined.id.encode())

    def joined(self, upload: Coming) -> Coming | None:
        """What was put down so, None if nothing was or it is gone."""
        try:
            return self.find((self.folder / upload.id / _JOINED).read_text())
        except FileNotFoundError:
            return None

    def withdraw(self, upload: Coming) -> Coming | None:
        """Nothing stays of it, unless it has become a delivery. As it stood; None if it was gone."""
        with suppress(UploadMoved), self._held(upload.id):
            found = self.find(upload.id)
            if found is not None and found.delivery_id is None:
                self._remove(upload.id)
            return found
        return None

    def remove(self, upload: Coming) -> None:
        """Nothing stays of it, unless its bytes must yet go into the spool."""
        with suppress(UploadMoved), self._held(upload.id):
            found = self.find(upload.id)
            if found is None or not self.is_ending(found):
                self._remove(upload.id)

    def _remove(self, upload_id: str) -> None:
        # Renamed first: half of one is never found.
        gone = self.folder / f"{upload_id}.part"
        with suppress(FileNotFoundError):
            (self.folder / upload_id).rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def sweep(self, hours: int) -> int:
        """Removes uploads that began so long ago, and what kills have left; how many. None whose bytes must yet go."""
        oldest = now() - timedelta(hours=hours)
        expired = [one for one in self.all() if one.announced.begun_at < oldest and not self.is_ending(one)]
        for one in expired:
            self.remove(one)
        for path in self.folder.glob("*.part") if self.folder.is_dir() else ():
            with suppress(FileNotFoundError):  # another process sweeps too
                if path.stat().st_mtime < oldest.timestamp():
                    shutil.rmtree(path, ignore_errors=True)
        return len(expired)

    def is_ending(self, upload: Coming) -> bool:
        """Whether it is to be a delivery, and its bytes have not left yet."""
        return upload.delivery_id is not None and self.bytes_of(upload).exists()

    def _expect(self, upload: Coming) -> None:
        found = self.find(upload.id)
        if found is None or found.offset != upload.offset or found.delivery_id is not None:
            raise UploadMoved

    def _put_offset(self, upload: Coming, offset: int) -> Coming:
        # In place: twenty digits in one write, which no kill tears; a rename would cost two more waits for the disk.
        descriptor = os.open(self.folder / upload.id / _OFFSET, os.O_WRONLY)
        try:
            os.pwrite(descriptor, _digits(offset), 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return Coming(upload.id, upload.announced, offset)

    @contextmanager
    def _held(self, upload_id: str) -> Iterator[None]:
        """Nobody else changes the upload while the block runs. UploadMoved if it is gone."""
        try:
            descriptor = os.open(self.folder / upload_id, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError as error:
            raise UploadMoved from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _digits(offset: int) -> bytes:
    return str(offset).zfill(_DIGITS).encode()
