"""How many cells the matrix has: `python -m tests.rights.cells`. Each is tried by test_matrix.py."""

from __future__ import annotations

import tomllib
from pathlib import Path

from search_api.access.doors import DOORS
from tests.rights.offices import ACTORS, KINDS


def main() -> None:
    """Prints doors, askers, kinds of records and cells."""
    matrix = tomllib.loads((Path(__file__).parent / "matrix.toml").read_text(encoding="utf-8"))
    of_records = sum(isinstance(row, dict) for row in matrix.values())
    askers = len(ACTORS) + 1
    cells = askers * (len(matrix) - of_records + of_records * len(KINDS))
    print(f"doors {len(DOORS)}, rows {len(matrix)} ({of_records} of records, for {len(KINDS)} kinds each)")
    print(f"askers {askers}: nobody, {', '.join(ACTORS)}; cells {cells}, all of them tried")


if __name__ == "__main__":
    main()
