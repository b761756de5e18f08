"""Registers for who asks: numbers given, entries corrected, and shown as far as he may see their records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from archive import registers
from archive.catalogue import Catalogue
from archive.register_rows import Asked, Book
from archive.unit_of_work import UnitOfWork
from kernel.errors import BadValue, NotFound
from kernel.ids import new_id
from mappings.filing import Direction, Entry, EntryState
from mappings.record import RecordView
from search_api.access import Viewer, may_see, views_seen
from search_api.filing.checking import (
    HIGHEST_NUMBER,
    LONGEST_BOOK,
    LONGEST_NOTE,
    asked_year,
    iso_day,
    said_columns,
    text,
    today,
)

MOST_STAMPED = 500
"""Records without a number of ours that a view tells."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a register. `entry` None: a record that its stamp puts there, and nobody has registered.

    `view` None: the record was deleted. `is_binned`: it lies in the bin. `is_late`: by its day of due.
    """

    entry: Entry | None
    view: RecordView | None
    is_binned: bool = False
    is_late: bool = False

    def told(self, name: str) -> str:
        """A column that stands in the register alone, empty where nothing is said."""
        return self.entry.columns.get(name, "") if self.entry else ""

    def of_record(self, name: str) -> str:
        """A field of the record, empty where it is not known."""
        return (self.view.value(name) or "") if self.view else ""

    @property
    def number(self) -> str:
        """The register's number."""
        return self.entry.told if self.entry else self.of_record("arrival_number")

    @property
    def day(self) -> str:
        """ISO, of arrival or of issue."""
        return self.entry.day if self.entry else self.of_record("arrived_on")

    @property
    def is_void(self) -> bool:
        """Whether the number counts no more."""
        return self.entry is not None and self.entry.state == EntryState.VOID


@dataclass(frozen=True, slots=True)
class Shown:
    """A register as asked for. `series`: how far it has come; `stamped`: lines without a number of ours, by day."""

    asked: Asked
    series: Book
    lines: tuple[Line, ...]
    stamped: tuple[Line, ...]


class RegisterService:
    """Safe over threads. NotFound for a record or entry that the viewer may not see."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def series(self) -> tuple[Book, ...]:
        """All series of numbers, the newest year first."""
        with self._catalogue.reading() as unit:
            return unit.registers.all_series()

    def show(self, asked: Asked, viewer: Viewer, *, late: bool = False, due: bool = False) -> Shown:
        """`late`: only what is due and not done in time; `due`: only what has a day of due."""
        asked = _checked(asked)
        with self._catalogue.reading() as unit:
            series = unit.registers.series(asked.direction, asked.book, asked.year)
            entries = unit.registers.entries(asked, viewer.tokens)
            ids = tuple(dict.fromkeys(one.record_id for one in entries))
            views = views_seen(unit, ids, viewer, discarded=True, boxes=False)
            binned = unit.bin.among(ids) if ids else {}
            stamped = self._stamped(unit, asked, viewer) if not (late or due) else ()
        day = today()
        lines = [Line(one, views.get(one.record_id), one.record_id in binned, is_late(one, day)) for one in entries]
        if late:
            lines = [one for one in lines if one.is_late]
        if due:
            lines = [one for one in lines if one.told("due_on")]
        return Shown(asked, series, tuple(lines), stamped)

    def _stamped(self, unit: UnitOfWork, asked: Asked, viewer: Viewer) -> tuple[Line, ...]:
        if asked.direction is not Direction.IN or asked.book:
            return ()
        ids = unit.registers.stamped(asked, viewer.tokens, MOST_STAMPED)
        views = views_seen(unit, ids, viewer, boxes=False)
        return tuple(Line(None, views[one]) for one in ids if one in views)

    def of_record(self, record_id: str, viewer: Viewer) -> tuple[Entry, ...]:
        """Where a record stands, and stood before a number was made void."""
        with self._catalogue.reading() as unit:
            unit.records.by_id(record_id, viewer.tokens)
            return tuple(unit.registers.of_records([record_id]).get(record_id, ()))

    def register(
        self,
        direction: Direction,
        record_id: str,
        viewer: Viewer,
        *,
        day: date | None = None,
        untrusted_book: str = "",
        printed: bool = False,
        untrusted_columns: Mapping[str, str] | None = None,
    ) -> Entry:
        """Gives the next number, or enters the one that is `printed` on the paper. `day` None: today.

        Errors: BadValue, InBin, AlreadyRegistered, NumberTaken.
        """
        book = text("book", untrusted_book, LONGEST_BOOK)
        columns = said_columns(direction, untrusted_columns or {})
        asked_year((day or today()).year)
        wanted = registers.Wanted(new_id(), record_id, direction, day or today(), book, columns)

        def work(unit: UnitOfWork) -> Entry:
            unit.records.by_id(record_id, viewer.tokens)
            if printed:
                return registers.enter_printed(unit, wanted, viewer.name)
            return registers.give(unit, wanted, today(), viewer.name)

        return self._catalogue.write(work)

    def begin(self, direction: Direction, year: int, untrusted_book: str, first: int, viewer: Viewer) -> Book:
        """Says with which number a series begins. BadValue, NumbersBegun."""
        book = text("book", untrusted_book, LONGEST_BOOK)
        asked_year(year)
        if not 1 <= first <= HIGHEST_NUMBER:
            raise BadValue(name="first", value=first, expected=f"1–{HIGHEST_NUMBER}")
        return self._catalogue.write(lambda unit: registers.begin(unit, direction, book, year, first, viewer.name))

    def correct(
        self, entry_id: str, untrusted_columns: Mapping[str, str], viewer: Viewer, version: int | None = None
    ) -> Entry:
        """BadValue, EntryVoid, EntryChanged."""

        def work(unit: UnitOfWork) -> Entry:
            held = _seen(unit, entry_id, viewer)
            columns = said_columns(Direction(held.direction), untrusted_columns)
            return registers.correct(unit, entry_id, columns, viewer.name, version)

        return self._catalogue.write(work)

    def make_void(self, entry_id: str, untrusted_why: str, viewer: Viewer, version: int | None = None) -> Entry:
        """BadValue (no reason), EntryVoid, EntryChanged."""
        why = text("why", untrusted_why, LONGEST_NOTE, 1)

        def work(unit: UnitOfWork) -> Entry:
            _seen(unit, entry_id, viewer)
            return registers.make_void(unit, entry_id, why, viewer.name, version)

        return self._catalogue.write(work)

    def entry(self, entry_id: str, viewer: Viewer) -> tuple[Line, Sequence[tuple[str, str, Mapping[str, str]]]]:
        """One line, and its history: (moment in ISO 8601, who, the columns then), oldest first."""
        with self._catalogue.reading() as unit:
            held = _seen(unit, entry_id, viewer)
            views = views_seen(unit, [held.record_id], viewer, discarded=True, boxes=False)
            events = unit.events.of_record(held.record_id)
        told = [(one, one.detail[registers.EVENT]) for one in events if registers.EVENT in one.detail]
        history = [(one.at.isoformat(), one.agent, entry["columns"]) for one, entry in told if entry["id"] == entry_id]
        return Line(held, views.get(held.record_id), is_late=is_late(held, today())), history


def is_late(entry: Entry, day: date) -> bool:
    """Whether what was due is not done, or was done after its day. Of a void number nothing is due."""
    due = entry.columns.get("due_on", "")
    is_due = bool(due) and entry.state == EntryState.STANDING
    return is_due and (entry.columns.get("done_on") or day.isoformat()) > due


def _checked(asked: Asked) -> Asked:
    return replace(
        asked,
        year=asked_year(asked.year),
        book=text("book", asked.book, LONGEST_BOOK),
        from_day=iso_day("from_day", asked.from_day),
        to_day=iso_day("to_day", asked.to_day),
    )


def _seen(unit: UnitOfWork, entry_id: str, viewer: Viewer) -> Entry:
    held = unit.registers.by_id(entry_id)
    record = unit.records.find(held.record_id, viewer.tokens)
    if record is None:
        stone = unit.bin.tombstones([held.record_id]).get(held.record_id)
        if stone is None or not may_see(viewer, stone):
            raise NotFound(id=entry_id)
    return held
