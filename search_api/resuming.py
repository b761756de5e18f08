"""Uploads that come in pieces and go on after a lost connection, a reload of the page or a kill of the service.

What is complete becomes one delivery, however often its end is asked for, through the same spool as all other uploads.
Each is its owner's alone: to anybody else it does not exist.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import SpooledTemporaryFile

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from archive.catalogue import Catalogue
from archive.coming import Announced, Coming, ComingUploads
from archive.deliveries import HandedIn
from archive.receiving import announce
from archive.spool import Spool, safe_name
from kernel.clock import now
from kernel.errors import BadRequest, NotFound, TangthuError, TooLarge
from kernel.upload_errors import TooManyUploads, WrongChecksum
from mappings.record import Delivery, DeliverySource, DeliveryState
from search_api.access.viewer import Viewer
from search_api.room import LEAVE_FREE_MB, expect_room, telling_of_the_disk

LOG = logging.getLogger(__name__)

MOST_OPEN = 200
"""Uploads of one person that are not complete."""

HOURS = 7 * 24
"""How long an upload is kept since it began, complete or not."""

MOST_FOLDERS, LONGEST_FOLDERS = 12, 500
"""Of the path that a file lay in: folders, and bytes."""

_ID_LENGTH = 26
_PIECE = 4 << 20  # bytes that are made durable together: a kill loses no more of what has come
_PATIENCE_SECONDS = 60.0
_ROUND_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of a request must have as digest, by a name that hashlib knows."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Together:
    """What files chosen at one time are handed in as: so many, by an id that the sender has made up, untrusted."""

    untrusted_id: str = ""
    files: int = 1

    def batch(self, account: str) -> str:
        """The id that the batch has in the archive: nobody's files get into what somebody else has handed in."""
        if not self.untrusted_id:
            return ""
        digest = hashlib.sha256(f"{account}\0{self.untrusted_id}".encode("utf-8", "replace")).digest()
        return base64.b32encode(digest).decode("ascii")[:_ID_LENGTH].lower()


ALONE = Together()


class ResumableUploads:
    """Safe over threads and processes."""

    def __init__(
        self, catalogue: Catalogue, spool: Spool, max_upload_mb: int, leave_free_mb: int = LEAVE_FREE_MB
    ) -> None:
        self._catalogue = catalogue
        self._coming = ComingUploads(spool)
        self._spool = spool
        self._leave_free_mb = leave_free_mb
        self._most_megabytes = max_upload_mb

    @property
    def largest(self) -> int:
        """Bytes of one upload."""
        return self._most_megabytes << 20

    def begin(
        self,
        viewer: Viewer,
        unit: str | None,
        length: int,
        untrusted_path: str,
        stack: str = "",
        together: Together = ALONE,
    ) -> Coming:
        """A new upload of so many bytes, for this unit. TooLarge, TooManyUploads, DiskFull, Unavailable."""
        if length > self.largest:
            raise TooLarge(megabytes=self._most_megabytes)
        theirs = (one for one in self._coming.going() if one.announced.owner == viewer.account)
        if sum(one.delivery_id is None for one in theirs) >= MOST_OPEN:
            raise TooManyUploads(limit=MOST_OPEN)
        expect_room(self._spool.folder, length, self._leave_free_mb)
        with telling_of_the_disk(self._leave_free_mb):
            said = Announced(viewer.account, length, safe_path(untrusted_path), unit, now(), stack)
            by = viewer.name if viewer.account else ""
            batch = together.batch(viewer.account)
            return self._coming.begin(replace(said, together=batch, files=together.files, by=by))

    def find(self, viewer: Viewer, untrusted_id: str) -> Coming:
        """One of theirs; NotFound for anybody else's too."""
        found = self._coming.find(untrusted_id)
        if found is None or found.announced.owner != viewer.account:
            raise NotFound(id=untrusted_id[:64])
        return found

    def mine(self, viewer: Viewer) -> list[Coming]:
        """All of theirs, the oldest first."""
        return [one for one in self._coming.all() if one.announced.owner == viewer.account]

    def on_the_way(self, batch: str, but: Collection[str]) -> int:
        """How many files of a batch somebody still sends. `but`: deliveries that are known already."""
        return sum(one.announced.together == batch and one.delivery_id not in but for one in self._coming.going())

    async def receive(self, upload: Coming, body: AsyncIterator[bytes], checksum: Checksum | None = None) -> Coming:
        """The upload with what the body brings, durable, as far as it came if the connection is lost.

        With a checksum nothing is kept that was not compared. UploadMoved, TooLarge, WrongChecksum, DiskFull.
        """
        pieces = _pieces(upload, body)
        if checksum:
            pieces = self._compared(pieces, checksum)
        async with aclosing(pieces):
            async for piece in pieces:
                upload = await run_in_threadpool(self.append, upload, piece)
        return upload

    async def _compared(self, pieces: AsyncGenerator[bytes], checksum: Checksum) -> AsyncGenerator[bytes]:
        """The same, once all of them were compared: until then they lie aside, and a kill leaves nothing wrong."""
        digest, came = hashlib.new(checksum.algorithm, usedforsecurity=False), 0
        folder = str(self._coming.folder)
        with telling_of_the_disk(self._leave_free_mb), SpooledTemporaryFile(_PIECE, dir=folder) as aside:
            async for piece in pieces:
                came += len(piece)
                # Beside what lies aside by now, it must fit into the upload.
                expect_room(self._spool.folder, came, self._leave_free_mb)
                digest.update(piece)
                await run_in_threadpool(aside.write, piece)
            if digest.digest() != checksum.digest:
                raise WrongChecksum
            aside.seek(0)
            while compared := await run_in_threadpool(aside.read, _PIECE):
                yield compared

    def append(self, upload: Coming, piece: bytes) -> Coming:
        """The upload with these bytes, durable, behind its offset. UploadMoved, DiskFull, Unavailable."""
        expect_room(self._spool.folder, len(piece), self._leave_free_mb)
        with telling_of_the_disk(self._leave_free_mb):
            return self._coming.append(upload, piece)

    def finish(self, upload: Coming) -> str:
        """The id of a complete upload's delivery; the same however often it is asked for. UploadMoved, DiskFull."""
        said = upload.announced

        def enter(delivery_id: str) -> None:
            source, state = DeliverySource.UPLOAD, DeliveryState.RECEIVED
            delivery = Delivery(delivery_id, said.name, source, state, now(), said.length)
            handed = HandedIn(said.together or delivery_id, said.files, said.by or None, said.owner or None)
            self._catalogue.write(lambda unit: announce(unit, (delivery,), said.unit, handed))

        with telling_of_the_disk(self._leave_free_mb):
            return self._coming.hand_over(upload, enter)

    def path(self, upload: Coming) -> Path:
        """Where its bytes lie, until it is a delivery."""
        return self._coming.bytes_of(upload)

    def note_joined(self, first: Coming, joined: Coming) -> None:
        """As `ComingUploads.note_joined`."""
        with telling_of_the_disk(self._leave_free_mb):
            self._coming.note_joined(first, joined)

    def joined(self, first: Coming) -> Coming | None:
        """As `ComingUploads.joined`."""
        return self._coming.joined(first)

    def forget(self, viewer: Viewer, untrusted_id: str) -> None:
        """Removes one of theirs, if it is there, that has become part of another."""
        found = self._coming.find(untrusted_id)
        if found is not None and found.announced.owner == viewer.account:
            self._coming.remove(found)

    def cancel(self, upload: Coming) -> str | None:
        """Nothing stays of it. What has become a delivery stays one: the id of that, however often it is asked for."""
        found = self._coming.withdraw(upload)
        if found is not None and self._coming.is_ending(found):
            self.finish(found)
        return found.delivery_id if found else None

    def run(self, stop: threading.Event) -> None:
        """Ends what a kill has left complete, and removes what nobody goes on with, until `stop`."""
        while not stop.is_set():
            try:
                self.look_after()
            except (TangthuError, OSError) as error:  # the disk or the database is away: the next round tries again
                LOG.warning("uploads could not be looked after: %s", error)
            stop.wait(_ROUND_SECONDS)

    def look_after(self) -> int:
        """One such round; how many expired uploads were removed."""
        for upload in self._coming.all():
            left = upload.delivery_id is None and upload.complete and not upload.announced.stack
            if left or self._coming.is_ending(upload):
                self.finish(upload)
        return self._coming.sweep(HOURS)


def safe_path(untrusted: str) -> str:
    """A file's name with the folders that it lay in, as a delivery of the drop folder has them; nothing climbs."""
    *untrusted_folders, untrusted_name = untrusted.replace("\\", "/").split("/")
    folders = [safe_name(part) for part in untrusted_folders if part.strip(". ")][-MOST_FOLDERS:]
    while folders and len("/".join(folders).encode()) > LONGEST_FOLDERS:
        del folders[0]
    return "/".join((*folders, safe_name(untrusted_name)))


async def _pieces(upload: Coming, body: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """The body in pieces that are made durable together; it ends where the connection is lost. BadRequest: too long."""
    held, end = bytearray(), upload.offset
    try:
        async for chunk in _patiently(body):
            held += chunk
            end += len(chunk)
            if end > upload.announced.length:
                raise BadRequest(what="Upload-Length")
            if len(held) >= _PIECE:
                yield bytes(held)
                held.clear()
    except (ClientDisconnect, TimeoutError):
        LOG.debug("the connection of an upload was lost")
    if held:
        yield bytes(held)


async def _patiently(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same; TimeoutError where nothing comes for long, as over a connection that is lost and does not know it."""
    while True:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                chunk = await anext(body)
        except StopAsyncIteration:
            return
        yield chunk
