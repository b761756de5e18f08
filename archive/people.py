"""People, the tree of units, and who is what in which unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, literal_column, or_, select, update

from archive import people_tables, tables
from archive.upserting import upsert
from kernel.errors import NotFound
from mappings.people import Grant, OfficeUnit, Person, Role


@dataclass(frozen=True, slots=True)
class Standing:
    """A person with their roles and the whole tree: all that their rights are told from. `units`: key to parent."""

    person: Person
    grants: tuple[Grant, ...]
    units: dict[str, str | None]


class People:
    """Those of one unit of work's catalogue. Nobody is ever taken out: their name stands in events."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def anyone(self) -> bool:
        """Whether there is any account at all."""
        found: Any = self._connection.execute(select(literal_column("1")).select_from(people_tables.person).limit(1))
        return found.first() is not None

    def add(self, person: Person) -> None:
        """A new one. IntegrityError if the account is there."""
        names = ("id", "account", "name", "made_at", "password", "password_at", "totp", "closed_at")
        self._connection.execute(insert(people_tables.person), [{name: getattr(person, name) for name in names}])

    def all(self) -> tuple[Person, ...]:
        """All, by account."""
        table = people_tables.person
        return tuple(_person(row) for row in self._connection.execute(select(table).order_by(table.c.account)))

    def find(self, account: str) -> Person | None:
        """The one of this account; None if there is none."""
        table = people_tables.person
        row = self._connection.execute(select(table).where(table.c.account == _plain(account))).one_or_none()
        return _person(row) if row else None

    def by_id(self, person_id: str) -> Person:
        """One of them, else NotFound. Nobody else changes it before a writing unit of work has ended."""
        table = people_tables.person
        row = self._connection.execute(select(table).where(table.c.id == person_id)).one_or_none()
        if row is None:
            raise NotFound(id=person_id)
        return _person(row)

    def among(self, person_ids: Iterator[str] | list[str]) -> dict[str, Person]:
        """Those of these ids, by id."""
        table = people_tables.person
        rows = self._connection.execute(select(table).where(table.c.id.in_(list(person_ids))))
        return {row.id: _person(row) for row in rows}

    def set_password(self, person_id: str, password: str, at: datetime) -> None:
        """A new hash of a password."""
        self._set(person_id, password=password, password_at=at)

    def set_totp(self, person_id: str, secret: str | None) -> None:
        """A second factor, or none."""
        self._set(person_id, totp=secret, totp_step=None)

    def take_totp_step(self, person_id: str, step: int) -> bool:
        """Notes that a code of this time step was used; False if one of it, or a later one, was used before."""
        table = people_tables.person
        fresh = or_(table.c.totp_step.is_(None), table.c.totp_step < step)
        change = update(table).where(table.c.id == person_id, fresh).values(totp_step=step)
        return self._connection.execute(change.returning(table.c.id)).one_or_none() is not None

    def rename(self, person_id: str, name: str) -> None:
        """Another name for the same person."""
        self._set(person_id, name=name)

    def close(self, person_id: str, at: datetime | None) -> None:
        """From now on nobody signs in as this person; None: they do again."""
        self._set(person_id, closed_at=at)

    def _set(self, person_id: str, **values: object) -> None:
        table = people_tables.person
        self._connection.execute(update(table).where(table.c.id == person_id).values(**values))

    def standing(self, person_id: str) -> Standing:
        """All that a person's rights are told from. NotFound."""
        return Standing(self.by_id(person_id), self.grants(person_id), self.parents())

    def grants(self, person_id: str | None = None) -> tuple[Grant, ...]:
        """Of one person, or of all, by unit and role."""
        table = people_tables.granted
        query = select(table).order_by(table.c.person_id, table.c.unit, table.c.role)
        if person_id is not None:
            query = query.where(table.c.person_id == person_id)
        return tuple(Grant(row.person_id, row.unit, Role(row.role)) for row in self._connection.execute(query))

    def grant(self, grant: Grant) -> bool:
        """Gives a role; False if they have it."""
        statement = upsert(self._connection, people_tables.granted).on_conflict_do_nothing()
        values = {"person_id": grant.person_id, "unit": grant.unit, "role": grant.role.value}
        returned = statement.values(values).returning(people_tables.granted.c.person_id)
        return self._connection.execute(returned).one_or_none() is not None

    def withdraw(self, grant: Grant) -> bool:
        """Takes a role back; False if they do not have it."""
        table = people_tables.granted
        same = (table.c.person_id == grant.person_id) & (table.c.unit == grant.unit)
        gone = delete(table).where(same, table.c.role == grant.role.value).returning(table.c.person_id)
        return self._connection.execute(gone).one_or_none() is not None

    def units(self) -> tuple[OfficeUnit, ...]:
        """All units, by name."""
        table = people_tables.unit
        rows = self._connection.execute(select(table).order_by(table.c.name, table.c.key))
        return tuple(OfficeUnit(row.key, row.name, row.parent) for row in rows)

    def parents(self) -> dict[str, str | None]:
        """Each unit's key to that of the one above it."""
        table = people_tables.unit
        return {row[0]: row[1] for row in self._connection.execute(select(table.c.key, table.c.parent))}

    def put_unit(self, unit: OfficeUnit) -> None:
        """Enters a unit, or gives one that is there another name and place."""
        values = {"key": unit.key, "name": unit.name, "parent": unit.parent}
        statement = upsert(self._connection, people_tables.unit).values(values)
        changed = {"name": unit.name, "parent": unit.parent}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=changed))

    def enter_units_of_records(self, *further: str) -> None:
        """Units that stand in records, and these, come into the tree under their key, where they are not in it yet."""
        named = {*self._connection.execute(select(tables.record.c.unit).distinct()).scalars(), *further}
        for key in sorted(named - self.parents().keys()):
            self.put_unit(OfficeUnit(key, key))


def _plain(untrusted: str) -> str:
    # PostgreSQL fails over a NUL where SQLite finds nothing.
    return untrusted.replace("\x00", "\ufffd")


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.account, row.name, row.made_at, row.password, row.password_at, row.totp, row.closed_at)
