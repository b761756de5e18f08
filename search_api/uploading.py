"""Uploads, streamed from the request into the spool: never whole in memory, never on disk twice.

All files of a request are taken, or none: they become whole in the spool only when the last has come.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from archive.catalogue import Catalogue
from archive.deliveries import HandedIn
from archive.receiving import announce
from archive.spool import Spool, SpoolWriter
from kernel.clock import now
from kernel.errors import BadRequest, RequestTooLarge, TooLarge
from mappings.record import Delivery, DeliverySource, DeliveryState
from search_api.access import Viewer
from search_api.resuming import ResumableUploads
from search_api.room import LEAVE_FREE_MB, disk_trouble, expect_room

LOG = logging.getLogger(__name__)

MOST_FILES = 100
"""Files of one request."""

LARGEST_FILES = 4
"""So many files of the greatest size may be in one request: its limit in bytes."""

_MEGABYTE = 1 << 20
_LONGEST_HEADER = 16 << 10  # of a part
# Text fields of a form, which nobody reads here, and what stands between the parts.
_ROOM_FOR_REST = 4 * _MEGABYTE
_WRITE_AT = _MEGABYTE
_EXTENDED_NAME = re.compile(rb"filename\*\s*=\s*\"?utf-8'[^']*'([^;\"\s]+)", re.IGNORECASE)


class UploadService:
    """Takes uploads through the same door as all other files: the spool."""

    def __init__(
        self, catalogue: Catalogue, spool: Spool, max_upload_mb: int, leave_free_mb: int = LEAVE_FREE_MB
    ) -> None:
        self._leave_free_mb = leave_free_mb
        self._catalogue = catalogue
        self._spool = spool
        self._most_megabytes = max_upload_mb
        self.in_pieces = ResumableUploads(catalogue, spool, max_upload_mb, leave_free_mb)

    async def receive(
        self, request: Request, unit: str | None = None, by: Viewer | None = None
    ) -> tuple[Delivery, ...]:
        """The deliveries of all files in a multipart request, durable and entered, for this unit, as one batch.

        Errors: BadRequest (no multipart form, no file, too many), TooLarge (one file), RequestTooLarge (all of them),
        DiskFull (507), Unavailable (the disk fails).
        """
        receiving = _Receiving(self._spool, self._most_megabytes, _boundary(request))
        try:
            await self._read(request, receiving)
            return await run_in_threadpool(self._finish, receiving, unit, by)
        except ClientDisconnect as error:
            raise BadRequest(what="multipart/form-data") from error
        except OSError as error:
            raise disk_trouble(error, self._leave_free_mb) from error
        finally:
            await run_in_threadpool(receiving.close)

    async def _read(self, request: Request, receiving: _Receiving) -> None:
        limit_mb = LARGEST_FILES * self._most_megabytes
        held, came = bytearray(), 0
        # What it says of itself ends it before the first byte; what it is in truth ends it anyhow.
        self._ensure_bounds(_told_length(request), limit_mb)
        async for chunk in request.stream():
            held += chunk
            came += len(chunk)
            if len(held) >= _WRITE_AT:
                self._ensure_bounds(came, limit_mb, of_disk=len(held))
                await run_in_threadpool(receiving.feed, bytes(held))
                held.clear()
        await run_in_threadpool(receiving.feed, bytes(held))

    def _ensure_bounds(self, came: int, limit_mb: int, of_disk: int | None = None) -> None:
        """RequestTooLarge for so many bytes; DiskFull if `of_disk` of them (else all) have no room any more."""
        if came > limit_mb * _MEGABYTE + _ROOM_FOR_REST:
            raise RequestTooLarge(megabytes=limit_mb)
        expect_room(self._spool.folder, came if of_disk is None else of_disk, self._leave_free_mb)

    def _finish(self, receiving: _Receiving, to: str | None, by: Viewer | None) -> tuple[Delivery, ...]:
        deliveries = receiving.finish()
        signed = (by.name, by.account) if by is not None and by.account else (None, None)
        handed = HandedIn(deliveries[0].id, len(deliveries), *signed)
        self._catalogue.write(lambda unit: announce(unit, deliveries, to, handed))
        return deliveries


def _told_length(request: Request) -> int:
    untrusted = request.headers.get("content-length", "")
    return int(untrusted) if untrusted.isascii() and untrusted.isdigit() and len(untrusted) < 20 else 0


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise BadRequest(what="Content-Type: multipart/form-data")
    return boundary


@dataclass(slots=True)
class _Part:
    """The headers of the part that is being read."""

    disposition: bytes = b""
    name: bytes = b""
    value: bytes = b""


class _Receiving:
    """Fed with the body, writes each file to the spool."""

    def __init__(self, spool: Spool, most_megabytes: int, boundary: bytes) -> None:
        self._spool = spool
        self._most_megabytes = most_megabytes
        self._part = _Part()
        self._writers: list[SpoolWriter] = []
        self._current: SpoolWriter | None = None
        self._rest = 0
        self._ended = False
        self._parser = MultipartParser(boundary, self._callbacks())  # type: ignore[arg-type]

    def _callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._add_name,
            "on_header_value": self._add_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_content,
            "on_part_data": self._add_content,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes of the body."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise BadRequest(what="multipart/form-data") from error

    def finish(self) -> tuple[Delivery, ...]:
        """Makes all files whole and durable."""
        if not self._ended or not self._writers:
            raise BadRequest(what="multipart/form-data: files")
        moment = now()
        for writer in self._writers:
            writer.finish()
        return tuple(
            Delivery(
                writer.delivery_id, writer.name, DeliverySource.UPLOAD, DeliveryState.RECEIVED, moment, writer.size
            )
            for writer in self._writers
        )

    def close(self) -> None:
        """Leaves nothing of files that are not whole."""
        for writer in self._writers:
            try:
                writer.__exit__(None, None, None)
            except OSError as error:  # on a full disk even closing fails; the others must go all the same
                LOG.warning("an upload that was not taken left something behind: %s", error)

    def _begin_part(self) -> None:
        self._part = _Part()

    def _add_name(self, data: bytes, start: int, end: int) -> None:
        self._part.name += data[start:end]
        self._ensure_short_header()

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._part.value += data[start:end]
        self._ensure_short_header()

    def _ensure_short_header(self) -> None:
        if len(self._part.name) + len(self._part.value) > _LONGEST_HEADER:
            raise BadRequest(what="multipart/form-data: header")

    def _end_header(self) -> None:
        if self._part.name.lower() == b"content-disposition":
            self._part.disposition = self._part.value
        self._part.name = self._part.value = b""

    def _begin_content(self) -> None:
        untrusted_name = _file_name(self._part.disposition)
        self._current = None
        if not untrusted_name:
            return
        if len(self._writers) == MOST_FILES:
            raise BadRequest(what=f"files > {MOST_FILES}")
        self._current = self._spool.add(untrusted_name)
        self._writers.append(self._current)

    def _add_content(self, data: bytes, start: int, end: int) -> None:
        if self._current is None:
            self._rest += end - start
            if self._rest > _ROOM_FOR_REST:
                raise TooLarge(megabytes=self._most_megabytes)
            return
        if self._current.size + end - start > self._most_megabytes * _MEGABYTE:
            raise TooLarge(megabytes=self._most_megabytes)
        self._current.write(data[start:end])

    def _end_part(self) -> None:
        self._current = None

    def _end(self) -> None:
        self._ended = True


def _file_name(disposition: bytes) -> str:
    """The file's name as told by the client (empty: no file was chosen, or the part is no file)."""
    extended = _EXTENDED_NAME.search(disposition)
    if extended:
        return unquote_to_bytes(extended[1]).decode("utf-8", "replace")
    _, options = parse_options_header(disposition)
    return options.get(b"filename", b"").decode("utf-8", "replace")
