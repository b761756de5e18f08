"""All that a catalogue holds, comparable; and an archive with something of everything in it."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from archive.catalogue import Catalogue
from archive.disposing import ask_purge, confirm_purge, discard, remove_bytes
from archive.events import Event, EventType
from archive.keeping import SidecarWriter
from archive.layout import Layout
from archive.originals import FolderOriginals, Originals
from archive.receiving import Arrival, announce, receive, reject
from archive.tables import metadata
from kernel.clock import now
from kernel.errors import EmptyFile, TooManyPages
from kernel.ids import new_id
from mappings.record import Delivery, DeliverySource, DeliveryState
from search_api.access import LOCAL
from search_api.correcting import CorrectionService
from tests.records import enter

# What the index or the sidecars have still to learn is not what the archive knows.
_DERIVED = {"outbox", "sidecar_pending"}


def everything(catalogue: Catalogue) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but the derived ones, in order."""
    found: dict[str, list[dict[str, Any]]] = {}
    with catalogue._engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name not in _DERIVED:
                rows = connection.execute(select(table).order_by(*table.primary_key.columns))
                found[table.name] = [_comparable(dict(row._mapping)) for row in rows]
    return found


def _comparable(row: dict[str, Any]) -> dict[str, Any]:
    row.pop("reader", None)
    if "stored_at" in row:  # an original: when it was last read again is no lasting word
        row = {name: row[name] for name in row if name not in {"checked_at", "outcome"}}
    if "words" in row:
        row["words"] = orjson.loads(zlib.decompress(row["words"]))
    return row


def fill(catalogue: Catalogue, layout: Layout, originals: Originals | None = None) -> list[str]:
    """Records read and unread, corrected, delivered twice; files rejected and waiting; an event of the house. Ids."""
    originals = originals or FolderOriginals(layout.originals)
    more: dict[str, Any] = {"originals": originals, "scratch": layout.work}
    ids = [
        enter(
            catalogue,
            [f"Trang {page} của văn bản {number}\nvề đất đai" for page in range(number + 1)],
            {"subject": f"Về việc số {number}", "number": str(number)},
            **more,
        )
        for number in range(3)
    ]
    ids.append(
        enter(
            catalogue,
            ["Một trang đọc được", None],
            {"issuer": "Sở Xây dựng"},
            unit="kế hoạch",
            access_class="restricted",
            file_name='=cmd()"\n\u202e.pdf',
            **more,
        )
    )
    CorrectionService(catalogue).correct(ids[1], {"number": "17", "issued_on": "2019-03-05"}, LOCAL)
    ids.append(_receive_twice(catalogue, originals, layout.work, b"hai lan"))
    for error in (EmptyFile(), TooManyPages(pages=9000, limit=5000)):
        came = _loose(f"{error.code}.pdf")
        catalogue.write(lambda unit, came=came, error=error: reject(unit, came, error))  # type: ignore[misc]
    catalogue.write(lambda unit: announce(unit, [_loose("đang chờ.pdf")]))
    catalogue.write(lambda unit: unit.events.add([Event(EventType.VALIDATION, detail={"originals": 5})]))
    purged = _receive_twice(catalogue, originals, layout.work, b"xoa han")
    _dispose(catalogue, originals, ids[3], purged)
    return ids


def _dispose(catalogue: Catalogue, originals: Originals, in_bin: str, purged: str) -> None:
    """One record into the bin, one out of the archive for ever."""
    for record_id in (in_bin, purged):
        catalogue.write(lambda unit, record_id=record_id: discard(unit, record_id, "Lan", "trùng"))  # type: ignore[misc]
        catalogue.write(lambda unit, record_id=record_id: ask_purge(unit, record_id, "Lan"))  # type: ignore[misc]
    catalogue.write(lambda unit: confirm_purge(unit, purged, "Minh"))
    remove_bytes(catalogue, originals)


def _loose(name: str) -> Delivery:
    return Delivery(new_id(), name, DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), 0)


def _receive_twice(catalogue: Catalogue, originals: Originals, scratch: Path, content: bytes) -> str:
    """A record that waits to be read."""
    (scratch / "hai lần").write_bytes(content)
    stored = originals.store(scratch / "hai lần")
    arrivals = [
        Arrival(new_id(), name, DeliverySource.DROP, now(), stored.digest, stored.size, "text/plain", 2)
        for name in ("một.txt", "hai.txt")
    ]
    (first, _) = catalogue.write(lambda unit: receive(unit, arrivals, "office", "internal"))
    return str(first.record_id)


def writer(catalogue: Catalogue, layout: Layout, originals: Originals | None = None) -> SidecarWriter:
    beside = (originals or FolderOriginals(layout.originals)).beside
    return SidecarWriter(catalogue, beside, layout.sidecar_lock, layout.work)


def waiting(catalogue: Catalogue) -> int:
    with catalogue.reading() as unit:
        return unit.sidecar_marks.waiting()
