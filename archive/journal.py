"""The journal: what is known of files that made no record, and events of the house itself, a line each.

`originals/journal.jsonl` is only ever appended to; of two lines on one subject the later one holds. A line that was
cut off by a kill is passed over: what it was about is still marked and is written again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from archive.sidecar_marks import MarkKind
from kernel.durable import sync_folder

NAME = "journal.jsonl"
_SEAL_LETTERS = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """Rows that one subject has in the catalogue."""

    kind: MarkKind
    subject: str
    deliveries: Sequence[dict[str, Any]]
    events: Sequence[dict[str, Any]]
    tombstones: Sequence[dict[str, Any]] = ()


@dataclass(slots=True)
class Kept:
    """The journal as read. `entries` by subject, the last word of each; `unreadable`: lines passed over."""

    entries: dict[tuple[MarkKind, str], Entry] = field(default_factory=dict)
    events: dict[int, dict[str, Any]] = field(default_factory=dict)
    unreadable: int = 0


class Journal:
    """One journal. One process at a time may append."""

    def __init__(self, root: Path) -> None:
        self._path = root / NAME

    def append(self, entries: Sequence[Entry]) -> None:
        """Durable when this returns. OSError if the disk fails."""
        if not entries:
            return
        new = not self._path.exists()
        with self._path.open("ab+") as stream:
            if stream.tell() and not _ends_a_line(stream.fileno(), stream.tell()):
                stream.write(b"\n")
            stream.write(b"".join(_line(entry) for entry in entries))
            stream.flush()
            os.fsync(stream.fileno())
        if new:
            sync_folder(self._path.parent)

    def read(self) -> Kept:
        """All that it holds; empty if there is none."""
        kept = Kept()
        if not self._path.exists():
            return kept
        with self._path.open("rb") as stream:
            for line in stream:
                entry = _entry(line)
                if entry is None:
                    kept.unreadable += bool(line.strip())
                elif entry.kind is MarkKind.EVENTS:
                    kept.events.update({event["number"]: event for event in entry.events})
                else:
                    kept.entries[(entry.kind, entry.subject)] = entry
        return kept


def _ends_a_line(descriptor: int, size: int) -> bool:
    return os.pread(descriptor, 1, size - 1) == b"\n"


def _line(entry: Entry) -> bytes:
    rows = {name: list(getattr(entry, name)) for name in ("deliveries", "events", "tombstones")}
    body = orjson.dumps({"kind": entry.kind.value, "subject": entry.subject} | rows)
    return hashlib.sha256(body).hexdigest()[:_SEAL_LETTERS].encode() + b" " + body + b"\n"


def _entry(untrusted_line: bytes) -> Entry | None:
    seal, _, body = untrusted_line.rstrip(b"\n").partition(b" ")
    if hashlib.sha256(body).hexdigest()[:_SEAL_LETTERS].encode() != seal:
        return None
    value = orjson.loads(body)
    return Entry(MarkKind(value["kind"]), value["subject"], value["deliveries"], value["events"], value["tombstones"])
