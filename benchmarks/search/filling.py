"""An archive of generated records in a folder, made as a stream; one that is there already is gone on with."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select

from archive import tables
from archive.catalogue import Catalogue
from archive.pages import page_row
from benchmarks.generated_records import generated_records
from mappings.access import access_tokens
from mappings.record import Page, PageState, ReadBy, RecordView
from tests.records import words_of

_IN_ONE_TRANSACTION = 1_000
_LONG = "benchmark-of-a-long-record"
_TOLD_EVERY = 20_000


def filled(folder: Path, records: int) -> Catalogue:
    """A catalogue of so many records with words and boxes. What an earlier run has left in the folder is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = Catalogue.sqlite(folder / "catalogue.sqlite")
    begun = time.perf_counter()
    with catalogue.connection_for_moving() as connection:
        there = int(connection.execute(select(func.max(tables.record.c.sequence))).scalar() or 0)
        part: list[RecordView] = []
        for view in generated_records(records, first=there + 1):
            part.append(view)
            if len(part) == _IN_ONE_TRANSACTION or view.record.sequence == records:
                enter(connection, part)
                connection.commit()
                part = []
            if view.record.sequence % _TOLD_EVERY == 0:
                made = view.record.sequence - there
                print(f"  {view.record.sequence} entered, {made / (time.perf_counter() - begun):.0f} a second", flush=True)
    return catalogue


def enter(connection: Connection, views: Sequence[RecordView]) -> None:
    """Writes records as reading and describing would have left them."""
    records = [view.record for view in views]
    originals = [{"digest": one.digest, "size": one.size, "stored_at": one.received_at} for one in records]
    tokens = [
        {"record_id": one.id, "token": token}
        for one in records
        for token in access_tokens(one.unit, one.access_class)
    ]
    pages = [
        page_row(view.record.id, replace(page, words=words_of(page.text))) for view in views for page in view.pages
    ]
    fields: list[dict[str, Any]] = [
        {"record_id": view.record.id, **asdict(one), "boxes": [[0.1, 0.1, 0.3, 0.12]]}
        for view in views
        for one in view.fields.values()
    ]
    connection.execute(insert(tables.original), originals)
    connection.execute(insert(tables.record), [_record_row(view) for view in views])
    connection.execute(insert(tables.record_access), tokens)
    connection.execute(insert(tables.page), pages)
    connection.execute(insert(tables.described_field), fields)


def _record_row(view: RecordView) -> dict[str, Any]:
    row = asdict(view.record)
    del row["size"]
    return row | {"state": str(view.record.state)}


def long_record(sequence: int, pages: int, texts: Sequence[str]) -> RecordView:
    """A record of very many pages, page 700 of which has "mật hiệu trăng khuyết" beside the words of all others."""
    (view,) = generated_records(sequence, first=sequence)
    made = [
        Page(number, PageState.SEARCHABLE, ReadBy.OCR, 0.9, f"trăng {texts[number % len(texts)]} khuyết hiệu")
        for number in range(1, pages + 1)
    ]
    wanted = 700 - 1
    made[wanted] = replace(made[wanted], text=f"{texts[0]} mật hiệu trăng khuyết {texts[1]}")
    record = replace(view.record, id=_LONG, page_count=pages, access_class="public", unit="office")
    return RecordView(record, view.fields, tuple(made))
