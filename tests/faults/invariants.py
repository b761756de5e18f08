"""What must hold after any fault, told by the bytes on the disk and the rows: a small checker for tests."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import select

from archive import tables
from archive.catalogue import Catalogue
from archive.layout import Layout
from mappings.record import DeliveryState
from search_api.engines.protocol import SearchEngine
from tests.integration.house import House

_TAKEN = (DeliveryState.ARCHIVED.value, DeliveryState.DUPLICATE.value)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def places(root: Path) -> dict[str, Counter[str]]:
    """Where bytes lie, by place: digest to how often. Notes beside rejected files are not counted."""
    layout, drop = Layout(root / "data"), root / "drop"
    return {
        "drop": _digests(path for path in drop.rglob("*") if path.relative_to(drop).parts[0] != "rejected"),
        "spool": _digests(layout.spool.rglob("*")),
        "archive": _digests(path for path in layout.originals.rglob("*") if path.parent.name != "incoming"),
        "rejected": _digests(path for path in (drop / "rejected").rglob("*") if not _is_note(path)),
    }


def _digests(paths: Iterable[Path]) -> Counter[str]:
    found: Counter[str] = Counter()
    for path in paths:
        if path.is_file():
            found[digest_of(path.read_bytes())] += 1
    return found


def _is_note(path: Path) -> bool:
    return path.suffix == ".txt" and path.with_suffix("").exists()


def nothing_lost(root: Path, delivered: Mapping[str, int]) -> list[str]:
    """I1 at any moment, also between kill and restart: the bytes of each delivery are somewhere."""
    found = places(root)
    everywhere = set().union(*found.values())
    return [f"I1 lost: {digest}" for digest in delivered if digest not in everywhere]


def violations(house: House, delivered: Mapping[str, int], engine: SearchEngine | None = None) -> list[str]:
    """I1 to I4 and I6 once all is taken and read. `delivered`: how often each digest was delivered in all."""
    found = places(house.root)
    told = _of_files(found, delivered) + _of_rows(house.catalogue, found, delivered) + _leftovers(house)
    return told + (of_index(house.catalogue, engine) if engine else [])


def _of_files(found: Mapping[str, Counter[str]], delivered: Mapping[str, int]) -> list[str]:
    told: list[str] = []
    for digest, count in delivered.items():
        at = [place for place, digests in found.items() if digest in digests]
        if at not in (["archive"], ["rejected"]):
            told.append(f"I1 {digest} is in {at}")
        if at == ["rejected"] and found["rejected"][digest] != count:
            told.append(f"I1 {digest} was rejected {found['rejected'][digest]} times of {count}")
    extra = set().union(*found.values()) - set(delivered)
    return told + [f"I1 nobody delivered {digest}" for digest in extra]


def _of_rows(catalogue: Catalogue, found: Mapping[str, Counter[str]], delivered: Mapping[str, int]) -> list[str]:
    with catalogue._engine.connect() as connection:
        originals = set(connection.execute(select(tables.original.c.digest)).scalars())
        records = Counter(connection.execute(select(tables.record.c.digest)).scalars())
        record_ids = list(connection.execute(select(tables.record.c.id)).scalars())
        deliveries = connection.execute(select(tables.delivery)).all()
        events = connection.execute(select(tables.event)).all()
    told = [f"I2 {count} records of {digest}" for digest, count in records.items() if count != 1]
    told += [f"I3 a row without its bytes: {digest}" for digest in (originals | set(records)) - set(found["archive"])]
    told += [f"I3 bytes without their row: {digest}" for digest in set(found["archive"]) - (originals & set(records))]
    taken = Counter(row.digest for row in deliveries if row.state in _TAKEN)
    told += [
        f"I6 {taken[digest]} deliveries of {count} are in the catalogue: {digest}"
        for digest, count in delivered.items()
        if digest in found["archive"] and taken[digest] != count
    ]
    told += [f"I6 delivery {row.id} stays {row.state}" for row in deliveries if row.state == DeliveryState.RECEIVED]
    of_delivery = Counter((row.type, row.delivery_id) for row in events if row.delivery_id)
    of_reading = Counter(row.record_id for row in events if row.type == "metadata extraction")
    for row in deliveries:
        kinds = ("ingestion", "message digest calculation") if row.state in _TAKEN else ("validation",)
        told += [
            f"I6 {of_delivery[kind, row.id]} x {kind} of {row.id}" for kind in kinds if of_delivery[kind, row.id] != 1
        ]
    told += [f"I6 {of_reading[key]} x reading of {key}" for key in record_ids if of_reading[key] != 1]
    return told


def _leftovers(house: House) -> list[str]:
    """Bytes that nobody will ever look at again."""
    folders = (house.layout.originals / "incoming", house.layout.spool, house.root / "drop/.claimed", house.rejected)
    told = [f"I3 left over: {path}" for folder in folders[:3] for path in folder.rglob("*") if path.is_file()]
    return told + [f"I3 left over: {path}" for path in folders[3].rglob("*.part")]


def of_index(catalogue: Catalogue, engine: SearchEngine) -> list[str]:
    """I4: the index holds each record's present revision and nothing else."""
    engine.commit()
    held = dict(engine.revisions())
    with catalogue.reading() as work:
        kept = dict(work.records.all_revisions())
    return [f"I4 {key}: index {held.get(key)}, catalogue {kept.get(key)}"
            for key in held.keys() | kept.keys() if held.get(key) != kept.get(key)]  # fmt: skip
