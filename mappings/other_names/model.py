"""Names in groups, found in the terms of a question in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TypeVar

from analyzers.streams import analyse

Terms = tuple[str, ...]
_Known = TypeVar("_Known")

MOST_ALIKE = 40
"""Other names of one name, over all groups it stands in, that are known: a question has room for a few of them, and to
compare thousands with each other would keep it waiting for minutes."""


@dataclass(frozen=True, slots=True)
class Became:
    """What had one of the names `old` has one of `new` since then, as it was renamed or merged; the usual ones first.

    `since` and `source` are None and "" where a file does not say.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    since: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """[start, stop) of a name among terms; other names of the same thing as folded terms; what it became or was.

    `forms`: the same, and shorter or longer forms (tỉnh Hà Giang, Hà Giang). `became`: each with its names as folded
    terms, and whether the old name was asked for.
    """

    start: int
    stop: int
    same: tuple[Terms, ...]
    forms: tuple[Terms, ...]
    became: tuple[tuple[Became, tuple[Terms, ...], bool], ...] = ()


@dataclass(slots=True)
class _Name:
    syllables: Terms
    folded: Terms
    same: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    became: list[tuple[Became, bool]] = field(default_factory=list)


class OtherNames:
    """All groups. Immutable once made; safe over threads."""

    def __init__(self, same: Iterable[Sequence[str]], became: Iterable[Became]) -> None:
        self._names: dict[tuple[Terms, Terms], _Name] = {}
        self._by_first: dict[str, list[_Name]] = {}
        self._groups: dict[Terms, tuple[str, ...]] = {}
        for group in map(tuple, same):
            for name in group:
                _add(self._name(name).same, group)
                key = analyse(name).folded
                self._groups[key] = (*self._groups.get(key, ()), *group)[:MOST_ALIKE]
        for change in became:
            for names, is_old in ((change.old, True), (change.new, False)):
                alike = self._with_same(names)
                for held in {id(one): one for one in map(self._name, alike)}.values():
                    _add(held.forms, alike)
                    _add(held.became, [(change, is_old)])
        for begun in self._by_first.values():
            begun.sort(key=lambda one: len(one.folded), reverse=True)

    def find(self, syllables: Terms, folded: Terms) -> Iterator[Found]:
        """The names among these terms, in order, the longest of those that begin at one place."""
        at = 0
        while at < len(folded):
            name = next(
                (one for one in self._by_first.get(folded[at], ()) if _stands(one, syllables, folded, at)), None
            )
            if name is None:
                at += 1
            else:
                yield self._found(name, at)
                at += len(name.folded)

    def _found(self, name: _Name, at: int) -> Found:
        became = tuple(
            (change, _shortest(self._with_same(change.new if is_old else change.old), name.folded), is_old)
            for change, is_old in name.became
        )
        same, forms = _shortest(name.same, name.folded), _shortest((*name.same, *name.forms), name.folded)
        return Found(at, at + len(name.folded), same, forms, became)

    def _with_same(self, names: Iterable[str]) -> list[str]:
        """These names and all that are said to be the same."""
        names = list(names)
        alike = (other for name in names for other in self._groups.get(analyse(name).folded, ()))
        return list(dict.fromkeys((*names, *alike)))

    def _name(self, name: str) -> _Name:
        analysis = analyse(name)
        key = analysis.syllables, analysis.folded
        if key not in self._names:
            made = self._names[key] = _Name(analysis.syllables, analysis.folded)
            self._by_first.setdefault(analysis.folded[0], []).append(made)
        return self._names[key]


def _add(known: list[_Known], others: Iterable[_Known]) -> None:
    """As many of the others as there is room for."""
    known += islice(others, MOST_ALIKE - len(known))


def _stands(name: _Name, syllables: Terms, folded: Terms, at: int) -> bool:
    """Whether the name stands there: each term spelled as in the name, or typed without diacritics."""
    end = at + len(name.folded)
    if folded[at:end] != name.folded:
        return False
    typed = zip(syllables[at:end], folded[at:end], name.syllables, strict=True)
    return all(syllable in (bare, right) for syllable, bare, right in typed)


def _shortest(names: Iterable[str], asked: Terms) -> tuple[Terms, ...]:
    """As folded terms; a name that holds a shorter one of them, or the one that was asked for, finds nothing more."""
    folded = dict.fromkeys(analyse(name).folded for name in names)
    others = (*folded, asked)
    return tuple(
        one for one in folded if one != asked and not any(_holds(one, other) for other in others if other != one)
    )


def _holds(whole: Terms, part: Terms) -> bool:
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))
