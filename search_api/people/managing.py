"""Who manages whom: accounts, roles and units, by people who may. Each change is an event.

An administrator of a unit gives and withdraws roles in that unit and below it, and manages an account only if all of
its roles lie there: else a link for a new password would open what its maker has no right to. One who has no role (any
more) may have been shared much: their account is managed by those alone who manage everybody. Nobody changes their own.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from archive.catalogue import Catalogue
from archive.events import Event, EventType
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import BadValue, NotFound
from kernel.people_errors import NotAllowed, OwnRoles
from mappings.people import EVERYWHERE, Grant, OfficeUnit, Person, Role, is_unit_key
from search_api.access.policy import Permission
from search_api.access.viewer import Viewer
from search_api.people.entering import add_person, link_for, name_of
from search_api.people.writing import told


@dataclass(frozen=True, slots=True)
class Known:
    """A person with their roles. `mine`: whether whoever asks manages the account."""

    person: Person
    grants: tuple[Grant, ...]
    mine: bool


class PeopleService:
    """Safe over threads. What somebody manages is asked of the catalogue anew each time."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def all(self, viewer: Viewer) -> tuple[Known, ...]:
        """Those who have a role where the viewer manages people; those without one for who manages everybody."""
        with self._catalogue.reading() as unit:
            grants: dict[str, list[Grant]] = {}
            for grant in unit.people.grants():
                grants.setdefault(grant.person_id, []).append(grant)
            people = unit.people.all()
        known = (_known(viewer, one, tuple(grants.get(one.id, ()))) for one in people)
        return tuple(one for one in known if _concerns(viewer, one.grants))

    def one(self, viewer: Viewer, person_id: str) -> Known:
        """One of them. NotFound."""
        with self._catalogue.reading() as unit:
            return _expect_known(unit, viewer, person_id)

    def add(
        self, viewer: Viewer, untrusted_account: str, untrusted_name: str, untrusted_unit: str, untrusted_role: str
    ) -> tuple[Person, str]:
        """A new person with a role, and the token of the link to choose a password by. BadValue, AccountTaken."""

        def work(unit: UnitOfWork) -> tuple[Person, str]:
            person, token = add_person(unit, untrusted_account, untrusted_name, viewer.name)
            _grant(unit, viewer, person, untrusted_unit, untrusted_role)
            return person, token

        return self._catalogue.write(work)

    def new_link(self, viewer: Viewer, person_id: str) -> str:
        """The token of a link by which the person chooses a new password. NotFound, NotAllowed."""
        return self._catalogue.write(
            lambda unit: link_for(unit, expect_mine(unit, viewer, person_id).person, viewer.name)
        )

    def rename(self, viewer: Viewer, person_id: str, untrusted_name: str) -> None:
        """Another name. NotFound, NotAllowed, BadValue."""
        name = name_of(untrusted_name)

        def work(unit: UnitOfWork) -> None:
            person = expect_mine(unit, viewer, person_id).person
            unit.people.rename(person.id, name)
            unit.events.add([told("renamed", person, viewer.name, name=name)])

        self._catalogue.write(work)

    def close(self, viewer: Viewer, person_id: str, *, closed: bool) -> None:
        """Nobody signs in with the account any more (or again); its sessions and keys end. NotFound, NotAllowed."""

        def work(unit: UnitOfWork) -> None:
            person = expect_mine(unit, viewer, person_id).person
            unit.people.close(person.id, now() if closed else None)
            unit.sessions.end_all(person.id)
            unit.sessions.end_keys(person.id)
            unit.sessions.drop_links(person.id)
            unit.events.add([told("closed" if closed else "opened", person, viewer.name)])

        self._catalogue.write(work)

    def drop_totp(self, viewer: Viewer, person_id: str) -> None:
        """A person whose telephone is lost signs in without a code again. NotFound, NotAllowed."""

        def work(unit: UnitOfWork) -> None:
            person = expect_mine(unit, viewer, person_id).person
            unit.people.set_totp(person.id, None)
            unit.events.add([told("code-dropped", person, viewer.name)])

        self._catalogue.write(work)

    def grant(self, viewer: Viewer, person_id: str, untrusted_unit: str, untrusted_role: str) -> None:
        """Gives a role. NotFound, NotAllowed, OwnRoles, BadValue."""

        def work(unit: UnitOfWork) -> None:
            person = _expect_known(unit, viewer, person_id).person
            _grant(unit, viewer, person, untrusted_unit, untrusted_role)
            if person.password is not None:
                # Whoever made a link before may not have been allowed to with this role. Of an account that nobody
                # has used yet the invitation stays.
                unit.sessions.drop_links(person.id)

        self._catalogue.write(work)

    def withdraw(self, viewer: Viewer, person_id: str, untrusted_unit: str, untrusted_role: str) -> None:
        """Takes a role back; it is gone with the next request. NotFound, NotAllowed, OwnRoles, BadValue."""
        role = _role(untrusted_role)

        def work(unit: UnitOfWork) -> None:
            person = _expect_known(unit, viewer, person_id).person
            _expect_manages(viewer, person, untrusted_unit)
            if unit.people.withdraw(Grant(person.id, untrusted_unit, role)):
                unit.events.add([told("role-withdrawn", person, viewer.name, unit=untrusted_unit, role=role.value)])

        self._catalogue.write(work)

    def units(self, viewer: Viewer, permission: Permission) -> tuple[OfficeUnit, ...]:
        """Those in which the viewer has this right, by name."""
        with self._catalogue.reading() as unit:
            return tuple(one for one in unit.people.units() if viewer.may(permission, one.key))

    def put_unit(self, viewer: Viewer, untrusted_key: str, untrusted_name: str, untrusted_parent: str) -> None:
        """A new unit, or another name and place for one that is there. BadValue (also for a ring), NotAllowed."""
        if not viewer.may(Permission.MANAGE_UNITS):
            raise NotAllowed(permission=Permission.MANAGE_UNITS.value)
        key = unicodedata.normalize("NFC", untrusted_key.strip())
        name = " ".join(unicodedata.normalize("NFC", untrusted_name).split())[:200] or key
        if not is_unit_key(key) or not name.isprintable():
            raise BadValue(name="unit", value=key[:50], expected="1-100, no / * ? #")

        def work(unit: UnitOfWork) -> None:
            parents = unit.people.parents()
            parent = untrusted_parent or None
            if parent is not None and (parent not in parents or key in _with_above(parent, parents)):
                raise BadValue(name="parent", value=parent[:50], expected=", ".join(sorted(parents))[:200])
            if key in parents and (key, name, parent) in {(u.key, u.name, u.parent) for u in unit.people.units()}:
                return
            unit.people.put_unit(OfficeUnit(key, name, parent))
            unit.events.add([_unit_event(viewer, key, name, parent)])

        self._catalogue.write(work)


def _unit_event(viewer: Viewer, key: str, name: str, parent: str | None) -> Event:
    detail = {"what": "unit", "unit": key, "name": name, "parent": parent}
    return Event(EventType.PEOPLE, agent=viewer.name, detail=detail)


def _with_above(key: str, parents: dict[str, str | None]) -> list[str]:
    found = [key]
    while (above := parents.get(found[-1])) is not None and above not in found:
        found.append(above)
    return found


def _manages(viewer: Viewer, unit: str) -> bool:
    if unit == EVERYWHERE:
        return viewer.rights is None or Permission.MANAGE_PEOPLE in viewer.rights.everywhere
    return viewer.may(Permission.MANAGE_PEOPLE, unit)


def _concerns(viewer: Viewer, grants: tuple[Grant, ...]) -> bool:
    return _manages(viewer, EVERYWHERE) or any(_manages(viewer, one.unit) for one in grants)


def _known(viewer: Viewer, person: Person, grants: tuple[Grant, ...]) -> Known:
    places = [one.unit for one in grants] or [EVERYWHERE]
    return Known(person, grants, mine=all(_manages(viewer, place) for place in places))


def _expect_known(unit: UnitOfWork, viewer: Viewer, person_id: str) -> Known:
    known = _known(viewer, unit.people.by_id(person_id), unit.people.grants(person_id))
    if not _concerns(viewer, known.grants):
        raise NotFound(id=person_id)
    return known


def expect_mine(unit: UnitOfWork, viewer: Viewer, person_id: str) -> Known:
    """A person whose account the viewer manages. NotFound, NotAllowed, OwnRoles."""
    known = _expect_known(unit, viewer, person_id)
    if not known.mine or not viewer.may(Permission.MANAGE_PEOPLE):
        raise NotAllowed(permission=Permission.MANAGE_PEOPLE.value)
    if known.person.account == viewer.account:
        raise OwnRoles
    return known


def _expect_manages(viewer: Viewer, person: Person, unit: str) -> None:
    if person.account == viewer.account:
        raise OwnRoles
    if not _manages(viewer, unit):
        raise NotAllowed(permission=Permission.MANAGE_PEOPLE.value)


def _grant(unit: UnitOfWork, viewer: Viewer, person: Person, untrusted_unit: str, untrusted_role: str) -> None:
    role = _role(untrusted_role)
    if untrusted_unit != EVERYWHERE and untrusted_unit not in unit.people.parents():
        raise BadValue(name="unit", value=untrusted_unit[:50], expected="*")
    _expect_manages(viewer, person, untrusted_unit)
    if unit.people.grant(Grant(person.id, untrusted_unit, role)):
        unit.events.add([told("role-given", person, viewer.name, unit=untrusted_unit, role=role.value)])


def _role(untrusted: str) -> Role:
    try:
        return Role(untrusted)
    except ValueError as error:
        raise BadValue(name="role", value=untrusted[:50], expected=", ".join(Role)) from error
