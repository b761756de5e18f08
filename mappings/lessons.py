"""What an office has taught by confirming fields: who issues, under which symbol, who signs, in which position.

Nothing here is stored: it follows from the confirmed fields in the catalogue, and from what was taken back (events).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from mappings.vocabulary import kind_by_abbreviation

TAUGHT = ("issuer", "superior", "symbol", "position", "signer")
"""The fields that teach."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Values that were confirmed together on so many records; "" where that field was not confirmed."""

    issuer: str = ""
    superior: str = ""
    symbol: str = ""
    position: str = ""
    signer: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Lessons:
    """All of them. `of[name]`: value → on how many records. `with_issuer`, `with_signer`: what came with a value."""

    of: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in TAUGHT})
    codes: Counter[str] = field(default_factory=Counter)
    """The agency's part of each symbol: "SNV" of "QĐ-SNV"."""
    issuer_codes: dict[str, Counter[str]] = field(default_factory=dict)
    issuer_superiors: dict[str, Counter[str]] = field(default_factory=dict)
    issuer_signers: dict[str, Counter[str]] = field(default_factory=dict)
    signer_positions: dict[str, Counter[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(self.of.values())


NOTHING = Lessons()
"""Of an office that has confirmed nothing yet."""


def lessons_of(found: Iterable[Lesson], taken_back: Collection[tuple[str, str]] = ()) -> Lessons:
    """The lessons put in order. `taken_back`: (field, value) that count no more."""
    gone, made = frozenset(taken_back), Lessons()
    for one in found:
        _add(made, _without(one, gone))
    return made


def _without(lesson: Lesson, gone: frozenset[tuple[str, str]]) -> Lesson:
    left = {name: value for name in TAUGHT if (name, value := getattr(lesson, name)) not in gone}
    return Lesson(**left, times=lesson.times)


def _add(made: Lessons, lesson: Lesson) -> None:
    for name in TAUGHT:
        if value := getattr(lesson, name):
            made.of[name][value] += lesson.times
    code = code_of(lesson.symbol)
    if code:
        made.codes[code] += lesson.times
    pairs = (
        (made.issuer_codes, lesson.issuer, code),
        (made.issuer_superiors, lesson.issuer, lesson.superior),
        (made.issuer_signers, lesson.issuer, lesson.signer),
        (made.signer_positions, lesson.signer, lesson.position),
    )
    for table, key, value in pairs:
        if key and value:
            table.setdefault(key, Counter())[value] += lesson.times


def code_of(symbol: str) -> str:
    """The part of a symbol that tells the agency: "SNV" of "QĐ-SNV", "UBND-VX" of a công văn's, "" if there is none."""
    bare = re.sub(r"^\d{4}/", "", symbol)
    first, dash, rest = bare.partition("-")
    return rest if dash and kind_by_abbreviation(first) else bare
