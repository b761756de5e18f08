"""Dossiers as rows of the catalogue, and which records lie in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from archive import tables
from archive.filing_tables import LONGEST_NAME, dossier, dossier_access, dossier_change
from archive.passing import lay, parted
from archive.seeing import is_seen
from archive.sidecar_marks import SidecarMarks
from archive.upserting import upsert
from kernel.errors import NotFound
from mappings.filing import Dossier, DossierChange
from mappings.record import RecordState

_AT_A_TIME = 900


@dataclass(frozen=True, slots=True)
class Held:
    """What a dossier holds, as far as somebody may see it."""

    records: int = 0
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A record as far as it says who sees it. `tokens`: what is written down of that; `word`: its field `dossier`."""

    sequence: int
    id: str
    unit: str
    access_class: str
    shared: tuple[str, ...]
    passed: tuple[str, ...]
    dossier_id: str | None
    tokens: frozenset[str]
    word: str


class DossierRows:
    """The dossiers of one unit of work's catalogue."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_id(self, dossier_id: str, *, hold: bool = False) -> Dossier:
        """One of them, else NotFound. `hold`: nobody else changes it before this unit of work has ended."""
        query = select(dossier).where(dossier.c.id == dossier_id)
        row = self._connection.execute(query.with_for_update() if hold else query).one_or_none()
        if row is None:
            raise NotFound(id=dossier_id)
        return _dossier(row)

    def among(self, dossier_ids: Sequence[str]) -> dict[str, Dossier]:
        """Those of these ids."""
        found: dict[str, Dossier] = {}
        for start in range(0, len(dossier_ids), _AT_A_TIME):
            query = select(dossier).where(dossier.c.id.in_(dossier_ids[start : start + _AT_A_TIME]))
            found |= {row.id: _dossier(row) for row in self._connection.execute(query)}
        return found

    def named(self, agency: str, name: str) -> Dossier | None:
        """The one of this name in an agency."""
        query = select(dossier).where(dossier.c.agency == agency, dossier.c.name == name)
        row = self._connection.execute(query).one_or_none()
        return _dossier(row) if row else None

    def listed(
        self, tokens: Sequence[str], limit: int, after: tuple[str, str] = ("", ""), state: str = ""
    ) -> tuple[Dossier, ...]:
        """By name and id, those that these access tokens may see, after the name and id `after`."""
        rights, (name, dossier_id) = dossier_access, after
        seen = select(rights.c.dossier_id).where(rights.c.token.in_(tokens))
        later = or_(dossier.c.name > name, and_(dossier.c.name == name, dossier.c.id > dossier_id))
        query = select(dossier).where(dossier.c.id.in_(seen), later)
        if state:
            query = query.where(dossier.c.state == state)
        query = query.order_by(dossier.c.name, dossier.c.id).limit(limit)
        return tuple(map(_dossier, self._connection.execute(query)))

    def put(self, made: Dossier) -> None:
        """Enters it, or writes it anew, with who sees it. IntegrityError if another of its agency has its name."""
        row = asdict(made) | {"rule": dict(made.rule), "placed": list(made.placed), "shared": list(made.shared)}
        statement = upsert(self._connection, dossier).values(row)
        changed = {name: statement.excluded[name] for name in row if name != "id"}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))
        self._forget_tokens(made.id)
        rows = [{"dossier_id": made.id, "token": token} for token in made.tokens]
        if rows:
            self._connection.execute(insert(dossier_access), rows)

    def _forget_tokens(self, dossier_id: str) -> None:
        self._connection.execute(delete(dossier_access).where(dossier_access.c.dossier_id == dossier_id))

    def remove(self, dossier_id: str) -> None:
        """Takes its row out; its history stays."""
        self._forget_tokens(dossier_id)
        self._connection.execute(delete(dossier).where(dossier.c.id == dossier_id))

    def put_change(self, change: DossierChange) -> None:
        """Writes a step of the history down."""
        self._connection.execute(insert(dossier_change).values(asdict(change)))

    def changes(self, dossier_id: str) -> tuple[DossierChange, ...]:
        """The history of a dossier, oldest first."""
        table = dossier_change
        query = select(table).where(table.c.dossier_id == dossier_id).order_by(table.c.at, table.c.id)
        return tuple(DossierChange(**row._mapping) for row in self._connection.execute(query))

    def record_ids(self, dossier_id: str, tokens: Sequence[str] | None = None) -> tuple[str, ...]:
        """Records that lie in it, in accession order.

        `tokens`: those that these may see, without those in the bin and divided scans; None: all of them.
        """
        record = tables.record
        query = select(record.c.id).where(record.c.dossier_id == dossier_id)
        if tokens is not None:
            query = query.where(_shown(tokens))
        return tuple(self._connection.execute(query.order_by(record.c.sequence)).scalars())

    def hold_records(self, dossier_id: str) -> tuple[str, ...]:
        """The same, all of them; nobody else changes these records before this unit of work has ended."""
        record = tables.record
        query = select(record.c.id).where(record.c.dossier_id == dossier_id)
        # In one order: two who want the same wait for one another, never in a ring.
        return tuple(self._connection.execute(query.order_by(record.c.id).with_for_update()).scalars())

    def lying(self, record_ids: Sequence[str]) -> dict[str, str | None]:
        """In which dossier each of these records lies; None: in none."""
        record, found = tables.record, dict[str, str | None]()
        for start in range(0, len(record_ids), _AT_A_TIME):
            some = record.c.id.in_(record_ids[start : start + _AT_A_TIME])
            rows = self._connection.execute(select(record.c.id, record.c.dossier_id).where(some))
            found |= {row.id: row.dossier_id for row in rows}
        return found

    def lay(self, record_ids: Sequence[str], into: Dossier | None) -> frozenset[str]:
        """Writes down that records lie in it, and who sees them by that; None: they lie in none any more.

        Those that somebody sees no more by that: `Outbox.hasten` them in the same transaction.
        """
        return lay(self._connection, record_ids, into.id if into else None, into.tokens if into else ())

    def touch(self, record_ids: Sequence[str]) -> dict[str, int]:
        """Their next revisions, as `Records.touch`, of all that are there; ids in order."""
        table, found = tables.record, dict[str, int]()
        for start in range(0, len(record_ids), _AT_A_TIME):
            some = table.c.id.in_(record_ids[start : start + _AT_A_TIME])
            # In one order: two who want the same wait for one another, never in a ring.
            self._connection.execute(select(table.c.id).where(some).order_by(table.c.id).with_for_update()).all()
            change = update(table).where(some)
            change = change.values(revision=table.c.revision + 1)
            found |= {
                row.id: row.revision for row in self._connection.execute(change.returning(table.c.id, table.c.revision))
            }
        if record_ids:
            SidecarMarks(self._connection).put_records(list(record_ids))
        return found

    def named_by_records(self) -> tuple[str, ...]:
        """Ids of dossiers that records say they lie in."""
        column = tables.record.c.dossier_id
        query = select(column).where(column.is_not(None)).distinct()
        return tuple(self._connection.execute(query.order_by(column)).scalars())

    def standings(self, after: int, limit: int) -> tuple[Standing, ...]:
        """What the next records after an accession number say of who sees them."""
        record, rights, field = tables.record, tables.record_access, tables.described_field
        query = select(record).where(record.c.sequence > after).order_by(record.c.sequence).limit(limit)
        rows = self._connection.execute(query).all()
        ids = [row.id for row in rows]
        tokens: dict[str, set[str]] = {key: set() for key in ids}
        for key, token in self._connection.execute(select(rights).where(rights.c.record_id.in_(ids))):
            tokens[key].add(token)
        named = select(field.c.record_id, field.c.value).where(field.c.record_id.in_(ids), field.c.name == "dossier")
        words = dict(self._connection.execute(named).all())
        return tuple(
            Standing(
                **{name: getattr(row, name) for name in ("sequence", "id", "unit", "access_class", "dossier_id")},
                shared=parted(row.shared),
                passed=parted(row.passed),
                tokens=frozenset(tokens[row.id]),
                word=words.get(row.id, ""),
            )
            for row in rows
        )

    def held(self, dossier_ids: Sequence[str], tokens: Sequence[str]) -> dict[str, Held]:
        """How much lies in each, of what these tokens may see; empty ones are left out."""
        record = tables.record
        query = select(record.c.dossier_id, func.count(), func.sum(record.c.page_count))
        query = query.where(record.c.dossier_id.in_(dossier_ids), _shown(tokens)).group_by(record.c.dossier_id)
        return {row[0]: Held(int(row[1]), int(row[2])) for row in self._connection.execute(query)}

    def unmade(self, tokens: Sequence[str], limit: int) -> dict[str, Held]:
        """Names that stand in records which lie in no dossier, as separator sheets or people have written them."""
        record = tables.record
        query = select(_FIELD.c.value, func.count(), func.sum(record.c.page_count))
        query = query.join(record, record.c.id == _FIELD.c.record_id)
        query = query.where(*_WAITING, _shown(tokens)).group_by(_FIELD.c.value)
        rows = self._connection.execute(query.order_by(_FIELD.c.value).limit(limit))
        return {row[0]: Held(int(row[1]), int(row[2])) for row in rows}

    def waiting(self, name: str, tokens: Sequence[str], limit: int) -> tuple[str, ...]:
        """Records that say this name and lie in no dossier, of those that these tokens may see."""
        record = tables.record
        query = select(record.c.id).join(_FIELD, _FIELD.c.record_id == record.c.id)
        query = query.where(*_WAITING, _FIELD.c.value == name, _shown(tokens))
        return tuple(self._connection.execute(query.order_by(record.c.sequence).limit(limit)).scalars())


_FIELD = tables.described_field
_WAITING: tuple[ColumnElement[bool], ...] = (
    # As literals: neither database sees with a parameter that its index holds what is asked for.
    _FIELD.c.name == literal_column("'dossier'"),
    func.length(_FIELD.c.value) <= literal_column(str(LONGEST_NAME)),
    _FIELD.c.value != "",
    tables.record.c.dossier_id.is_(None),
)


def _shown(tokens: Sequence[str]) -> ColumnElement[bool]:
    record = tables.record
    return and_(
        record.c.state.not_in([RecordState.DIVIDED.value, RecordState.QUARANTINED.value]),
        record.c.id.not_in(select(tables.discarded.c.record_id)),
        # By each record of a dossier: else all records that may be seen would be gathered first.
        is_seen(record.c.id, tokens),
    )


def _dossier(row: Row[Any]) -> Dossier:
    values: dict[str, Any] = dict(row._mapping)
    return Dossier(**{**values, "placed": tuple(values["placed"]), "shared": tuple(values["shared"])})
