"""Originals on S3-compatible storage, each an object under its SHA-256, with local copies for those who read.

A single put is atomic in S3: an object is there whole or not at all. What was put is read back and hashed before
`store` returns. Local copies are verified when fetched, and handed out as hard links: pruning the cache, by this
process or another, takes nothing away from who is reading.
"""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from archive.originals import DIGEST, Held, Original, is_whole
from archive.s3_beside import S3Beside
from archive.s3_storage import S3Account, S3Storage, unavailable
from kernel.errors import DigestMismatch, NotFound, TooLarge, Unavailable
from kernel.ids import new_id

_CHUNK = 1 << 20
_MOST_BYTES = 5 << 30
"""Of a single put, by the S3 interface."""
_FORGOTTEN_SECONDS = 24 * 3600
"""A link handed out so long ago was left by a process that was killed."""


class S3Originals:
    """Implements `archive.originals.Originals`. BadValue for a URL that is not s3://bucket or s3://bucket/prefix."""

    def __init__(self, url: str, account: S3Account, cache: Path, cache_bytes: int) -> None:
        self._storage = S3Storage(url, account)
        self.beside = S3Beside(self._storage)
        self._cache, self._links, self._cache_bytes = cache / "kept", cache / "handed-out", cache_bytes
        for folder in (self._cache, self._links):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def key(self, digest: str) -> str:
        """The object's name within the bucket."""
        return self._storage.key(_name(digest))

    def place(self, digest: str) -> str:
        """The object's URL."""
        return f"s3://{self._storage.bucket}/{self.key(digest)}"

    def held(self) -> Iterator[Held]:
        """The objects in the folders of originals: S3 lists names in the order of their bytes, and so of the digests.

        Not: what lies beside those folders, and objects named `<digest>.…` beside an original.
        """
        for name, size in self._storage.listed():
            first, slash, _ = name.partition("/")
            if not slash or len(first) != 2 or (name.endswith("/") and not size):  # a folder made by hand
                continue
            digest, dot, _ = name.rpartition("/")[2].partition(".")
            in_place = bool(DIGEST.fullmatch(digest)) and name.rpartition("/")[0] == f"{digest[:2]}/{digest[2:4]}"
            if not (in_place and dot):
                yield Held(f"s3://{self._storage.bucket}/{self._storage.key(name)}", digest if in_place else None, size)

    def abandoned(self) -> list[Path]:
        """None: a put is whole or not there, and local copies are verified and bounded."""
        return []

    def sweep(self) -> int:
        """Nothing to do, see `abandoned`."""
        return 0

    def holds(self, digest: str, size: int) -> bool:
        """As `Originals.holds`."""
        return is_whole(self, digest, size)

    def store(self, source: Path, still: Callable[[], None] = lambda: None) -> Original:
        """Puts a file there unless it is there whole, and reads it back. The source is left alone.

        `still` is asked when all has been read once, before the put: what is put is what was read.
        """
        with source.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.tell()
            if size > _MOST_BYTES:
                raise TooLarge(megabytes=_MOST_BYTES >> 20)
            still()
            if not self.holds(digest, size):
                # If somebody was faster, what lies there is read back just so.
                self._put(digest, stream)
                self._read_back(digest, stream)
        return Original(digest, size)

    def _put(self, digest: str, stream: BinaryIO, *, anew: bool = False) -> None:
        checksum = base64.b64encode(bytes.fromhex(digest)).decode()
        stream.seek(0)
        with unavailable():
            if anew:
                self._call("put_object", digest, Body=stream, ChecksumSHA256=checksum)
            else:
                self._storage.put_new(_name(digest), stream, ChecksumSHA256=checksum)

    def _read_back(self, digest: str, stream: BinaryIO) -> None:
        """What lies there is what it must be. If not, it gives way to the bytes at hand.

        Never to nothing: it may be our reading that fails, and the object be the original of another's record.
        """
        try:
            self.verify(digest)
        except (DigestMismatch, NotFound):
            self._put(digest, stream, anew=True)
            try:
                self.verify(digest)
            except (DigestMismatch, NotFound) as error:
                raise Unavailable(reason=f"original {digest} does not come back as it was put") from error

    def verify(self, digest: str) -> None:
        """Reads the bytes again; DigestMismatch if they are not those of the digest, NotFound if gone."""
        found = hashlib.sha256()
        for chunk in self._chunks(digest):
            found.update(chunk)
        if found.hexdigest() != digest:
            raise DigestMismatch(digest=digest)

    def remove(self, digest: str) -> None:
        """Removes the object and the local copy, after a purge only; what is gone is passed over."""
        with unavailable():
            self._call("delete_object", digest)
        (self._cache / digest).unlink(missing_ok=True)

    def open(self, digest: str) -> BinaryIO:
        """A verified local copy, opened; it is there until it is closed, whatever becomes of the cache."""
        with self.local(digest) as path:
            return path.open("rb")

    @contextmanager
    def local(self, digest: str) -> Iterator[Path]:
        """A verified local copy, there while the block runs."""
        link = self._links / new_id()
        kept = self._cache / digest
        try:
            os.link(kept, link)
            os.utime(kept)
        except FileNotFoundError:
            self._fetch(digest, link)
        try:
            yield link
        finally:
            link.unlink(missing_ok=True)

    def _fetch(self, digest: str, link: Path) -> None:
        """Brings the object in under the link's name, verifies it, and keeps it by its digest too."""
        found = hashlib.sha256()
        part = link.with_suffix(".part")
        try:
            with part.open("xb") as writer:
                for chunk in self._chunks(digest):
                    found.update(chunk)
                    writer.write(chunk)
            if found.hexdigest() != digest:
                raise DigestMismatch(digest=digest)
            part.chmod(0o400)
            part.replace(link)
        finally:
            part.unlink(missing_ok=True)
        with suppress(FileExistsError):
            os.link(link, self._cache / digest)
        self._prune()

    def _prune(self) -> None:
        """Copies used longest ago go until the rest fit."""
        kept = sorted(_stats(self._cache), key=lambda one: one[1].st_mtime)
        size = sum(stat.st_size for _, stat in kept)
        for path, stat in kept:
            if size <= self._cache_bytes:
                break
            path.unlink(missing_ok=True)
            size -= stat.st_size
        forgotten = time.time() - _FORGOTTEN_SECONDS
        for path, stat in _stats(self._links):
            # The change of the number of links is what tells: the bytes may be older than any link.
            if stat.st_ctime < forgotten:
                path.unlink(missing_ok=True)

    def size(self, digest: str) -> int | None:
        """Bytes that lie under this digest; None if there are none."""
        return self._storage.size(_name(digest))

    def _chunks(self, digest: str) -> Iterator[bytes]:
        """The object's bytes; NotFound."""
        # Never its remembered size: what lies there now is what counts.
        size = self.size(digest)
        if size is None:
            raise NotFound(id=digest)
        for start in range(0, size, _CHUNK * 8):
            yield self._storage.read(_name(digest), start, min(start + _CHUNK * 8, size))

    def _call(self, method: str, digest: str, **more: Any) -> Any:
        return self._storage.call(method, _name(digest), **more)


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def _stats(folder: Path) -> list[tuple[Path, os.stat_result]]:
    found = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            found.append((path, path.stat()))
    return found
