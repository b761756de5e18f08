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
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from archive.sealing import sealed, unsealed
from kernel.durable import make_folders, write_file
from kernel.keeping_errors import SidecarDamaged

LOG = logging.getLogger(__name__)

FORMAT = 1
_SUFFIX = ".json"
_NAME = re.compile(r"[0-9a-f]{64}\.json")
_PAGES_NAME = re.compile(r"([0-9a-f]{64})\.[0-9a-f]{16}\.pages\.jsonl\.gz")
_DIGEST_NAME = re.compile(r"[0-9a-f]{64}")
_PARTS = ("original", "record", "access", "fields", "discarded", "deliveries", "events")
_COMPRESSION = 6


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sidecar on its way: the pages lie in a temporary file, nothing is durable yet."""

    target: Path
    content: dict[str, Any]
    pages_part: Path | None


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A sidecar as read and checked. `pages`: their file, None if no page had been read."""

    path: Path
    rows: dict[str, Any]
    pages: Path | None

    @property
    def digest(self) -> str:
        """Of its original."""
        return self.path.name.removesuffix(_SUFFIX)

    @property
    def record_id(self) -> str:
        """Of its record."""
        return str(self.rows["record"]["id"])

    def read_pages(self) -> Iterator[dict[str, Any]]:
        """The pages in order. SidecarDamaged if they are not those that were written."""
        if self.pages is None:
            return
        try:
            self._check_pages()
            with gzip.open(self.pages) as stream:
                for line in stream:
                    yield orjson.loads(line)
        except (OSError, EOFError, orjson.JSONDecodeError) as error:
            raise SidecarDamaged(name=self.pages.name, reason=str(error)) from error

    def _check_pages(self) -> None:
        if self.pages is None:
            return
        with self.pages.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != self.rows["pages"]["sha256"]:
                raise SidecarDamaged(name=self.pages.name, reason="digest")


def is_sidecar(name: str) -> bool:
    """Whether a file name below `originals/` is one of ours and not that of an original."""
    return bool(_NAME.fullmatch(name) or _PAGES_NAME.fullmatch(name)) or name.endswith(".part")


class Sidecars:
    """The sidecars below the folder of originals. One process at a time may write."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._durable: set[Path] = set()

    def path(self, digest: str) -> Path:
        """Where the sidecar of a digest lies (whether or not it does)."""
        return self._root / digest[:2] / digest[2:4] / f"{digest}{_SUFFIX}"

    def prepare(self, rows: Mapping[str, Any], pages: Iterable[Mapping[str, Any]] | None) -> Prepared:
        """Takes down what is to be written; `settle` makes it durable. `pages` None: none has been read."""
        digest = str(rows["record"]["digest"])
        target = self.path(digest)
        make_folders(target.parent, self._root, self._durable)
        content = {"format": FORMAT} | {name: rows[name] for name in _PARTS}
        if pages is None:
            return Prepared(target, content | {"pages": None}, None)
        part = target.with_name(f"{digest}.pages.part")
        count, whole = _write_pages(part, pages)
        name = f"{digest}.{whole[:16]}.pages.jsonl.gz"
        return Prepared(target, content | {"pages": {"file": name, "sha256": whole, "count": count}}, part)

    def settle(self, prepared: Prepared) -> None:
        """Durable when this returns: the pages first, then the `.json` that names them. OSError if the disk fails."""
        target, pages = prepared.target, prepared.content["pages"]
        if prepared.pages_part is not None:
            _place(prepared.pages_part, target.with_name(pages["file"]))
        write_file(target, sealed("sidecar", prepared.content))
        kept = pages["file"] if pages else ""
        for path in self._pages_of(target):
            if path.name != kept:
                path.unlink(missing_ok=True)

    def remove_of(self, digest: str, record_id: str) -> None:
        """Takes away what tells of a record that is no longer kept; not what tells of another with the same bytes."""
        path = self.path(digest)
        try:
            if path.exists() and self.read(path).record_id != record_id:
                return
        except SidecarDamaged:  # whatever it told, it tells no more
            LOG.warning("damaged sidecar of purged record %s is removed", record_id)
        self.remove(digest)

    def remove(self, digest: str) -> None:
        """Takes away what lies beside an original that is no longer kept."""
        path = self.path(digest)
        path.unlink(missing_ok=True)
        for pages in self._pages_of(path):
            pages.unlink(missing_ok=True)

    def read(self, path: Path) -> Sidecar:
        """A sidecar, checked. SidecarDamaged if it is not as it was written."""
        content = _unsealed(path)
        named = content["pages"]["file"] if content["pages"] else None
        digest = path.name.removesuffix(_SUFFIX)
        if content["record"]["digest"] != digest or (named and not _is_pages_name(named, digest)):
            raise SidecarDamaged(name=path.name, reason="name")
        return Sidecar(path, content, path.with_name(named) if named else None)

    def files(self) -> Iterator[tuple[str, bool, bool]]:
        """(digest, whether the original is there, whether a sidecar is), for all that lies in the folder."""
        for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
            names = {path.name for path in folder.iterdir()}
            digests = {name.removesuffix(_SUFFIX) for name in names if _NAME.fullmatch(name)}
            originals = {name for name in names if _DIGEST_NAME.fullmatch(name)}
            for digest in sorted(digests | originals):
                yield digest, digest in originals, digest in digests

    def _pages_of(self, target: Path) -> Iterator[Path]:
        digest = target.name.removesuffix(_SUFFIX)
        yield from target.parent.glob(f"{digest}.*.pages.jsonl.gz")


def _is_pages_name(untrusted_name: object, digest: str) -> bool:
    match = _PAGES_NAME.fullmatch(str(untrusted_name))
    return bool(match and match[1] == digest)


def _write_pages(part: Path, pages: Iterable[Mapping[str, Any]]) -> tuple[int, str]:
    """(pages, SHA-256 of the file). The same pages always make the same bytes."""
    count = 0
    with part.open("wb") as file, gzip.GzipFile("", "wb", _COMPRESSION, file, mtime=0) as stream:
        for page in pages:
            stream.write(orjson.dumps(page, option=orjson.OPT_APPEND_NEWLINE))
            count += 1
    with part.open("rb") as written:
        return count, hashlib.file_digest(written, "sha256").hexdigest()


def _place(part: Path, target: Path) -> None:
    if target.is_file() and target.stat().st_size == part.stat().st_size:
        part.unlink()  # the pages have not changed
        return
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
    part.replace(target)


def _unsealed(path: Path) -> dict[str, Any]:
    try:
        content = unsealed(path, "sidecar")
        if content.get("format") != FORMAT:
            raise ValueError(f"format {content.get('format')}")
        missing = [name for name in (*_PARTS, "pages") if name not in content]
        if missing:
            raise ValueError(f"without {missing[0]}")
    except ValueError as error:
        raise SidecarDamaged(name=path.name, reason=str(error)) from error
    return content
