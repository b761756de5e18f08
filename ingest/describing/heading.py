"""The head of page 1: issuer and number on the left, motto and date on the right, all else below.

Nghị định 30/2020/NĐ-CP, Phụ lục I, sets the two columns. OCR mixes their lines; the words of the motto and the
date part them again where the gap between the columns is narrow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.describing.letters import fold
from ingest.describing.lines import Line, around
from mappings.vocabulary import kinds

HEAD_BOTTOM = 0.45
"""No part of a head stands lower than this share of the page."""

_HEAD_LINES = 40
_NEAR = 15
_LINES_READ = 200
_MOTTO = re.compile(
    r"C\s?[OQ0]\s?N\s?G\s+H\s?[OQ0]\s?A\s+X|[HN][OQ0]A\s+XA\s+H[OQ0]I\s+CHU|D[OQ0]C\s+L[AO]P\s*[-–—_.]*\s*T[UƯ]\s+D[OQ0]|"
    r"^\W*DANG\s+CONG\s+SAN\s+VIET\s+NAM"
)
DATE = re.compile(
    r"NG[A4][YVW](?P<day>.{0,8}?)TH[A4]NG(?P<month>.{0,6}?)N[A4]M\s*(?P<year>[^\s,.;]{0,6})",
)
NUMBER_START = re.compile(r"^[^\w]{0,3}(?:S\s?[O0Q6Ø](?=[\W\d_]|$)|[S35D]\s?[A-Z0-9Ø]{0,2}\s?[:;])")
"""How a number row begins, folded; OCR misreads "Số:" where a hand has written over it."""
SYMBOL = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)\s?[/⁄]\s?)?"
    r"(?P<symbol>[^\W\d_]{1,10}(?:\s?[-–—.]\s?[^\W\d_][\w&.]*)+|[^\W\d_]{2,10}\d{0,2}(?![\w]))"
)
MIDDLE = 0.47
"""Where the right column begins when no motto tells."""
_LOST_STROKE = re.compile(r"(?<=\d)\s?(?P<symbol>[A-ZĐ][A-Za-zĐđ]{1,4}[-–—][A-ZĐ]{2,}\w*)")
PARTY_SYMBOL = re.compile(r"[-–—]\s?(?P<symbol>[A-ZĐa-z]{1,4}\s?[/⁄]\s?[A-ZĐ]{2,}\w*(?:[-–—.][A-ZĐ]\w*)*)")


@dataclass(frozen=True)
class Head:
    """`issuer`: lines over the number. `number`, `date`: their rows. `after`: all lines under the head, motto left out.

    `border`: where the right column begins, as a share of the width (1 on pages without boxes).
    """

    issuer: tuple[Line, ...]
    number: Line | None
    date: Line | None
    after: tuple[Line, ...]
    border: float
    has_motto: bool


def read_head(lines: Sequence[Line]) -> Head:
    """The parts of the head among the lines of page 1 (any may be missing)."""
    parted = _without_overlaid([part for line in lines[:_LINES_READ] for part in _parted(line)])
    top = [line for line in parted[: _HEAD_LINES * 2] if _is_high(line)]
    mottos = [line for line in top if _MOTTO.search(fold(line.text))]
    border = _border(mottos)
    date_parts = next((row for row in (_on_row(line, top, border) for line in top) if is_date_row(row, border)), [])
    date = date_parts[0] if date_parts else None
    number_parts = _number_parts([line for line in top if line not in mottos and line not in date_parts], border)
    taken = [*mottos, *date_parts, *number_parts]
    # Where a hand has run over the row of the number, it still tells where the issuer's lines end.
    begun = next((line for line in top if mottos and line not in mottos and begins_number(line)), None)
    edge = number_parts[0] if number_parts else (date if date and _stands_high(date, parted) else begun)
    rest = [line for line in parted if line not in taken]
    issuer = [line for line in rest if edge and _is_above(line, edge, parted) and _is_left(line, border)]
    after = [line for line in rest if line not in issuer and (edge is None or not _is_above(line, edge, parted))]
    return Head(tuple(issuer), _joined(number_parts), _joined(date_parts), tuple(after), border, bool(mottos))


def _parted(line: Line) -> list[Line]:
    """The line cut where a motto begins, or where a date follows a number."""
    folded = fold(line.text)
    found = _MOTTO.search(folded)
    if found and found.start() > 0:
        return line.cut([_word_at(line, found.start())])
    date = DATE.search(folded)
    if date and NUMBER_START.match(folded):
        return line.cut([_symbol_end(line, date.start())])
    return [line]


def _word_at(line: Line, character: int) -> int:
    return len(line.words_in(0, character)) if character else 0


def _symbol_end(line: Line, date_start: int) -> int:
    words = line.words_in(0, date_start)
    strokes = [place for place, word in enumerate(words) if re.search(r"[/⁄-]", word.text)]
    return strokes[-1] + 1 if strokes else 1


def _without_overlaid(lines: list[Line]) -> list[Line]:
    """Marks and stains that OCR reads as words on top of a longer line are left out."""
    near = (lines[max(0, place - _NEAR) : place + _NEAR] for place in range(len(lines)))
    return [line for line, others in zip(lines, near, strict=True) if not any(_covers(other, line) for other in others)]


def _covers(longer: Line, line: Line) -> bool:
    a, b = longer.box, line.box
    if a is None or b is None or longer is line or len(longer.text) < 2 * len(line.text):
        return False
    shared = min(a.y1, b.y1) - max(a.y0, b.y0)
    return shared > 0.6 * min(a.y1 - a.y0, b.y1 - b.y0) and a.x0 - 0.01 <= b.x0 and b.x1 <= a.x1 + 0.01


def _is_high(line: Line) -> bool:
    return line.box is None or line.box.y0 < HEAD_BOTTOM


def _stands_high(date: Line, lines: Sequence[Line]) -> bool:
    """Whether a date stands in the head, not under a letter or a petition."""
    return date.box.y0 < 0.3 if date.box else date in lines[:12]


def _border(mottos: Sequence[Line]) -> float:
    starts = [line.box.x0 for line in mottos if line.box]
    if starts:
        return min(max(min(starts) - 0.01, 0.3), 0.6)
    return 1.0 if any(line.box is None for line in mottos) else MIDDLE


def _is_left(line: Line, border: float) -> bool:
    return line.box is None or (line.box.x0 + line.box.x1) / 2 < border


def is_date_row(row: Sequence[Line], border: float) -> bool:
    """A place and a date and no more, in the right column. The place for a day left open parts the row in two.

    No digit or colon stands before "ngày", and nothing but a full stop after the year: so a date in the text is none.
    """
    text = " ".join(line.text for line in row)
    found = DATE.search(fold(text))
    if found is None or found.start() > 40 or re.search(r"[\d:;/]", text[: found.start()]):
        return False
    if re.search(r"\w", text[found.end() :]):
        return False
    box = around([word for line in row for word in line.words])
    return box is None or (box.x0 + box.x1) / 2 > min(border, MIDDLE)


def _on_row(line: Line, lines: Sequence[Line], border: float) -> list[Line]:
    """The line and what stands on its height in the same column, from left to right."""
    if line.box is None:
        return [line]
    left = _is_left(line, border)
    row = [other for other in lines if other.box and _is_left(other, border) == left and _level(other, line)]
    return sorted(row, key=lambda other: other.box.x0 if other.box else 0.0)


def _level(one: Line, other: Line) -> bool:
    a, b = one.box, other.box
    if a is None or b is None:
        return False
    return abs((a.y0 + a.y1) - (b.y0 + b.y1)) / 2 < 0.6 * max(one.height, other.height)


def _number_parts(lines: Sequence[Line], border: float) -> list[Line]:
    """The row that begins with "Số" and has a symbol; else a row in its place that is only a number and symbol."""
    left = [line for line in lines if _is_left(line, border)]
    for line in left:
        if NUMBER_START.match(fold(line.text)):
            row = _on_row(line, left, border)
            if symbol_of(" ".join(part.text for part in row)):
                return row
    bare = re.compile(r"^\W{0,3}\w{0,6}\s?[/⁄]\s?[A-ZĐ]{1,5}\w?[-–—][A-ZĐ]{2,}")
    return next(([line] for line in left if bare.match(line.text.replace("Ð", "Đ"))), [])


def symbol_of(row: str) -> re.Match[str] | None:
    """The symbol in a number row: of the Party's form, or after a stroke, or after a number whose stroke OCR lost."""
    if party := PARTY_SYMBOL.search(row):
        return party
    for stroke in re.finditer(r"[/⁄]", row):
        found = SYMBOL.match(row, stroke.end() + (row[stroke.end() : stroke.end() + 1] == " "))
        if found and found["symbol"].upper() != found["symbol"].lower():
            return found
    return _LOST_STROKE.search(row) or _by_kind().search(row)


@lru_cache(maxsize=1)
def _by_kind() -> re.Pattern[str]:
    """A kind's abbreviation and an agency's, where a hand ran into the stroke before them: "z fTTr-UBND"."""
    names = sorted((kind.abbreviation for kind in kinds() if len(kind.abbreviation) > 1), key=len, reverse=True)
    return re.compile(rf"(?:^|[^A-ZĐ])(?P<symbol>(?:{'|'.join(map(re.escape, names))})[-–—][A-ZĐ]{{2,}}\w*)")


def begins_number(line: Line) -> bool:
    """Whether a line begins with "Số:" or what OCR makes of it; "SỞ NỘI VỤ" does not."""
    folded = fold(line.text)
    return bool(NUMBER_START.match(folded) and re.match(r"\W*\w{1,4}\s?[:;]", folded))


def _is_above(line: Line, edge: Line, lines: Sequence[Line]) -> bool:
    if line.box is None or edge.box is None:
        return list(lines).index(line) < list(lines).index(edge)
    return (line.box.y0 + line.box.y1) / 2 < edge.box.y0


def _joined(parts: Sequence[Line]) -> Line | None:
    if not parts:
        return None
    words = tuple(word for part in parts for word in part.words)
    return Line(words, parts[0].page)


__all__ = ["DATE", "HEAD_BOTTOM", "Head", "around", "begins_number", "read_head", "symbol_of"]
