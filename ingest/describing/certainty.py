"""How sure a described field is: the words' confidence times how well the rule fits, and when that is too little."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from ingest.describing.lines import around
from mappings.record import Box, DescribedField, Word

SURE = 0.75
"""Below this a field is doubtful whatever its rule says."""

WEAK_WORD = 0.6
"""A word of a value that OCR trusts less than this makes the value doubtful."""

CORROBORATED = 0.9
"""What two independent readings that agree are worth at least."""

PRINTED = 0.9
"""Digits that OCR trusts less may be handwriting: handwritten digits are read as plausible other ones."""

_SHORT = 4


def trust(word: Word) -> float:
    """A word's own confidence; text that was not read by OCR counts as certain."""
    return 1.0 if word.confidence is None else max(0.0, min(1.0, word.confidence))


def evidence(words: Sequence[Word], fit: float) -> float:
    """Product of the words' confidences and `fit`; the geometric mean for more than four words.

    A plain product would make every long subject uncertain, though each of its words is sure.
    """
    if not words:
        return 0.0
    product = prod(trust(word) for word in words)
    return (product if len(words) <= _SHORT else product ** (1 / len(words))) * fit


Knots = tuple[tuple[float, float], ...]
_RUNNING_TEXT = frozenset({"subject", "addressees", "recipients", "references"})
_NAMES: Knots = ((0.0, 0.05), (0.4, 0.45), (0.7, 0.7), (0.75, 0.8), (0.8, 0.94), (0.9, 0.985), (1.0, 1.0))
_TEXTS: Knots = ((0.0, 0.05), (0.6, 0.45), (0.75, 0.5), (0.9, 0.95), (1.0, 1.0))
"""From what the words and the rule say to how many are right: straight lines between points, never falling.

Set on 310 drawn and damaged papers of the stock `tune` (`python -m benchmarks.reliability --stock tune`): a name that
the words support by .8 is right 94 times in 100, while of long values with one weak word every other is wrong.
"""


def calibrated(name: str, confidence: float) -> float:
    """The share of fields said so that are right. For what was read by eye: a text layer's words are as they are."""
    knots = _TEXTS if name in _RUNNING_TEXT else _NAMES
    for (x0, y0), (x1, y1) in pairwise(knots):
        if confidence <= x1:
            return y0 + (y1 - y0) * (max(confidence, x0) - x0) / (x1 - x0)
    return 1.0


def boxes_of(words: Sequence[Word]) -> tuple[Box, ...]:
    """One box for each line that the words stand on."""
    rows: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        if word.box:
            rows.setdefault((word.block, word.line), []).append(word)
    boxes = (around(row) for row in rows.values())
    return tuple(box for box in boxes if box)


def described(
    name: str,
    value: str,
    words: Sequence[Word],
    page: int,
    *,
    fit: float = 1.0,
    doubtful: bool = False,
    corroborated: bool = False,
) -> DescribedField:
    """The field; doubtful if said so, if a word is weak, or if the evidence is under `SURE`.

    `corroborated`: a second, independent reading says the same; weak words then do not count.
    """
    confidence = evidence(words, fit)
    if corroborated:
        confidence = max(confidence, CORROBORATED)
    else:
        doubtful = doubtful or confidence < SURE or any(trust(word) < WEAK_WORD for word in words)
    if doubtful:
        confidence = min(confidence, SURE)
    if any(trust(word) < 1.0 for word in words):
        confidence = calibrated(name, confidence)
    return DescribedField(name, value, round(confidence, 3), doubtful, False, page, boxes_of(words))
