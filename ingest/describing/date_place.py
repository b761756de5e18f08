"""Place and date: "Quảng Ngãi, ngày 15 tháng 01 năm 2025" (Nghị định 30/2020/NĐ-CP, Phụ lục I, part 4).

Day and often month are written by hand after printing. A date is sure only if its digits look printed beside
those of the year, and nothing that the record cites is later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ingest.describing.certainty import PRINTED, described, trust
from ingest.describing.heading import DATE
from ingest.describing.letters import capital_share, clean, distance, fold, is_syllable
from ingest.describing.lines import Line
from mappings.record import DescribedField, Word
from mappings.vocabulary import provinces

FIRST_YEAR = 1945
_LAST_YEAR = 2099
_SLIPS = str.maketrans({"l": "1", "I": "1", "|": "1", "]": "1", "[": "1", "O": "0", "o": "0", "S": "5", "Z": "2"})
_CITED = re.compile(
    r"số\s*:?\s*\d{1,6}[^\s,;]{0,20}/[^\s,;]{1,30}\s+ngày\s+(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d\d)"
)
_SIGNED = re.compile(r"[Tt]hời\s+gian\s+ký\s*:\s*(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d\d)")
_LIKE_HEIGHT = 0.2


def read_date(row: Line, record_text: str) -> DescribedField | None:
    """The date as ISO; "" and doubtful with the place of the row if the day or another part cannot be read."""
    text = clean(row.text)
    found = DATE.search(fold(text))
    if found is None:
        return None
    parts = {name: text[slice(*found.span(name))].strip() for name in ("day", "month", "year")}
    words = row.words_in(found.start(), found.end())
    day, month, year = (_number(parts[name]) for name in ("day", "month", "year"))
    value = _date(year, month, day)
    signed = _signed_on(record_text)
    if signed and (signed.year, signed.month) == (year, month) and signed != value:
        return described("issued_on", signed.isoformat(), words, row.page, fit=0.7, doubtful=True)
    if value is None:
        return described("issued_on", "", words, row.page, fit=0.0, doubtful=True)
    clear = all(part.isdigit() for part in parts.values())
    digits = {name: row.words_in(*_inner(text, found.span(name))) for name in parts}
    printed = clear and all(_is_printed(word, digits["year"]) for name in parts for word in digits[name])
    doubtful = not printed or _cites_later(record_text, value) or bool(signed and signed.year != value.year)
    return described("issued_on", value.isoformat(), words, row.page, fit=1.0 if clear else 0.4, doubtful=doubtful)


def _signed_on(record_text: str) -> date | None:
    """The day of the agency's digital signature, printed at the top: mostly the day of issue."""
    found = _SIGNED.search(record_text)
    return _date(int(found[3]), int(found[2]), int(found[1])) if found else None


def _inner(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The span without the spaces at its ends."""
    part = text[slice(*span)]
    return span[0] + len(part) - len(part.lstrip()), span[1] - (len(part) - len(part.rstrip()))


def _number(part: str) -> int | None:
    digits = re.sub(r"\W", "", part.translate(_SLIPS))
    return int(digits) if re.fullmatch(r"\d{1,4}", digits) else None


def _date(year: int | None, month: int | None, day: int | None) -> date | None:
    if not year or not month or not day or not FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_printed(word: Word, year: Sequence[Word]) -> bool:
    """Digits alone, trusted by OCR, and as tall as those of the printed year."""
    if not re.fullmatch(r"\d{1,4}\W?", clean(word.text)) or trust(word) < PRINTED:
        return False
    if word.box is None or not year or year[0].box is None:
        return True
    height, usual = word.box.y1 - word.box.y0, year[0].box.y1 - year[0].box.y0
    return abs(height / usual - 1) <= _LIKE_HEIGHT if usual else False


def _cites_later(record_text: str, value: date) -> bool:
    """Whether a document that the record cites by number is younger than the record: one of the two is wrong."""
    for day, month, year in _CITED.findall(record_text):
        cited = _date(int(year), int(month), int(day))
        if cited and cited > value:
            return True
    return False


def read_place(row: Line, issuer: str) -> DescribedField | None:
    """The place before ", ngày". A province of the list or the issuer's own name vouches for its spelling."""
    text = clean(row.text)
    found = DATE.search(fold(text))
    if found is None:
        return None
    place = text[: found.start()].strip(" ,.;:'\"-–_")
    if not re.search(r"[^\W\d_]{2}", place):
        return None
    words = row.words_in(text.index(place), text.index(place) + len(place))
    named = _province(place)
    if named and (named == place or trust(min(words, key=trust)) < PRINTED or not _is_spelled(place)):
        return described("place", named, words, row.page, fit=0.97, corroborated=True)
    of_issuer = fold(place) in fold(issuer)
    odd = not _is_spelled(place) or capital_share(place) in (0.0, 1.0)
    return described("place", place, words, row.page, fit=0.97, doubtful=odd, corroborated=of_issuer and not odd)


def _is_spelled(place: str) -> bool:
    return all(is_syllable(word) for word in re.findall(r"[^\W\d_]+", place))


def _province(place: str) -> str | None:
    same = [name for name in provinces() if fold(name) == fold(place)]
    if same or len(place) < 6:
        return same[0] if same else None
    near = [name for name in provinces() if distance(fold(name), fold(place), 1) <= 1]
    return near[0] if len(near) == 1 and not _is_spelled(place) else None
