"""How sure a described field is: the words' confidence times how well the rule fits, and when that is too little."""

from __future__ import annotations

from collections.abc import Sequence
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
    return DescribedField(name, value, round(confidence, 3), doubtful, False, page, boxes_of(words))
