"""Dossiers as rows of the catalogue, and which records lie in them by their field `dossier`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, insert, literal_column, or_, select

from archive import tables
from archive.filing_tables import LONGEST_NAME, dossier, dossier_change
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

    def named(self, names: Sequence[str]) -> dict[str, Dossier]:
        """Those of these names, by name."""
        found: dict[str, Dossier] = {}
        for start in range(0, len(names), _AT_A_TIME):
            query = select(dossier).where(dossier.c.name.in_(names[start : start + _AT_A_TIME]))
            found |= {row.name: _dossier(row) for row in self._connection.execute(query)}
        return found

    def listed(self, tokens: Sequence[str], limit: int, after: str = "", state: str = "") -> tuple[Dossier, ...]:
        """By name, those that these access tokens may see, after the name `after`."""
        query = select(dossier).where(_of_viewer(tokens), dossier.c.name > after)
        if state:
            query = query.where(dossier.c.state == state)
        return tuple(map(_dossier, self._connection.execute(query.order_by(dossier.c.name).limit(limit))))

    def put(self, made: Dossier) -> None:
        """Enters it, or writes it anew. IntegrityError if another has its name."""
        row = asdict(made) | {"rule": dict(made.rule), "placed": list(made.placed)}
        statement = upsert(self._connection, dossier).values(row)
        changed = {name: statement.excluded[name] for name in row if name != "id"}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))

    def remove(self, dossier_id: str) -> None:
        """Takes its row out; its history stays."""
        self._connection.execute(delete(dossier).where(dossier.c.id == dossier_id))

    def put_change(self, change: DossierChange) -> None:
        """Writes a step of the history down."""
        self._connection.execute(insert(dossier_change).values(asdict(change)))

    def changes(self, dossier_id: str) -> tuple[DossierChange, ...]:
        """The history of a dossier, oldest first."""
        table = dossier_change
        query = select(table).where(table.c.dossier_id == dossier_id).order_by(table.c.at, table.c.id)
        return tuple(DossierChange(**row._mapping) for row in self._connection.execute(query))

    def record_ids(self, name: str, tokens: Sequence[str] | None = None) -> tuple[str, ...]:
        """Records whose field names it, in accession order.

        `tokens`: those that these may see, without those in the bin and divided scans; None: all of them.
        """
        query = select(tables.record.c.id).join(_FIELD, _FIELD.c.record_id == tables.record.c.id)
        query = query.where(*_IN_DOSSIERS, _FIELD.c.value == name)
        if tokens is not None:
            query = query.where(_shown(tokens))
        return tuple(self._connection.execute(query.order_by(tables.record.c.sequence)).scalars())

    def held(self, names: Sequence[str], tokens: Sequence[str]) -> dict[str, Held]:
        """How much lies in each, of what these tokens may see; empty ones are left out."""
        query = self._counted(tokens).where(_FIELD.c.value.in_(names))
        return {row[0]: Held(int(row[1]), int(row[2])) for row in self._connection.execute(query)}

    def unmade(self, tokens: Sequence[str], limit: int) -> dict[str, Held]:
        """Names that stand in records and that no dossier has, as separator sheets or people have written them."""
        query = self._counted(tokens).where(_FIELD.c.value != "", _FIELD.c.value.not_in(select(dossier.c.name)))
        rows = self._connection.execute(query.order_by(_FIELD.c.value).limit(limit))
        return {row[0]: Held(int(row[1]), int(row[2])) for row in rows}

    def _counted(self, tokens: Sequence[str]) -> Select[Any]:
        record = tables.record
        query = select(_FIELD.c.value, func.count(), func.sum(record.c.page_count))
        query = query.join(record, record.c.id == _FIELD.c.record_id)
        return query.where(*_IN_DOSSIERS, _shown(tokens)).group_by(_FIELD.c.value)


_FIELD = tables.described_field
# As literals: neither database sees with a parameter that its index holds what is asked for.
_IN_DOSSIERS: tuple[ColumnElement[bool], ...] = (
    _FIELD.c.name == literal_column("'dossier'"),
    func.length(_FIELD.c.value) <= literal_column(str(LONGEST_NAME)),
)


def _shown(tokens: Sequence[str]) -> ColumnElement[bool]:
    record, rights = tables.record, tables.record_access
    return and_(
        record.c.state != RecordState.DIVIDED.value,
        record.c.id.not_in(select(tables.discarded.c.record_id)),
        # By each record of a dossier: else all records that may be seen would be gathered first.
        select(rights.c.token).where(rights.c.record_id == record.c.id, rights.c.token.in_(tokens)).exists(),
    )


def _of_viewer(tokens: Sequence[str]) -> ColumnElement[bool]:
    """As `mappings.access.access_tokens` says of records."""
    units = [token.removeprefix("unit:") for token in tokens if token.startswith("unit:")]
    open_ = [token for token in tokens if not token.startswith("unit:")]
    restricted = and_(dossier.c.access_class.not_in(["public", "internal"]), dossier.c.unit.in_(units))
    return or_(dossier.c.access_class.in_(open_), restricted)


def _dossier(row: Row[Any]) -> Dossier:
    values: dict[str, Any] = dict(row._mapping)
    return Dossier(**{**values, "placed": tuple(values["placed"])})
