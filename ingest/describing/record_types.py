"""The fields of a record type (`mappings.record_types`): what stands behind their labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.describing.certainty import PRINTED, described, trust
from ingest.describing.form_labels import begins_with_label, end_of_value, label_in
from ingest.describing.letters import capital_share, clean, fold, is_syllable
from ingest.describing.lines import Line, LinedPage
from mappings.record import DescribedField, Word
from mappings.record_types.model import RecordType, RecordTypes, TypeField, ValueKind, checked_value
from mappings.record_types.patterns import LONGEST_TEXT

_FIRST_LINES = 40
_PAGES = 4
_TITLE_LINES = 4
_ROWS_BELOW = 3
_WRITTEN = re.compile(r"[^\W_]")
_ABOUT = "VE VIEC"
_AT_ONCE = frozenset({ValueKind.CHOICE})
_BELOW = _AT_ONCE | {ValueKind.NUMBER, ValueKind.CODE}
"""Behind other words (in the row below a label) such a value may be of something else: "quốc tịch Việt Nam"."""

_EDGES = " .:;,_-–—…*|\"'()"
_SPLIT = re.compile(r"[;]|\s{3,}|[.…_]{4,}")
_DAY = re.compile(
    r"(?<!\d)(\d{1,2})\s{0,2}(?:[/.-]|tháng)\s{0,2}(\d{1,2})\s{0,2}(?:[/.-]|năm)\s{0,2}((?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,3}(?:[.,]?\d{1,3}){0,4}")
_BEFORE = re.compile(r"(?:[^\W_]|\d[.,/-])$")
_BEHIND = re.compile(r"[^\W_]|[.,/-]\d")
_BEHIND_NUMBER = re.compile(r"(?!(?:m[2²]?|ha|kg|đ|đồng)\b)[^\W_]|[.,/-]\d|\s\d{3}(?!\d)")
"""What shows that a code or number was cut out of a longer one. A number may have its unit directly behind it."""


def read_type_fields(
    pages: Sequence[LinedPage], types: RecordTypes, kind: DescribedField | None = None
) -> list[DescribedField]:
    """`record_type` and its fields that have a trace on the first pages; none where no type's mark stands there.

    `kind`: as the record's was read. A type that belongs to another one, or to none that is sure, is asked for.
    """
    found = _type_of(pages, types)
    if found is None:
        return []
    one = found.type
    asked = bool(one.kind) and (kind is None or kind.doubtful or kind.value != one.kind)
    lines = [line for page in pages[:_PAGES] for line in page.lines]
    fields = [field for each in one.fields if (field := _read(each, one, lines)) is not None]
    told = described("record_type", one.title.vi, found.words, found.page, fit=1.0, corroborated=True, doubtful=asked)
    return [told, *fields]


def _type_of(pages: Sequence[LinedPage], types: RecordTypes) -> Marked | None:
    """The type whose mark is the title at the head of page 1, or its first lines; of several, the longest mark."""
    return max(types_marked(pages[0].lines if pages else (), types), key=lambda one: one.length, default=None)


@dataclass(frozen=True, slots=True)
class Marked:
    """A type that a mark of `length` letters told, with the words that are this mark, and their page."""

    length: int
    type: RecordType
    words: tuple[Word, ...]
    page: int


def types_marked(lines: Sequence[Line], types: RecordTypes) -> list[Marked]:
    """The types that have a mark among these lines, of which the first ones are looked at."""
    lines = lines[:_FIRST_LINES]
    found: list[Marked] = []
    for place, line in enumerate(lines):
        for count in range(1, _TITLE_LINES + 1):
            rows = lines[place : place + count]
            if len(rows) < count or (count > 1 and not _is_title(rows[-1]) and not (count == 2 and _is_about(line))):
                break
            words = tuple(word for row in rows for word in row.words)
            title = _letters(" ".join(row.text for row in rows))
            for kind in types:
                mark = next((mark for mark in kind.marks if _is_mark(mark, title, line)), None)
                if mark:
                    found.append(Marked(len(mark), kind, words, line.page))
    return found


def _is_title(line: Line) -> bool:
    return capital_share(line.text) > 0.8


def _is_about(line: Line) -> bool:
    """Whether it tells what a paper is about; with a small letter it is of a text that goes on."""
    return fold(clean(line.text)).strip(_EDGES).startswith(_ABOUT) and line.text.strip(_EDGES)[:1].isupper()


def _letters(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(clean(text))))


def _is_mark(mark: str, title: str, line: Line) -> bool:
    own = _letters(mark)
    about = own.startswith(_ABOUT) and _is_about(line)
    if title == own:
        return about or _is_title(line)
    return about and title.startswith(f"{own} ")


def _read(known: TypeField, kind: RecordType, lines: Sequence[Line]) -> DescribedField | None:
    """What stands behind the field's first label that anything is written behind; asked for if there is only a label.

    Behind a second label of the same words it is asked for: the first blank may be this person's, the second another's.
    """
    blank: tuple[str, Line] | None = None
    for place, line in enumerate(lines):
        if (known.page and line.page != known.page) or not _is_within(line, known):
            continue
        label = label_in(clean(line.text), known, kind)
        if label is None:
            continue
        written = _written(known, kind, lines, place, label.end)
        if written is not None:
            return _value(known, *written, again=blank is not None and blank[0] == label.label)
        blank = blank or (label.label, line)
    return described(known.name, "", blank[1].words, blank[1].page, fit=0.0, doubtful=True) if blank else None


def _is_within(line: Line, known: TypeField) -> bool:
    box, region = line.box, known.region
    if box is None:
        return True
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return region.x0 <= x <= region.x1 and region.y0 <= y <= region.y1


def _written(
    known: TypeField, kind: RecordType, lines: Sequence[Line], place: int, start: int
) -> tuple[Line, int, int] | None:
    """The line, and the place in its text, of what is written behind a label or in a row below; None if nothing."""
    line = lines[place]
    text = clean(line.text)
    end = end_of_value(text, start, known, kind)
    if _WRITTEN.search(text[start:end]):
        return line, start, end
    if end < len(text):
        return None
    for row in lines[place + 1 : place + 1 + _ROWS_BELOW]:
        text = clean(row.text)
        if row.page != line.page or begins_with_label(text, kind):
            return None
        if _WRITTEN.search(text):
            return row, 0, end_of_value(text, 0, known, kind)
    return None


def _value(known: TypeField, line: Line, start: int, end: int, *, again: bool) -> DescribedField:
    piece = clean(line.text)[start:end][:LONGEST_TEXT]
    value, span = _parsed(known, piece)
    words = line.words_in(start + span[0], start + span[1]) if value else line.words
    by_eye = any(trust(word) < PRINTED for word in words)
    late = known.kind in (_AT_ONCE if start else _BELOW) and bool(_WRITTEN.search(piece[: span[0]]))
    doubtful = again or late or not value or (known.kind is not ValueKind.TEXT and by_eye)
    return described(known.name, value, words, line.page, fit=0.95 if value else 0.0, doubtful=doubtful)


def _parsed(known: TypeField, piece: str) -> tuple[str, tuple[int, int]]:
    """The value in its kept form and its place in the piece; "" if there is none of its kind."""
    if known.kind is ValueKind.DAY:
        found = _DAY.search(piece)
        value = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else ""
    elif known.pattern is not None or known.kind is ValueKind.NUMBER:
        found = _whole(known, (known.pattern or _NUMBER).search(piece), piece)
        value = found[1 if found.re.groups else 0] if found else ""
    elif known.kind is ValueKind.CHOICE:
        return _choice(known, piece)
    else:
        lead = len(piece) - len(piece.lstrip(_EDGES))
        cut = _SPLIT.split(piece[lead:])[0].rstrip(_EDGES)
        return _checked(known, _name(cut) if known.kind is ValueKind.NAME else cut), (lead, lead + len(cut))
    return _checked(known, value or ""), found.span() if found else (0, 0)


def _choice(known: TypeField, piece: str) -> tuple[str, tuple[int, int]]:
    """The one choice that stands there. Of two the form prints both, and which was ticked is for a person to see."""
    listed = "|".join(re.escape(clean(one)) for one in sorted(known.choices, key=len, reverse=True))
    places = [found.span() for found in re.finditer(rf"(?<!\w)(?:{listed})(?!\w)", piece, re.IGNORECASE)]
    told = {piece[a:b].casefold() for a, b in places}
    return (_checked(known, piece[slice(*places[0])]), places[0]) if len(told) == 1 else ("", (0, 0))


def _whole(known: TypeField, found: re.Match[str] | None, piece: str) -> re.Match[str] | None:
    """A match that is no part of something longer: 12 of 14 digits are no identity number, they are asked for."""
    behind = _BEHIND_NUMBER if known.kind is ValueKind.NUMBER else _BEHIND
    cut = found and (_BEFORE.search(piece[: found.start()]) or behind.match(piece, found.end()))
    return None if cut else found


def _name(text: str) -> str:
    """The words of a person's name at the start of a text, "" if there are not two."""
    words: list[str] = []
    for word in text.split():
        bare = word.strip(_EDGES)
        if not bare.isalpha() or not bare[0].isupper() or not is_syllable(bare) or len(words) == 6:
            break
        words.append(bare)
        if word != bare:
            break
    return " ".join(words) if len(words) > 1 else ""


def _checked(known: TypeField, value: str) -> str:
    try:
        return checked_value(known, value) if value else ""
    except ValueError:
        return ""
