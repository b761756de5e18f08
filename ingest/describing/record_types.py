"""The fields of a record type (`mappings.record_types`): what stands behind their labels."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.describing.certainty import PRINTED, described, trust
from ingest.describing.letters import capital_share, clean, fold, is_syllable
from ingest.describing.lines import Line, LinedPage
from mappings.record import DescribedField
from mappings.record_types.model import RecordType, RecordTypes, TypeField, ValueKind, checked_value
from mappings.record_types.patterns import LONGEST_TEXT

_FIRST_LINES = 40
_PAGES = 4
_EDGES = " .:;,_-–—…*|\"'()"
_SPLIT = re.compile(r"[;]|\s{3,}|[.…_]{4,}")
_DAY = re.compile(
    r"(?<!\d)(\d{1,2})\s{0,2}(?:[/.-]|tháng)\s{0,2}(\d{1,2})\s{0,2}(?:[/.-]|năm)\s{0,2}((?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,3}(?:[.,]?\d{1,3}){0,4}")


def read_type_fields(pages: Sequence[LinedPage], types: RecordTypes) -> list[DescribedField]:
    """`record_type` and its fields that have a trace on the first pages; none where no type's mark stands there."""
    found = _type_of(pages, types)
    if found is None:
        return []
    kind, mark = found
    lines = [line for page in pages[:_PAGES] for line in page.lines]
    fields = [field for one in kind.fields if (field := _read(one, kind, lines)) is not None]
    return [described("record_type", kind.title.vi, mark.words, mark.page, fit=1.0, corroborated=True), *fields]


def _type_of(pages: Sequence[LinedPage], types: RecordTypes) -> tuple[RecordType, Line] | None:
    """The type whose mark stands as a line of its own at the head of the first page; of several, the longest mark."""
    lines = pages[0].lines[:_FIRST_LINES] if pages else ()
    found = [(length, kind, line) for line in lines for length, kind in types_marked(line, types)]
    best = max(found, key=lambda one: one[0], default=None)
    return (best[1], best[2]) if best else None


def types_marked(line: Line, types: RecordTypes) -> list[tuple[int, RecordType]]:
    """The types that have a mark which this line is, each after the length of the mark."""
    folded = fold(clean(line.text)).strip(_EDGES)
    marks = ((next((mark for mark in kind.marks if _is_mark(mark, folded, line)), None), kind) for kind in types)
    return [(len(mark), kind) for mark, kind in marks if mark]


def _is_mark(mark: str, folded: str, line: Line) -> bool:
    own = fold(mark)
    if folded == own:
        return capital_share(line.text) > 0.8 or own.startswith("VE VIEC")
    return own.startswith("VE VIEC") and folded.startswith(f"{own} ")


def _read(known: TypeField, kind: RecordType, lines: Sequence[Line]) -> DescribedField | None:
    for place, line in enumerate(lines):
        if (known.page and line.page != known.page) or not _is_within(line, known):
            continue
        start = _after_label(known, line, kind)
        if start is None:
            continue
        following = lines[place + 1] if place + 1 < len(lines) else None
        return _value(known, line, start, kind, following)
    return None


def _is_within(line: Line, known: TypeField) -> bool:
    box, region = line.box, known.region
    if box is None:
        return True
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return region.x0 <= x <= region.x1 and region.y0 <= y <= region.y1


def _after_label(known: TypeField, line: Line, kind: RecordType) -> int | None:
    """Where the value begins, behind the longest label that stands in the line as words of its own.

    "Họ, chữ đệm, tên người mẹ" is no label of "Họ, chữ đệm, tên".
    """
    folded = fold(clean(line.text))
    others = [fold(clean(label)) for other in kind.fields if other is not known for label in other.labels]
    for label in sorted(known.labels, key=len, reverse=True):
        own = fold(clean(label))
        place = folded.find(own)
        while place >= 0:
            end = place + len(own)
            alone = (place == 0 or not folded[place - 1].isalnum()) and not folded[end : end + 1].isalnum()
            longer = any(len(other) > len(own) and folded.startswith(other, place) for other in others)
            if alone and not longer and _begins(folded, place):
                return end
            place = folded.find(own, end)
    return None


def _begins(folded: str, place: int) -> bool:
    """A label stands at the start of a line, behind a number of the form, or behind a sign or a gap."""
    before = folded[:place].rstrip()
    return not before or bool(re.search(r"(?:[\d.)\-+*•:;,…_]|DIEU \d{1,2}\.?|ONG|BA|NAY)$", before))


def _value(known: TypeField, line: Line, start: int, kind: RecordType, following: Line | None) -> DescribedField:
    text = clean(line.text)
    end = min([len(text), *_other_labels(text, start, known, kind)])
    piece = text[start:end]
    if not re.search(r"\w", piece) and following is not None and following.page == line.page:
        line, text, start = following, clean(following.text), 0
        end = min([len(text), *_other_labels(text, 0, known, kind)])
        piece = text[:end]
    value, span = _parsed(known, piece[:LONGEST_TEXT])
    words = line.words_in(start + span[0], start + span[1]) if value else line.words
    by_eye = any(trust(word) < PRINTED for word in words)
    doubtful = not value or (known.kind is not ValueKind.TEXT and by_eye)
    return described(known.name, value, words, line.page, fit=0.95 if value else 0.0, doubtful=doubtful)


def _other_labels(text: str, start: int, known: TypeField, kind: RecordType) -> list[int]:
    """Where the labels of other fields begin behind `start`."""
    folded = fold(text)
    labels = (fold(clean(label)) for other in kind.fields if other is not known for label in other.labels)
    places = (folded.find(f"{sign}{label}", start) for label in labels if len(label) > 4 for sign in (" ", "("))
    return [place for place in places if place > start]


def _parsed(known: TypeField, piece: str) -> tuple[str, tuple[int, int]]:
    """The value in its kept form and its place in the piece; "" if there is none of its kind."""
    if known.kind is ValueKind.DAY:
        found = _DAY.search(piece)
        value = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else ""
    elif known.pattern is not None or known.kind is ValueKind.NUMBER:
        found = (known.pattern or _NUMBER).search(piece)
        value = found[1 if found.re.groups else 0] if found else ""
    else:
        lead = len(piece) - len(piece.lstrip(_EDGES))
        cut = _SPLIT.split(piece[lead:])[0].rstrip(_EDGES)
        return _checked(known, _name(cut) if known.kind is ValueKind.NAME else cut), (lead, lead + len(cut))
    return _checked(known, value or ""), found.span() if found else (0, 0)


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
