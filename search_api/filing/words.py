"""A dossier's name typed into a record: where such a dossier is, the record comes to lie in it."""

from __future__ import annotations

from archive.dossier_moves import follow_word
from archive.unit_of_work import UnitOfWork
from mappings.filing import Dossier, DossierState
from mappings.record import Record
from search_api.access import Viewer
from search_api.access.policy import Permission
from search_api.filing.allowing import Tree, expect_moving, fileable, may_see_dossier


def follow(unit: UnitOfWork, record: Record, names: tuple[str, str], viewer: Viewer) -> None:
    """Lays a record where its field says, out of where it lay. `names`: what the field said before, and says now.

    A name that no dossier of its agency has, or none that they may see, is a word on the record and no more.
    One that is confirmed as it stood lays a waiting record there if it may, and stays a word if not.
    NotAllowed, DossierClosed, DossierFull.
    """
    there = unit.dossiers.named(Tree(unit).agency(record.unit), names[1]) if names[1] else None
    into = there if there is not None and may_see_dossier(there, viewer) else None
    if names[0] == names[1] and not (into and _follows_confirming(unit, record, into, viewer)):
        return
    if record.dossier_id != (into.id if into else None):
        expect_moving(unit, {record.id: into}, viewer)
        follow_word(unit, record.id, names, into, viewer.name)


def _follows_confirming(unit: UnitOfWork, record: Record, into: Dossier, viewer: Viewer) -> bool:
    is_free = record.dossier_id is None and into.state == DossierState.OPEN
    return is_free and viewer.may(Permission.FILE, into.unit) and bool(fileable(unit, [record], into, viewer))
