"""A process of its own that gives numbers until it is killed: `python -m … URL LOCKS RECORD_ID…`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from archive.catalogue import Catalogue
from archive.registers import Wanted, give
from kernel.ids import new_id
from mappings.filing import Direction

TODAY = date(2026, 5, 20)


def opened(url: str, folder: Path) -> Catalogue:
    """The catalogue at a URL, or the one of a file."""
    return Catalogue.at_url(url, folder) if url else Catalogue.sqlite(folder / "catalogue.sqlite")


def give_one(catalogue: Catalogue, record_id: str, book: str = "") -> int:
    """The number that a record got."""
    wanted = Wanted(new_id(), record_id, Direction.IN, TODAY, book)
    return catalogue.write(lambda unit: give(unit, wanted, TODAY, "văn thư")).number


if __name__ == "__main__":
    catalogue = opened(sys.argv[1], Path(sys.argv[2]))
    for record_id in sys.argv[3:]:
        print(give_one(catalogue, record_id), flush=True)
