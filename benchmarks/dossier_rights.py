"""What it costs to say anew who sees a dossier: all of its records are rewritten in one transaction.

`python -m benchmarks.dossier_rights`: milliseconds by how many records lie in it, on SQLite in a folder of its own.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from archive import dossiers
from archive.catalogue import Catalogue
from archive.dossier_moves import file
from mappings.access import unit_token
from tests.records import enter

SIZES = (10, 100, 1_000, 5_000)
_ID = "01jd3v8p7m6x1yq2w3e4r5t6y7"
_SAID = {"title": "Hồ sơ", "unit": "office", "agency": "office", "access_class": "internal"}


def main() -> None:
    """Prints a line for each size."""
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            filed, given = _measured(size, Path(folder))
        print(f"{size:6} records: filed in {filed * 1000:8.0f} ms, shown to another unit in {given * 1000:8.0f} ms")


def _measured(size: int, folder: Path) -> tuple[float, float]:
    """Seconds of filing all of them, and of sharing the dossier."""
    catalogue = Catalogue.sqlite(folder / "catalogue.sqlite")
    ids = [enter(catalogue) for _ in range(size)]
    catalogue.write(lambda unit: dossiers.make(unit, _ID, _SAID, "Lan"))
    begun = time.perf_counter()
    catalogue.write(lambda unit: file(unit, _ID, ids, "Lan"))
    between = time.perf_counter()
    said = {name: _SAID[name] for name in ("unit", "agency", "access_class")} | {"shared": (unit_token("other"),)}
    catalogue.write(lambda unit: dossiers.give_access(unit, _ID, said, "Lan"))
    ended = time.perf_counter()
    catalogue.close()
    return between - begun, ended - between


if __name__ == "__main__":
    main()
