"""Records put straight into a catalogue, with words and boxes made from text, for tests of what comes after reading."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from archive.catalogue import Catalogue
from archive.deliveries import DeliveryRow
from archive.filing import say
from archive.originals import Originals
from archive.records import NewRecord
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.ids import new_id
from mappings.record import (
    Box,
    Delivery,
    DeliverySource,
    DeliveryState,
    DescribedField,
    Page,
    PageState,
    ReadBy,
    RecordState,
    Word,
)

LINE_HEIGHT = 0.02
LETTER_WIDTH = 0.01


def words_of(text: str) -> tuple[Word, ...]:
    """Each word of a text with the box that it would have if every letter were as wide."""
    words: list[Word] = []
    start = 0
    for number, line in enumerate(text.split("\n")):
        for match in re.finditer(r"\S+", line):
            x0, y0 = 0.05 + match.start() * LETTER_WIDTH, 0.05 + number * LINE_HEIGHT
            box = Box(x0, y0, x0 + len(match.group()) * LETTER_WIDTH, y0 + LINE_HEIGHT)
            words.append(Word(match.group(), start + match.start(), box, 0.9, number, 0))
        start += len(line) + 1
    return tuple(words)


def page_of(number: int, text: str | None) -> Page:
    """A page as read; None: one that could not be read."""
    if text is None:
        return Page(number, PageState.FAILED, reason="page-timed-out")
    return Page(number, PageState.SEARCHABLE, ReadBy.OCR, 0.9, text, words_of(text), 595.0, 842.0)


def described(fields: Mapping[str, str]) -> dict[str, DescribedField]:
    """Fields as read by rule."""
    return {
        name: DescribedField(name, value, 0.8, page=1, boxes=(Box(0.1, 0.1, 0.3, 0.12),))
        for name, value in fields.items()
    }


def enter(
    catalogue: Catalogue,
    pages: Sequence[str | None] = ("Một trang giấy.",),
    fields: Mapping[str, str] | None = None,
    *,
    access_class: str = "internal",
    unit: str = "office",
    content: bytes | None = None,
    originals: Originals | None = None,
    file_name: str = "văn bản.pdf",
    scratch: Path | None = None,
    shared: str = "",
) -> str:
    """A record that has been read; its id. The index has still to learn of it."""
    record_id = new_id()
    content = content if content is not None else record_id.encode()
    if originals is not None and scratch is not None:
        (scratch / record_id).write_bytes(content)
        originals.store(scratch / record_id)
    record = NewRecord(
        record_id,
        hashlib.sha256(content).hexdigest(),
        len(content),
        "application/pdf",
        file_name,
        now(),
        len(pages),
        unit,
        access_class,
        shared,
    )
    catalogue.write(lambda work: _enter(work, record, pages, fields or {}))
    return record_id


def _enter(work: UnitOfWork, record: NewRecord, pages: Sequence[str | None], fields: Mapping[str, str]) -> None:
    work.records.add([record])
    work.pages.await_reading({record.id: len(pages)})
    work.pages.save(record.id, [page_of(number, text) for number, text in enumerate(pages, 1)])
    work.records.describe(record.id, described(fields))
    state = RecordState.PARTLY_SEARCHABLE if None in pages else RecordState.SEARCHABLE
    revisions = {record.id: work.records.finish(record.id, state)}
    work.outbox.put(revisions)
    work.alerts.await_news(revisions, newly_read=True)
    source, came = DeliverySource.DROP, DeliveryState.ARCHIVED
    delivery = Delivery(new_id(), record.file_name, source, came, now(), record.size, record.digest, record.id)
    work.deliveries.put([DeliveryRow(delivery)])


def confirm(catalogue: Catalogue, record_id: str, *names: str) -> str:
    """A person's word that these fields are right as they stand; the same id."""

    def work(unit: UnitOfWork) -> None:
        held = unit.records.fields([record_id])[record_id]
        say(unit, {record_id: {name: held[name].value for name in names}}, "Lan")

    catalogue.write(work)
    return record_id


def touch(catalogue: Catalogue, record_id: str) -> None:
    """A change that the index must learn of."""
    catalogue.write(lambda work: work.outbox.put({record_id: work.records.touch(record_id)}))
