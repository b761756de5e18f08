"""The office that a signer holds (chức vụ): the last line of the signing block, over the name.

Nghị định 30/2020/NĐ-CP, Phụ lục I, part 7a: "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "TL. CHỦ TỊCH" tell for whom the
signer signs; the own office stands under such a line. After "KT." it is that of a deputy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.describing.certainty import described, trust
from ingest.describing.letters import clean, fold
from ingest.describing.lines import Line, LinedPage
from ingest.describing.signer import RECIPIENTS, find_office, is_office, is_right
from mappings.record import DescribedField
from mappings.vocabulary import offices, person_lines, signing_prefixes

_FOR_ANOTHER = re.compile(r"\W*(TM|KT|TL|TUQ|T/M|K/T|T/L)\s?[./]")
_ACTING = re.compile(r"\W*Q\s?\.\s*")
_DEPUTY_FOR = re.compile(r"\W*K/?T\s?[./]")
_DEPUTIES = ("PHO ", "THU TRUONG")
_BLOCK = 0.09
"""A signing block is no higher than this share of the page."""

_READ_WELL = 0.8


def read_position(pages: Sequence[LinedPage]) -> DescribedField | None:
    """The office in capitals as printed, marks restored. "" and doubtful where only the line above it could be read."""
    for page in pages:
        lines = page.lines
        last = find_office(lines)
        if last is not None and not _is_person(lines[last]):
            return _position(lines[last], _above(lines, last))
        if last is not None or any(RECIPIENTS.match(fold(line.text)) for line in lines):
            return None if last is not None else _unseen(page.number)
    return None


def _is_person(line: Line) -> bool:
    """Who signs as a petitioner or the like holds no office."""
    text = fold(clean(line.text)).lstrip("'\".,-_| ")
    return text.startswith(tuple(fold(words) for words in person_lines()))


def _unseen(page: int) -> DescribedField:
    """Seal and signature may hide the office from OCR: beside the recipients somebody has signed."""
    return DescribedField("position", "", 0.0, True, page=page)


def _above(lines: Sequence[Line], last: int) -> list[str]:
    """The folded lines of the block over its last one."""
    office = lines[last]
    block = [line for line in lines[max(0, last - 12) : last] if is_right(line) and is_office(clean(line.text))]
    near = [line for line in block if not (line.box and office.box) or office.box.y0 - line.box.y0 < _BLOCK]
    return [fold(clean(line.text)) for line in near]


def _position(line: Line, above: Sequence[str]) -> DescribedField:
    text = clean(line.text).strip("'\".,-_| ;:")
    folded = fold(text)
    if _FOR_ANOTHER.match(folded):
        return described("position", "", line.words, line.page, fit=0.0, doubtful=True)
    acting = _ACTING.match(folded)
    start = acting.end() if acting else 0
    known = next((name for name in offices() if re.match(rf"{fold(name)}(?!\w)", folded[start:])), None)
    rest = text[start + len(known) :].strip() if known else ""
    value = f"{text[:start]}{known} {rest}".strip() if known else text
    deputy = folded.startswith(_DEPUTIES)
    contradicts = bool(above) and bool(_DEPUTY_FOR.match(above[-1])) != deputy and _signs_for_chief(above)
    words = [word for word in line.words if re.search(r"[^\W\d_]{2}", word.text)]
    weak = any(trust(word) < _READ_WELL for word in (words if rest else ()))
    whole = known is not None and not rest
    # A mark that OCR lost is restored from the list of offices, so weak words of a whole known office do not count.
    return described(
        "position", value, words, line.page, fit=0.95, doubtful=not known or contradicts or weak, corroborated=whole
    )


def _signs_for_chief(above: Sequence[str]) -> bool:
    """Whether the line above tells for whom he signs, so that it must fit his own office."""
    return any(above[-1].lstrip("'\".,-_| ").startswith(fold(prefix)) for prefix in signing_prefixes()) and bool(
        _DEPUTY_FOR.match(above[-1])
    )
