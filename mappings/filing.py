"""What a dossier and an entry of a register are. Data only; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from mappings.access import access_tokens

RETENTIONS = MappingProxyType(
    {
        "01": "Vĩnh viễn",
        "02": "70 năm",
        "03": "50 năm",
        "04": "30 năm",
        "05": "20 năm",
        "06": "10 năm",
        "07": "Khác",
    }
)
"""How long a dossier is kept, by the code of the exchange packages (Thông tư 05/2025/TT-BNV, maintenance)."""


class DossierState(StrEnum):
    """Whether records may still be filed."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier. `name`: the value that the field `dossier` of its records has, `code` and `title` together; unique
    in its `agency`. `shared`: tokens of those who see it beside what its unit and access class say (`mappings.access`).

    `starts_on`, `ends_on`: ISO days, empty where they follow from the records. `retention`: one of `RETENTIONS`, or
    empty. `rule`: a saved question, empty where there is none. `placed`: ids of records in the order that a person has
    given them; those that are not among them follow by their day.
    """

    id: str
    agency: str
    name: str
    code: str
    title: str
    unit: str
    access_class: str
    shared: tuple[str, ...]
    starts_on: str
    ends_on: str
    retention: str
    keeper: str
    note: str
    state: str
    rule: Mapping[str, Any]
    placed: tuple[str, ...]
    version: int
    made_at: datetime
    changed_at: datetime

    @property
    def tokens(self) -> tuple[str, ...]:
        """Who sees it, and by that all that lies in it."""
        return access_tokens(self.unit, self.access_class, self.shared)


@dataclass(frozen=True, slots=True)
class DossierChange:
    """One step in a dossier's history.

    `described`: {"old", "new"}, each by name of what was said; `placed`: {"old", "new"}, lists of record ids; `moved`:
    record id to [the dossier's name before, after, its id before, after], empty where there is none. `undoes`: the
    change that it takes back.
    """

    id: str
    dossier_id: str
    at: datetime
    by: str
    described: Mapping[str, Mapping[str, Any]]
    placed: Mapping[str, list[str]]
    moved: Mapping[str, list[str]]
    undoes: str | None = None


def dossier_name(code: str, title: str) -> str:
    """The name of a dossier: `01.TCCB Tuyển dụng năm 2019`, the title alone where it has no code."""
    return f"{code} {title}" if code else title


FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Of which years there are registers."""


class Direction(StrEnum):
    """Which register: of what comes in, or of what goes out."""

    IN = "in"
    OUT = "out"


class Origin(StrEnum):
    """Whence an entry has its number: GIVEN, the next of its series; PRINTED, as it stands on the paper."""

    GIVEN = "given"
    PRINTED = "printed"


class EntryState(StrEnum):
    """VOID: the number counts no more, and is never given again."""

    STANDING = "standing"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Entry:
    """A number of a register of `unit`. `day`: ISO, of arrival or of issue. `why`: of a void one. `columns`: what
    stands in the register alone, by name of `REGISTER_COLUMNS`.
    """

    id: str
    unit: str
    direction: str
    book: str
    year: int
    number: int
    suffix: str
    origin: str
    record_id: str
    day: str
    state: str
    why: str
    columns: Mapping[str, str]
    version: int
    at: datetime
    by: str

    @property
    def told(self) -> str:
        """The number as people write it."""
        return f"{self.number:02d}{self.suffix}"


REGISTER_COLUMNS: Mapping[Direction, tuple[str, ...]] = MappingProxyType(
    {
        Direction.IN: (
            "handed_to",
            "handed_on",
            "signed_for",
            "due_on",
            "progress",
            "done_on",
            "answer",
            "note",
        ),
        Direction.OUT: ("recipients", "copy_kept_by", "copies", "handed_on", "signed_for", "note"),
    }
)
"""What an entry holds beside what is known of its record (Nghị định 30/2020/NĐ-CP, phụ lục IV)."""

DAY_COLUMNS = frozenset({"handed_on", "due_on", "done_on"})
"""Those whose value is an ISO date."""
