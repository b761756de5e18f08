"""Which corrected word stands where: boxes of unchanged words stay, the others take over what they replace.

Words that were read and words as a person has them are matched in order. A word in the place of another takes its box;
one in the place of several takes the area of all of them; several in the place of one share its width by their letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from mappings.record import Box, Word

_MOVES = ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (1, 0), (0, 1))
"""(words read, words told) that stand for one another."""

_LONELY = 2.1
"""What a word without a counterpart costs: more than one word in the place of two that are nothing alike (2).

So what is replaced is shared among what replaces it; a word is lost or new only where its neighbours are alike.
"""

_MOST_MATCHED = 60
"""Words; of a longer stretch that is all different the first stand for the first."""


@dataclass(frozen=True, slots=True)
class _Step:
    read: Sequence[Word]
    told: Sequence[str]


def aligned(read: Sequence[Word], told: Sequence[str]) -> tuple[Word, ...]:
    """The told words, each with its place: box, line and block, confidence 1, `start` 0. `read` is in one order."""
    placed: list[Word] = []
    for step in _steps(read, told):
        if step.read:
            placed += _shared(step.read, step.told)
        else:
            placed += [Word(step.told[0], 0, None, 1.0, *_line_of(placed, read))]
    return tuple(_with_gaps_filled(placed))


def _steps(read: Sequence[Word], told: Sequence[str]) -> list[_Step]:
    """In order; a step without words told is a word that is gone."""
    # Marks over letters are what is misread most: words that differ by them alone are the same one.
    matcher = SequenceMatcher(None, [_bare(word.text) for word in read], [_bare(one) for one in told], autojunk=False)
    steps: list[_Step] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            steps += [_Step(read[i1 + k : i1 + k + 1], told[j1 + k : j1 + k + 1]) for k in range(i2 - i1)]
        else:
            steps += _cheapest(read[i1:i2], told[j1:j2])
    return steps


def _cheapest(read: Sequence[Word], told: Sequence[str]) -> list[_Step]:
    """The steps from one stretch to the other that change the fewest letters."""
    if len(read) > _MOST_MATCHED or len(told) > _MOST_MATCHED:
        count = min(len(read), len(told))
        first = [_Step(read[k : k + 1], told[k : k + 1]) for k in range(count - 1)]
        return [*first, _Step(read[count - 1 :], told[count - 1 :])] if count else [_Step(read, told)]
    costs: dict[tuple[int, int], float] = {(0, 0): 0.0}
    ways: dict[tuple[int, int], tuple[int, int]] = {}
    for i in range(len(read) + 1):
        for j in range(len(told) + 1):
            _best_way(read, told, (i, j), costs, ways)
    at, steps = (len(read), len(told)), list[_Step]()
    while at != (0, 0):
        i, j = at
        before = ways[at]
        steps.append(_Step(read[before[0] : i], told[before[1] : j]))
        at = before
    return steps[::-1]


def _best_way(
    read: Sequence[Word],
    told: Sequence[str],
    at: tuple[int, int],
    costs: dict[tuple[int, int], float],
    ways: dict[tuple[int, int], tuple[int, int]],
) -> None:
    for di, dj in _MOVES:
        before = (at[0] - di, at[1] - dj)
        if before in costs:
            cost = costs[before] + _cost(read[before[0] : at[0]], told[before[1] : at[1]])
            if at not in costs or cost < costs[at]:
                costs[at], ways[at] = cost, before


def _cost(read: Sequence[Word], told: Sequence[str]) -> float:
    if not read or not told:
        return _LONELY
    one, other = "".join(_bare(word.text) for word in read), "".join(_bare(text) for text in told)
    unlike = 1 - SequenceMatcher(None, one, other, autojunk=False).ratio()
    return unlike * max(len(read), len(told))


def _bare(text: str) -> str:
    """Small letters without marks; what has no letters of its own stays as it is."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter)) or text


def _shared(read: Sequence[Word], told: Sequence[str]) -> list[Word]:
    """The told words over the area of the read ones, each as wide as its letters, a letter's width between them."""
    if not told:
        return []
    area = around([word.box for word in read])
    first = read[0]
    letters = sum(len(text) for text in told) + len(told) - 1
    words, at = [], 0
    for text in told:
        box = _cut(area, at / letters, (at + len(text)) / letters) if area else None
        words.append(Word(text, 0, box, 1.0, first.line, first.block))
        at += len(text) + 1
    return words


def _cut(area: Box, begin: float, end: float) -> Box:
    width = area.x1 - area.x0
    return Box(area.x0 + begin * width, area.y0, area.x0 + end * width, area.y1)


def _line_of(placed: Sequence[Word], read: Sequence[Word]) -> tuple[int, int]:
    near = placed[-1:] or read[:1]
    return (near[0].line, near[0].block) if near else (0, 0)


def _with_gaps_filled(placed: list[Word]) -> list[Word]:
    """Words that nothing was read for stand between their neighbours, or share the place of one."""
    for index, word in enumerate(placed):
        if word.box is not None:
            continue
        before = placed[index - 1].box if index else None
        after = next((one.box for one in placed[index + 1 :] if one.box), None)
        placed[index] = replace(word, box=_between(before, after))
    return placed


def _between(before: Box | None, after: Box | None) -> Box | None:
    if before and after and after.x0 > before.x1:
        return Box(before.x1, min(before.y0, after.y0), after.x0, max(before.y1, after.y1))
    near = before or after
    if near is None:
        return None
    # No room was left for it: a hair at the edge of its neighbour, where a person looks for it.
    edge = near.x1 if before else near.x0
    width = (near.x1 - near.x0) / 8
    return Box(max(0.0, edge - width), near.y0, min(1.0, edge + width), near.y1)


def around(boxes: Sequence[Box | None]) -> Box | None:
    """The area that holds all of them; None if none is known."""
    known = [box for box in boxes if box is not None]
    if not known:
        return None
    return Box(
        min(box.x0 for box in known),
        min(box.y0 for box in known),
        max(box.x1 for box in known),
        max(box.y1 for box in known),
    )
