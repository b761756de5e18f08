"""Separator sheets: what the code on a sheet between papers says, and how it is written and checked.

`TANGTHU:1:<base64url of JSON>:<check>`: a version, what the sheet says, and the first half of a SHA-256 over all
before it, by which a text that is not whole, or not ours, is told apart. It is no signature: whoever can print can lay
a sheet (SECURITY.md). A sheet therefore gives no rights and takes none.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from mappings.vocabulary import kinds

MARK = "TANGTHU"
VERSION = 1
HEADING = "TỜ PHÂN CÁCH TÀNG THƯ"
"""Stands on every sheet in letters: a sheet whose code cannot be read is known by it."""

LONGEST_DOSSIER = 80
"""Characters; with more of them the squares of the code become too small for a fax."""

_LONGEST_PAYLOAD = 800
_CHECK_LETTERS = 32
_PAYLOAD = re.compile(rf"{MARK}:{VERSION}:([A-Za-z0-9_-]+={{0,2}}):([0-9a-f]{{{_CHECK_LETTERS}}})", re.ASCII)


class SheetKind(StrEnum):
    """What a sheet says of the pages behind it.

    START: a record begins. BACKS: the back sides of all pages before it follow, the last one first.
    """

    START = "start"
    BACKS = "backs"


@dataclass(frozen=True, slots=True)
class SeparatorSheet:
    """What a sheet says. `dossier`, `kind`: of the record that begins; empty where the sheet names none."""

    sheet: SheetKind
    dossier: str = ""
    kind: str = ""


class UnknownSheet(ValueError):
    """A text that is no sheet of ours, or not of a version that we know."""


def checked_sheet(untrusted_sheet: SeparatorSheet) -> SeparatorSheet:
    """A sheet as typed, in the form that is printed: NFC, single spaces. UnknownSheet for what cannot be one."""
    dossier = " ".join(unicodedata.normalize("NFC", untrusted_sheet.dossier).split())
    names_something = bool(dossier or untrusted_sheet.kind)
    if len(dossier) > LONGEST_DOSSIER or not all(map(_is_plain, dossier)):
        raise UnknownSheet("dossier")
    if untrusted_sheet.kind and untrusted_sheet.kind not in {kind.name for kind in kinds()}:
        raise UnknownSheet("kind")
    if untrusted_sheet.sheet is SheetKind.BACKS and names_something:
        raise UnknownSheet("backs")
    return SeparatorSheet(untrusted_sheet.sheet, dossier, untrusted_sheet.kind)


def payload_of(sheet: SeparatorSheet) -> str:
    """The text of the sheet's code: ASCII, the same for the same sheet."""
    said = {"sheet": sheet.sheet.value, "dossier": sheet.dossier, "kind": sheet.kind}
    body = json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False, sort_keys=True)
    begin = f"{MARK}:{VERSION}:{base64.urlsafe_b64encode(body.encode()).decode()}"
    return f"{begin}:{_check(begin)}"


def sheet_of(untrusted_payload: str) -> SeparatorSheet:
    """What a payload says, once it is checked. UnknownSheet for everything that `payload_of` does not write."""
    match = _PAYLOAD.fullmatch(untrusted_payload) if len(untrusted_payload) <= _LONGEST_PAYLOAD else None
    if match is None or _check(untrusted_payload.rpartition(":")[0]) != match[2]:
        raise UnknownSheet("payload")
    try:
        said = json.loads(base64.urlsafe_b64decode(match[1]))
        sheet = SeparatorSheet(SheetKind(said["sheet"]), str(said.get("dossier", "")), str(said.get("kind", "")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnknownSheet("payload") from error
    if payload_of(checked_sheet(sheet)) != untrusted_payload:
        raise UnknownSheet("payload")
    return sheet


def is_of_ours(untrusted_payload: str) -> bool:
    """Whether it wants to be a sheet of ours, of whatever version."""
    return untrusted_payload.startswith(f"{MARK}:")


def _check(begin: str) -> str:
    return hashlib.sha256(begin.encode("ascii", "replace")).hexdigest()[:_CHECK_LETTERS]


def _is_plain(letter: str) -> bool:
    # The letters of all living scripts, marks and signs, but nothing that is not seen or turns the line around.
    return letter == " " or (letter.isprintable() and unicodedata.category(letter)[0] != "C")
