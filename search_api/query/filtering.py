"""Filters as typed into filters of the index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache

from analyzers.issue_numbers import canonical_number
from analyzers.streams import analyse
from kernel.errors import BadValue
from mappings.index_document import days_since_1970, indexed_state
from mappings.record import RecordState
from mappings.vocabulary import LETTER, kinds, letter_abbreviations, secrecies, urgencies
from search_api.engines.nodes import AnyOf, Node, Phrase, Range, Term, Unscored
from search_api.query.answers import SearchQuery

_YEAR = re.compile(r"[0-9]{4}")


def filters_of(query: SearchQuery) -> dict[str, Node]:
    """The filters by field. BadValue for a state, year or span of days that makes no sense."""
    asked: dict[str, tuple[tuple[str, ...], Callable[[str], Node]]] = {
        "kind": (query.kind, lambda value: Term("kind", kind_name(value))),
        "issuer": (query.issuer, lambda value: _name("issuer", value)),
        "signer": (query.signer, lambda value: _name("signer", value)),
        "urgency": (query.urgency, lambda value: Term("urgency", urgency_name(value))),
        "secrecy": (query.secrecy, lambda value: Term("secrecy", secrecy_name(value))),
        "dossier": (query.dossier, lambda value: Term("dossier", plain(value))),
        "keywords": (query.keywords, lambda value: Term("keywords", plain(value))),
        "arrival_number": (query.arrival_number, _arrival_number),
        "state": (query.state, _state),
        "year": (query.year, _year),
    }
    found = {name: _any(make(value) for value in values) for name, (values, make) in asked.items() if values}
    for name, first, last in (
        ("issued", query.issued_from, query.issued_to),
        ("arrived", query.arrived_from, query.arrived_to),
    ):
        if first or last:
            found[f"{name}_on"] = _span(name, first, last)
    return found


def known_kind(untrusted_name: str) -> str | None:
    """A kind by any of its names or its abbreviation, None if it is none of ours."""
    return _kind_names().get(_key(untrusted_name))


def known_urgency(untrusted_name: str) -> str | None:
    """An urgency by its name, None if it is none of ours."""
    return _urgency_names().get(_key(untrusted_name))


def known_secrecy(untrusted_name: str) -> str | None:
    """A degree of secrecy by its name, None if it is none of ours."""
    return _secrecy_names().get(_key(untrusted_name))


def kind_name(untrusted_name: str) -> str:
    """A kind by its name, another spelling of its title, or its abbreviation; as typed if none of ours."""
    return known_kind(untrusted_name) or plain(untrusted_name)


def urgency_name(untrusted_name: str) -> str:
    """An urgency by its name; as typed if none of ours."""
    return known_urgency(untrusted_name) or plain(untrusted_name)


def secrecy_name(untrusted_name: str) -> str:
    """A degree of secrecy by its name; as typed if none of ours."""
    return known_secrecy(untrusted_name) or plain(untrusted_name)


def plain(untrusted_text: str) -> str:
    """As exact values are held: NFC, single spaces, valid Unicode, at most 256 characters."""
    text = untrusted_text.encode("utf-8", "ignore").decode()
    return " ".join(unicodedata.normalize("NFC", text).split())[:256]


def _any(nodes: Iterable[Node]) -> Node:
    return Unscored(AnyOf(tuple(nodes)))


def _name(field: str, untrusted_name: str) -> Node:
    """A name as it stands in the facet; typed without diacritics, any name with these words in a row."""
    exact = Term(field, plain(untrusted_name))
    analysis = analyse(untrusted_name)
    if not analysis.folded or analysis.has_diacritics:
        return exact
    words = analysis.folded
    stream = f"{field}_folded"
    return AnyOf((exact, Phrase(stream, words) if len(words) > 1 else Term(stream, words[0])))


def _state(untrusted_state: str) -> Node:
    if untrusted_state not in set(RecordState):
        raise BadValue(name="state", value=untrusted_state, expected=", ".join(RecordState))
    return Term("state", indexed_state(RecordState(untrusted_state)))


def _year(untrusted_year: str) -> Node:
    if not _YEAR.fullmatch(untrusted_year):
        raise BadValue(name="year", value=untrusted_year, expected="2019")
    return Term("year", untrusted_year)


def _arrival_number(untrusted_number: str) -> Node:
    return Term("arrival_number", plain(canonical_number(untrusted_number)))


def _span(name: str, first: date | None, last: date | None) -> Node:
    """The days from `first` to `last`, either left open, in the field `name`_on."""
    if first and last and first > last:
        raise BadValue(name=f"{name}_from", value=first, expected=f"<= {last}")
    return Unscored(
        Range(f"{name}_on", days_since_1970(first) if first else None, days_since_1970(last) if last else None)
    )


def _key(text: str) -> str:
    return " ".join(analyse(text).folded)


@lru_cache(maxsize=1)
def _kind_names() -> dict[str, str]:
    names = {_key(short): LETTER for short in letter_abbreviations()}
    for kind in reversed(kinds()):
        if kind.abbreviation:
            names[_key(kind.abbreviation)] = kind.name
    for kind in reversed(kinds()):
        names |= {_key(title): kind.name for title in kind.titles}
    return names


@lru_cache(maxsize=1)
def _secrecy_names() -> dict[str, str]:
    return {_key(name): name for name in secrecies()}


@lru_cache(maxsize=1)
def _urgency_names() -> dict[str, str]:
    return {_key(urgency.name): urgency.name for urgency in urgencies()}
