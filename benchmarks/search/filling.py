"""An archive of generated records in a folder, made as a stream; one that is there already is gone on with."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, func, insert, select

from archive import tables
from archive.pages import page_row
from benchmarks.generated_records import generated_record, generated_records
from benchmarks.search.places import Place
from kernel.clock import now
from mappings.access import access_tokens
from mappings.record import Page, PageState, ReadBy, RecordView
from search_api.indexer import Indexer
from tests.records import words_of

_IN_ONE_TRANSACTION = 1_000
_TAKEN_TOGETHER = 20
_LONG = "benchmark-of-a-long-record"
_ON_ONE_PAGE = "mật hiệu trăng khuyết bồng bềnh"
_TOLD_EVERY = 20_000


def fill(place: Place, records: int, *, words: bool = True) -> None:
    """A catalogue of so many records, with `words` and boxes if wanted. What an earlier run has left there is kept."""
    begun = time.perf_counter()
    with place.opened() as (catalogue, _), catalogue.connection_for_moving() as connection:
        there = int(connection.execute(select(func.max(tables.record.c.sequence))).scalar() or 0)
        part: list[RecordView] = []
        for view in generated_records(records, first=there + 1):
            part.append(view)
            if len(part) == _IN_ONE_TRANSACTION or view.record.sequence == records:
                enter(connection, part, words=words)
                connection.commit()
                part = []
            if view.record.sequence % _TOLD_EVERY == 0:
                made = view.record.sequence - there
                print(
                    f"  {view.record.sequence} entered, {made / (time.perf_counter() - begun):.0f} a second", flush=True
                )


def enter(connection: Connection, views: Sequence[RecordView], *, words: bool = True) -> None:
    """Writes records as reading and describing would have left them."""
    records = [view.record for view in views]
    originals = [{"digest": one.digest, "size": one.size, "stored_at": one.received_at} for one in records]
    tokens = [
        {"record_id": one.id, "token": token} for one in records for token in access_tokens(one.unit, one.access_class)
    ]
    pages = [
        page_row(view.record.id, replace(page, words=words_of(page.text) if words else ()))
        for view in views
        for page in view.pages
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
    tokens = {name: "\n".join(row[name]) for name in ("shared", "passed")}
    return row | {"state": str(view.record.state), **tokens}


def with_long_record(place: Place, pages: int) -> str:
    """Enters a record of very many pages and indexes it, once; the question whose words all stand on one of them."""
    with place.opened() as (catalogue, _), catalogue.connection_for_moving() as connection:
        last = int(connection.execute(select(func.max(tables.record.c.sequence))).scalar_one())
        known = select(func.count()).select_from(tables.record).where(tables.record.c.id == _LONG)
        if not connection.execute(known).scalar_one():
            enter(connection, [_long_record(last + 1, pages)])
            connection.execute(insert(tables.outbox), [{"record_id": _LONG, "revision": 1, "since": now()}])
            connection.commit()
    place.index()
    return _ON_ONE_PAGE


def _long_record(sequence: int, pages: int) -> RecordView:
    """Every page has some of the words that are asked for; one of them has all, in a row."""
    words = _ON_ONE_PAGE.split()
    made = []
    for number in range(1, pages + 1):
        text = generated_record(sequence + number).pages[0].text
        held = _ON_ONE_PAGE if number == pages * 7 // 10 else words[number % len(words)]
        made.append(Page(number, PageState.SEARCHABLE, ReadBy.OCR, 0.9, f"{text} {held} {text}"))
    view = generated_record(sequence)
    record = replace(view.record, id=_LONG, page_count=pages, access_class="public", unit="office")
    return RecordView(record, view.fields, tuple(made))


def take_in(place: Place, stop: Any) -> int:
    """Enters and indexes record after record until told to stop; how many."""
    with place.opened() as (catalogue, engine):
        indexer = Indexer(catalogue, engine, place.lock)
        with catalogue.reading() as unit:
            taken = sum(unit.records.counts().values())
        while not stop.is_set():
            with catalogue.connection_for_moving() as connection:
                last = int(connection.execute(select(func.max(tables.record.c.sequence))).scalar_one())
                views = list(generated_records(last + _TAKEN_TOGETHER, first=last + 1))
                enter(connection, views)
                pending = [{"record_id": view.record.id, "revision": 1, "since": now()} for view in views]
                connection.execute(insert(tables.outbox), pending)
                connection.commit()
            while indexer.step():
                pass
        with catalogue.reading() as unit:
            return sum(unit.records.counts().values()) - taken
