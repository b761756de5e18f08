"""Dossiers and registers made anew from the chain, when the catalogue is made from what lies beside the originals."""

from __future__ import annotations

from archive import dossiers, registers
from archive.unit_of_work import UnitOfWork


def file_again(unit: UnitOfWork) -> None:
    """Does what the events tell, in their order, to empty tables. Not committed here."""
    for row in unit.events.rows():
        if dossiers.EVENT in row.detail:
            dossiers.come_back(unit.dossiers, row.detail, row.at)
        elif registers.EVENT in row.detail or registers.BEGUN in row.detail:
            registers.come_back(unit.registers, row.detail)
