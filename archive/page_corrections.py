"""What people have said of words of pages, kept beside the pages: so that it holds when a page is read again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from archive import tables
from archive.review_queue import Asker, may_be_handed
from archive.review_tables import page_correction
from kernel.ids import new_id
from mappings.record import Box, Page, Word
from mappings.rewording.correcting import PageCorrection, Standing, Verdict, kept


@dataclass(frozen=True, slots=True)
class Again:
    """A place to be looked at again. `text`: what a person had said that stands there."""

    record_id: str
    page: int
    text: str


_HELD = (Standing.STANDING.value, Standing.AGAIN.value)


class PageCorrections:
    """Those of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, correction: PageCorrection) -> None:
        """Writes one down."""
        self._connection.execute(insert(page_correction).values(_row(correction)))

    def change(self, correction: PageCorrection) -> None:
        """Writes it over what was known of it."""
        change = update(page_correction).where(page_correction.c.id == correction.id)
        self._connection.execute(change.values(_row(correction)))

    def find(self, correction_id: str) -> PageCorrection | None:
        """One of them."""
        row = self._connection.execute(select(page_correction).where(page_correction.c.id == correction_id))
        found = row.one_or_none()
        return _read(found) if found else None

    def held(self, record_id: str, pages: Collection[int] | None = None) -> tuple[PageCorrection, ...]:
        """Those of a record that count, or are to be looked at again; of some pages. In the order they were said."""
        query: Select[Any] = select(page_correction).where(
            page_correction.c.record_id == record_id, page_correction.c.standing.in_(_HELD)
        )
        if pages is not None:
            query = query.where(page_correction.c.page.in_(sorted(pages)))
        rows = self._connection.execute(query.order_by(page_correction.c.at, page_correction.c.id))
        return tuple(_read(row) for row in rows)

    def again(self, asker: Asker, limit: int) -> tuple[Again, ...]:
        """Places of records that this asker may be handed, where a later reading has nothing like what was said."""
        table, record = page_correction, tables.record
        query = select(table).select_from(table.join(record, record.c.id == table.c.record_id))
        may = may_be_handed(table.c.record_id, asker.access, asker.units)
        query = query.where(table.c.standing == Standing.AGAIN.value, may)
        rows = self._connection.execute(query.order_by(table.c.record_id, table.c.page, table.c.id).limit(limit))
        return tuple(Again(one.record_id, one.page, one.text) for one in map(_read, rows))

    def keep(self, record_id: str, pages: Sequence[Page]) -> tuple[list[Page], list[PageCorrection]]:
        """Pages that were read again, with what people have said of them; and the corrections, as they stand now."""
        corrections = self.held(record_id, {page.number for page in pages}) if pages else ()
        changed: dict[int, Page] = {page.number: page for page in pages}
        told: list[PageCorrection] = []
        for correction in corrections:
            changed[correction.page], now = kept(changed[correction.page], correction)
            self.change(now)
            told.append(now)
        return [changed[page.number] for page in pages], told

    def copy(self, from_record: str, numbers: Sequence[int], to_record: str) -> None:
        """Those that count go with the pages that were filed in another record."""
        places = {number: place for place, number in enumerate(numbers, 1)}
        for one in self.held(from_record, numbers):
            self.add(replace(one, id=new_id(), record_id=to_record, page=places[one.page]))


def _row(correction: PageCorrection) -> dict[str, Any]:
    return {
        "id": correction.id,
        "record_id": correction.record_id,
        "page": correction.page,
        "verdict": correction.verdict.value,
        "standing": correction.standing.value,
        "by": correction.by,
        "at": correction.at,
        "before": [_packed(word) for word in correction.before],
        "after": [_packed(word) for word in correction.after],
    }


def _packed(word: Word) -> list[Any]:
    box = word.box
    edges = [round(edge, 5) for edge in (box.x0, box.y0, box.x1, box.y1)] if box else None
    trust = None if word.confidence is None else round(word.confidence, 3)
    # PostgreSQL holds no NUL in text.
    return [word.text.replace("\x00", " "), edges, trust, word.others, word.line, word.block]


def _read(row: Row[Any]) -> PageCorrection:
    return PageCorrection(
        id=row.id,
        record_id=row.record_id,
        page=row.page,
        verdict=Verdict(row.verdict),
        by=row.by,
        at=row.at,
        before=tuple(_word(one) for one in row.before),
        after=tuple(_word(one) for one in row.after),
        standing=Standing(row.standing),
    )


def _word(packed: Sequence[Any]) -> Word:
    text, edges, trust, others, line, block = packed
    return Word(text, 0, Box(*edges) if edges else None, trust, line, block, others)
