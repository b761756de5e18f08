"""Number and symbol: "Số: 123/QĐ-UBND" (Nghị định 30/2020/NĐ-CP, Phụ lục I and III).

The symbol is printed and read well, but for slips of its marks; the number is mostly written by hand after
printing, and OCR reads handwriting as other, plausible digits. So a number counts as sure only where it is
printed in one word with the symbol.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.describing.certainty import PRINTED, boxes_of, described, trust
from ingest.describing.heading import HEAD_BOTTOM, MIDDLE, Head, begins_number, symbol_of
from ingest.describing.letters import clean, distance, fold
from ingest.describing.lines import Line
from mappings.record import Box, DescribedField, Word
from mappings.vocabulary import Kind, agency_abbreviations, kind_by_abbreviation, kinds, letter_abbreviations

_PREFIX = re.compile(r"^\W*(?:S\s?[O0Q6Ø]\s*[:;.,]*|[S35D]\s?[A-Z0-9Ø]{0,2}\s?[:;][.,]*)\s*")
_AROUND_NUMBER = " .:;,'\"“”‘’|/⁄_–—-"
_NUMBER = re.compile(r"\d{1,6}[A-Za-zĐđ]?")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol as it should be spelled; `fit` falls with each slip mended, `kind` is None for công văn."""

    text: str
    kind: Kind | None
    fit: float
    agency_known: bool


def read_symbol(row: Line, title: Kind | None, issuer: str, record_text: str) -> tuple[DescribedField, Symbol] | None:
    """The symbol of a number row. `title`: the kind whose title line was found, a second witness.

    `issuer` and `record_text` are further ones: initials of the issuer, the units named after "Lưu:".
    """
    text = clean(row.text)
    found = symbol_of(text)
    if found is None:
        return None
    symbol = normalise_symbol(found.group(0).strip("-–—_ "), title)
    words = row.words_in(*found.span())
    agrees = (symbol.kind == title) if title else symbol.kind is None
    corroborated = agrees and _unit_is_seen(symbol, issuer, record_text.replace(found.group(0), "", 1))
    by_initials = _of_issuer(symbol, issuer)
    if by_initials:
        return described("symbol", by_initials, words, row.page, fit=0.6, doubtful=True), symbol
    conflicts = title is not None and symbol.kind is not None and symbol.kind != title
    by_eye = any(trust(word) < 1.0 for word in words)
    unknown = by_eye and not corroborated and not symbol.agency_known
    doubtful = conflicts or unknown or (symbol.fit < 0.9 and not corroborated)
    field = described(
        "symbol",
        symbol.text,
        words,
        row.page,
        fit=symbol.fit,
        doubtful=doubtful,
        corroborated=corroborated and not conflicts,
    )
    return field, symbol


def normalise_symbol(raw: str, title: Kind | None = None) -> Symbol:
    """The usual spelling of a symbol in OCR's or a typist's spelling: "QÐ - UBND" → "QĐ-UBND".

    Kinds and agencies are matched without marks and with doubled letters once; of kinds that differ only in
    marks (HĐ, HD) the one of the title line wins, else the one as spelled.
    """
    text = re.sub(
        r"\s*([-–—/⁄.])\s*", lambda m: "/" if m[1] in "/⁄" else "." if m[1] == "." else "-", clean(raw)
    ).strip(".-_")
    year = re.match(r"(?:19|20)\d\d/", text)
    head = year[0] if year else ""
    parts = re.split(r"([-/])", text[len(head) :])
    kind_text, kind, fit = _mended_kind(parts[0], title)
    known = bool(kind) or _agency(parts[0])[1] == 1.0
    agencies_known = True
    mended = [kind_text]
    for part in parts[1:]:
        spelled, likeness = (part, 1.0) if part in "-/" else _agency(part)
        agencies_known = agencies_known and likeness == 1.0
        fit *= max(likeness, 0.95) if likeness else 0.95
        mended.append(spelled)
    return Symbol(head + "".join(mended), kind, fit, known and agencies_known)


def _once(text: str) -> str:
    """Folded, doubled letters once: OCR reads one Đ as ĐÐ."""
    return re.sub(r"D{2,}", "D", fold(text))


def _mended_kind(part: str, title: Kind | None) -> tuple[str, Kind | None, float]:
    if part in letter_abbreviations() or (part in agency_abbreviations() and not kind_by_abbreviation(part)):
        return part, None, 1.0
    exact = kind_by_abbreviation(part)
    if exact and (title is None or exact == title or fold(exact.abbreviation) != fold(title.abbreviation)):
        return part, exact, 1.0
    if title and title.abbreviation and distance(_once(part), fold(title.abbreviation), 1) <= 1:
        same = _once(part) == fold(title.abbreviation)
        return title.abbreviation, title, 0.97 if same else 0.8
    alike = [kind for kind in kinds() if kind.abbreviation and fold(kind.abbreviation) == _once(part)]
    if len(alike) == 1:
        return alike[0].abbreviation, alike[0], 0.95
    spelled, likeness = _agency(part)
    return spelled, None, likeness or (0.9 if part.isupper() else 0.7)


def _agency(part: str) -> tuple[str, float]:
    """(spelling, how well it is known): 1 as spelled, .95 with other marks, 0 unknown and left as it is."""
    if part in agency_abbreviations():
        return part, 1.0
    alike = [known for known in agency_abbreviations() if fold(known) == _once(part)]
    return (alike[0], 0.95) if len(alike) == 1 else (part, 0.0)


def _of_issuer(symbol: Symbol, issuer: str) -> str | None:
    """The symbol with the issuer's initials where OCR read them one letter off; None if it did not."""
    initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", issuer.replace("VÀ ", "")))
    start, _, agency = symbol.text.rpartition("-")
    known = agency in agency_abbreviations() or not symbol.kind or len(agency) < 3
    own = initials[-len(agency) :]
    return f"{start}-{own}" if not known and distance(fold(agency), fold(own), 1) == 1 else None


def _unit_is_seen(symbol: Symbol, issuer: str, elsewhere: str) -> bool:
    """Whether each agency of the symbol has a second witness: the issuer's initials, the "Lưu:" line, the text.

    `elsewhere`: the record's text without the number row itself.
    """
    own = re.split(r"[-/]", re.sub(r"^\d{4}/", "", symbol.text))
    if symbol.kind and own and own[0] == symbol.kind.abbreviation:
        own = own[1:]
    initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", fold(issuer)))
    kept = " ".join(re.findall(r"L[ƯƠưu]u?\s*:.*", elsewhere))
    for part in own:
        letters = fold(part)
        whole = re.search(rf"(?<![^\W\d_]){re.escape(part)}(?![A-ZĐ])", elsewhere)
        if (
            not (letters and (initials.startswith(letters) or initials.endswith(letters)))
            and part not in kept
            and not whole
        ):
            return False
    return bool(own)


def read_number(row: Line) -> DescribedField | None:
    """The number of a number row; value "" with the place where it should stand if it cannot be read.

    Sure only if printed: digits in one word with the symbol, which OCR trusts, no taller than the print.
    """
    text = clean(row.text)
    found = symbol_of(text)
    prefix = _PREFIX.match(fold(text))
    start = prefix.end() if prefix else 0
    if found is None or found.start() < start:
        return None
    raw = text[start : found.start()]
    digits = _NUMBER.fullmatch(raw.strip(_AROUND_NUMBER))
    words = row.words_in(start, start + len(raw.rstrip(" /⁄-–—")))
    exact = bool(re.fullmatch(r"\s*\d{1,6}[A-ZĐa-zđ]?\s*[/⁄–—-]\s*", raw))
    if digits is None or not int(re.sub(r"\D", "", digits[0])):
        return DescribedField("number", "", 0.0, True, False, row.page, _gap(row, start, found.start()))
    return described(
        "number",
        digits[0],
        words,
        row.page,
        fit=1.0 if exact else 0.4,
        doubtful=not (exact and _is_printed(row, words)),
    )


def unread_day(head: Head, lines: Sequence[Line]) -> DescribedField | None:
    """The day of issue, open, where there is a motto and a number but OCR made nothing of the row beside it."""
    row = head.number or next((line for line in head.after if begins_number(line)), None)
    if not head.has_motto or row is None or row.box is None or not _by_eye(lines):
        return None
    middle = (row.box.y0 + row.box.y1) / 2
    words = [word for line in lines for word in line.words]
    beside = [word for word in words if word.box and word.box.x0 > MIDDLE and word.box.y0 < middle < word.box.y1]
    return described("issued_on", "", beside, row.page, fit=0.0, doubtful=True) if beside else None


def _by_eye(lines: Sequence[Line]) -> bool:
    return any(trust(word) < 1.0 for line in lines for word in line.words)


def unread(head: Head, lines: Sequence[Line]) -> list[DescribedField]:
    """Number and symbol, both open, where a record has a head but OCR made nothing of the row they stand in.

    Doubtful, with the place to look at. Petitions have none; what is not read by eye has none either.
    """
    if head.number or not head.has_motto:
        return []
    row = next((line for line in head.after if _may_be_number(line, head)), None)
    if row is None and not (head.issuer and head.date):
        return []
    page, boxes = (row.page, boxes_of(row.words)) if row else (1, _beside(head))
    if not boxes or (row is None and not _by_eye(lines)):
        return []
    return [DescribedField(name, "", 0.0, True, page=page, boxes=boxes) for name in ("number", "symbol")]


def _may_be_number(line: Line, head: Head) -> bool:
    if line.box is None or line.box.y0 > HEAD_BOTTOM or line.box.x0 > head.border:
        return False
    begins = begins_number(line)
    date = head.date.box if head.date else None
    return begins or bool(date and abs(line.box.y0 + line.box.y1 - date.y0 - date.y1) < line.height)


def _beside(head: Head) -> tuple[Box, ...]:
    """The left column at the height of the date."""
    date = head.date.box if head.date else None
    return (Box(0.1, date.y0, min(date.x0, 0.5), date.y1),) if date and date.x0 > 0.2 else ()


def _is_printed(row: Line, words: tuple[Word, ...]) -> bool:
    """One word holds number and symbol (handwriting stands apart), OCR trusts it, and it is not taller than print."""
    if any(trust(word) < PRINTED for word in words) or len(words) != 1:
        return False
    word, box = words[0], words[0].box
    if not re.match(r"\W*(?:S\S{1,3}:)?\d+[A-ZĐa-z]?[/⁄–—-]", clean(word.text)):
        return False
    # A symbol of capitals and strokes is as tall as "Số:" with its marks, give or take; handwriting stands out.
    others = [w.box.y1 - w.box.y0 for w in row.words if w.box and w is not word]
    return box is None or not others or (box.y1 - box.y0) <= 1.35 * max(others)


def _gap(row: Line, start: int, end: int) -> tuple[Box, ...]:
    """The place between "Số:" and the symbol."""
    before, after = row.words_in(0, max(start - 1, 1)), row.words_in(end, end + 1)
    if not before or not after or before[-1].box is None or after[0].box is None:
        return ()
    a, b = before[-1].box, after[0].box
    box = Box(a.x1, min(a.y0, b.y0), b.x0, max(a.y1, b.y1)) if b.x0 > a.x1 else Box(a.x0, a.y0, b.x1, b.y1)
    return (box,)
