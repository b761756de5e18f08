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
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import s3fs
from botocore.exceptions import BotoCoreError, ClientError

from archive.originals import DIGEST, Held, Original
from kernel.errors import BadValue, DigestMismatch, NotFound, TooLarge, Unavailable
from kernel.ids import new_id

_CHUNK = 1 << 20
_MOST_BYTES = 5 << 30
"""Of a single put, by the S3 interface."""
_FORGOTTEN_SECONDS = 24 * 3600
"""A link handed out so long ago was left by a process that was killed."""


@dataclass(frozen=True, slots=True)
class S3Account:
    """Where the storage is and who we are there; what is empty is found as usual on this machine."""

    endpoint_url: str = ""
    region: str = ""
    key: str = ""
    secret: str = ""


class S3Originals:
    """Implements `archive.originals.Originals`. BadValue for a URL that is not s3://bucket or s3://bucket/prefix."""

    def __init__(self, url: str, account: S3Account, cache: Path, cache_bytes: int) -> None:
        scheme, _, rest = url.partition("://")
        self._bucket, _, prefix = rest.partition("/")
        if scheme != "s3" or not self._bucket:
            raise BadValue(name="TANGTHU_ORIGINALS_URL", value=url, expected="s3://bucket/prefix")
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._files = s3fs.S3FileSystem(
            key=account.key or None,
            secret=account.secret or None,
            endpoint_url=account.endpoint_url or None,
            client_kwargs={"region_name": account.region} if account.region else {},
            skip_instance_cache=True,
        )
        self._cache, self._links, self._cache_bytes = cache / "kept", cache / "handed-out", cache_bytes
        for folder in (self._cache, self._links):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def key(self, digest: str) -> str:
        """The object's name within the bucket."""
        return f"{self._prefix}{digest[:2]}/{digest[2:4]}/{digest}"

    def place(self, digest: str) -> str:
        """The object's URL."""
        return f"s3://{self._bucket}/{self.key(digest)}"

    def held(self) -> Iterator[Held]:
        """The objects below the prefix: S3 lists names in the order of their bytes, and so of the digests."""
        root = f"{self._bucket}/{self._prefix}".rstrip("/")
        with _unavailable():
            found = self._files.find(root, detail=True, refresh=True)
        for name, detail in found.items():
            digest = name.rpartition("/")[2]
            in_place = name == f"{self._bucket}/{self.key(digest)}" and bool(DIGEST.fullmatch(digest))
            yield Held(f"s3://{name}", digest if in_place else None, int(detail["size"]))

    def abandoned(self) -> list[Path]:
        """None: a put is whole or not there, and local copies are verified and bounded."""
        return []

    def sweep(self) -> int:
        """Nothing to do, see `abandoned`."""
        return 0

    def holds(self, digest: str, size: int) -> bool:
        """Whether bytes of this digest lie there, whole as far as their size tells."""
        return self.size(digest) == size

    def store(self, source: Path, still: Callable[[], None] = lambda: None) -> Original:
        """Puts a file there unless it is there, and reads it back. The source is left alone.

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
                self._put(digest, stream, IfNoneMatch="*")
                self._read_back(digest, stream)
        return Original(digest, size)

    def _put(self, digest: str, stream: BinaryIO, **condition: str) -> None:
        checksum = base64.b64encode(bytes.fromhex(digest)).decode()
        stream.seek(0)
        with _unavailable():
            try:
                self._call("put_object", digest, Body=stream, ChecksumSHA256=checksum, **condition)
            except FileExistsError:
                return
            except OSError as error:
                if not _is_precondition(error):
                    raise

    def _read_back(self, digest: str, stream: BinaryIO) -> None:
        """What lies there is what it must be. If not, it is nobody's original and gives way to the bytes at hand."""
        try:
            self.verify(digest)
        except (DigestMismatch, NotFound):
            self._put(digest, stream)
            try:
                self.verify(digest)
            except (DigestMismatch, NotFound) as error:
                self.remove(digest)  # or the next try would take it for whole
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
        with _unavailable():
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
        with _unavailable():
            try:
                return int(self._call("head_object", digest)["ContentLength"])
            except FileNotFoundError:
                return None

    def _chunks(self, digest: str) -> Iterator[bytes]:
        """The object's bytes; NotFound."""
        # Never its remembered size: what lies there now is what counts.
        size = self.size(digest)
        if size is None:
            raise NotFound(id=digest)
        for start in range(0, size, _CHUNK * 8):
            with _unavailable():
                end = min(start + _CHUNK * 8, size)
                yield self._files.cat_file(f"{self._bucket}/{self.key(digest)}", start=start, end=end)

    def _call(self, method: str, digest: str, **more: Any) -> Any:
        return self._files.call_s3(method, Bucket=self._bucket, Key=self.key(digest), **more)


@contextmanager
def _unavailable() -> Iterator[None]:
    """Whatever else the storage answers, or does not: it is tried again later."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (OSError, BotoCoreError, ClientError) as error:
        raise Unavailable(reason=str(error)) from error


def _is_precondition(error: OSError) -> bool:
    cause = error.__cause__
    return isinstance(cause, ClientError) and cause.response["Error"]["Code"] in ("PreconditionFailed", "412")


def _stats(folder: Path) -> list[tuple[Path, os.stat_result]]:
    found = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            found.append((path, path.stat()))
    return found
