"""What must be found, told by reading every record from its beginning to its end: without an index, a stream or a plan.

Knows nothing of `analyzers` and `search_api`: its own idea of what a word is, and of what a question means, is told
beside the question in the file (`means`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mappings.record import RecordView
from tests.parity.corpus import corpus

_WORD = re.compile(r"[^\W_]+")
_VALUES = ("kind", "issuer", "subject", "signer", "place", "superior", "addressees", "position", "secrecy", "dossier")
_TOKENS = {"local": ("public", "internal", "office"), "branch": ("branch",), "public": ("public",)}

WHO = tuple(_TOKENS)
"""Who may ask: the local person, one of another unit, anybody."""


@dataclass(frozen=True)
class Asked:
    """A row of the file: what is typed, the filters, who asks, in which order; and what that means."""

    about: str
    q: str = ""
    filters: dict[str, Any] = field(default_factory=dict)
    who: str = "local"
    sort: str | None = None
    means: dict[str, Any] | None = None
    expect: dict[str, Any] = field(default_factory=dict)


_ALIKE = {"hy": "hi", "ky": "ki", "ly": "li", "my": "mi", "sy": "si", "ty": "ti", "qui": "quy"}
"""Two usual spellings of one word: kỹ is kĩ."""


def bare(text: str) -> list[str]:
    """The words of a text, small and without any mark."""
    letters = unicodedata.normalize("NFD", text.lower())
    plain = "".join(one for one in letters if not unicodedata.combining(one)).replace("đ", "d")
    return [_ALIKE.get(word, word) for word in _WORD.findall(plain)]


def spelled(text: str) -> list[str]:
    """The words of a text, small, each with its letters' marks in one order: hoà is hòa."""
    return [_one_order(word) for word in _WORD.findall(unicodedata.normalize("NFC", text.lower()))]


def _one_order(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(one for one in letters if one in "\u0300\u0301\u0303\u0309\u0323")
    toneless = "".join(one for one in letters if one not in tones)
    return unicodedata.normalize("NFC", _ALIKE.get(toneless, toneless)) + tones


@cache
def _told(number: int) -> tuple[list[str], list[str]]:
    view = corpus()[number - 1]
    values = [view.issue_number, *map(view.value, _VALUES)]
    text = "\n".join([*(value for value in values if value), *(page.text for page in view.pages)])
    return bare(text), spelled(text)


def found(asked: Asked) -> list[int]:
    """Numbers of the records that fit, in the order asked for; by relevance as by newest."""
    seen = [view for view in corpus() if _seen(view, asked.who) and _passes(view, asked.filters)]
    means = asked.means or {}
    fits = [view for view in seen if _fits(view, means)]
    if not fits and means.get("or_any"):
        fits = [view for view in seen if _fits_some(view, means)]
    fits.sort(key=lambda view: (view.value("issued_on") or "2026-01-01", view.record.sequence))
    numbers = [view.record.sequence for view in fits]
    return numbers if asked.sort == "oldest" else numbers[::-1]


def counted(asked: Asked, facet: str) -> dict[str, int]:
    """A facet's counts under all filters but its own."""
    others = {name: value for name, value in asked.filters.items() if name != facet}
    numbers = found(Asked(asked.about, asked.q, others, asked.who, asked.sort, asked.means))
    return dict(Counter(value for number in numbers if (value := _facet(corpus()[number - 1], facet))))


def _facet(view: RecordView, name: str) -> str | None:
    if name == "year":
        return (view.value("issued_on") or "")[:4] or None
    return str(view.record.state) if name == "state" else view.value(name)


def _seen(view: RecordView, who: str) -> bool:
    record = view.record
    mark = record.access_class if record.access_class in ("public", "internal") else record.unit
    return mark in _TOKENS[who]


def _passes(view: RecordView, filters: dict[str, Any]) -> bool:
    issued = view.value("issued_on") or ""
    for name, wanted in filters.items():
        if name == "issued_from":
            fits = issued >= wanted
        elif name == "issued_to":
            fits = bool(issued) and issued <= wanted
        else:
            fits = _facet(view, name) in wanted
        if not fits:
            return False
    return True


def _fits(view: RecordView, means: dict[str, Any]) -> bool:
    words, exact = _told(view.record.sequence)
    return (
        all(word in words for text in means.get("all", ()) for word in bare(text))
        and all(_in_a_row(words, bare(phrase)) for phrase in means.get("phrases", ()))
        and not any(_in_a_row(words, bare(text)) for text in means.get("none", ()))
        and not any(_in_a_row(exact, spelled(text)) for text in means.get("none_spelled", ()))
        and all(_has_number(view, number) for number in means.get("numbers", ()))
        and all(_has_day(view, day) for day in means.get("days", ()))
    )


def _fits_some(view: RecordView, means: dict[str, Any]) -> bool:
    parts = [{"all": [word]} for text in means.get("all", ()) for word in bare(text)]
    parts += [{"all": [word]} for text in means.get("phrases", ()) for word in bare(text)]
    return any(_fits(view, part) for part in parts)


def _has_number(view: RecordView, number: str) -> bool:
    """Bears the number, or has all words of it."""
    words, _ = _told(view.record.sequence)
    first, *rest = bare(number)
    return any(one in words for one in _zeros(first)) and all(word in words for word in rest)


def _has_day(view: RecordView, day: str) -> bool:
    words, _ = _told(view.record.sequence)
    year, month, number = day.split("-")
    ways: Iterable[Sequence[str]] = (
        way
        for one in _zeros(number)
        for two in _zeros(month)
        for way in ((one, two, year), (one, "thang", two, "nam", year))
    )
    return view.value("issued_on") == day or any(_in_a_row(words, way) for way in ways)


def _zeros(number: str) -> set[str]:
    short = number.lstrip("0") or number
    return {number, short, short.zfill(2)}


def _in_a_row(words: Sequence[str], wanted: Sequence[str]) -> bool:
    wanted = list(wanted)
    return any(list(words[at : at + len(wanted)]) == wanted for at in range(len(words) - len(wanted) + 1))
