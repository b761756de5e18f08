"""Records and their described fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, delete, insert, or_, select, update

from archive import tables
from archive.counting import counts_but_bin
from archive.pages import Pages
from archive.passing import parted, write_tokens
from archive.review_queue import FIELD, Entry, ReviewQueue
from archive.sidecar_marks import SidecarMarks
from archive.upserting import upsert
from kernel.clock import now
from kernel.errors import NotFound
from mappings.access import access_tokens
from mappings.record import Box, DescribedField, Record, RecordState, RecordView

_OPEN = (RecordState.RECEIVED.value, RecordState.READING.value)
_AT_A_TIME = 2000  # a database takes only so many values in a query


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record as it enters the archive: in state received, revision 1."""

    id: str
    digest: str
    size: int
    media_type: str
    file_name: str
    received_at: datetime
    page_count: int
    unit: str
    access_class: str
    shared: str = ""


class Records:
    """The records of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, records: Sequence[NewRecord]) -> None:
        """Enters new records with their originals and access tokens. IntegrityError if a digest is there."""
        if not records:
            return
        self._connection.execute(insert(tables.original), [_original_row(record) for record in records])
        self._connection.execute(insert(tables.record), [_record_row(record) for record in records])
        tokens = [
            {"record_id": record.id, "token": token}
            for record in records
            for token in access_tokens(record.unit, record.access_class, record.shared.split("\n"))
            if token
        ]
        if tokens:
            self._connection.execute(insert(tables.record_access), tokens)

    def give_access(self, record_id: str, unit: str, access_class: str, shared: Sequence[str]) -> int:
        """Sets who may see a record, and returns the new revision. NotFound if there is no such record."""
        revision = self.touch(record_id)
        table = tables.record
        change = update(table).where(table.c.id == record_id)
        self._connection.execute(change.values(unit=unit, access_class=access_class, shared="\n".join(shared)))
        write_tokens(self._connection, [record_id])
        return revision

    def ids_by_digest(self, digests: Sequence[str]) -> dict[str, str]:
        """Which of these digests are records already: digest to record id."""
        table, found = tables.record, dict[str, str]()
        for start in range(0, len(digests), _AT_A_TIME):
            among = table.c.digest.in_(digests[start : start + _AT_A_TIME])
            found.update(self._connection.execute(select(table.c.digest, table.c.id).where(among)).all())
        return found

    def find(self, record_id: str, access: Sequence[str] | None = None) -> Record | None:
        """One record, in the bin or not; None if there is none or none that these access tokens may see."""
        query = _select().where(tables.record.c.id == record_id)
        if access is not None:
            query = query.where(_visible(access))
        row = self._connection.execute(query).one_or_none()
        return _read(row) if row else None

    def by_id(self, record_id: str, access: Sequence[str] | None = None) -> Record:
        """One record that these access tokens may see (None: the house itself), else NotFound."""
        record = self.find(record_id, access)
        if record is None:
            raise NotFound(id=record_id)
        return record

    def views(
        self, record_ids: Sequence[str], *, pages: bool = False, discarded: bool = False, boxes: bool = True
    ) -> dict[str, RecordView]:
        """Records with their fields and, if asked for, their pages without words.

        Unknown ids are left out, and so are, unless `discarded`, records in the bin and scans that were divided.
        `boxes` False: the fields come without theirs, for who looks at many records.
        """
        found: dict[str, RecordView] = {}
        for start in range(0, len(record_ids), _AT_A_TIME):
            among = record_ids[start : start + _AT_A_TIME]
            found |= self._views(among, pages, discarded, boxes)
        return found

    def page_counts(self, record_ids: Sequence[str]) -> dict[str, int]:
        """How many pages each of these records has; unknown ids are left out."""
        return dict(self._connection.execute(_PAGE_COUNTS_BY_IDS, {"ids": record_ids}).all())

    def _views(self, record_ids: Sequence[str], pages: bool, discarded: bool, boxes: bool) -> dict[str, RecordView]:
        query = _BY_IDS if discarded else _BY_IDS_IN_HOLDINGS
        records = {row.id: _read(row) for row in self._connection.execute(query, {"ids": record_ids})}
        fields = self.fields(list(records), boxes=boxes)
        found = Pages(self._connection).of_records(list(records)) if pages else {}
        return {key: RecordView(record, fields[key], found.get(key, ())) for key, record in records.items()}

    def view(self, record_id: str, access: Sequence[str] | None = None, *, pages: bool = True) -> RecordView:
        """One record with its fields and pages (without words), in the bin or not, else NotFound."""
        self.by_id(record_id, access)
        return self.views([record_id], pages=pages, discarded=True)[record_id]

    def is_open(self, record_id: str) -> bool:
        """Whether such a record still waits to be read or described."""
        state = tables.record.c.state
        query = select(state).where(tables.record.c.id == record_id, state.in_(_OPEN))
        return self._connection.execute(query).scalar_one_or_none() is not None

    def kept_apart(self) -> tuple[Record, ...]:
        """What may be a state secret, the latest first."""
        table = tables.record
        query = _select().where(table.c.state == RecordState.QUARANTINED.value).order_by(table.c.sequence.desc())
        return tuple(_read(row) for row in self._connection.execute(query))

    def standing(self, record_id: str) -> int:
        """The accession number of a record that is in the archive, not in the bin and not divided, else 0."""
        table = tables.record
        query = select(table.c.sequence).where(table.c.id == record_id, _in_holdings())
        return int(self._connection.execute(query).scalar_one_or_none() or 0)

    def fields(self, record_ids: Sequence[str], *, boxes: bool = True) -> dict[str, dict[str, DescribedField]]:
        """The described fields of records, with or without their boxes: record id to name to field."""
        found: dict[str, dict[str, DescribedField]] = {record_id: {} for record_id in record_ids}
        if not boxes:
            # The columns stand in the order of the class.
            for record_id, *values in self._connection.execute(_BARE_FIELDS_BY_IDS, {"ids": record_ids}):
                found[record_id][values[0]] = DescribedField(*values)
            return found
        for row in self._connection.execute(_FIELDS_BY_IDS, {"ids": record_ids}):
            found[row.record_id][row.name] = _read_field(row)
        return found

    def claim(
        self, owner: str, alive: Callable[[], Collection[str]], limit: int, held: Collection[str] | None = None
    ) -> tuple[Record, ...]:
        """Takes up to `limit` records to read for `owner`: those nobody reads, or whose reader is dead.

        `alive` tells who lives now, and is asked again when the rows are locked: one who was born since it was first
        asked may have claimed them, and must not be taken for dead.
        `held`: all that the owner knows to be its own. What else is in its name was claimed by a commit that was
        never answered, and is taken too.
        What lies in the bin is not read.

        Call in a unit of work and commit: two processes never get the same one.
        """
        table = tables.record
        free = or_(table.c.reader.is_(None), table.c.reader.not_in(sorted(alive())))
        if held is not None:
            free = or_(free, and_(table.c.reader == owner, table.c.id.not_in(sorted(held))))
        chosen = (
            select(table.c.sequence, table.c.reader)
            .where(table.c.state.in_(_OPEN), free, _in_holdings())
            .order_by(table.c.sequence)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = self._connection.execute(chosen).all()
        others = frozenset(alive() if rows else ()) - {owner}
        sequences = [row.sequence for row in rows if row.reader not in others]
        if not sequences:
            return ()
        change = update(table).where(table.c.sequence.in_(sequences))
        self._connection.execute(change.values(reader=owner, state=RecordState.READING.value))
        claimed = self._connection.execute(_select().where(table.c.sequence.in_(sequences)).order_by(table.c.sequence))
        return tuple(_read(row) for row in claimed)

    def hold_being_read(self, record_ids: Sequence[str]) -> frozenset[str]:
        """Which of these are claimed and not finished; none of them is purged before this unit of work has ended."""
        table = tables.record
        query = select(table.c.id).where(table.c.id.in_(record_ids), table.c.state == RecordState.READING.value)
        # In one order: two who want the same wait for one another, never in a ring.
        return frozenset(self._connection.execute(query.order_by(table.c.id).with_for_update()).scalars())

    def finish(self, record_id: str, state: RecordState) -> int:
        """Sets the state after reading, lets the claim go, and returns the new revision."""
        table = tables.record
        change = update(table).where(table.c.id == record_id)
        read_at = None if state.value in _OPEN else now()
        change = change.values(state=state.value, reader=None, revision=table.c.revision + 1, read_at=read_at)
        SidecarMarks(self._connection).put_records([record_id])
        revision = int(self._connection.execute(change.returning(table.c.revision)).scalar_one())
        ReviewQueue(self._connection).refresh(record_id)
        return revision

    def touch(self, record_id: str) -> int:
        """A change that the index must learn of: the next revision. NotFound if there is no such record."""
        table = tables.record
        change = update(table).where(table.c.id == record_id).values(revision=table.c.revision + 1)
        revision = self._connection.execute(change.returning(table.c.revision)).scalar_one_or_none()
        if revision is None:
            raise NotFound(id=record_id)
        SidecarMarks(self._connection).put_records([record_id])
        return int(revision)

    def read_again(self, record_id: str) -> None:
        """Puts a record back to where nothing of it has been read; the next revision comes when it has been."""
        change = update(tables.record).where(tables.record.c.id == record_id)
        self._connection.execute(change.values(state=RecordState.RECEIVED.value, reader=None, read_at=None))

    def describe(self, record_id: str, fields: Mapping[str, DescribedField]) -> None:
        """Writes fields as read by rule; those that a person has confirmed stay as they are."""
        confirmed = {name for name, kept in self.fields([record_id])[record_id].items() if kept.confirmed}
        table = tables.described_field
        stale = delete(table).where(table.c.record_id == record_id, table.c.confirmed.is_(False))
        self._connection.execute(stale)
        rows = [_field_row(record_id, new) for name, new in fields.items() if name not in confirmed]
        if rows:
            self._connection.execute(insert(table), rows)

    def set_field(self, record_id: str, field: DescribedField) -> None:
        """Writes one field over whatever stood there: a person's word."""
        self.set_fields([(record_id, field)])

    def set_fields(self, said: Sequence[tuple[str, DescribedField]]) -> None:
        """The same of many, each of its record."""
        if not said:
            return
        rows = [_field_row(record_id, field) for record_id, field in said]
        statement = upsert(self._connection, tables.described_field)
        changed = {name: statement.excluded[name] for name in rows[0] if name not in ("record_id", "name")}
        statement = statement.on_conflict_do_update(index_elements=["record_id", "name"], set_=changed)
        self._connection.execute(statement, rows)
        ReviewQueue(self._connection).drop(*(Entry(record_id, FIELD, field.name) for record_id, field in said))

    def without_field(self, name: str, after: int = 0, limit: int = 100) -> tuple[tuple[int, str], ...]:
        """(sequence, id) of the next described records after an accession number that have no such field at all.

        None in the bin, and no scan that was divided.
        """
        table, field = tables.record, tables.described_field
        has_it = select(field.c.name).where(field.c.record_id == table.c.id, field.c.name == name).exists()
        described = table.c.state.in_((RecordState.SEARCHABLE.value, RecordState.PARTLY_SEARCHABLE.value))
        query = select(table.c.sequence, table.c.id).where(table.c.sequence > after, described, _in_holdings(), ~has_it)
        rows = self._connection.execute(query.order_by(table.c.sequence).limit(limit))
        return tuple((row.sequence, row.id) for row in rows)

    def counts(self, access: Sequence[str] | None = None) -> dict[RecordState, int]:
        """How many records stand in each state, those in the bin not counted, nor scans that were divided.

        `access`: only what these tokens may see; None: the house itself asks.
        """
        counted = counts_but_bin(self._connection, tables.record.c.id, access)
        return {RecordState(state): n for state, n in counted.items() if state != RecordState.DIVIDED.value}

    def revisions(self, after: int = 0, limit: int = 1000) -> tuple[tuple[int, str, int], ...]:
        """(sequence, id, revision) of the next `limit` records after an accession number, as the index must hold them.

        None in the bin, and no scan that was divided.
        """
        table = tables.record
        query = select(table.c.sequence, table.c.id, table.c.revision).where(table.c.sequence > after, _in_holdings())
        rows = self._connection.execute(query.order_by(table.c.sequence).limit(limit))
        return tuple((row.sequence, row.id, row.revision) for row in rows)

    def all_revisions(self) -> Iterator[tuple[str, int]]:
        """(id, revision) of every record not in the bin, in accession order, a thousand at a time."""
        after = 0
        while rows := self.revisions(after):
            for sequence, record_id, revision in rows:
                after = sequence
                yield record_id, revision


def _select() -> Any:
    return select(tables.record, tables.original.c.size).join(tables.original)


def _in_holdings() -> Any:
    """Those that can be found: not in the bin, not kept apart, and no scan whose records stand for it."""
    whole = tables.record.c.state.not_in([RecordState.DIVIDED.value, RecordState.QUARANTINED.value])
    return and_(whole, tables.record.c.id.not_in(select(tables.discarded.c.record_id)))


# Put together once: each search asks them, and to build one takes as long as to answer it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_BY_IDS = _select().where(tables.record.c.id.in_(_IDS))
_BY_IDS_IN_HOLDINGS = _BY_IDS.where(_in_holdings())
_PAGE_COUNTS_BY_IDS = select(tables.record.c.id, tables.record.c.page_count).where(tables.record.c.id.in_(_IDS))
_FIELDS_BY_IDS = select(tables.described_field).where(tables.described_field.c.record_id.in_(_IDS))
_BARE_FIELDS_BY_IDS = _FIELDS_BY_IDS.with_only_columns(
    *(column for column in tables.described_field.c if column.name != "boxes")
)


def _visible(access: Sequence[str]) -> Any:
    rights = tables.record_access
    return tables.record.c.id.in_(select(rights.c.record_id).where(rights.c.token.in_(access)))


def _original_row(record: NewRecord) -> dict[str, Any]:
    return {"digest": record.digest, "size": record.size, "stored_at": record.received_at}


def _record_row(record: NewRecord) -> dict[str, Any]:
    values = asdict(record)
    del values["size"]
    return values | {"state": RecordState.RECEIVED.value, "revision": 1}


def _read(row: Row[Any]) -> Record:
    return Record(
        id=row.id,
        sequence=row.sequence,
        digest=row.digest,
        size=row.size,
        media_type=row.media_type,
        file_name=row.file_name,
        state=RecordState(row.state),
        revision=row.revision,
        received_at=row.received_at,
        page_count=row.page_count,
        unit=row.unit,
        access_class=row.access_class,
        shared=parted(row.shared),
        dossier_id=row.dossier_id,
        passed=parted(row.passed),
    )


def _field_row(record_id: str, field: DescribedField) -> dict[str, Any]:
    return {
        "record_id": record_id,
        "name": field.name,
        # PostgreSQL holds no NUL in text.
        "value": field.value.replace("\x00", " "),
        "confidence": field.confidence,
        "doubtful": field.doubtful,
        "confirmed": field.confirmed,
        "page": field.page,
        "boxes": [[box.x0, box.y0, box.x1, box.y1] for box in field.boxes],
    }


def _read_field(row: Row[Any]) -> DescribedField:
    return DescribedField(
        name=row.name,
        value=row.value,
        confidence=row.confidence,
        doubtful=row.doubtful,
        confirmed=row.confirmed,
        page=row.page,
        boxes=tuple(Box(*box) for box in row.boxes),
    )
