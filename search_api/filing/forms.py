"""The tables that an office prints, in the columns of Nghị định 30/2020/NĐ-CP, phụ lục IV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from kernel.bilingual import Bilingual
from mappings.filing import Direction
from mappings.record import RecordView
from search_api.filing.dossiers import Listed, Lying, Opened
from search_api.filing.registers import Line, Shown
from search_api.giving.columns import Cell, Speaking, as_day
from search_api.web.wording import day

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FormColumn(Generic[T]):
    """A column: its head, and its cell."""

    head: Bilingual
    cell: Callable[[T], Cell]


def _of(view: RecordView | None, name: str) -> str | None:
    return view.value(name) if view else None


def named(view: RecordView | None) -> str:
    """Kind and subject in one, as the forms have them."""
    if view is None:
        return ""
    parts = [one for one in (view.value("kind"), view.value("subject")) if one]
    return " ".join(parts) or view.record.file_name


def _symbol(view: RecordView | None) -> str | None:
    return view.issue_number if view else None


def span(first: int | None, last: int | None) -> str:
    """`3–7`, one number where they are the same, empty where they are not known."""
    if first is None or last is None or last < first:
        return ""
    return str(first) if first == last else f"{first}–{last}"


CONTENTS: tuple[FormColumn[Lying], ...] = (
    FormColumn(Bilingual("STT", "No."), lambda one: one.number),
    FormColumn(Bilingual("Số, ký hiệu văn bản", "Issue number"), lambda one: one.view.issue_number),
    FormColumn(Bilingual("Ngày tháng văn bản", "Date of issue"), lambda one: as_day(one.view.value("issued_on"))),
    FormColumn(Bilingual("Tên loại và trích yếu nội dung văn bản", "Kind and subject"), lambda one: named(one.view)),
    FormColumn(Bilingual("Tác giả văn bản", "Author"), lambda one: one.view.value("issuer")),
    FormColumn(Bilingual("Tờ số", "Sheets"), lambda one: span(one.first_sheet, one.last_sheet) or None),
    FormColumn(Bilingual("Trang số", "Pages"), lambda one: span(one.first_page, one.last_page)),
    FormColumn(Bilingual("Ghi chú", "Notes"), lambda _: None),
)
"""Mục lục văn bản trong hồ sơ."""

DOSSIERS: tuple[FormColumn[Listed], ...] = (
    FormColumn(Bilingual("Số và ký hiệu hồ sơ", "Code of the dossier"), lambda one: one.dossier.code or None),
    FormColumn(Bilingual("Tên đề mục và tiêu đề hồ sơ", "Title"), lambda one: one.dossier.title),
    FormColumn(Bilingual("Thời hạn bảo quản", "Retention"), lambda one: one.dossier.retention or None),
    FormColumn(Bilingual("Đơn vị/người lập hồ sơ", "Kept by"), lambda one: one.dossier.keeper or one.dossier.unit),
    FormColumn(Bilingual("Ghi chú", "Notes"), lambda one: one.dossier.note or None),
)
"""Danh mục hồ sơ."""


def _note(line: Line) -> str | None:
    void = f"Đã hủy: {line.entry.why}" if line.entry and line.is_void else ""
    gone = "Văn bản đã xóa khỏi kho" if line.view is None else ""
    gone = "Văn bản ở thùng rác" if line.is_binned else gone
    return "; ".join(one for one in (void, gone, line.told("note")) if one) or None


def _told(name: str) -> Callable[[Line], Cell]:
    return lambda line: line.told(name) or None


def _told_day(name: str) -> Callable[[Line], Cell]:
    return lambda line: as_day(line.told(name))


def _handed_to(line: Line) -> Cell:
    return line.told("handed_to") or None


_SIGNED: tuple[FormColumn[Line], ...] = (
    FormColumn(Bilingual("Ngày chuyển", "Handed on"), _told_day("handed_on")),
    FormColumn(Bilingual("Ký nhận", "Signed for"), _told("signed_for")),
    FormColumn(Bilingual("Ghi chú", "Notes"), _note),
)

INCOMING: tuple[FormColumn[Line], ...] = (
    FormColumn(Bilingual("Ngày đến", "Arrived on"), lambda line: as_day(line.day)),
    FormColumn(Bilingual("Số đến", "Arrival number"), lambda line: line.number or None),
    FormColumn(Bilingual("Tác giả", "Author"), lambda line: _of(line.view, "issuer")),
    FormColumn(Bilingual("Số, ký hiệu văn bản", "Issue number"), lambda line: _symbol(line.view)),
    FormColumn(Bilingual("Ngày tháng văn bản", "Date of issue"), lambda line: as_day(_of(line.view, "issued_on"))),
    FormColumn(
        Bilingual("Tên loại và trích yếu nội dung văn bản", "Kind and subject"), lambda line: named(line.view) or None
    ),
    FormColumn(Bilingual("Đơn vị hoặc người nhận", "Handed to"), _handed_to),
    *_SIGNED,
)
"""Sổ đăng ký văn bản đến."""

OUTGOING: tuple[FormColumn[Line], ...] = (
    FormColumn(
        Bilingual("Số, ký hiệu văn bản", "Issue number"), lambda line: _symbol(line.view) or line.number or None
    ),
    FormColumn(Bilingual("Ngày tháng văn bản", "Date of issue"), lambda line: as_day(line.day)),
    FormColumn(
        Bilingual("Tên loại và trích yếu nội dung văn bản", "Kind and subject"), lambda line: named(line.view) or None
    ),
    FormColumn(Bilingual("Người ký", "Signer"), lambda line: _of(line.view, "signer")),
    FormColumn(
        Bilingual("Nơi nhận văn bản", "Recipients"),
        lambda line: line.told("recipients") or _of(line.view, "recipients"),
    ),
    FormColumn(Bilingual("Đơn vị, người nhận bản lưu", "Copy kept by"), _told("copy_kept_by")),
    FormColumn(Bilingual("Số lượng bản", "Copies"), _told("copies")),
    *_SIGNED,
)
"""Sổ đăng ký văn bản đi."""


def _what(line: Line) -> Cell:
    parts = (named(line.view), _symbol(line.view), day(_of(line.view, "issued_on")), _of(line.view, "issuer"))
    return "; ".join(one for one in parts if one) or None


def _progress(line: Line) -> Cell:
    done = day(line.told("done_on"))
    late = "quá hạn" if line.is_late else ""
    return "; ".join(one for one in (line.told("progress"), f"xong {done}" if done else "", late) if one) or None


FOLLOWED: tuple[FormColumn[Line], ...] = (
    FormColumn(Bilingual("Số đến", "Arrival number"), lambda line: line.number or None),
    FormColumn(Bilingual("Tên loại, số và ký hiệu, ngày tháng, cơ quan ban hành", "Record"), _what),
    FormColumn(Bilingual("Đơn vị hoặc người nhận", "Handed to"), _handed_to),
    FormColumn(Bilingual("Thời hạn giải quyết", "Due on"), _told_day("due_on")),
    FormColumn(Bilingual("Tiến độ giải quyết", "Progress"), _progress),
    FormColumn(Bilingual("Số, ký hiệu văn bản trả lời", "Answered by"), _told("answer")),
    FormColumn(Bilingual("Ghi chú", "Notes"), _note),
)
"""Sổ theo dõi giải quyết văn bản đến."""

REGISTERS = {Direction.IN: INCOMING, Direction.OUT: OUTGOING}

Table = list[tuple[Cell, ...]]
"""Rows of cells; the first holds the heads."""


def contents_table(opened: Opened, speaking: Speaking) -> Table:
    """Mục lục văn bản of a dossier."""
    return table(CONTENTS, opened.lying, speaking)


def register_table(shown: Shown, speaking: Speaking, *, followed: bool = False) -> Table:
    """A register in its legal columns; `followed`: as what is to be dealt with in time."""
    columns = FOLLOWED if followed else REGISTERS[shown.asked.direction]
    return table(columns, [*shown.lines, *shown.stamped], speaking)


def table(columns: Sequence[FormColumn[T]], lines: Sequence[T], speaking: Speaking) -> Table:
    """Heads and rows."""
    heads: tuple[Cell, ...] = tuple(column.head.in_language(speaking.language) for column in columns)
    return [heads, *(tuple(column.cell(line) for column in columns) for line in lines)]
