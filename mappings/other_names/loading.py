"""Reads other names from TOML files. What is wrong is refused with the file's name and the reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from analyzers.streams import analyse
from kernel.other_name_errors import OtherNamesRefused
from mappings.other_names.model import Became, OtherNames
from mappings.untrusted_toml import files_of, made_of

_MOST_BYTES, _MOST_GROUPS, _MOST_NAMES, _LONGEST, _MOST_TERMS = 1 << 20, 5000, 12, 120, 16
_Read = tuple[list[tuple[str, ...]], list[Became]]


@lru_cache(maxsize=1)
def builtin_names() -> OtherNames:
    """Those that ship: abbreviations, provinces, ministries and departments."""
    return _together(_builtin())


def load_names(folder: Path | None) -> OtherNames:
    """Those that ship, and those of an office's own folder. Errors: OtherNamesRefused."""
    if folder is None:
        return builtin_names()
    own = files_of(folder, _MOST_BYTES, OtherNamesRefused)
    return _together([*_builtin(), *(read_names(name, untrusted) for name, untrusted in own)])


def read_names(name: str, untrusted: bytes) -> _Read:
    """The groups of one file. OtherNamesRefused if anything in it is not as docs/asking.md says."""
    return made_of(name, untrusted, _MOST_BYTES, _groups, OtherNamesRefused)


def _builtin() -> list[_Read]:
    home = (one for one in files(__package__).iterdir() if one.name.endswith(".toml"))
    return [read_names(one.name, one.read_bytes()) for one in sorted(home, key=lambda one: one.name)]


def _together(read: Iterable[_Read]) -> OtherNames:
    everything = list(read)
    same = [group for groups, _ in everything for group in groups]
    return OtherNames(same, [change for _, changes in everything for change in changes])


def _groups(table: dict[str, Any]) -> _Read:
    _only(table, {"same", "became"}, "file")
    same = [_names(row, "names", 2) for row in _rows(table, "same") if _only(row, {"names"}, "same")]
    return same, [_became(row) for row in _rows(table, "became")]


def _became(row: dict[str, Any]) -> Became:
    _only(row, {"old", "new", "since", "source"}, "became")
    since, source = row.get("since"), row.get("source", "")
    if since is not None and type(since) is not date:
        raise ValueError("since is a day, as 2025-07-01")
    if not isinstance(source, str) or len(source) > _LONGEST or not source.isprintable():
        raise ValueError(f"source is a text of at most {_LONGEST} letters")
    return Became(_names(row, "old", 1), _names(row, "new", 1), since, source)


def _rows(table: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows = table.get(key, [])
    if not isinstance(rows, list) or len(rows) > _MOST_GROUPS or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"at most {_MOST_GROUPS} [[{key}]] tables")
    return rows


def _names(row: dict[str, Any], key: str, least: int) -> tuple[str, ...]:
    names = row.get(key)
    if not isinstance(names, list) or not least <= len(names) <= _MOST_NAMES:
        raise ValueError(f"{key}: {least} to {_MOST_NAMES} names")
    return tuple(_name(one, key) for one in names)


def _name(untrusted: object, key: str) -> str:
    if not isinstance(untrusted, str) or len(untrusted) > _LONGEST or not untrusted.isprintable():
        raise ValueError(f"{key}: a name is a text of at most {_LONGEST} letters")
    if not 1 <= len(analyse(untrusted)) <= _MOST_TERMS:
        raise ValueError(f"{key}: {untrusted!r} has no word, or more than {_MOST_TERMS}")
    return untrusted.strip()


def _only(table: dict[str, Any], known: set[str], where: str) -> bool:
    if other := sorted(set(table) - known):
        raise ValueError(f"{where}: {other[0]!r} is not known")
    return True
