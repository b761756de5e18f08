"""The words of the trade, as documented data: kinds, urgencies, agencies, names. Read once, then kept.

Each `.toml` beside this file names the regulation it comes from.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

LETTER = "Công văn"
"""The kind that has no title line and no abbreviation of its own."""

PETITION = "Đơn"
"""The kind that persons write, not agencies."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document. `abbreviation` as in a symbol, or empty; `listed`: one of the 29 of NĐ 30/2020.

    `titles`: every spelling of its title line, the name first.
    """

    name: str
    abbreviation: str
    listed: bool
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Urgency:
    """A degree of urgency and its edXML code, 1 (khẩn) to 4 (hỏa tốc hẹn giờ)."""

    name: str
    code: int


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """Every kind and copy: the 29 of NĐ 30/2020 first, in the order of the regulation."""
    table = _read("kinds.toml")
    return tuple(
        Kind(row["name"], row["abbreviation"], row.get("listed", False), (row["name"], *row.get("titles", ())))
        for row in (*table["kind"], *table["copy"])
    )


@lru_cache(maxsize=1)
def letter_abbreviations() -> frozenset[str]:
    """Abbreviations that mean công văn in a symbol, though the regulation gives it none ("CV")."""
    return frozenset(_read("kinds.toml")["letter_abbreviations"])


def kind_by_abbreviation(abbreviation: str) -> Kind | None:
    """The kind that a symbol's abbreviation stands for, spelled exactly ("QĐ", "TTr"); else None."""
    if abbreviation in letter_abbreviations():
        return kind_by_name(LETTER)
    return next((kind for kind in kinds() if kind.abbreviation and kind.abbreviation == abbreviation), None)


def kind_by_name(name: str) -> Kind | None:
    """The kind of this name, spelled exactly ("Tờ trình"); else None."""
    return next((kind for kind in kinds() if kind.name == name), None)


@lru_cache(maxsize=1)
def urgencies() -> tuple[Urgency, ...]:
    """The degrees, the least urgent first."""
    return tuple(Urgency(row["name"], row["code"]) for row in _read("urgencies.toml")["urgency"])


@lru_cache(maxsize=1)
def secrecies() -> tuple[str, ...]:
    """The degrees of secrecy, the lowest first."""
    return tuple(_read("secrecies.toml")["secrecy"])


@lru_cache(maxsize=1)
def secrecy_neighbours() -> tuple[frozenset[str], frozenset[str]]:
    """Capital words that make another word of "MẬT" when they stand before it, and after it."""
    table = _read("secrecies.toml")
    return frozenset(table["before"]), frozenset(table["after"])


@lru_cache(maxsize=1)
def agency_abbreviations() -> dict[str, str]:
    """Abbreviation of an agency in symbols → its name."""
    return dict(_read("agencies.toml")["abbreviations"])


@lru_cache(maxsize=1)
def agency_openings() -> tuple[str, ...]:
    """Capital words with which an agency's name begins, the longest first."""
    return tuple(sorted(_read("agencies.toml")["names"]["openings"], key=len, reverse=True))


@lru_cache(maxsize=1)
def agency_continuations() -> tuple[str, ...]:
    """Capital words that look like an opening but go on with the line above."""
    return tuple(_read("agencies.toml")["names"]["continuations"])


@lru_cache(maxsize=1)
def agency_spellings() -> tuple[str, ...]:
    """Capital words and word groups whose right spelling is known, the longest first."""
    names = _read("agencies.toml")["names"]
    return tuple(sorted({*names["openings"], *names["spellings"]}, key=len, reverse=True))


@lru_cache(maxsize=1)
def misread_phrases() -> tuple[str, ...]:
    """Word groups in small letters that are mostly misread ones, though each word is a good one."""
    return tuple(_read("misread.toml")["phrases"])


@lru_cache(maxsize=1)
def provinces() -> tuple[str, ...]:
    """Provinces and centrally run cities, before and after July 2025."""
    return tuple(_read("provinces.toml")["names"])


@lru_cache(maxsize=1)
def family_names() -> frozenset[str]:
    """The usual family names."""
    return frozenset(_read("names.toml")["family"])


@lru_cache(maxsize=1)
def signing_prefixes() -> tuple[str, ...]:
    """TM., Q., KT., TL., TUQ. and their other spellings."""
    return tuple(_read("names.toml")["signing_prefixes"])


@lru_cache(maxsize=1)
def offices() -> tuple[str, ...]:
    """Offices under whose line a signer's name stands, in capitals, the longest first."""
    return tuple(sorted(_read("names.toml")["offices"], key=len, reverse=True))


@lru_cache(maxsize=1)
def person_lines() -> tuple[str, ...]:
    """Lines over the name of a person who signs without an office, in capitals."""
    return tuple(_read("names.toml")["persons"])


def issue_number(number: str, symbol: str) -> str:
    """Number and symbol as they are printed together: "123/QĐ-UBND"; documents of the Party "45-CV/HU".

    A symbol of the Party has its stroke after the kind (Hướng dẫn 36-HD/VPTW); one that begins with a year
    ("2020/NĐ-CP") is normative and is not meant. Either part may be empty.
    """
    if not number or not symbol:
        return number or symbol
    of_the_party = "/" in symbol and not re.match(r"\d{4}/", symbol)
    return f"{number}{'-' if of_the_party else '/'}{symbol}"
