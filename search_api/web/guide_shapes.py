"""What a guide is made of: chapters of steps, in the words of an office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `labels`: by its place in `words`, what a page calls a button, a box or a heading.

    `typed`: by its place, what is typed or pressed on the keyboard, the same in all languages.
    `tests/browser/test_guide.py` does what each step says, by these very labels.
    """

    words: str
    labels: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One piece of work. `key`: its anchor on the page, and part of its picture's name."""

    key: str
    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """All that somebody in one office does."""

    title: str
    lead: str
    chapters: tuple[Chapter, ...]
