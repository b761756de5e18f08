"""The records that the questions are asked of: the shipped samples as their sources have them, then generated ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import chain

from benchmarks.generated_records import generated_records
from mappings.record import DescribedField, Page, PageState, ReadBy, Record, RecordState, RecordView
from samples.document import Centred, Document, PageBreak, Paragraph, Table
from samples.texts import SCANNED
from samples.texts_electronic import OFFICE_FILE, RESOLUTION, TELEGRAM

SAMPLES = (*SCANNED, RESOLUTION, OFFICE_FILE, TELEGRAM)
GENERATED = 300
_SYLLABLES = 120


@cache
def corpus() -> tuple[RecordView, ...]:
    """Samples are numbers 1 to 13, generated records follow; a number is a record's accession number and its id."""
    samples = tuple(_sample(number, document) for number, document in enumerate(SAMPLES, 1))
    generated = generated_records(len(samples) + GENERATED, syllables=_SYLLABLES, first=len(samples) + 1)
    return (*samples, *generated)


def number_of(record_id: str) -> int:
    """The number of a record in the questions' file."""
    return int(record_id)


def _sample(number: int, document: Document) -> RecordView:
    expected = document.expected()
    fields = {
        name: DescribedField(name, str(value), 0.95)
        for name, value in expected.items()
        if name not in ("file", "pages") and value
    }
    pages = tuple(Page(at, PageState.SEARCHABLE, ReadBy.OCR, 0.9, text) for at, text in enumerate(_pages(document), 1))
    record = Record(
        id=f"{number:026d}",
        sequence=number,
        digest=f"{number:064x}",
        size=100_000,
        media_type="application/pdf",
        file_name=document.file,
        state=RecordState.SEARCHABLE,
        revision=1,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        page_count=len(pages),
        unit="office",
        access_class="internal",
    )
    return RecordView(record, fields, pages)


def _pages(document: Document) -> Iterator[str]:
    lines = [document.issuer, document.place, document.subject, *document.to]
    for block in chain(document.body, document.appendix):
        if isinstance(block, PageBreak):
            yield "\n".join(lines)
            lines = []
        else:
            lines += _lines(block)
    yield "\n".join([*lines, *document.sign, document.signer, *document.recipients])


def _lines(block: Paragraph | Centred | Table) -> Iterator[str]:
    if isinstance(block, Table):
        for row in (block.header, *block.rows):
            yield " ".join(row)
    elif isinstance(block, Paragraph):
        yield f"{block.opening} {block.text}"
    else:
        yield block.text


def with_words(view: RecordView) -> RecordView:
    """The same record with a box for each word."""
    from tests.records import words_of  # noqa: PLC0415 - only who fills a catalogue needs it

    return replace(view, pages=tuple(replace(page, words=words_of(page.text)) for page in view.pages))
