"""The arrival stamp: ĐẾN, with Số, Ngày, Chuyển (Nghị định 30/2020/NĐ-CP, Phụ lục IV). It stands anywhere on page 1.

Number and day are filled in by hand or with a dating stamp, over print as often as not. So what OCR read of them is
always asked for; only a text layer is believed. Where the stamp is seen and not read, its place is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ingest.describing.certainty import described, trust
from ingest.describing.heading import Head
from ingest.describing.letters import capital_share, clean, fold
from ingest.describing.lines import Line, around
from mappings.record import STAMP, Box, DescribedField, Page, Word

_NAMED = re.compile(r"\W*(CONG VAN|CV|VAN BAN|VB)?\s*DEN\W*$")
_PASSED_ON = re.compile(r"\W*(\w{2,6}\s)?\W*CHUYEN\s*[:.…]")
_NUMBER = re.compile(r"(?<!\w)S[OỐ0Ô]\s*(?:DEN)?\s*[:.,…]*\s*(?P<number>\d{1,6})(?![\d/])")
_DAY = re.compile(
    r"NGAY\s*(?:DEN)?\s*[:.,…]*\s*(?P<day>\d{1,2})\s*(?:[/.-]|THANG)\s*(?P<month>\d{1,2})\s*(?:[/.-]|NAM)\s*(?P<year>\d{4}|\d{2})(?!\d)"
)
_FIELDS = "arrival_number", "arrived_on"
_SIZES = 42.0, 255.0  # points: 1.5 cm high, 9 cm wide
_LEGIBLE = 0.5
_LOWEST = 0.55
_MOST_WORDS = 5
_ACROSS, _DOWN = 0.25, 0.07
_FIRST_LINES = 30
_CENTURY = 2000


def read_arrival(lines: Sequence[Line], head: Head) -> list[DescribedField]:
    """`arrival_number` and `arrived_on` if page 1 bears a stamp, both told even where they cannot be read."""
    own = {word.start for line in (head.number, head.date) if line for word in line.words}
    free = [line for line in lines if not any(word.start in own for word in line.words)]
    mark = next((line for place, line in enumerate(free) if is_arrival(line, place)), None)
    if mark is None:
        return []
    near = [line for line in free if _is_near(line, mark, free)]
    if not any(re.search(r"(?<!\w)(SO|NGAY|CHUYEN)(?!\w)", fold(clean(line.text))) for line in near):
        return []
    return [_number(near, mark), _day(near, mark)]


def read_unread_stamp(page: Page) -> list[DescribedField]:
    """Both fields, to be asked for, where page 1 bears a stamp of an arrival stamp's size of which nothing was read."""
    for mark in page.marks:
        box = mark.box
        width, height = (box.x1 - box.x0) * page.width, (box.y1 - box.y0) * page.height
        sized = _SIZES[0] < height < width < _SIZES[1]
        if mark.kind == STAMP and sized and box.y0 < _LOWEST and not any(_is_legible(word, box) for word in page.words):
            return [DescribedField(name, "", 0.0, True, page=page.number, boxes=(box,)) for name in _FIELDS]
    return []


def _is_legible(word: Word, box: Box) -> bool:
    if word.box is None or trust(word) < _LEGIBLE or sum(map(str.isalpha, word.text)) < 2:
        return False
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1


def is_arrival(line: Line, place: int = 0) -> bool:
    """ĐẾN in capitals with nothing else, or "Chuyển:" on a short line: both stand in no other part of a head.

    `place`: among the lines of the page, on pages without boxes.
    """
    text = clean(line.text)
    if (
        len(line.words) > _MOST_WORDS
        or (line.box is None and place >= _FIRST_LINES)
        or (line.box and line.box.y0 > _LOWEST)
    ):
        return False
    named = _NAMED.match(fold(text)) and capital_share(text) > 0.9
    return bool(named or _PASSED_ON.match(fold(text)))


def _is_near(line: Line, mark: Line, lines: Sequence[Line]) -> bool:
    if line.box is None or mark.box is None:
        return abs(lines.index(line) - lines.index(mark)) <= 4
    across = line.box.x0 < mark.box.x1 + _ACROSS and mark.box.x0 - _ACROSS < line.box.x1
    return across and abs(line.box.y0 - mark.box.y0) < _DOWN


def _number(near: Sequence[Line], mark: Line) -> DescribedField:
    for line in near:
        found = _NUMBER.search(fold(clean(line.text)))
        if found:
            words = line.words_in(*found.span("number"))
            return described("arrival_number", found["number"], words, line.page, fit=0.9, doubtful=_by_eye(words))
    return _unread("arrival_number", mark)


def _day(near: Sequence[Line], mark: Line) -> DescribedField:
    for line in near:
        found = _DAY.search(fold(clean(line.text)))
        day = _date(found) if found else None
        if found and day:
            words = line.words_in(found.start("day"), found.end("year"))
            return described("arrived_on", day.isoformat(), words, line.page, fit=0.9, doubtful=_by_eye(words))
    return _unread("arrived_on", mark)


def _by_eye(words: Sequence[Word]) -> bool:
    return any(trust(word) < 1.0 for word in words)


def _date(found: re.Match[str]) -> date | None:
    year = int(found["year"])
    try:
        return date(year if year > 99 else _CENTURY + year, int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _unread(name: str, mark: Line) -> DescribedField:
    box = around(mark.words)
    return DescribedField(name, "", 0.0, True, page=mark.page, boxes=(box,) if box else ())
