"""All fields of a record from its pages, by rule. Pure: pages in, fields out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import partial

from ingest.describing.addressing import read_addressees, read_recipients
from ingest.describing.arrival import read_arrival, read_unread_stamp
from ingest.describing.date_place import read_date, read_place
from ingest.describing.framed import is_print
from ingest.describing.heading import MIDDLE, Head, is_date_row, read_head
from ingest.describing.issue_number import Symbol, read_number, read_symbol, unread, unread_day
from ingest.describing.issuer import read_issuer, read_joint_issuers, read_superior
from ingest.describing.keywords import read_keywords
from ingest.describing.kind import find_title, read_kind
from ingest.describing.letters import fold
from ingest.describing.lines import Line, LinedPage
from ingest.describing.mail import read_mail_subject
from ingest.describing.position import read_position
from ingest.describing.record_types import read_type_fields
from ingest.describing.references import Itself, read_references
from ingest.describing.secrecy import is_mark, read_secrecy
from ingest.describing.signer import read_signer
from ingest.describing.spelling import PairCounts, pairs_of
from ingest.describing.subject import find_about, page_shape, read_subject, subject_of_letter, subject_under_title
from ingest.describing.upright import as_seen, upright
from ingest.describing.urgency import is_stamp, read_urgency
from ingest.describing.years import with_doubted_year
from mappings.record import FIELD_NAMES, DescribedField, Page, is_type_field
from mappings.record_types import RecordTypes, builtin_types
from mappings.vocabulary import PETITION

_TITLE_LINES = 6
_TOGETHER = re.compile(r"(?<![A-Z])[A-Z]{2}LT\s?[-–—]|^\W*(?:THONG TU|NGHI QUYET|KE HOACH|QUY CHE) LIEN (?:TICH|NGANH)")
_REGISTERED = "DANG KY"
"""Opens the day of an entry in a register, which is no place."""
_WITNESS_PAGES = 20
"""So many pages bear witness to the spelling of page 1; a thousand would cost more than they tell."""


def describe(pages: Sequence[Page], types: RecordTypes | None = None) -> dict[str, DescribedField]:
    """The fields that can be told, by name (`mappings.record.FIELD_NAMES`), each with confidence, page and boxes.

    `types`: those whose fields are looked for as well, by default the ones that ship; their fields stand last.

    A field that is there on the page but cannot be read (a number or day written by hand) has the value "", is
    doubtful, and has the box of the place to look at. A field of which there is no trace is left out. Never
    raises for odd pages; no pages give no fields.
    """
    readable = [upright(page) for page in pages if page.text.strip() or page.words]
    if not readable:
        return {}
    types = builtin_types() if types is None else types
    lined = [LinedPage(page, partial(is_print, types)) for page in readable]
    lines = lined[0].lines
    pairs = pairs_of(readable[:_WITNESS_PAGES])
    head = read_head([line for line in lines if not is_stamp(line) and not is_mark(line)])
    fields = [*_fields_of_head(head, readable), *_fields_below(head, lines, readable, pairs)]
    fields += [read_urgency(lined[0].with_stamps), read_secrecy(lined), read_signer(lined), read_position(lined)]
    fields += [
        read_addressees(lined, pairs),
        read_recipients(lined, pairs),
        *(read_arrival(lined[0].with_stamps, head) or read_unread_stamp(readable[0])),
    ]
    if head.number is None and head.date is None:
        fields += _date_at_the_end(lined, readable)
    fields += _parts_unread(head, fields, lines)
    fields += [read_references(readable, _itself(head, fields)), read_mail_subject(readable[0])]
    fields = with_doubted_year(fields)
    fields.append(read_keywords(readable, fields))
    kind = next((field for field in fields if field and field.name == "kind"), None)
    fields += read_type_fields(lined, types, kind)
    known = {field.name: as_seen(field, pages) for field in fields if field is not None}
    ordered = [*FIELD_NAMES, *(name for name in known if is_type_field(name))]
    return {name: known[name] for name in ordered if name in known}


def _parts_unread(
    head: Head, fields: Sequence[DescribedField | None], lines: Sequence[Line]
) -> list[DescribedField | None]:
    """Number, symbol and day that stand on the page though OCR made nothing of them: asked for."""
    told = {field.name: field.value for field in fields if field}
    petition = told.get("kind") == PETITION
    rows = [] if petition or {"number", "symbol"} & told.keys() else unread(head, lines)
    return [*rows, None if petition or "issued_on" in told else unread_day(head, lines)]


def _itself(head: Head, fields: Sequence[DescribedField | None]) -> Itself:
    values = {field.name: field.value for field in fields if field}
    issued = values.get("issued_on", "")
    of_head = frozenset(word.start for word in head.number.words) if head.number else frozenset()
    return Itself(
        values.get("number", ""), values.get("symbol", ""), date.fromisoformat(issued) if issued else None, of_head
    )


def _issue_together(head: Head) -> bool:
    """Whether symbol or title say that several issue it: "TTLT-BNV-BTC", "THÔNG TƯ LIÊN TỊCH"."""
    rows = [*([head.number] if head.number else []), *head.after[:_TITLE_LINES]]
    return any(_TOGETHER.search(fold(row.text)) for row in rows)


def _record_text(pages: Sequence[Page]) -> str:
    return "\n".join(page.text for page in pages)


def _place(head: Head, issuer: str) -> DescribedField | None:
    return read_place(head.date, issuer) if head.date else None


def _fields_of_head(head: Head, pages: Sequence[Page]) -> list[DescribedField | None]:
    place = _place(head, " ".join(line.text for line in head.issuer))
    where = place.value if place else ""
    joint = read_joint_issuers(head.issuer, where, together=_issue_together(head))
    issuer = joint or read_issuer(head.issuer, where)
    superior = None if joint else read_superior(head.issuer, where)
    issued = read_date(head.date, _record_text(pages)) if head.date else None
    number = read_number(head.number) if head.number else None
    return [place, superior, issuer, issued, number]


def _date_at_the_end(lined: Sequence[LinedPage], pages: Sequence[Page]) -> list[DescribedField | None]:
    """Petitions carry place and date over the signature."""
    for page in reversed(lined):
        for line in reversed(page.lines):
            if is_date_row([line], MIDDLE) and not fold(line.text).startswith(_REGISTERED):
                return [read_place(line, ""), read_date(line, _record_text(pages))]
    return []


def _symbol(head: Head, pages: Sequence[Page]) -> tuple[DescribedField, Symbol] | None:
    title = find_title(head.after)
    issuer = " ".join(line.text for line in head.issuer)
    return read_symbol(head.number, title.kind if title else None, issuer, _record_text(pages)) if head.number else None


def _fields_below(
    head: Head, lines: Sequence[Line], pages: Sequence[Page], pairs: PairCounts
) -> list[DescribedField | None]:
    """Symbol, kind and subject, each a witness of the others."""
    title = find_title(head.after)
    symbol = _symbol(head, pages)
    shape = page_shape(lines)
    about = find_about(head.after, head.border, title.place if title else len(head.after))
    if title and about is not None and symbol and symbol[1].kind is None:
        title = None  # a công văn that quotes a title further down
    about_line = head.after[about] if about is not None else None
    kind = read_kind(title, symbol[1].kind if symbol else None, symbol is not None, about_line)
    if title:
        words, certain = subject_under_title(title, head.after, shape)
    elif about is not None:
        words, certain = subject_of_letter(about, head.after, head.border, shape)
    else:
        words, certain = [], False
    page = lines[0].page if lines else 1
    if title and title.kind.name == PETITION:
        words = [*title.line.words_in(title.line.text.index(" "), title.rest_start), *words]
    subject = read_subject(words, page, certain, pairs)
    return [symbol[0] if symbol else None, kind, subject]
