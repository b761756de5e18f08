"""A process of its own that gives numbers until it is killed: `python -m … URL LOCKS [hold] RECORD_ID…`.

With `hold` it gives one, and never commits it.
"""

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
    wanted = Wanted(new_id(), "office", record_id, Direction.IN, TODAY, book)
    return catalogue.write(lambda unit: give(unit, wanted, TODAY, "văn thư")).number


def hold_one(catalogue: Catalogue, record_id: str) -> None:
    """Gives a number, tells it, and waits for its end before the commit."""
    with catalogue.writing() as unit:
        print(
            give(unit, Wanted(new_id(), "office", record_id, Direction.IN, TODAY), TODAY, "văn thư").number, flush=True
        )
        sys.stdin.read()


if __name__ == "__main__":
    here = opened(sys.argv[1], Path(sys.argv[2]))
    if sys.argv[3] == "hold":
        hold_one(here, sys.argv[4])
    else:
        for one in sys.argv[3:]:
            print(give_one(here, one), flush=True)
