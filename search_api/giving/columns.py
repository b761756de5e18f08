"""The columns of a table of records: what is known of each, under heads in one language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kernel.bilingual import Bilingual, Language
from mappings.record import DAY_FIELDS, FIELD_NAMES, RecordView
from search_api.web.language import translator
from search_api.web.wording import FIELDS, RECORD_STATES

Cell = str | int | date | datetime | None
"""What a cell holds."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """To whom a table speaks. `page`: the address of the archive's page, without a slash at its end."""

    language: Language
    page: str

    def address_of(self, record_id: str) -> str:
        """Where a person sees the record."""
        return f"{self.page}/van-ban/{record_id}"

    def say(self, sentence: str) -> str:
        """A sentence of the page in the language of the table."""
        return translator(self.language).say(sentence)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, and its cell for a record."""

    head: Bilingual
    cell: Callable[[RecordView, Speaking], Cell]


def heads(columns: Sequence[Column], speaking: Speaking) -> tuple[str, ...]:
    """The first row."""
    return tuple(column.head.in_language(speaking.language) for column in columns)


def cells(columns: Sequence[Column], view: RecordView, speaking: Speaking) -> tuple[Cell, ...]:
    """One record's row."""
    return tuple(column.cell(view, speaking) for column in columns)


def as_day(iso: str | None) -> Cell:
    """A day, or the text as it stands where it is none."""
    try:
        return date.fromisoformat(iso) if iso else None
    except ValueError:
        return iso


def described_name(name: str) -> Bilingual:
    """What the page calls a described field."""
    title = FIELDS.get(name, name)
    return Bilingual(translator("vi").say(title), title)


def doubts(view: RecordView, speaking: Speaking) -> Cell:
    """The fields that could well be wrong."""
    return "; ".join(described_name(name).in_language(speaking.language) for name in view.doubtful) or None


def _described(name: str) -> Column:
    def cell(view: RecordView, _: Speaking) -> Cell:
        value = view.value(name)
        return as_day(value) if name in DAY_FIELDS else value

    return Column(described_name(name), cell)


def _of_type(view: RecordView, _: Speaking) -> Cell:
    values = ((name, view.value(name)) for name in view.type_fields)
    return "; ".join(f"{name}: {value}" for name, value in values if value) or None


RECORD_COLUMNS = (
    Column(Bilingual("Số, ký hiệu", "Issue number"), lambda view, _: view.issue_number),
    *map(_described, FIELD_NAMES),
    Column(Bilingual("Trường riêng của loại hồ sơ", "Fields of the record type"), _of_type),
    Column(Bilingual("Cần xem lại", "Read with doubt"), doubts),
    Column(Bilingual("Số trang", "Pages"), lambda view, _: view.record.page_count),
    Column(Bilingual("Trạng thái", "State"), lambda view, to: to.say(RECORD_STATES[view.record.state])),
    Column(Bilingual("Tên tệp", "File name"), lambda view, _: view.record.file_name),
    Column(Bilingual("Thời điểm nhận", "Received at"), lambda view, _: view.record.received_at),
    Column(Bilingual("Mã", "Id"), lambda view, _: view.record.id),
    Column(Bilingual("Xem tại", "Address"), lambda view, to: to.address_of(view.record.id)),
)
"""All of a record but its pages: the described fields in the order in which a person reads them."""
