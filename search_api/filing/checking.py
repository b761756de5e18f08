"""What people say of dossiers and entries, checked."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta, timezone
from typing import Any, Final

from analyzers.streams import terms_of
from archive.filing_tables import LONGEST_NAME
from kernel.clock import now
from kernel.errors import BadValue
from mappings.filing import (
    DAY_COLUMNS,
    FIRST_YEAR,
    LAST_YEAR,
    REGISTER_COLUMNS,
    RETENTIONS,
    Direction,
    DossierState,
    dossier_name,
)
from search_api.query.answers import SearchQuery
from search_api.query.filtering import filters_of
from search_api.saved.question import kept_question

LONGEST_CODE, LONGEST_WHO, LONGEST_NOTE, LONGEST_BOOK, LONGEST_COLUMN = 50, 100, 2_000, 100, 1_000
LONGEST_QUESTION = 2_000
HIGHEST_NUMBER = 999_999_999
_HANOI: Final = timezone(timedelta(hours=7))


def today() -> date:
    """The day in Vietnam."""
    return now().astimezone(_HANOI).date()


def plain(untrusted_text: str) -> str:
    """One line of valid Unicode in NFC, single spaces, nothing that cannot be printed."""
    found = unicodedata.normalize("NFC", untrusted_text.encode("utf-8", "ignore").decode())
    return " ".join("".join(letter if letter.isprintable() else " " for letter in found).split())


def folded(words: str) -> str:
    """As words are compared: in small letters without diacritics."""
    return " ".join(terms_of(words)[1])


def text(name: str, untrusted_text: str, longest: int, shortest: int = 0) -> str:
    """One line without what cannot be printed, else BadValue."""
    found = plain(untrusted_text)
    if not shortest <= len(found) <= longest:
        raise BadValue(name=name, value=found[:50], expected=f"{shortest}–{longest}")
    return found


def iso_day(name: str, untrusted_day: str) -> str:
    """An ISO day or nothing, else BadValue."""
    found = plain(untrusted_day)
    try:
        if found and date.fromisoformat(found).isoformat() != found:
            raise ValueError(found)
    except ValueError as error:
        raise BadValue(name=name, value=found[:50], expected="2019-03-05") from error
    return found


def said_of_dossier(untrusted: Mapping[str, Any], code: str = "", title: str = "") -> dict[str, Any]:
    """The values as they are kept; only those that are given. `code`, `title`: as they stand. BadValue."""
    said: dict[str, Any] = {}
    for name, value in untrusted.items():
        said[name] = value if name == "rule" else _said(name, str(value))
    name = dossier_name(said.get("code", code), said.get("title", title))
    if len(name) > LONGEST_NAME:
        raise BadValue(name="title", value=name[:50], expected=f"<= {LONGEST_NAME}")
    if said.get("starts_on") and said.get("ends_on") and said["starts_on"] > said["ends_on"]:
        raise BadValue(name="ends_on", value=said["ends_on"], expected=f">= {said['starts_on']}")
    return said


def _said(name: str, value: str) -> str:
    if name in ("starts_on", "ends_on"):
        return iso_day(name, value)
    if name in _CHOICES:
        return _among(name, value, _CHOICES[name])
    shortest, longest = _LENGTHS[name]
    return text(name, value, longest, shortest)


_LENGTHS = {
    "code": (0, LONGEST_CODE),
    "title": (1, LONGEST_NAME),
    "keeper": (0, LONGEST_WHO),
    "note": (0, LONGEST_NOTE),
}
_CHOICES = {
    "state": tuple(map(str, DossierState)),
    "retention": ("", *RETENTIONS.values()),
}


def _among(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise BadValue(name=name, value=value[:50], expected=", ".join(one for one in choices if one))
    return value


def said_rule(query: SearchQuery | None) -> dict[str, Any]:
    """A question as a dossier keeps it, nothing for None. BadValue for one that asks nothing or makes no sense."""
    if query is None:
        return {}
    question = kept_question(query)
    if not question or len(query.q) > LONGEST_QUESTION:
        raise BadValue(name="rule", value=query.q[:50], expected=f"1–{LONGEST_QUESTION}")
    filters_of(query)
    return question


def said_columns(direction: Direction, untrusted: Mapping[str, str]) -> dict[str, str]:
    """Columns of an entry as they are kept. BadValue."""
    known = REGISTER_COLUMNS[direction]
    unknown = next((name for name in untrusted if name not in known), None)
    if unknown is not None:
        raise BadValue(name="columns", value=unknown[:50], expected=", ".join(known))
    return {
        name: iso_day(name, value) if name in DAY_COLUMNS else text(name, value, LONGEST_COLUMN)
        for name, value in untrusted.items()
    }


def asked_year(untrusted_year: int) -> int:
    """A year that a register may have, else BadValue."""
    if not FIRST_YEAR <= untrusted_year <= LAST_YEAR:
        raise BadValue(name="year", value=str(untrusted_year)[:20], expected=f"{FIRST_YEAR}–{LAST_YEAR}")
    return untrusted_year
