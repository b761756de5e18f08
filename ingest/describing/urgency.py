"""The urgency stamp: HỎA TỐC, THƯỢNG KHẨN, KHẨN, alone on its line, left in the upper part of page 1.

Nghị định 30/2020/NĐ-CP, Phụ lục I, part 10b puts it under the number; in practice it stands anywhere left or on
top. A stamp that OCR does not see cannot be found here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.describing.certainty import described
from ingest.describing.letters import capital_share, clean, distance, fold, letters_only
from ingest.describing.lines import Line
from mappings.record import DescribedField, Word
from mappings.vocabulary import urgencies

_LOWEST = 0.45
_FIRST_LINES = 20
_SHORTEST_NEAR = 6


def read_urgency(lines: Sequence[Line]) -> DescribedField | None:
    """The highest degree stamped on page 1, or None. A slipped letter is forgiven in the longer names, as doubtful."""
    top = [line for place, line in enumerate(lines) if _is_high(place, line)]
    for urgency in reversed(urgencies()):
        for line in top:
            found = _stamped(line, urgency.name)
            if found:
                words, fit = found
                return described("urgency", urgency.name, words, line.page, fit=fit, doubtful=fit < 0.9)
    return None


def is_stamp(line: Line) -> bool:
    """Whether a line is an urgency stamp and no part of the text around it."""
    return any(_stamped(line, urgency.name) for urgency in urgencies())


def _is_high(place: int, line: Line) -> bool:
    if line.box is None:
        return place < _FIRST_LINES
    return line.box.y0 < _LOWEST and (line.box.x0 + line.box.x1) / 2 < 0.62


def _stamped(line: Line, name: str) -> tuple[Sequence[Word], float] | None:
    """(words, fit) if the line is the stamp and nothing else but scraps; capitals only."""
    wanted = letters_only(name)
    words = [word for word in line.words if len(re.sub(r"[\W\d_]", "", word.text)) > 1]
    text = clean(" ".join(word.text for word in words))
    read = re.sub(r"[^A-Z]", "", fold(text))
    if not words or len(line.words) > len(words) + 3 or capital_share(text) < 0.9:
        return None
    if read == wanted:
        return words, 1.0
    if len(wanted) >= _SHORTEST_NEAR and distance(read, wanted, 1) <= 1:
        return words, 0.7
    return None
