"""A search as it is kept, and as it stands in an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from search_api.query.answers import SearchQuery

# How the hits are shown, not which they are.
_LEFT_OUT = frozenset({"sort", "limit", "cursor", "whole"})
_DAYS = frozenset(one.name for one in fields(SearchQuery) if "date" in str(one.type))


def kept_question(query: SearchQuery) -> dict[str, Any]:
    """What was asked, as JSON; what was not asked is left out."""
    told: dict[str, Any] = {}
    for one in fields(SearchQuery):
        value = getattr(query, one.name)
        if one.name in _LEFT_OUT or value in (None, "", ()):
            continue
        told[one.name] = _plain(value)
    return told


def asked_question(kept: Mapping[str, Any]) -> SearchQuery:
    """The search; what another version of ours knew and this one does not is left out."""
    known = {one.name for one in fields(SearchQuery)} - _LEFT_OUT
    values: dict[str, Any] = {}
    for name, value in kept.items():
        if name not in known:
            continue
        if name in _DAYS:
            values[name] = date.fromisoformat(value)
        else:
            values[name] = tuple(value) if isinstance(value, list) else value
    return SearchQuery(**values)


def address_pairs(kept: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """As the parameters of a search, for the page and the API alike."""
    pairs: list[tuple[str, str]] = []
    for name, value in kept.items():
        pairs += [(name, str(one)) for one in (value if isinstance(value, list) else [value])]
    return pairs


def _plain(value: object) -> Any:
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
