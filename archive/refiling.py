"""Dossiers and registers made anew from the chain, when the catalogue is made from what lies beside the originals."""

from __future__ import annotations

from archive import dossier_steps, registers
from archive.dossier_moves import lie_again
from archive.unit_of_work import UnitOfWork


def file_again(unit: UnitOfWork) -> None:
    """Does what the events tell, in their order, to empty tables. Not committed here."""
    for row in unit.events.rows():
        if dossier_steps.EVENT in row.detail:
            dossier_steps.come_back(unit.dossiers, row.detail, row.at)
        elif registers.EVENT in row.detail or registers.BEGUN in row.detail:
            registers.come_back(unit.registers, row.detail)
    lie_again(unit)
