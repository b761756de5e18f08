"""The chain of events: each event carries the hash of the one before it, so that none can be changed, left out or
put in between without every later hash telling.

The hash of an event is the SHA-256 over the ASCII of a JSON object with the keys `agent`, `at`, `delivery_id`,
`detail`, `outcome`, `previous`, `record_id`, `type`: keys sorted at every depth, no spaces, non-ASCII letters as
`\\uXXXX`, `at` in UTC with six digits of a second (Python: `json.dumps(sort_keys=True, separators=(",", ":"))`).
`previous` is the hash of the event with the next lower number; of the first one it is 64 zeros. The number itself is
not hashed: a database may leave gaps in it. This form must never change: what is hashed stays hashed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archive.unit_of_work import UnitOfWork

ORIGIN = "0" * 64
"""What the first event of an archive has for the hash of the one before it."""

_KEYS = ("agent", "delivery_id", "detail", "outcome", "record_id", "type")
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event of a chain: its number, its hash, its moment. Who knows it knows all before it."""

    number: int
    hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first event that does not fit. `content`: it is not what was hashed; else the one before it is another."""

    number: int
    content: bool


def hash_of(row: Mapping[str, Any], previous: str) -> str:
    """The hash, in hex, of an event (its columns, `at` with a zone) that follows `previous`."""
    content = {key: row[key] for key in _KEYS}
    content["at"] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    content["previous"] = previous
    return hashlib.sha256(_canonical(content).encode("ascii")).hexdigest()


def verify_chain(unit: UnitOfWork) -> BrokenLink | None:
    """Walks all events, a few thousand at a time; the first one that does not fit, None if all do."""
    previous = ORIGIN
    for row in unit.events.rows():
        if row.previous != previous:
            return BrokenLink(row.number, content=False)
        if row.hash != hash_of(row._asdict(), previous):
            return BrokenLink(row.number, content=True)
        previous = row.hash
    return None
