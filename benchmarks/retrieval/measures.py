"""How good a ranking is: nDCG, reciprocal rank, recall (Manning, Raghavan, Schütze: Introduction to IR, ch. 8)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from statistics import fmean

DEPTH = 100
"""Hits looked at."""


@dataclass(frozen=True)
class Measures:
    """Means over questions, each 0..1."""

    ndcg_10: float
    mrr_10: float
    recall_10: float
    recall_100: float


def measured(rankings: Sequence[Sequence[str]], grades: Sequence[Mapping[str, int]]) -> Measures:
    """The measures of rankings of document ids, each beside the grades of its question."""
    rows = [_of_one(ranking, grade) for ranking, grade in zip(rankings, grades, strict=True)]
    return mean(rows)


def mean(rows: Sequence[Measures]) -> Measures:
    """The mean of each measure."""
    names = [one.name for one in fields(Measures)]
    return Measures(*(fmean(getattr(row, name) for row in rows) if rows else 0.0 for name in names))


def _of_one(ranking: Sequence[str], grades: Mapping[str, int]) -> Measures:
    gains = [grades.get(key, 0) for key in ranking]
    ideal = sorted(grades.values(), reverse=True)
    first = next((place for place, gain in enumerate(gains[:10], 1) if gain), None)
    return Measures(
        _discounted(gains[:10]) / _discounted(ideal[:10]),
        1 / first if first else 0.0,
        sum(gain > 0 for gain in gains[:10]) / len(grades),
        sum(gain > 0 for gain in gains[:DEPTH]) / len(grades),
    )


def _discounted(gains: Sequence[int]) -> float:
    return math.fsum((2**gain - 1) / math.log2(place + 1) for place, gain in enumerate(gains, 1))
