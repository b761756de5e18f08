"""Patterns in data files, kept so small that none can run for long over any text.

A regular expression with `*` inside `(…)*` may take years over thirty letters (catastrophic backtracking). Here every
repetition is of one sign or class, bounded, and the ways in which all of them together can be tried are counted.
"""

from __future__ import annotations

import re

LONGEST_PATTERN = 200
LONGEST_TEXT = 300
"""Letters of a text that a pattern is tried on."""

_MOST_WAYS = 20_000
_ATOM = re.compile(r"\\[dDwWsS.\-/\\()\[\]{}+*?|^$]|\[(?:[^\[\]\\]|\\[dDwWsS.\-/\\\[\]^])+\]|[^\\\[\](){}|*+?^$]")
_TIMES = re.compile(r"\{(\d{1,2})(?:,(\d{1,2}))?\}|\?")
_OPENING = re.compile(r"\((?:\?:)?")


def compiled(untrusted_pattern: str) -> re.Pattern[str]:
    """The pattern, ready. ValueError with the reason if it may run for long or says more than is allowed.

    Allowed: signs, classes, `\\d \\w \\s`, `{n}`, `{n,m}`, `?` after one sign or class, groups `(…)`, `(?:…)`, and `|`
    within them. Not: `*`, `+`, repeated groups, references back, looking ahead or behind.
    """
    if len(untrusted_pattern) > LONGEST_PATTERN:
        raise ValueError(f"longer than {LONGEST_PATTERN} letters")
    ways, at, depth, groups = 1, 0, 0, 0
    while at < len(untrusted_pattern):
        at, factor, opened, captures = _step(untrusted_pattern, at)
        ways, depth, groups = ways * factor, depth + opened, groups + captures
        if ways > _MOST_WAYS:
            raise ValueError("its repetitions together allow too many ways")
        if depth < 0:
            raise ValueError("a bracket too many")
    if groups > 1:
        raise ValueError("more than one group (…): use (?:…)")
    try:
        return re.compile(untrusted_pattern)
    except re.error as error:
        raise ValueError(str(error)) from error


def _step(pattern: str, at: int) -> tuple[int, int, int, int]:
    """(where the next part begins, ways of this one, brackets opened, groups that are kept)."""
    if opening := _OPENING.match(pattern, at):
        if pattern.startswith("(?", at) and opening[0] == "(":
            raise ValueError("looking around, flags and names of groups are not allowed")
        return opening.end(), 1, 1, opening[0] == "("
    if pattern[at] == ")":
        if pattern[at + 1 : at + 2] in ("*", "+", "{"):
            raise ValueError("a group may not be repeated")
        optional = pattern.startswith(")?", at)
        return at + 1 + optional, 1 + optional, -1, 0
    if pattern[at] == "|":
        return at + 1, 2, 0, 0
    atom = _ATOM.match(pattern, at)
    if atom is None:
        raise ValueError(f"{pattern[at : at + 2]!r} is not allowed")
    times = _TIMES.match(pattern, atom.end())
    if times is None:
        return atom.end(), 1, 0, 0
    least, most = (0, 1) if times[0] == "?" else (int(times[1]), int(times[2] or times[1]))
    return times.end(), max(1, most - least + 1), 0, 0
