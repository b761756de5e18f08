"""Pages of records, with their words packed beside their text."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    tuple_,
    union,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from archive import tables
from archive.counting import counts_but_bin
from kernel.errors import NotFound
from mappings.record import Box, Mark, Page, PageState, ReadBy, Word


@dataclass(frozen=True, slots=True)
class PackedPage:
    """A page's text, and its words as they are kept."""

    text: str
    words: bytes

    def boxes(self, stretches: Sequence[tuple[int, int]], most: int) -> tuple[Box, ...]:
        """The boxes of the words that lie in these stretches of the text, which are in order; `most` of them.

        Of a page's hundreds of words few are wanted: no other becomes a `Word`.
        """
        rows = [row for row in orjson.loads(zlib.decompress(self.words)) if isinstance(row[0], int) and row[2]]
        rows.sort(key=itemgetter(0))
        found: list[Box] = []
        at = 0
        for start, length, edges, *_ in rows:
            while at < len(stretches) and stretches[at][1] <= start:
                at += 1
            if at == len(stretches) or len(found) == most:
                break
            if stretches[at][0] < start + length:
                found.append(Box(*edges))
        return tuple(found)


_WITHOUT_WORDS = [column for column in tables.page.c if column.name != "words"]
_KEY = (tables.page.c.record_id, tables.page.c.number)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
# Put together once: each search asks them, and to build one takes as long as to answer it.
_OF_RECORDS = select(*_WITHOUT_WORDS).where(tables.page.c.record_id.in_(_IDS)).order_by(*_KEY)
# By pairs alone SQLite would read the whole table: the two lists lead it to the key first.
_PACKED = select(*_KEY, tables.page.c.text, tables.page.c.words).where(
    tables.page.c.record_id.in_(_IDS),
    tables.page.c.number.in_(bindparam("numbers", expanding=True)),
    tuple_(*_KEY).in_(bindparam("pairs", expanding=True)),
)


class Pages:
    """The pages of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def await_reading(self, counts: dict[str, int]) -> None:
        """Enters pages 1..count of new records as waiting: each page is accounted for from the start."""
        rows = [
            page_row(record_id, Page(number, PageState.WAITING))
            for record_id, count in counts.items()
            for number in range(1, count + 1)
        ]
        if rows:
            self._connection.execute(insert(tables.page), rows)

    def save(self, record_id: str, pages: Sequence[Page]) -> None:
        """Writes pages as read, over the waiting ones."""
        for page in pages:
            values = page_row(record_id, page)
            self._connection.execute(update(tables.page).where(_is(record_id, page.number)).values(values))

    def copy(self, from_record: str, numbers: Sequence[int], to_record: str) -> None:
        """Pages as they were read, in this order, in the place of whatever pages the other record has."""
        table = tables.page
        self._connection.execute(delete(table).where(table.c.record_id == to_record))
        kept = [column for column in table.c if column.name not in ("record_id", "number")]
        chosen = select(literal(to_record, tables.Id), bindparam("place", type_=Integer), *kept)
        chosen = chosen.where(table.c.record_id == from_record, table.c.number == bindparam("from_number"))
        copied = insert(table).from_select(["record_id", "number", *(column.name for column in kept)], chosen)
        places = [{"place": place, "from_number": number} for place, number in enumerate(numbers, 1)]
        self._connection.execute(copied, places)

    def file(self, record_id: str, numbers: Sequence[int]) -> None:
        """What these pages say stands in other records now."""
        values = {"state": PageState.FILED.value, "text": "", "words": _pack((), ()), "reason": None}
        table = tables.page
        filed = update(table).where(table.c.record_id == record_id, table.c.number == bindparam("page_number"))
        self._connection.execute(filed.values(values), [{"page_number": number} for number in numbers])

    def read_again(self, record_id: str) -> None:
        """Pages that were read wait to be read anew; until then their text stays."""
        table = tables.page
        read = [PageState.SEARCHABLE.value, PageState.BLANK.value, PageState.FAILED.value]
        change = update(table).where(table.c.record_id == record_id, table.c.state.in_(read))
        self._connection.execute(change.values(state=PageState.WAITING.value, reason=None))

    def forget(self, record_id: str, state: PageState, reason: str | None = None) -> None:
        """Nothing that was read of a record is kept; its pages stand in this state."""
        values = {"state": state.value, "reason": reason, "text": "", "words": _pack((), ()), "read_by": None}
        table = tables.page
        self._connection.execute(update(table).where(table.c.record_id == record_id).values(**values, confidence=None))

    def waiting(self, record_id: str) -> tuple[int, ...]:
        """Numbers of the pages not read yet."""
        table = tables.page
        query = select(table.c.number).where(table.c.record_id == record_id, table.c.state == PageState.WAITING.value)
        return tuple(self._connection.execute(query.order_by(table.c.number)).scalars())

    def of_record(self, record_id: str, *, words: bool = False) -> tuple[Page, ...]:
        """All pages of a record in order; with their words only if asked for."""
        columns = list(tables.page.c) if words else _WITHOUT_WORDS
        query = select(*columns).where(tables.page.c.record_id == record_id).order_by(tables.page.c.number)
        return tuple(_read(row, words=words) for row in self._connection.execute(query))

    def of_records(self, record_ids: Sequence[str]) -> dict[str, tuple[Page, ...]]:
        """Pages of several records without their words, in order."""
        found: dict[str, list[Page]] = {record_id: [] for record_id in record_ids}
        for row in self._connection.execute(_OF_RECORDS, {"ids": record_ids}):
            found[row.record_id].append(_read(row, words=False))
        return {record_id: tuple(pages) for record_id, pages in found.items()}

    def page(self, record_id: str, number: int) -> Page:
        """One page with its words, else NotFound."""
        row = self._connection.execute(select(tables.page).where(_is(record_id, number))).one_or_none()
        if row is None:
            raise NotFound(id=f"{record_id}/{number}")
        return _read(row, words=True)

    def packed(self, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], PackedPage]:
        """Several pages, each as (record id, number), words not unpacked; those that are not there are left out."""
        if not wanted:
            return {}
        asked = {
            "ids": sorted({record_id for record_id, _ in wanted}),
            "numbers": sorted({number for _, number in wanted}),
            "pairs": sorted(wanted),
        }
        rows = self._connection.execute(_PACKED, asked)
        return {(record_id, number): PackedPage(text, words) for record_id, number, text, words in rows}

    def progress(self, record_ids: Sequence[str]) -> dict[str, dict[PageState, int]]:
        """How many pages of each record stand in each state."""
        table = tables.page
        query = select(table.c.record_id, table.c.state, func.count()).where(table.c.record_id.in_(record_ids))
        found: dict[str, dict[PageState, int]] = {record_id: {} for record_id in record_ids}
        for record_id, state, count in self._connection.execute(query.group_by(table.c.record_id, table.c.state)):
            found[record_id][PageState(state)] = count
        return found

    def counts(self, access: Sequence[str] | None = None) -> dict[PageState, int]:
        """How many pages of the archive stand in each state, those of records in the bin not counted.

        `access`: as `Records.counts`.
        """
        counted = counts_but_bin(self._connection, tables.page.c.record_id, access)
        return {PageState(state): n for state, n in counted.items()}

    def unsearchable(self, access: Sequence[str]) -> tuple[int, int]:
        """(records, pages) that a search with these access tokens cannot see into, or not as they are now.

        Pages: waiting or failed. Records: those with such a page, and those that the index must still learn of
        or has refused.
        """
        found = self._connection.execute(_UNSEARCHABLE, {"access": access}).one()
        return int(found[0]), int(found[1])


def _may_see(record_id: ColumnElement[str]) -> ColumnElement[bool]:
    """That a record may be seen with the tokens `access` and does not lie in the bin."""
    rights = tables.record_access
    allowed = exists().where(rights.c.record_id == record_id, rights.c.token.in_(bindparam("access", expanding=True)))
    return allowed & record_id.not_in(select(tables.discarded.c.record_id))


def _unsearchable() -> Select[Any]:
    table, outbox = tables.page, tables.outbox
    # From the few that are not well to their rights, never from all records that may be seen.
    bad = table.c.state.in_([PageState.WAITING.value, PageState.FAILED.value])
    pages = select(func.count()).select_from(table).where(bad, _may_see(table.c.record_id))
    ids = union(select(table.c.record_id).where(bad), select(outbox.c.record_id)).subquery()
    records = select(func.count()).select_from(ids).where(_may_see(ids.c.record_id))
    return select(records.scalar_subquery(), pages.scalar_subquery())


_UNSEARCHABLE = _unsearchable()


def _is(record_id: str, number: int) -> ColumnElement[bool]:
    return (tables.page.c.record_id == record_id) & (tables.page.c.number == number)


def page_row(record_id: str, page: Page) -> dict[str, Any]:
    """A page as its table holds it."""
    return {
        "record_id": record_id,
        "number": page.number,
        "state": page.state.value,
        "read_by": page.read_by.value if page.read_by else None,
        "confidence": page.confidence,
        "width": page.width,
        "height": page.height,
        "has_image": page.has_image,
        "rotation": page.rotation,
        "reason": page.reason,
        # PostgreSQL holds no NUL in text; a space keeps the words' places.
        "text": page.text.replace("\x00", " "),
        "words": _pack(page.words, page.marks),
    }


def _read(row: Row[Any], *, words: bool) -> Page:
    found, marks = _unpack(row.words, row.text) if words else ((), ())
    return Page(
        number=row.number,
        state=PageState(row.state),
        read_by=ReadBy(row.read_by) if row.read_by else None,
        confidence=row.confidence,
        text=row.text,
        words=found,
        width=row.width,
        height=row.height,
        has_image=row.has_image,
        rotation=row.rotation,
        reason=row.reason,
        marks=marks,
    )


def _pack(words: Sequence[Word], marks: Sequence[Mark]) -> bytes:
    # A word's text is a cut of the page's text, so only its place is kept: a third of the size.
    rows: list[list[Any]] = [
        [
            word.start,
            len(word.text),
            _edges(word.box) if word.box else None,
            round(word.confidence, 3) if word.confidence is not None else None,
            word.line,
            word.block,
            *((word.others,) if word.others else ()),
        ]
        for word in words
    ]
    rows += [[mark.kind, _edges(mark.box)] for mark in marks]
    return zlib.compress(orjson.dumps(rows), 6)


def _edges(box: Box) -> list[float]:
    return [round(edge, 5) for edge in (box.x0, box.y0, box.x1, box.y1)]


def _unpack(packed: bytes, text: str) -> tuple[tuple[Word, ...], tuple[Mark, ...]]:
    """Words, and marks: those rows begin with their kind."""
    rows = orjson.loads(zlib.decompress(packed))
    words = tuple(
        Word(text[start : start + length], start, Box(*box) if box else None, confidence, line, block, *others)
        for start, length, box, confidence, line, block, *others in (row for row in rows if isinstance(row[0], int))
    )
    return words, tuple(Mark(row[0], Box(*row[1])) for row in rows if isinstance(row[0], str))
