"""What a record type is: its marks on the page, and its fields with their labels in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kernel.bilingual import Bilingual


class ValueKind(StrEnum):
    """What a field's value is. NAME: of a person. DAY: filed as an ISO day. NUMBER: digits. CODE: as its pattern says.

    CHOICE: one of those that the file lists. TEXT: any words.
    """

    TEXT = "text"
    NAME = "name"
    DAY = "day"
    NUMBER = "number"
    CODE = "code"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Region:
    """Where on the page to look, as fractions of it."""

    x0: float = 0.0
    y0: float = 0.0
    x1: float = 1.0
    y1: float = 1.0


@dataclass(frozen=True, slots=True)
class TypeField:
    """A field. `name`: as it is kept, `type.field`. `labels`: printed before the value, any of them."""

    name: str
    title: Bilingual
    kind: ValueKind
    labels: tuple[str, ...]
    pattern: re.Pattern[str] | None = None
    choices: tuple[str, ...] = ()
    region: Region = field(default_factory=Region)
    page: int = 0
    """The page on which it stands, 0 for any."""


@dataclass(frozen=True, slots=True)
class RecordType:
    """A type. `marks`: capitals that as a title, over one line or several, tell that a record is of it.

    `kind`: that such a record has among administrative paper, "" if it has none.
    """

    id: str
    title: Bilingual
    marks: tuple[str, ...]
    fields: tuple[TypeField, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class RecordTypes:
    """All types that the house knows, by id."""

    by_id: Mapping[str, RecordType]

    def __iter__(self) -> Iterator[RecordType]:
        return iter(self.by_id.values())

    def field(self, name: str) -> TypeField | None:
        """The field that is kept under this name."""
        kind = self.by_id.get(name.partition(".")[0])
        return next((one for one in kind.fields if one.name == name), None) if kind else None

    def named(self, title: str) -> RecordType | None:
        """The type of this Vietnamese title, which is what a record's `record_type` says."""
        return next((one for one in self if one.title.vi == title), None)


def checked_value(known: TypeField, value: str) -> str:
    """A value of a field in the form in which it is kept. ValueError with what is expected if it is none."""
    if known.kind is ValueKind.DAY:
        return date.fromisoformat(value).isoformat()
    if known.kind is ValueKind.NUMBER and not re.fullmatch(r"\d{1,3}(?:[.,]?\d{1,3}){0,6}(?:[.,]\d{1,3})?", value):
        raise ValueError("1234")
    if known.kind is ValueKind.CHOICE:
        return chosen(known, value)
    if known.kind is ValueKind.CODE and known.pattern and not known.pattern.fullmatch(value):
        raise ValueError(known.pattern.pattern)
    return value


def chosen(known: TypeField, value: str) -> str:
    """The choice as the file spells it, else ValueError with all of them."""
    for choice in known.choices:
        if choice.casefold() == value.casefold():
            return choice
    raise ValueError(", ".join(known.choices))
