"""Who may see a record: its unit, its access class, and those it is shared with, changed by people who may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.catalogue import Catalogue
from archive.events import Event, EventType
from archive.unit_of_work import UnitOfWork
from kernel.disposal_errors import InBin
from kernel.errors import BadValue
from kernel.people_errors import NotAllowed, SharedWithNobody
from mappings.access import ACCESS_CLASSES, NAMED, person_token, unit_token
from mappings.filing import Dossier
from mappings.record import Record
from search_api.access.policy import Permission
from search_api.access.viewer import Viewer

MOST_SHARED = 200


@dataclass(frozen=True, slots=True)
class Access:
    """Who may see a record. `units`, `people`: keys and accounts that it is shared with."""

    unit: str
    access_class: str
    units: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def access_of(record: Record | Dossier) -> Access:
    """As the catalogue has it."""
    units = tuple(one.removeprefix("unit:") for one in record.shared if one.startswith("unit:"))
    people = tuple(one.removeprefix("person:") for one in record.shared if one.startswith("person:"))
    return Access(record.unit, record.access_class, units, people)


class SharingService:
    """Safe over threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def access(self, record_id: str, viewer: Viewer) -> Access:
        """Who may see a record. NotFound."""
        with self._catalogue.reading() as unit:
            return access_of(unit.records.by_id(record_id, viewer.tokens))

    def give(self, record_id: str, untrusted: Access, viewer: Viewer) -> Access:
        """Sets all of it. From the next request on the new rights hold; the index follows with its next step.

        Where the index is behind, what it finds is asked of the catalogue again, so nobody sees what they may not.
        NotFound, NotAllowed (here, or in the unit that it moves to), BadValue, InBin.
        """

        def work(unit: UnitOfWork) -> Access:
            record = unit.records.by_id(record_id, viewer.tokens)
            if unit.bin.among([record_id]):
                raise InBin(id=record_id)
            if record.access_class not in ACCESS_CLASSES:
                raise NotAllowed(permission=Permission.SHARE.value)  # kept apart for a reason of its own
            for place in (record.unit, untrusted.unit):
                if not viewer.may(Permission.SHARE, place):
                    raise NotAllowed(permission=Permission.SHARE.value)
            wanted = checked_access(unit, untrusted, record.unit)
            before = access_of(record)
            if wanted == before:
                return before
            shared = tokens_shared(wanted)
            revision = unit.records.give_access(record_id, wanted.unit, wanted.access_class, shared)
            unit.outbox.put({record_id: revision}, at_once=True)
            unit.alerts.await_news({record_id: revision}, newly_read=False)
            detail = {"old": _plain(before), "new": _plain(wanted)}
            unit.events.add([Event(EventType.SHARING, record_id=record_id, agent=viewer.name, detail=detail)])
            return wanted

        return self._catalogue.write(work)


def tokens_shared(access: Access) -> tuple[str, ...]:
    """The tokens of those that something is shared with."""
    return (*map(unit_token, access.units), *map(person_token, access.people))


def checked_access(unit: UnitOfWork, untrusted: Access, home: str) -> Access:
    """Units, people and a class that there are, else BadValue. `home`: the unit as it stands, in the tree or not."""
    known = {*unit.people.parents(), home}
    if untrusted.unit not in known:
        raise BadValue(name="unit", value=untrusted.unit[:50], expected=", ".join(sorted(known))[:200])
    if untrusted.access_class not in ACCESS_CLASSES:
        raise BadValue(name="access_class", value=untrusted.access_class[:50], expected=", ".join(ACCESS_CLASSES))
    if untrusted.access_class == NAMED and not (untrusted.units or untrusted.people):
        # Nobody could see it any more, nor give it back to anybody.
        raise SharedWithNobody(name="shared", value="", expected=">= 1")
    if len(untrusted.units) + len(untrusted.people) > MOST_SHARED:
        raise BadValue(name="shared", value=len(untrusted.people), expected=f"<= {MOST_SHARED}")
    return Access(
        untrusted.unit,
        untrusted.access_class,
        _among(untrusted.units, known, "units"),
        _among(untrusted.people, {one.account for one in unit.people.all() if one.closed_at is None}, "people"),
    )


def _among(untrusted: Sequence[str], known: set[str], name: str) -> tuple[str, ...]:
    for one in untrusted:
        if one not in known:
            # Not which there are: who shares a record of one unit need not learn who works in the others.
            raise BadValue(name=name, value=one[:50], expected="/tai-khoan" if name == "people" else "/don-vi")
    return tuple(sorted(set(untrusted)))


def _plain(access: Access) -> dict[str, object]:
    units, people = list(access.units), list(access.people)
    return {"unit": access.unit, "access_class": access.access_class, "units": units, "people": people}
