"""Reads record types from TOML files. What is wrong is refused with the file's name and the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from kernel.bilingual import Bilingual
from kernel.record_type_errors import RecordTypeRefused
from mappings.record_types.model import RecordType, RecordTypes, Region, TypeField, ValueKind
from mappings.record_types.patterns import compiled
from mappings.untrusted_toml import files_of, made_of
from mappings.vocabulary import kinds

_MOST_BYTES, _LAST_PAGE, _MOST_FIELDS, _MOST_WORDS, _LONGEST = 65_536, 100, 40, 20, 120
_ID = re.compile(r"[a-z][a-z_]{1,11}")
_FIELD_ID = re.compile(r"[a-z][a-z_]{1,16}")
_OF_TYPE = frozenset({"id", "vi", "en", "marks", "kind", "field", "source"})
_OF_FIELD = frozenset({"id", "vi", "en", "value", "labels", "pattern", "choices", "place", "page"})


@lru_cache(maxsize=1)
def builtin_types() -> RecordTypes:
    """Those that ship: civil registry, land, personnel, petitions."""
    home = files(__package__)
    found = [(one.name, one.read_bytes()) for one in home.iterdir() if one.name.endswith(".toml")]
    return _together(sorted(found))


def load_types(folder: Path | None) -> RecordTypes:
    """Those that ship, and those of an office's own folder. Errors: RecordTypeRefused."""
    if folder is None:
        return builtin_types()
    return _together(files_of(folder, _MOST_BYTES, RecordTypeRefused), builtin_types())


def _together(sources: Iterable[tuple[str, bytes]], known: RecordTypes | None = None) -> RecordTypes:
    by_id = dict(known.by_id) if known else {}
    for name, untrusted in sources:
        made = read_type(name, untrusted)
        titles = {one.title.vi for one in by_id.values()}
        if made.id in by_id or made.title.vi in titles:
            raise RecordTypeRefused(name=name, reason=f"another type is called {made.id!r} or {made.title.vi!r}")
        by_id[made.id] = made
    return RecordTypes(by_id)


def read_type(name: str, untrusted: bytes) -> RecordType:
    """One type from the bytes of its file. RecordTypeRefused if anything in it is not as docs/record-types.md says."""
    return made_of(name, untrusted, _MOST_BYTES, _type, RecordTypeRefused)


def _type(table: dict[str, Any]) -> RecordType:
    _only(table, _OF_TYPE, "type")
    own = _text(table, "id")
    if not _ID.fullmatch(own):
        raise ValueError(f"id {own!r}: 2 to 12 small letters and _")
    rows = table.get("field")
    if not isinstance(rows, list) or not 1 <= len(rows) <= _MOST_FIELDS or not all(isinstance(r, dict) for r in rows):
        raise ValueError(f"1 to {_MOST_FIELDS} [[field]] tables")
    fields = tuple(_field(own, row) for row in rows)
    if len({one.name for one in fields}) < len(fields):
        raise ValueError("two fields have one id")
    title = Bilingual(_text(table, "vi"), _text(table, "en"))
    return RecordType(own, title, _texts(table, "marks", 1), fields, _kind(table))


def _kind(table: dict[str, Any]) -> str:
    if "kind" not in table:
        return ""
    name = _text(table, "kind")
    if all(name != one.name for one in kinds()):
        raise ValueError(f"kind {name!r}: none of the kinds of administrative paper")
    return name


def _field(own: str, row: dict[str, Any]) -> TypeField:
    _only(row, _OF_FIELD, "field")
    name = _text(row, "id")
    if not _FIELD_ID.fullmatch(name):
        raise ValueError(f"field id {name!r}: 2 to 17 small letters and _")
    try:
        kind = ValueKind(row.get("value", "text"))
    except ValueError:
        raise ValueError(f"{name}: value is one of {', '.join(ValueKind)}") from None
    pattern, choices = row.get("pattern"), _texts(row, "choices", 0)
    if (kind is ValueKind.CODE) != (pattern is not None) and pattern is None:
        raise ValueError(f"{name}: a code needs a pattern")
    if (kind is ValueKind.CHOICE) != bool(choices):
        raise ValueError(f'{name}: choices belong to value = "choice", and it needs some')
    page = row.get("page", 0)
    if not isinstance(page, int) or isinstance(page, bool) or not 0 <= page <= _LAST_PAGE:
        raise ValueError(f"{name}: page is a whole number")
    return TypeField(
        f"{own}.{name}",
        Bilingual(_text(row, "vi"), _text(row, "en")),
        kind,
        _texts(row, "labels", 1),
        _pattern(name, pattern) if pattern is not None else None,
        choices,
        _region(name, row.get("place", [0.0, 0.0, 1.0, 1.0])),
        page,
    )


def _pattern(name: str, untrusted: object) -> re.Pattern[str]:
    if not isinstance(untrusted, str):
        raise ValueError(f"{name}: pattern is a text")
    try:
        return compiled(untrusted)
    except ValueError as error:
        raise ValueError(f"{name}: pattern: {error}") from error


def _region(name: str, untrusted: object) -> Region:
    if not isinstance(untrusted, list) or len(untrusted) != 4 or not all(_is_share(one) for one in untrusted):
        raise ValueError(f"{name}: place is [left, top, right, bottom], each 0 to 1")
    x0, y0, x1, y1 = map(float, untrusted)
    if x0 >= x1 or y0 >= y1:
        raise ValueError(f"{name}: place is empty")
    return Region(x0, y0, x1, y1)


def _is_share(one: object) -> bool:
    return isinstance(one, int | float) and not isinstance(one, bool) and 0 <= one <= 1


def _text(table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST or not value.isprintable():
        raise ValueError(f"{key} is missing, or no text of 1 to {_LONGEST} letters")
    return value.strip()


def _texts(table: dict[str, Any], key: str, least: int) -> tuple[str, ...]:
    values = table.get(key, [])
    if not isinstance(values, list) or not least <= len(values) <= _MOST_WORDS:
        raise ValueError(f"{key}: {least} to {_MOST_WORDS} texts")
    return tuple(_text({key: value}, key) for value in values)


def _only(table: dict[str, Any], known: frozenset[str], where: str) -> None:
    if other := sorted(set(table) - known):
        raise ValueError(f"{where}: {other[0]!r} is not known")
