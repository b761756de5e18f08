"""What somebody may do with dossiers and the records in them: asked here, in the transaction that does it.

To change a dossier takes `dossiers:change` in its unit. To lay a record into it or take one out takes `records:correct`
in the record's unit besides, since the record says where it lies; and `records:share` there where more people would see
the record by that (docs/decisions/0053-dossier-rights.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from archive.unit_of_work import UnitOfWork
from kernel.errors import NotFound
from kernel.people_errors import NotAllowed
from mappings.access import ACCESS_CLASSES, widens
from mappings.filing import Dossier
from mappings.people import chain
from mappings.record import Record
from search_api.access import Viewer, views_seen
from search_api.access.policy import Permission
from search_api.access.viewer import expect


def seen(unit: UnitOfWork, dossier_id: str, viewer: Viewer) -> Dossier:
    """A dossier that they may see, else NotFound."""
    found = unit.dossiers.by_id(dossier_id)
    if not may_see_dossier(found, viewer):
        raise NotFound(id=dossier_id)
    return found


def may_see_dossier(dossier: Dossier, viewer: Viewer) -> bool:
    """Whether they see it, and by that what lies in it."""
    return not set(viewer.tokens).isdisjoint(dossier.tokens)


def changeable(unit: UnitOfWork, dossier_id: str, viewer: Viewer) -> Dossier:
    """One that they may change. NotFound, NotAllowed."""
    found = seen(unit, dossier_id, viewer)
    expect(viewer, Permission.FILE, found.unit)
    return found


def held_changeable(unit: UnitOfWork, dossier_id: str, viewer: Viewer) -> Dossier:
    """As `changeable`, to be changed: who sees it stays as it is until the end of the transaction."""
    unit.dossiers.by_id(dossier_id, hold=True)
    return changeable(unit, dossier_id, viewer)


def expect_moving(unit: UnitOfWork, to: Mapping[str, Dossier | None], viewer: Viewer) -> None:
    """NotFound for a record that they may not see, NotAllowed unless each may come to lie there; None: in none."""
    records = records_seen(unit, list(to), viewer)
    former = unit.dossiers.among([one.dossier_id for one in records.values() if one.dossier_id])
    tree = Tree(unit)
    for record_id, record in records.items():
        into = to[record_id]
        if record.dossier_id == (into.id if into else None):
            continue
        expect(viewer, Permission.CORRECT, record.unit)
        if record.dossier_id in former:
            expect(viewer, Permission.FILE, former[record.dossier_id].unit)
        if into is not None:
            expect(viewer, Permission.FILE, into.unit)
            expect_passing(record, into.tokens, tree, viewer)


def expect_passing(record: Record, tokens: Sequence[str], tree: Tree, viewer: Viewer) -> None:
    """NotAllowed where a dossier with these tokens would show a record to more people, and they may not share it."""
    if record.access_class not in ACCESS_CLASSES:
        raise NotAllowed(permission=Permission.SHARE.value)  # kept apart for a reason of its own
    if widens(record.tokens, tokens, tree.above):
        expect(viewer, Permission.SHARE, record.unit)


class Tree:
    """The tree of units as it stands."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._parents = unit.people.parents()

    def above(self, key: str) -> tuple[str, ...]:
        """A unit and all above it, the agency last."""
        return chain(key, self._parents)

    def agency(self, key: str) -> str:
        """The agency of a unit."""
        return self.above(key)[-1]


def records_seen(unit: UnitOfWork, record_ids: Sequence[str], viewer: Viewer) -> dict[str, Record]:
    """These records. NotFound for the first that they may not see."""
    views = views_seen(unit, record_ids, viewer, discarded=True, boxes=False)
    missing = next((one for one in record_ids if one not in views), None)
    if missing is not None:
        raise NotFound(id=missing)
    return {key: view.record for key, view in views.items()}


def fileable(unit: UnitOfWork, records: Iterable[Record], into: Dossier, viewer: Viewer) -> list[str]:
    """Of these, the ids of those that they may lay into it."""
    found, tree = [], Tree(unit)
    for record in records:
        if not viewer.may(Permission.CORRECT, record.unit) or record.access_class not in ACCESS_CLASSES:
            continue
        wider = widens(record.tokens, into.tokens, tree.above)
        if not wider or viewer.may(Permission.SHARE, record.unit):
            found.append(record.id)
    return found
