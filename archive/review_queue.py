"""What waits to be looked at by a person: pages and fields, those least sure and most used first.

An entry follows from the catalogue: it is written when a record has been read, and goes when it has been settled.
Score: doubt (1 - confidence) times what it weighs for finding, times 1 + openings / 10.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from archive import people_tables, tables
from archive.review_tables import page_correction, review, review_entry
from archive.seeing import is_seen
from mappings.record import PageState, ReadBy, RecordState
from mappings.rewording.correcting import Standing, Verdict

FIELD, PAGE = "field", "page"

SURE_PAGE = 0.97
"""A page that OCR read with this confidence is not looked at."""

PAGE_WEIGHT = 0.6
WEIGHTS = {
    **dict.fromkeys(("number", "symbol", "issued_on", "subject"), 1.0),
    **dict.fromkeys(("issuer", "kind", "signer"), 0.8),
}
"""Of a field for finding a record; a page weighs `PAGE_WEIGHT`."""

OTHER_WEIGHT = 0.4
MOST_USED = 50
"""Openings of a record that count."""

_LEAST_DOUBT = 0.05
_USE_EACH = 10.0


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to look at. `place`: the name of a field, or the number of a page."""

    record_id: str
    kind: str
    place: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose queue: sees records by `access`, may correct those of `units` (None: of all)."""

    name: str
    access: tuple[str, ...]
    units: Collection[str] | None


class ReviewQueue:
    """Of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def refresh(self, record_id: str | None = None) -> None:
        """Entries anew from what the catalogue holds now: of one record, or of all."""
        table = review_entry
        gone = delete(table)
        self._connection.execute(gone if record_id is None else gone.where(table.c.record_id == record_id))
        names = ["record_id", "kind", "place", "doubt", "used", "score"]
        for chosen in (_pages(record_id), _fields(record_id)):
            self._connection.execute(insert(table).from_select(names, chosen))

    def drop(self, *entries: Entry) -> None:
        """These are settled."""
        table = review_entry
        key = [table.c[name] == bindparam(f"b_{name}") for name in ("record_id", "kind", "place")]
        rows = [{"b_record_id": one.record_id, "b_kind": one.kind, "b_place": one.place} for one in entries]
        if rows:
            self._connection.execute(delete(table).where(*key), rows)

    def forget(self, record_id: str) -> None:
        """Nothing of a record waits."""
        self._connection.execute(delete(review_entry).where(review_entry.c.record_id == record_id))

    def best(
        self, asker: Asker, moment: datetime, kinds: Sequence[str], limit: int, offset: int = 0
    ) -> tuple[Entry, ...]:
        """The next entries that nobody else has been handed."""
        table = review_entry
        free = or_(table.c.claimed_by.is_(None), table.c.claimed_by == asker.name, table.c.claimed_until < moment)
        query = _theirs(select(table), asker, kinds).where(free)
        order = (table.c.score.desc(), table.c.record_id, table.c.kind, table.c.place)
        rows = self._connection.execute(query.order_by(*order).limit(limit).offset(offset))
        return tuple(Entry(row.record_id, row.kind, row.place, row.score) for row in rows)

    def find(self, asker: Asker, record_id: str, kind: str, place: str) -> Entry | None:
        """An entry that this asker may be handed, if it still waits."""
        query = _theirs(select(review_entry), asker, (kind,)).where(_is(Entry(record_id, kind, place)))
        row = self._connection.execute(query).one_or_none()
        return Entry(row.record_id, row.kind, row.place, row.score) if row else None

    def counts(self, asker: Asker, most: int) -> dict[str, int]:
        """How many fields and pages wait that this asker may be handed; of each, no more than `most` are counted."""
        return {kind: self._count(asker, kind, most) for kind in (FIELD, PAGE)}

    def _count(self, asker: Asker, kind: str, most: int) -> int:
        some = _theirs(select(review_entry.c.place), asker, (kind,)).limit(most).subquery()
        return int(self._connection.execute(select(func.count()).select_from(some)).scalar_one())

    def claim(self, entry: Entry, name: str, moment: datetime, until: datetime) -> bool:
        """Whether it is theirs until then: nobody else has it."""
        table = review_entry
        free = or_(table.c.claimed_by.is_(None), table.c.claimed_by == name, table.c.claimed_until < moment)
        change = update(table).where(_is(entry), free).values(claimed_by=name, claimed_until=until)
        return self._connection.execute(change).rowcount == 1

    def let_go(self, entry: Entry, name: str) -> None:
        """It may be handed to anybody."""
        table = review_entry
        change = update(table).where(_is(entry), table.c.claimed_by == name)
        self._connection.execute(change.values(claimed_by=None, claimed_until=None))


def count_openings(connection: Connection, record_ids: Sequence[str]) -> None:
    """These records were opened once more, each: what waits of them comes sooner."""
    table = review_entry
    for record_id in record_ids:
        change = update(table).where(table.c.record_id == record_id, table.c.used < MOST_USED)
        more = (1 + (table.c.used + 1) / _USE_EACH) / (1 + table.c.used / _USE_EACH)
        connection.execute(change.values(used=table.c.used + 1, score=table.c.score * more))


def _is(entry: Entry) -> ColumnElement[bool]:
    table = review_entry
    return and_(table.c.record_id == entry.record_id, table.c.kind == entry.kind, table.c.place == entry.place)


def _theirs(query: Select[Any], asker: Asker, kinds: Sequence[str]) -> Select[Any]:
    table, record = review_entry, tables.record
    query = query.where(table.c.kind.in_(kinds))
    return query.where(may_be_handed(table.c.record_id, asker.access, asker.units)).select_from(
        table.join(record, record.c.id == table.c.record_id)
    )


def may_be_handed(
    record_id: ColumnElement[str], access: Sequence[str], units: Collection[str] | None
) -> ColumnElement[bool]:
    """Of a query that joins `record`: seen by these tokens, of these units, read, and not in the bin."""
    record = tables.record
    described = record.c.state.in_([RecordState.SEARCHABLE.value, RecordState.PARTLY_SEARCHABLE.value])
    kept = record_id.not_in(select(tables.discarded.c.record_id))
    may = and_(described, kept, is_seen(record_id, access))
    return may if units is None else and_(may, record.c.unit.in_(sorted(units)))


def _pages(record_id: str | None) -> Select[Any]:
    page, correction = tables.page, page_correction
    again = exists().where(
        correction.c.record_id == page.c.record_id,
        correction.c.page == page.c.number,
        correction.c.standing == Standing.AGAIN.value,
    )
    unsure = and_(page.c.read_by == ReadBy.OCR.value, page.c.confidence < SURE_PAGE)
    doubt = case((again, 1.0), else_=1.0 - func.coalesce(page.c.confidence, 1.0))
    chosen = _with_score(page.c.record_id, PAGE, cast(page.c.number, String(30)), doubt, literal(PAGE_WEIGHT))
    chosen = chosen.where(page.c.state == PageState.SEARCHABLE.value, or_(unsure, again))
    return chosen if record_id is None else chosen.where(page.c.record_id == record_id)


def _fields(record_id: str | None) -> Select[Any]:
    field, said = tables.described_field, review
    unreadable = exists().where(
        said.c.record_id == field.c.record_id,
        said.c.kind == FIELD,
        said.c.place == field.c.name,
        said.c.verdict == Verdict.UNREADABLE.value,
        said.c.shown == field.c.value,
        said.c.undone_at.is_(None),
    )
    doubt = case((field.c.confidence > 1 - _LEAST_DOUBT, _LEAST_DOUBT), else_=1.0 - field.c.confidence)
    weighs: ColumnElement[float] = case(WEIGHTS, value=field.c.name, else_=OTHER_WEIGHT)
    chosen = _with_score(field.c.record_id, FIELD, field.c.name, doubt, weighs)
    chosen = chosen.where(field.c.doubtful, ~field.c.confirmed, field.c.value != "", ~unreadable)
    return chosen if record_id is None else chosen.where(field.c.record_id == record_id)


def _with_score(
    record_id: ColumnElement[str],
    kind: str,
    place: ColumnElement[str],
    doubt: ColumnElement[float],
    weighs: ColumnElement[float],
) -> Select[Any]:
    sight = people_tables.sight
    some = select(sight.c.number).where(sight.c.record_id == record_id, sight.c.what == "opened")
    opened = select(func.count()).select_from(some.limit(MOST_USED).correlate_except(sight).subquery())
    used = cast(opened.scalar_subquery(), Integer)
    score = doubt * weighs * (1.0 + cast(used, Float) / _USE_EACH)
    columns: list[Any] = [record_id, literal(kind), place, doubt, used, score]
    return select(*columns)
