"""Uploads, streamed from the request into the spool: never whole in memory, never on disk twice.

All files of a request are taken, or none: they become whole in the spool only when the last has come.
"""

from __future__ import annotations

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
from archive.receiving import announce
from archive.spool import Spool, SpoolWriter
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import BadRequest, TooLarge, Unavailable
from mappings.record import Delivery, DeliverySource, DeliveryState

MOST_FILES = 100
"""Files of one request."""

_MEGABYTE = 1 << 20
# Text fields of a form, which nobody reads here, and what stands between the parts.
_ROOM_FOR_REST = 4 * _MEGABYTE
_WRITE_AT = _MEGABYTE
_EXTENDED_NAME = re.compile(rb"filename\*\s*=\s*\"?utf-8'[^']*'([^;\"\s]+)", re.IGNORECASE)


class UploadService:
    """Takes uploads through the same door as all other files: the spool."""

    def __init__(self, catalogue: Catalogue, spool: Spool, max_upload_mb: int) -> None:
        self._catalogue = catalogue
        self._spool = spool
        self._most_megabytes = max_upload_mb

    async def receive(self, request: Request) -> tuple[Delivery, ...]:
        """The deliveries of all files in a multipart request, durable and entered.

        Errors: BadRequest (no multipart form, no file, too many), TooLarge (413), Unavailable (the disk).
        """
        receiving = _Receiving(self._spool, self._most_megabytes, _boundary(request))
        try:
            await self._read(request, receiving)
            return await run_in_threadpool(self._finish, receiving)
        except ClientDisconnect as error:
            raise BadRequest(what="multipart/form-data") from error
        except OSError as error:
            # The disk is full or fails: nothing was taken, and the sender keeps the file.
            raise Unavailable from error
        finally:
            await run_in_threadpool(receiving.close)

    async def _read(self, request: Request, receiving: _Receiving) -> None:
        held = bytearray()
        async for chunk in request.stream():
            held += chunk
            if len(held) >= _WRITE_AT:
                await run_in_threadpool(receiving.feed, bytes(held))
                held.clear()
        await run_in_threadpool(receiving.feed, bytes(held))

    def _finish(self, receiving: _Receiving) -> tuple[Delivery, ...]:
        deliveries = receiving.finish()
        self._catalogue.write(lambda unit: _announce(unit, deliveries))
        return deliveries


def _announce(unit: UnitOfWork, deliveries: tuple[Delivery, ...]) -> None:
    for delivery in deliveries:
        # Intake sees the spool too and may have taken the file already: its word is the later one.
        if unit.deliveries.find(delivery.id) is None:
            announce(unit, delivery)


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
            writer.__exit__(None, None, None)

    def _begin_part(self) -> None:
        self._part = _Part()

    def _add_name(self, data: bytes, start: int, end: int) -> None:
        self._part.name += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._part.value += data[start:end]

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
