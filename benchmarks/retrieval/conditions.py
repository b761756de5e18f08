"""What befalls documents and questions before they meet, and every way measured under it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from benchmarks.retrieval.judged import JudgedSet, Question
from benchmarks.retrieval.measures import Measures, measured
from benchmarks.retrieval.noise import even, fitted
from benchmarks.retrieval.slips import bare, slipped
from benchmarks.retrieval.ways import Way

TYPED: dict[str, Callable[[str], str]] = {"as it is": str, "no diacritics": bare, "a slip": slipped}
"""How a question is typed."""

Opened = Callable[[Mapping[str, str]], AbstractContextManager[Way]]
"""A way, opened over documents."""


@dataclass(frozen=True)
class Row:
    """What one way reaches under one condition; `known`: reciprocal rank of known items; `ms` a question."""

    judged: str
    documents: str
    typed: str
    way: str
    measures: Measures
    known: float
    ms: float


def spoiled(documents: Mapping[str, str], condition: str) -> dict[str, str]:
    """The documents as a condition leaves them: `clean`, `3 %`, `8 %`, or `8 % even`."""
    if condition == "clean":
        return dict(documents)
    share = float(condition.partition(" ")[0]) / 100
    if condition.endswith("even"):
        return {key: even(text, share, key) for key, text in documents.items()}
    return {key: fitted().noisy(text, share, key) for key, text in documents.items()}


def rows(judged: JudgedSet, known: JudgedSet, conditions: Sequence[str], ways: Mapping[str, Opened]) -> Iterator[Row]:
    """Each way under each condition."""
    for condition in conditions:
        documents = spoiled(judged.documents, condition)
        for name, opened in ways.items():
            with opened(documents) as way:
                for typed, change in TYPED.items():
                    begun = time.perf_counter()
                    found = _asked(way, judged.questions, change)
                    remembered = _asked(way, known.questions, change)
                    asked = len(judged.questions) + len(known.questions)
                    ms = 1000 * (time.perf_counter() - begun) / max(1, asked)
                    yield Row(judged.name, condition, typed, name, found, remembered.mrr_10, ms)


def _asked(way: Way, questions: Sequence[Question], change: Callable[[str], str]) -> Measures:
    return measured([way.rank(change(one.text)) for one in questions], [one.grades for one in questions])
