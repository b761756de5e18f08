"""TOML that somebody else wrote, an office's folder of it too, read within bounds of time as well as of size."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from kernel.errors import BadValue

T = TypeVar("T")

MOST_FILES = 100
"""Files of one folder."""

MOST_DOTS = 40
"""Dots of one line. A key of n parts costs `tomllib` n² (30,000 of them 33 s), and no key goes over a line's end."""


def read_toml(untrusted: bytes, most_bytes: int) -> dict[str, Any]:
    """The table. ValueError (of size, UTF-8, TOML) or RecursionError if it is none."""
    if len(untrusted) > most_bytes:
        raise ValueError(f"longer than {most_bytes} bytes")
    if any(line.count(b".") > MOST_DOTS for line in untrusted.splitlines()):
        raise ValueError(f"a line with more than {MOST_DOTS} dots")
    return tomllib.loads(untrusted.decode("utf-8"))


def files_of(folder: Path, most_bytes: int, refused: type[BadValue]) -> list[tuple[str, bytes]]:
    """Name and bytes of each TOML file, by name; of one that is too long a byte more than it may have.

    `refused` (values: name, reason) where there is no such folder, too much in it, or a file cannot be read.
    """
    if not folder.is_dir():
        raise refused(name=str(folder), reason="no such folder")
    paths = sorted(folder.glob("*.toml"))
    if len(paths) > MOST_FILES:
        raise refused(name=str(folder), reason=f"more than {MOST_FILES} files")
    return [(path.name, _bytes_of(path, most_bytes, refused)) for path in paths]


def made_of(
    name: str, untrusted: bytes, most_bytes: int, make: Callable[[dict[str, Any]], T], refused: type[BadValue]
) -> T:
    """What `make` makes of the file's table; `refused` (values: name, reason) where that is a ValueError."""
    try:
        return make(read_toml(untrusted, most_bytes))
    except (ValueError, RecursionError) as error:  # of TOML, of UTF-8, of `make`
        raise refused(name=name, reason=str(error)[:300] or type(error).__name__) from error


def _bytes_of(path: Path, most_bytes: int, refused: type[BadValue]) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most_bytes + 1)
    except OSError as error:
        raise refused(name=path.name, reason=str(error)) from error
