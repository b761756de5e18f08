"""The matrix of rights, tried and printed: `python -m tests.rights.cells`.

A row for each door, a column for each asker: ✓ who gets through, · who does not; of a record, of how many of the kinds.
Each cell is asked of a real application, as tests/rights/test_matrix.py does; one that answers otherwise than
matrix.toml says has a ! and makes the command fail.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from search_api.access.doors import DOORS
from tests.rights.offices import ACTORS, KINDS, Offices, offices_in
from tests.rights.test_matrix import ASKERS, MATRIX, allowed_to, client_for, gets_in


@dataclass
class Tried:
    """What came of the cells."""

    cells: int = 0
    wrong: list[str] = field(default_factory=list)

    def cell(self, offices: Offices, tokens: dict[str, str], key: str, asker: str) -> str:
        """Tries one door as one asker, of a record for every kind; what stands in the table."""
        kinds = tuple(KINDS) if "{record_id}" in key else ("",)
        client = client_for(offices, tokens, key, asker)
        got_in = {kind: gets_in(offices, client, key, kind) for kind in kinds}
        self.cells += len(kinds)
        wrong = [kind for kind in kinds if got_in[kind] != (asker in allowed_to(key, kind))]
        self.wrong += [f"{key} as {asker}: {kind or 'got in' if got_in[kind] else 'kept out'}" for kind in wrong]
        told = "✓" if all(got_in.values()) else f"{sum(got_in.values())}/{len(kinds)}" if any(got_in.values()) else "·"
        return told + "!" * bool(wrong)


def main() -> None:
    """Prints the table and the counts; ends with 1 if a cell is not as the file says."""
    tried = Tried()
    print(f"{'door':56}" + "".join(f"{asker[:9]:>10}" for asker in ASKERS))
    with tempfile.TemporaryDirectory() as folder, offices_in(Path(folder)) as offices:
        tokens = {actor: offices.sign_in(actor) for actor in ACTORS}
        for key in sorted(MATRIX, key=lambda one: one.split()[::-1]):
            print(f"{key:56}" + "".join(f"{tried.cell(offices, tokens, key, asker):>10}" for asker in ASKERS))
    of_records = sum("{record_id}" in key for key in MATRIX)
    expected = len(ASKERS) * (len(DOORS) - of_records + of_records * len(KINDS))
    print(f"doors {len(DOORS)}, rows {len(MATRIX)} ({of_records} of records, for {len(KINDS)} kinds each)")
    print(f"askers {len(ASKERS)}; cells {expected}, tried {tried.cells} ({tried.cells / expected:.0%}), ", end="")
    print(f"not as the file says {len(tried.wrong)}")
    print("\n".join(tried.wrong), end="")
    sys.exit(bool(tried.wrong) or tried.cells != expected)


if __name__ == "__main__":
    main()
