"""Copies on paper, as Nghị định 30/2020/NĐ-CP calls them: sao y, sao lục, trích sao. Data only.

Abbreviations SY, SL, TrS: Phụ lục III. Where the parts of a copy stand: Phụ lục I, part on copies; `docs/copies.md`
says what of it was read in a source and what must still be checked against the decree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CopyForm(StrEnum):
    """Hình thức sao."""

    TRUE = "sao-y"
    COPIED = "sao-luc"
    EXTRACT = "trich-sao"


ABBREVIATIONS = {CopyForm.TRUE: "SY", CopyForm.COPIED: "SL", CopyForm.EXTRACT: "TrS"}
STAMPED = {CopyForm.TRUE: "SAO Y", CopyForm.COPIED: "SAO LỤC", CopyForm.EXTRACT: "TRÍCH SAO"}
"""As it is printed."""

_NUMBER = re.compile(r"(?P<number>[0-9]{1,6}[A-Za-zĐđ]?)/(?P<form>SY|SL|TrS)(?P<agency>-[^\s/]{1,30})?")


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy to be printed. `superior`, `agency`: who copies. `number`: `12/SY-UBND`, empty: written in by hand.

    `pages`: numbers of those printed; `passages`: words of an extract, printed instead of pictures. `recipients`: a
    line each. `day` None: written in by hand.
    """

    form: CopyForm
    agency: str
    superior: str = ""
    number: str = ""
    place: str = ""
    day: date | None = None
    position: str = ""
    signer: str = ""
    recipients: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    passages: tuple[str, ...] = ()


def fits_form(number: str, form: CopyForm) -> bool:
    """Whether a copy's number is written as its form wants: `12/SY-UBND`. One below 10 has its leading 0."""
    found = _NUMBER.fullmatch(number)
    if found is None or found["form"] != ABBREVIATIONS[form]:
        return False
    return not re.fullmatch("[1-9][A-Za-zĐđ]?", found["number"])
