"""The signer: the name under "TM. …", "KT. …", an office in capitals, right of "Nơi nhận", where the document ends.

Nghị định 30/2020/NĐ-CP, Phụ lục I, parts 7a-7c. The document ends before its appendices, so the first such block
counts, not the last page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ingest.describing.certainty import described, trust
from ingest.describing.letters import capital_share, clean, fold, is_syllable
from ingest.describing.lines import Line, LinedPage
from mappings.record import Box, DescribedField, Word
from mappings.vocabulary import family_names, offices, person_lines, signing_prefixes

RECIPIENTS = re.compile(r"\W*N[OƠ]I\s+NH[AẬ]N\b")
_RIGHT = 0.45
_REACH = 0.3
_READ_WELL = 0.85
"""Names under strokes of ink lose marks; a name that OCR trusts less is asked for."""

_TITLES = ("TS.", "PGS.TS.", "GS.TS.", "ThS.", "BS.", "Ths.", "BSCKII.", "PGS.", "GS.")


def read_signer(pages: Sequence[LinedPage]) -> DescribedField | None:
    """The name of who signed the main document; doubtful unless it begins with a family name and is read well.

    "" and doubtful, with the place of the office's line, where a block has no name that can be read.
    """
    for page in pages:
        lines = page.lines
        office = find_office(lines)
        if office is None:
            alone = _beside_recipients(lines)
            if alone:
                return alone
            continue
        named = _name_under(lines, office)
        if named:
            return _field(named, lines, alone=False)
        return described("signer", "", lines[office].words, page.number, fit=0.0, doubtful=True)
    return None


def _field(named: tuple[int, Sequence[Word]], lines: Sequence[Line], *, alone: bool) -> DescribedField:
    words, page = named[1], lines[named[0]].page
    first, *rest = (_name(words) or "").split()
    known = first in family_names()
    cut = [family for family in family_names() if family[1:] == first] if not known else []
    name = " ".join([cut[0] if len(cut) == 1 else first, *rest])
    weak = any(trust(word) < _READ_WELL for word in words) or _is_inked_over(lines, named[0])
    return described("signer", name, words, page, fit=0.9 if alone else 0.95, doubtful=weak or not known)


def _is_inked_over(lines: Sequence[Line], place: int) -> bool:
    """Whether OCR read further marks on top of a name: strokes of a seal, under which its own are lost."""
    name = lines[place].box
    if name is None:
        return False
    high = name.y0 - (name.y1 - name.y0) / 2
    others = (line.box for number, line in enumerate(lines) if number != place and line.box)
    return any(box.x0 < name.x1 and name.x0 < box.x1 and high < (box.y0 + box.y1) / 2 < name.y1 for box in others)


def find_office(lines: Sequence[Line]) -> int | None:
    """The last line of the first signing block: authority formulas and offices in capitals, right of the middle."""
    found = None
    recipients = next((place for place, line in enumerate(lines) if RECIPIENTS.match(fold(line.text))), None)
    for place, line in enumerate(lines):
        if not is_right(line) or not is_office(clean(line.text)):
            continue
        if recipients is None and not _stands_low(line):
            continue
        if line.box is not None and recipients is not None and _is_far_above(line, lines[recipients]):
            continue
        if found is None or place - found <= 12:
            found = place
    return found


def _is_far_above(line: Line, recipients: Line) -> bool:
    return bool(line.box and recipients.box and line.box.y0 < recipients.box.y0 - 0.12)


def _stands_low(line: Line) -> bool:
    return line.box is None or line.box.y0 > 0.25


def is_right(line: Line) -> bool:
    """Whether a line stands in the half of the page where documents are signed."""
    return line.box is None or (line.box.x0 + line.box.x1) / 2 > _RIGHT


def is_office(text: str) -> bool:
    """Whether a cleaned line is in capitals and begins as a line over a signature does."""
    if capital_share(text) < 0.8:
        return False
    folded = fold(text).lstrip("'\".,-_| ")
    return folded.startswith(_openings())


@lru_cache(maxsize=1)
def _openings() -> tuple[str, ...]:
    return tuple(fold(words) for words in (*signing_prefixes(), *offices(), *person_lines()))


def _name_under(lines: Sequence[Line], office: int) -> tuple[int, Sequence[Word]] | None:
    """The lowest name within reach under the office: names of stamps and of digital signatures stand between."""
    above = lines[office]
    for place in range(office + 1, len(lines)):
        line = lines[place]
        if line.box and above.box and (line.box.y0 - above.box.y1 > _REACH or not _is_under(line, above)):
            continue
        if line.box is None and place - office > 25:
            return None
        if _name(line.words):
            return place, _name_words(line.words)
    return None


def _is_under(line: Line, above: Line) -> bool:
    a, b = above.box, line.box
    if a is None or b is None:
        return True
    return b.y0 > a.y0 and abs((a.x0 + a.x1) - (b.x0 + b.x1)) / 2 < 0.2 and (b.x0 + b.x1) / 2 > _RIGHT


def _beside_recipients(lines: Sequence[Line]) -> DescribedField | None:
    """Right of the list under "Nơi nhận", where the seal has hidden the office from OCR: the name, or its place."""
    recipients = next((line for line in lines if RECIPIENTS.match(fold(line.text))), None)
    if recipients is None or recipients.box is None:
        return None
    for place, line in enumerate(lines):
        if line.box and line.box.y0 > recipients.box.y0 and line.box.x0 > 0.5 and _name(line.words):
            return _field((place, _name_words(line.words)), lines, alone=True)
    top = recipients.box.y0
    return DescribedField("signer", "", 0.0, True, False, recipients.page, (Box(0.5, top, 0.93, min(top + 0.2, 1.0)),))


def _name_words(words: Sequence[Word]) -> Sequence[Word]:
    return [word for word in words if re.search(r"[^\W\d_]", word.text)]


def _name(words: Sequence[Word]) -> str | None:
    """ "Nguyễn Văn A" from two to five capitalised syllables, academic titles left out; else None."""
    parts = [clean(word.text) for word in _name_words(words)]
    parts = [part for part in parts if part not in _TITLES]
    bare = [re.sub(r"^[\W_]+|[\W\d_]+$", "", part) for part in parts]
    if not 2 <= len(bare) <= 5 or any(re.search(r"[\d:;/()]", part) for part in parts):
        return None
    if not all(part and part[0].isupper() and is_syllable(part) for part in bare[1:]) or not bare[0].isalpha():
        return None
    if any(part.isupper() for part in bare):
        return None
    return " ".join(bare)
