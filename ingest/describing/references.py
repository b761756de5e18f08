"""The documents that a record names: "Căn cứ Quyết định số 12/2020/QĐ-UBND ngày 05 tháng 3 năm 2020 của …".

Searched in the running text, as a reference may go on over lines. The record's own number, and "(Kèm theo Quyết định
số …)" over its appendices, name the record itself and are left out. Laws named without a number are left out too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ingest.describing.certainty import PRINTED, boxes_of, described, trust
from ingest.describing.date_place import FIRST_YEAR
from ingest.describing.issue_number import normalise_symbol
from ingest.describing.letters import distance, fold
from mappings.record import DescribedField, Page, Word
from mappings.references import Reference, reference_key, written
from mappings.vocabulary import agency_abbreviations, kind_by_name, kinds

_PAGES = 20
_MOST = 300
_LONGEST = 1900
"""Characters of the list: what a person may type is 2000 long. A longer list is cut, and doubtful."""

_SURE_WORD = 0.75
_SIGNS = str.maketrans({"Ð": "Đ", "ð": "đ", "⁄": "/", "–": "-", "—": "-", "\u00a0": " "})
_PART = r"[A-ZĐ][A-Za-zĐđÂÊÔƠƯĂâêôơưă]{0,9}\d{0,2}"
_CAPITALS = r"[A-ZĐ]{2}[A-Za-zĐđ]{0,8}\d{0,2}"
_NUMBER = re.compile(
    r"(?<![\w/.,-])(?P<number>\d{1,6}[A-Za-zĐđ]?)\s?"
    rf"(?:/\s?(?P<symbol>(?:(?:19|20)\d\d\s?/\s?)?{_PART}(?:-\s{{0,2}}{_CAPITALS}|\s-\s?{_CAPITALS}|[-.&]{_PART})*)"
    rf"|-\s?(?P<party>[A-ZĐ][A-Za-zĐđ]{{0,3}}\s?/\s?[A-ZĐ]{{2,8}}(?:[-.]{_PART})*))(?![\w/])"
)
_TOLD = re.compile(r"(?<!\w)SO\s?[:.,_]{0,2}\s*_?$")
_OTHER_LIST = re.compile(r"(?<!\w)(MAU|PHU LUC|BIEU|BIEU MAU)\s*(SO)?\s*:?\s*$")
_WITH_THIS = re.compile(r"KEM THEO.{0,60}$", re.DOTALL)
_DAY = (
    r"NGAY\s*(?P<day>\d{1,2})\s*(?:[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})(?!\d)"
    r"|THANG\s*(?P<in_month>\d{1,2})\s*NAM\s*(?P<in_year>\d{4})(?!\d))"
)
_ISSUER = r"(?:CUA\s[^;.:\d]{2,90}?[\s,])?"
_DATED = re.compile(rf"[\s,]*{_ISSUER}\s*(?:{_DAY}|NAM\s(?P<only_year>(?:19|20)\d\d)(?!\d))")
_DAY_TOLD = re.compile(r"[\s,]*NGAY(?!\w)")


@dataclass(frozen=True, slots=True)
class Itself:
    """What the record says of itself, so that it is not told as a reference: any part may be unknown ("")."""

    number: str = ""
    symbol: str = ""
    issued_on: date | None = None
    head: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Found:
    """A reference, the words it came from, and whether each part of it is sure."""

    reference: Reference
    words: tuple[Word, ...]
    page: int
    sure: bool


def read_references(pages: Sequence[Page], itself: Itself) -> DescribedField | None:
    """The list, in the order of the text; doubtful if any of it is, or if a number that is announced cannot be read.

    The boxes are those of the first page that names any. None where no document is named.
    """
    found: list[_Found] = []
    unread = len(pages) > _PAGES
    for page in pages[:_PAGES]:
        text, folded = _plain(page.text)
        here = list(_on_page(page, text, folded, itself))
        found += here
        unread = unread or _announces_more(text, folded, itself)
        if len(found) >= _MOST:
            break
    if not found:
        return DescribedField("references", "", 0.0, True, page=pages[0].number) if unread and len(pages) == 1 else None
    return _field(found, unread)


def _plain(text: str) -> tuple[str, str]:
    """The text with one form of each sign, and folded; both as long as the page's text, else without its places."""
    plain = unicodedata.normalize("NFC", text).translate(_SIGNS)
    folded = fold(plain)
    return plain, folded if len(folded) == len(plain) else plain.upper()[: len(plain)].ljust(len(plain))


def _on_page(page: Page, text: str, folded: str, itself: Itself) -> Iterator[_Found]:
    places = len(text) == len(page.text)
    for count, number in enumerate(_NUMBER.finditer(text)):
        if count >= _MOST:
            return
        dated = _DATED.match(folded, number.end(), number.end() + 140)
        end = dated.end() if dated else number.end()
        words = _words(page, number.start(), end) if places else ()
        reference, sure = _reference(folded, number, dated)
        if reference and not _is_itself(reference, words, page, folded[: number.start()], itself):
            sure = sure and _is_read(words) and not _is_later(reference, itself)
            yield _Found(reference, _telling(words), page.number, sure)


def _words(page: Page, start: int, end: int) -> tuple[Word, ...]:
    return tuple(word for word in page.words if word.start < end and word.end > start)


def _telling(words: Sequence[Word]) -> tuple[Word, ...]:
    """Those that hold the number, symbol and date: not the issuer's name between them."""
    return tuple(word for word in words if re.search(r"\d|[/-]", word.text) or word.text.isupper())


def _is_read(words: Sequence[Word]) -> bool:
    return all(trust(word) >= _SURE_WORD for word in _telling(words))


def _reference(folded: str, number: re.Match[str], dated: re.Match[str] | None) -> tuple[Reference | None, bool]:
    """(the reference, whether it is surely one and spelled so), or (None, False) if it is no document's number."""
    before = folded[max(0, number.start() - 110) : number.start()]
    if _OTHER_LIST.search(before):
        return None, False
    raw = re.sub(r"\s", "", number["symbol"] or number["party"])
    named = _named_kind(before)
    symbol = normalise_symbol(raw, kind_by_name(named) if named else None)
    known = bool(symbol.kind) and (symbol.agency_known or bool(number["party"]))
    told = bool(_TOLD.search(before))
    if not (named or known or (told and len(raw) > 1)):
        return None, False
    day, year, day_is_sure = _day(folded, number.end(), dated)
    kind = symbol.kind.name if symbol.kind else named
    agrees = not named or symbol.kind is None or symbol.kind.name == named
    reference = Reference(kind, number["number"], symbol.text, day, year)
    inside = reference.year
    broken = bool(re.search(r"\d\s+$", before))  # digits before a space: the number may have been torn
    sure = agrees and day_is_sure and symbol.fit >= 0.9 and not broken and (day is None or inside == day.year)
    return reference, sure and (symbol.agency_known or not _is_near_known(symbol.text))


@lru_cache(maxsize=4096)
def _is_near_known(symbol: str) -> bool:
    """Whether a part that is no known abbreviation is one letter off one: CĐ-TT may well be CĐ-TTg."""
    known = {fold(name) for name in agency_abbreviations()}
    parts = [part for part in map(fold, re.split(r"[-/.]", symbol)) if not part.isdigit()]
    if parts and parts[0] in {fold(kind.abbreviation) for kind in kinds()}:
        parts = parts[1:]
    return any(part not in known and any(distance(part, name, 1) <= 1 for name in known) for part in parts)


@lru_cache(maxsize=1)
def _kind_before() -> re.Pattern[str]:
    names = sorted({fold(kind.name) for kind in kinds()}, key=len, reverse=True)
    # "các Quyết định của UBND tỉnh: số …": the kind, its issuer perhaps, and the word "số".
    return re.compile(
        rf"(?<!\w)(?P<kind>{'|'.join(names)})(?:\s+CUA\s[^;.:\d]{{2,60}})?\s*:?\s*(?:SO\s?[:.,_]{{0,2}})?\s*$"
    )


@lru_cache(maxsize=1)
def _kind_names() -> dict[str, str]:
    return {fold(kind.name): kind.name for kind in reversed(kinds())}


def _named_kind(before: str) -> str:
    found = _kind_before().search(re.sub(r"\s", " ", before))
    return _kind_names()[found["kind"]] if found else ""


def _day(folded: str, end: int, dated: re.Match[str] | None) -> tuple[date | None, int | None, bool]:
    """(day, year told alone, whether what is told of the day was read)."""
    if dated is None:
        return None, None, _DAY_TOLD.match(folded, end, end + 40) is None
    if dated["only_year"]:
        return None, int(dated["only_year"]), True
    month, year = dated["month"] or dated["in_month"], dated["year"] or dated["in_year"]
    try:
        day = date(int(year), int(month), int(dated["day"]))
    except ValueError:
        return None, None, False
    return (day, None, True) if day.year >= FIRST_YEAR else (None, None, False)


def _is_itself(reference: Reference, words: Sequence[Word], page: Page, before: str, itself: Itself) -> bool:
    if page.number == 1 and any(word.start in itself.head for word in words):
        return True
    if reference.symbol != itself.symbol:
        return False
    year = itself.issued_on.year if itself.issued_on else None
    own = reference_key(itself.number, itself.symbol, reference.year and year)
    if own and reference.key == own:
        return True
    # Its own number is written by hand on page 1 and may be misread there; over the appendix it is named again.
    same_day = reference.day is None or itself.issued_on is None or reference.day == itself.issued_on
    return page.number > 1 and same_day and bool(_WITH_THIS.search(before[-90:]))


def _is_later(reference: Reference, itself: Itself) -> bool:
    return bool(reference.day and itself.issued_on and reference.day > itself.issued_on)


@lru_cache(maxsize=1)
def _announced() -> re.Pattern[str]:
    names = sorted({fold(kind.name) for kind in kinds()}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(names)})\s+SO\s?[:.,_]{{0,2}}(?!\w)")


def _announces_more(text: str, folded: str, itself: Itself) -> bool:
    """Whether "Quyết định số" is followed by no number that was read, other than the record's own left open."""
    for announced in _announced().finditer(folded):
        following = text[announced.end() : announced.end() + 40]
        if _NUMBER.match(text, announced.end() + len(following) - len(following.lstrip())):
            continue
        with_this = _WITH_THIS.search(folded[max(0, announced.start() - 60) : announced.start()])
        if with_this and (not itself.symbol or itself.symbol in following):
            continue
        return True
    return False


def _field(found: Sequence[_Found], unread: bool) -> DescribedField:
    kept: dict[tuple[str, str], Reference] = {}
    several = False
    for one in (each.reference for each in found):
        name = (one.number, one.symbol)
        held = kept.get(name)
        if held and held.day and one.day and held.day != one.day:
            several = True
            kept[(f"{one.number} {one.day}", one.symbol)] = one
        elif held is None or (held.day is None and one.day):
            kept[name] = one
    references = tuple(kept.values())
    while len(written(references)) > _LONGEST:
        references, unread = references[:-1], True
    first = found[0].page
    words = [word for each in found if each.page == first for word in each.words]
    weakest = min((trust(word) for each in found for word in each.words), default=1.0)
    doubtful = unread or several or not all(each.sure for each in found)
    fit = 0.95 if weakest >= PRINTED else 0.9
    field = described("references", written(references), words or [Word("", 0)], first, fit=fit, doubtful=doubtful)
    return DescribedField(field.name, field.value, field.confidence, field.doubtful, page=first, boxes=boxes_of(words))
