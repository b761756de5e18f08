"""What lies beside the originals on S3-compatible storage: an object a name.

Objects cannot be appended to: a log is one object for each time that lines were added, numbered in their order.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from archive.s3_storage import S3Storage, unavailable
from kernel.errors import NotFound, Unavailable

_DIGITS = 12


class S3Beside:
    """Implements `archive.beside.Beside`. A single put is atomic in S3, and durable when it is answered."""

    def __init__(self, storage: S3Storage) -> None:
        self._storage = storage
        self._last: dict[str, int] = {}

    def put(self, name: str, content: BinaryIO) -> None:
        """As `Beside.put`; the storage compares what has come by the checksum that goes with it."""
        digest = hashlib.file_digest(content, "sha256").digest()  # type: ignore[arg-type]
        content.seek(0)
        with unavailable():
            self._storage.call("put_object", name, Body=content, ChecksumSHA256=base64.b64encode(digest).decode())

    def get(self, name: str) -> bytes:
        """As `Beside.get`."""
        with unavailable():
            try:
                size = self._storage.size(name)
                if size is None:
                    raise NotFound(id=name)
                return self._storage.read(name, 0, size) if size else b""
            except FileNotFoundError as error:  # removed between the two
                raise NotFound(id=name) from error

    def size(self, name: str) -> int | None:
        """As `Beside.size`."""
        return self._storage.size(name)

    def names(self, prefix: str = "") -> Iterator[str]:
        """As `Beside.names`."""
        return (name for name, _ in self._storage.listed(prefix))

    def remove(self, name: str) -> None:
        """As `Beside.remove`."""
        with unavailable():
            self._storage.call("delete_object", name)

    def half_written(self, prefix: str) -> Iterator[str]:  # noqa: ARG002
        """None: a put is whole or not there."""
        return iter(())

    def append(self, log: str, lines: bytes) -> None:
        """As `Beside.append`; nothing is ever cut off here."""
        number = self._last.get(log) or self._newest(log)
        checksum = base64.b64encode(hashlib.sha256(lines).digest()).decode()
        while True:
            number += 1
            # Never over one that another process has just put there.
            if self._storage.put_new(_entry(log, number), lines, ChecksumSHA256=checksum):
                self._last[log] = number
                return

    def lines(self, log: str) -> Iterator[bytes]:
        """As `Beside.lines`."""
        for name in self.names(f"{log}/"):
            try:
                yield from self.get(name).splitlines(keepends=True)
            except NotFound as error:  # listed a moment ago: nobody removes entries
                raise Unavailable(reason=f"{name} is listed but not there") from error

    def _newest(self, log: str) -> int:
        numbers = (name.removeprefix(f"{log}/").partition(".")[0] for name in self.names(f"{log}/"))
        return max((int(number) for number in numbers if number.isdigit()), default=0)


def _entry(log: str, number: int) -> str:
    return f"{log}/{number:0{_DIGITS}}.jsonl"
