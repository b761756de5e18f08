"""Sidecars: beside each original what the archive knows of it, so that storage can stand alone.

`originals/ab/cd/<digest>.json` holds the record, its fields with a person's corrections, how it came and what was
done to it, and names `<digest>.<hash>.pages.jsonl.gz` with its pages, a page a line, as they were read: reading need
not be repeated. The pages are named by their own hash, so that at any kill the `.json` that is there finds the pages
that belong to it. All of it is derived from the catalogue; the catalogue can be made anew from all of it.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

import orjson

from archive.beside import Beside
from archive.sealing import sealed, unsealed_bytes
from kernel.errors import NotFound
from kernel.keeping_errors import SidecarDamaged

LOG = logging.getLogger(__name__)

FORMAT = 1
_SUFFIX = ".json"
_PAGES_NAME = re.compile(r"([0-9a-f]{64})\.[0-9a-f]{16}\.pages\.jsonl\.gz")
_OF_AN_ORIGINAL = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})((?:\.json)?)")
_PARTS = ("original", "record", "access", "fields", "discarded", "deliveries", "events")
_LATER = ("corrections",)
"""Parts that sidecars of earlier releases lack."""

_COMPRESSION = 6
_HELD_IN_MEMORY = 1 << 20


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sidecar on its way: its pages lie in a temporary file, nothing is durable yet."""

    name: str
    content: dict[str, Any]
    pages: BinaryIO | None


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A sidecar as read and checked. `pages`: the name of their file, None if no page had been read."""

    beside: Beside
    name: str
    rows: dict[str, Any]
    pages: str | None

    @property
    def digest(self) -> str:
        """Of its original."""
        return _digest_in(self.name)

    @property
    def record_id(self) -> str:
        """Of its record."""
        return str(self.rows["record"]["id"])

    def read_pages(self) -> Iterator[dict[str, Any]]:
        """The pages in order. SidecarDamaged if they are not those that were written."""
        if self.pages is None:
            return
        try:
            kept = self.beside.get(self.pages)
            if hashlib.sha256(kept).hexdigest() != self.rows["pages"]["sha256"]:
                raise SidecarDamaged(name=_last(self.pages), reason="digest")
            with gzip.open(BytesIO(kept)) as stream:
                for line in stream:
                    yield orjson.loads(line)
        except (OSError, EOFError, NotFound, orjson.JSONDecodeError) as error:
            raise SidecarDamaged(name=_last(self.pages), reason=str(error)) from error


class Sidecars:
    """The sidecars beside the originals. One process at a time may write. OSError, Unavailable as `Beside`."""

    def __init__(self, beside: Beside, scratch: Path | None = None) -> None:
        """`scratch`: a folder for temporary files, for who writes."""
        self._beside = beside
        self._scratch = scratch

    def name(self, digest: str) -> str:
        """The name of the sidecar of a digest (whether or not there is one)."""
        return f"{digest[:2]}/{digest[2:4]}/{digest}{_SUFFIX}"

    def prepare(self, rows: Mapping[str, Any], pages: Iterable[Mapping[str, Any]] | None) -> Prepared:
        """Takes down what is to be written; `settle` makes it durable. `pages` None: none has been read."""
        digest = str(rows["record"]["digest"])
        content = {"format": FORMAT} | {name: rows[name] for name in (*_PARTS, *_LATER)}
        if pages is None:
            return Prepared(self.name(digest), content | {"pages": None}, None)
        written, count, whole = self._write_pages(pages)
        name = f"{digest}.{whole[:16]}.pages.jsonl.gz"
        return Prepared(
            self.name(digest), content | {"pages": {"file": name, "sha256": whole, "count": count}}, written
        )

    def _write_pages(self, pages: Iterable[Mapping[str, Any]]) -> tuple[BinaryIO, int, str]:
        """(file, pages, SHA-256 of the file). The same pages always make the same bytes."""
        count = 0
        file: Any = SpooledTemporaryFile(_HELD_IN_MEMORY, dir=str(self._scratch) if self._scratch else None)  # noqa: SIM115 - `settle` closes it
        with gzip.GzipFile("", "wb", _COMPRESSION, file, mtime=0) as stream:
            for page in pages:
                stream.write(orjson.dumps(page, option=orjson.OPT_APPEND_NEWLINE))
                count += 1
        file.seek(0)
        whole = hashlib.file_digest(file, "sha256").hexdigest()
        return file, count, whole

    def settle(self, prepared: Prepared) -> None:
        """Durable when this returns: the pages first, then the `.json` that names them."""
        pages = prepared.content["pages"]
        kept = f"{_folder(prepared.name)}{pages['file']}" if pages else ""
        if prepared.pages is not None:
            with prepared.pages as file:
                self._place(kept, file)
        self._beside.put(prepared.name, BytesIO(sealed("sidecar", prepared.content)))
        for name in self._pages_of(prepared.name):
            if name != kept:
                self._beside.remove(name)

    def _place(self, name: str, file: BinaryIO) -> None:
        size = file.seek(0, 2)
        file.seek(0)
        if self._beside.size(name) != size:  # else the pages have not changed: the name has their hash
            self._beside.put(name, file)

    def remove_of(self, digest: str, record_id: str) -> None:
        """Takes away what tells of a record that is no longer kept; not what tells of another with the same bytes."""
        try:
            found = self.find(digest)
            if found is not None and found.record_id != record_id:
                return
        except SidecarDamaged:  # whatever it told, it tells no more
            LOG.warning("damaged sidecar of purged record %s is removed", record_id)
        self.remove(digest)

    def remove(self, digest: str) -> None:
        """Takes away what lies beside an original that is no longer kept."""
        name = self.name(digest)
        self._beside.remove(name)
        begin = f"{_folder(name)}{digest}."
        for beside in [*self._pages_of(name), *self._beside.half_written(begin)]:
            self._beside.remove(beside)

    def find(self, digest: str) -> Sidecar | None:
        """The sidecar of a digest, checked; None if there is none. SidecarDamaged if it is not as it was written."""
        name = self.name(digest)
        try:
            content = _unsealed(self._beside.get(name), _last(name))
        except NotFound:
            return None
        named = content["pages"]["file"] if content["pages"] else None
        if content["record"]["digest"] != digest or (named and not _is_pages_name(named, digest)):
            raise SidecarDamaged(name=_last(name), reason="name")
        return Sidecar(self._beside, name, content, f"{_folder(name)}{named}" if named else None)

    def files(self) -> Iterator[tuple[str, bool, bool]]:
        """(digest, whether the original is there, whether a sidecar is), for all that lies there."""
        matches = (match for name in self._beside.names() if (match := _OF_AN_ORIGINAL.fullmatch(name)))
        for digest, found in groupby(matches, key=lambda match: match[3]):
            endings = {match[4] for match in found}
            yield digest, "" in endings, _SUFFIX in endings

    def _pages_of(self, name: str) -> Iterator[str]:
        digest = _digest_in(name)
        for beside in self._beside.names(f"{_folder(name)}{digest}."):
            if _is_pages_name(_last(beside), digest):
                yield beside


def _folder(name: str) -> str:
    return name[: name.rindex("/") + 1]


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _digest_in(name: str) -> str:
    return _last(name).removesuffix(_SUFFIX)


def _is_pages_name(untrusted_name: object, digest: str) -> bool:
    match = _PAGES_NAME.fullmatch(str(untrusted_name))
    return bool(match and match[1] == digest)


def _unsealed(untrusted: bytes, name: str) -> dict[str, Any]:
    try:
        content = unsealed_bytes(untrusted, "sidecar")
        if content.get("format") != FORMAT:
            raise ValueError(f"format {content.get('format')}")
        missing = [part for part in (*_PARTS, "pages") if part not in content]
        if missing:
            raise ValueError(f"without {missing[0]}")
        content |= {part: content.get(part, []) for part in _LATER}
    except ValueError as error:
        raise SidecarDamaged(name=name, reason=str(error)) from error
    return content
