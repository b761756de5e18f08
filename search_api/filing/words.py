"""A dossier's name typed into a record: where such a dossier is, the record comes to lie in it."""

from __future__ import annotations

from archive.dossier_moves import follow_word
from archive.unit_of_work import UnitOfWork
from mappings.record import Record
from search_api.access import Viewer
from search_api.filing.allowing import Tree, expect_moving, may_see_dossier


def follow(unit: UnitOfWork, record: Record, names: tuple[str, str], viewer: Viewer) -> None:
    """Lays a record where its field says, out of where it lay. `names`: what the field said before, and says now.

    A name that no dossier of its agency has, or none that they may see, is a word on the record and no more.
    NotAllowed, DossierClosed, DossierFull.
    """
    there = unit.dossiers.named(Tree(unit).agency(record.unit), names[1]) if names[1] else None
    into = there if there is not None and may_see_dossier(there, viewer) else None
    if into is None and names[0] == names[1]:
        return  # confirmed as it stands: a dossier of another agency, or a word
    if record.dossier_id != (into.id if into else None):
        expect_moving(unit, {record.id: into}, viewer)
        follow_word(unit, record.id, names, into, viewer.name)
