"""The journal: what is known of files that made no record, and events of the house itself, a line each.

A log beside the originals (`archive.beside`), only ever appended to; of two lines on one subject the later one holds.
A line that was cut off by a kill is passed over: what it was about is still marked and is written again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from archive.beside import Beside
from archive.sidecar_marks import MarkKind

LOG = "journal"
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

    def __init__(self, beside: Beside) -> None:
        self._beside = beside

    def append(self, entries: Sequence[Entry]) -> None:
        """Durable when this returns. OSError, Unavailable as `Beside`."""
        if entries:
            self._beside.append(LOG, b"".join(_line(entry) for entry in entries))

    def read(self) -> Kept:
        """All that it holds; empty if there is none."""
        kept = Kept()
        for line in self._beside.lines(LOG):
            entry = _entry(line)
            if entry is None:
                kept.unreadable += bool(line.strip())
            elif entry.kind is MarkKind.EVENTS:
                kept.events.update({event["number"]: event for event in entry.events})
            else:
                kept.entries[(entry.kind, entry.subject)] = entry
        return kept


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
