"""Frames with print in them: a box around the title, the subject or the recipients is no stamp.

By its image such a box is told from a stamp in black ink by nothing, so its words must tell. What opens a part of a
record stands in no stamp but one of a copy ("SAO Y"); and stamps have few words, or rows for a number and a day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.describing.arrival import is_arrival
from ingest.describing.heading import HEAD_BOTTOM
from ingest.describing.kind import find_title
from ingest.describing.letters import capital_share, clean, fold
from ingest.describing.lines import Line, around
from ingest.describing.record_types import types_marked
from mappings.record_types import RecordTypes

_OPENS = re.compile(r"\W*(V\s?[/\\|⁄IL1.]{1,2}\s?V(?=\W)|VE VIEC\b|KINH (GUI|GOI)\s*[:;]|NOI NHAN\W*$)")
_OF_STAMPS = re.compile(r"\W*(BAN )?(SAO (Y|LUC)|TRICH SAO|CHUNG THUC)\b|\W*CONG VAN D(EN|I)\b")
_FILLED_IN = re.compile(r"\W*(S[O0]( (DEN|DI|CHUNG THUC))?\s*[:.…]|NGAY\b)")
_LEAST_WORDS = 5
_MOST_CAPITALS = 0.3
_MIDDLE = 0.4, 0.63
"""Of the page: where the middle of a subject stands; the text's own is right of it, the left margin being wider."""


def is_print(types: RecordTypes, lines: Sequence[Line]) -> bool:
    """Whether the lines within a frame, from the top down, are print of the record: then they are no stamp.

    `types`: those whose marks are titles too.
    """
    if any(is_arrival(line) or _OF_STAMPS.match(_folded(line)) for line in lines):
        return False
    if any(_OPENS.match(_folded(line)) for line in lines) or types_marked(lines, types):
        return True
    return find_title(lines) is not None or _is_subject(lines)


def _is_subject(lines: Sequence[Line]) -> bool:
    """Whether it may be one by itself, its title above the frame: some words, few capitals, mid-page and high."""
    words = [word for line in lines for word in line.words]
    box = around(words)
    if box is None or box.y0 > HEAD_BOTTOM or not _MIDDLE[0] < (box.x0 + box.x1) / 2 < _MIDDLE[1]:
        return False
    if len(words) < _LEAST_WORDS or capital_share(" ".join(word.text for word in words)) > _MOST_CAPITALS:
        return False
    return not any(_FILLED_IN.match(_folded(line)) for line in lines)


def _folded(line: Line) -> str:
    return fold(clean(line.text))
