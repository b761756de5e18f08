"""Hostile files, each named by what is to become of it: `python -m tests.hostile.make_files FOLDER [WORD …]`.

`searchable--…`, `partly--…` (taken, but a page of it cannot be read), `rejected-CODE--…`, `passed--…` (left lying and
told in the status). Where the name itself is the attack, the folder says it. Nothing of this is kept in the repository.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.kinds import drop_files, image_files, newer_files, office_files, pdf_files, text_files
from tests.hostile.registry import FILES, Hostile

__all__ = [
    "FILES",
    "Hostile",
    "drop_files",
    "image_files",
    "make",
    "newer_files",
    "office_files",
    "pdf_files",
    "text_files",
]


def make(folder: Path, wanted: Callable[[Hostile], bool] = lambda _: True) -> Iterator[tuple[Hostile, Path]]:
    """Makes the files one by one in a folder. They lie there by number, as the names are for the drop."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(FILES.values()):
        if file.make and wanted(file):
            path = folder / f"{number:03d}"
            path.write_bytes(file.make(file.name))
            yield file, path


if __name__ == "__main__":
    words = sys.argv[2:]
    for made, where in make(Path(sys.argv[1]), lambda file: not words or any(word in file.name for word in words)):
        print(f"{where}  {where.stat().st_size:>12,}  {made.name!r}")
