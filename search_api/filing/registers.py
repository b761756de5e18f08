"""Registers for who asks: numbers given, entries corrected, and shown as far as he may see their records."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from archive import registers
from archive.catalogue import Catalogue
from archive.register_rows import Asked, Book
from archive.unit_of_work import UnitOfWork
from kernel.errors import BadValue, NotFound
from kernel.ids import new_id
from mappings.filing import Direction, Entry, EntryState
from mappings.record import RecordView
from search_api.access import Viewer, may_see, views_seen, views_with_bin
from search_api.access.policy import Permission
from search_api.access.viewer import expect
from search_api.filing.checking import (
    HIGHEST_NUMBER,
    LONGEST_BOOK,
    LONGEST_NOTE,
    LONGEST_WHO,
    asked_year,
    folded,
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

    `view` None: the record was deleted, or lies in the bin (`is_binned`) where the viewer may not look; its id is not
    told then. `is_late`: by its day of due.
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
    def is_open(self) -> bool:
        """Whether somebody has to deal with it still, as far as the register tells."""
        if self.entry is None or self.entry.direction != Direction.IN or self.view is None or self.is_binned:
            return False
        return not self.is_void and not self.told("done_on")

    @property
    def is_void(self) -> bool:
        """Whether the number counts no more."""
        return self.entry is not None and self.entry.state == EntryState.VOID


@dataclass(frozen=True, slots=True)
class Registering:
    """What somebody wants registered, unchecked. `unit`: whose, empty: of the record's unit; `day` None: today;
    `printed`: under the number that stands on the paper.
    """

    direction: Direction
    record_id: str
    day: date | None = None
    unit: str = ""
    book: str = ""
    printed: bool = False
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Only:
    """Which lines are wanted. `late`: due and not done in time; `due`: with a day of due; `undone`: nobody has said yet
    that it is done; `kind`: as records have it; `issuer`: words of its name, in order, with or without diacritics.
    Empty: any.
    """

    late: bool = False
    due: bool = False
    kind: str = ""
    issuer: str = ""
    undone: bool = False

    @property
    def follows(self) -> bool:
        """Whether it is asked what is to be dealt with, as in sổ theo dõi giải quyết văn bản đến."""
        return self.late or self.due or self.undone

    def of(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """Those of them."""
        found = [one for one in lines if not self.late or one.is_late]
        found = [one for one in found if not self.due or one.told("due_on")]
        found = [one for one in found if not self.undone or one.is_open]
        if self.kind:
            found = [one for one in found if folded(one.of_record("kind")) == folded(self.kind)]
        if self.issuer:
            found = [one for one in found if folded(self.issuer) in folded(one.of_record("issuer"))]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Shown:
    """A register as asked for. `series`: how far it has come; `stamped`: lines without a number of ours, by day."""

    asked: Asked
    series: Book
    lines: tuple[Line, ...]
    stamped: tuple[Line, ...]


class RegisterService:
    """Safe over threads. NotFound for a record or entry that the viewer may not see."""

    def __init__(self, catalogue: Catalogue, office: str = "office") -> None:
        """`office`: the unit of the house itself."""
        self._catalogue = catalogue
        self._office = office

    def series(self, viewer: Viewer) -> tuple[Book, ...]:
        """Series of numbers, the newest year first, each as far as the viewer sees its records.

        Those without a number yet are shown to whoever may give them.
        """
        with self._catalogue.reading() as unit:
            found = list(unit.registers.series_seen(viewer.tokens))
            found += [one for one in unit.registers.begun() if viewer.may(Permission.REGISTER, one.unit)]
        return tuple(sorted(found, key=lambda one: (-one.year, one.unit, one.direction, one.book)))

    def units(self, viewer: Viewer) -> tuple[str, ...]:
        """Units whose registers the viewer may see anything of, or enter numbers into; that of the office first."""
        with self._catalogue.reading() as unit:
            keys = {one.unit for one in unit.registers.series_seen(viewer.tokens)}
            keys |= {one for one in unit.people.parents() if viewer.may(Permission.REGISTER, one)}
        if viewer.may(Permission.REGISTER, self._office) or not keys:
            keys.add(self._office)
        return tuple(sorted(keys, key=lambda one: (one != self._office, one)))

    def show(self, asked: Asked, viewer: Viewer, only: Only | None = None) -> Shown:
        """A register of one year, of the records that the viewer sees. BadValue."""
        asked, only = _checked(asked), only or Only()
        with self._catalogue.reading() as unit:
            series = _series_seen(unit, asked, viewer)
            entries = unit.registers.entries(asked, viewer.tokens)
            ids = tuple(dict.fromkeys(one.record_id for one in entries))
            views, binned = views_with_bin(unit, ids, viewer, boxes=False)
            stamped = self._stamped(unit, asked, viewer) if not only.follows else ()
        day = today()
        lines = [_line(one, views, binned, day) for one in entries]
        return Shown(asked, series, only.of(lines), only.of(stamped))

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

    def register(self, untrusted: Registering, viewer: Viewer) -> Entry:
        """Gives the next number, or enters the one that is `printed` on the paper.

        Errors: NotAllowed (without `registers:change` there, or `records:correct` in the record's unit), BadValue,
        InBin, AlreadyRegistered, HasNumber, NumberTaken, NumberNotConfirmed.
        """
        direction, record_id, day = untrusted.direction, untrusted.record_id, untrusted.day or today()
        book = text("book", untrusted.book, LONGEST_BOOK)
        columns = said_columns(direction, untrusted.columns or {})
        asked_year(day.year)
        entry_id = new_id()

        def work(unit: UnitOfWork) -> Entry:
            record = unit.records.by_id(record_id, viewer.tokens)
            key = untrusted.unit or record.unit
            expect(viewer, Permission.REGISTER, key)
            expect(viewer, Permission.CORRECT, record.unit)
            _expect_unit(unit, key, {record.unit, self._office})
            wanted = registers.Wanted(entry_id, key, record_id, direction, day, book, columns)
            if untrusted.printed:
                return registers.enter_printed(unit, wanted, today(), viewer.name)
            return registers.give(unit, wanted, today(), viewer.name)

        return self._catalogue.write(work)

    def begin(
        self, direction: Direction, year: int, untrusted_book: str, first: int, viewer: Viewer, untrusted_unit: str = ""
    ) -> Book:
        """Says with which number a series begins. NotAllowed, BadValue, NumbersBegun."""
        book, key = text("book", untrusted_book, LONGEST_BOOK), untrusted_unit or self._office
        asked_year(year)
        if not 1 <= first <= HIGHEST_NUMBER:
            raise BadValue(name="first", value=first, expected=f"1–{HIGHEST_NUMBER}")
        expect(viewer, Permission.REGISTER, key)

        def work(unit: UnitOfWork) -> Book:
            _expect_unit(unit, key, {self._office})
            return registers.begin(unit, Book(key, direction.value, book, year), first, viewer.name)

        return self._catalogue.write(work)

    def correct(
        self, entry_id: str, untrusted_columns: Mapping[str, str], viewer: Viewer, version: int | None = None
    ) -> Entry:
        """BadValue, EntryVoid, EntryChanged."""

        def work(unit: UnitOfWork) -> Entry:
            held = _changeable(unit, entry_id, viewer)
            columns = said_columns(Direction(held.direction), untrusted_columns)
            return _told(unit, registers.correct(unit, entry_id, columns, viewer.name, version), viewer)

        return self._catalogue.write(work)

    def make_void(self, entry_id: str, untrusted_why: str, viewer: Viewer, version: int | None = None) -> Entry:
        """BadValue (no reason), EntryVoid, EntryChanged."""
        why = text("why", untrusted_why, LONGEST_NOTE, 1)

        def work(unit: UnitOfWork) -> Entry:
            _changeable(unit, entry_id, viewer)
            return _told(unit, registers.make_void(unit, entry_id, why, viewer.name, version), viewer)

        return self._catalogue.write(work)

    def entry(self, entry_id: str, viewer: Viewer) -> tuple[Line, Sequence[tuple[str, str, Mapping[str, Any]]]]:
        """One line, and its history: (moment in ISO 8601, who, the entry then by its fields), oldest first."""
        with self._catalogue.reading() as unit:
            held = _seen(unit, entry_id, viewer)
            views, binned = views_with_bin(unit, [held.record_id], viewer, boxes=False)
            events = unit.events.of_record(held.record_id)
        told = [(one, one.detail[registers.EVENT]) for one in events if registers.EVENT in one.detail]
        history = [(one.at.isoformat(), one.agent, entry) for one, entry in told if entry["id"] == entry_id]
        return _line(held, views, binned, today()), history


def is_late(entry: Entry, day: date) -> bool:
    """Whether what was due is not done, or was done after its day. Of a void number nothing is due."""
    due = entry.columns.get("due_on", "")
    is_due = bool(due) and entry.state == EntryState.STANDING
    return is_due and (entry.columns.get("done_on") or day.isoformat()) > due


def _line(entry: Entry, views: Mapping[str, RecordView], binned: Collection[str], day: date) -> Line:
    view, is_binned = views.get(entry.record_id), entry.record_id in binned
    told = replace(entry, record_id="") if is_binned and view is None else entry
    return Line(told, view, is_binned, is_late(entry, day))


def _told(unit: UnitOfWork, entry: Entry, viewer: Viewer) -> Entry:
    """An entry as it may be told to this viewer."""
    return _line(entry, *views_with_bin(unit, [entry.record_id], viewer, boxes=False), today()).entry or entry


def _checked(asked: Asked) -> Asked:
    return replace(
        asked,
        unit=text("unit", asked.unit, LONGEST_WHO),
        year=asked_year(asked.year),
        book=text("book", asked.book, LONGEST_BOOK),
        from_day=iso_day("from_day", asked.from_day),
        to_day=iso_day("to_day", asked.to_day),
    )


def _series_seen(unit: UnitOfWork, asked: Asked, viewer: Viewer) -> Book:
    """How far a series has come for whom it shows: to the highest number that they see."""
    held = unit.registers.series(asked.unit, asked.direction, asked.book, asked.year)
    whole = replace(asked, from_day="", to_day="")
    last = max((one.number for one in unit.registers.entries(whole, viewer.tokens)), default=None)
    if last is None and (unit.registers.has_given(held) or not viewer.may(Permission.REGISTER, asked.unit)):
        return Book(asked.unit, asked.direction.value, asked.book, asked.year)  # as one that nobody has begun
    return held if last is None else replace(held, last=last)


def _expect_unit(unit: UnitOfWork, untrusted_key: str, known: set[str]) -> None:
    known = {*known, *unit.people.parents()}
    if untrusted_key not in known:
        raise BadValue(name="unit", value=untrusted_key[:50], expected=", ".join(sorted(known))[:200])


def _changeable(unit: UnitOfWork, entry_id: str, viewer: Viewer) -> Entry:
    held = _seen(unit, entry_id, viewer)
    expect(viewer, Permission.REGISTER, held.unit)
    return held


def _seen(unit: UnitOfWork, entry_id: str, viewer: Viewer) -> Entry:
    held = unit.registers.by_id(entry_id)
    record = unit.records.find(held.record_id, viewer.tokens)
    if record is None:
        stone = unit.bin.tombstones([held.record_id]).get(held.record_id)
        if stone is None or not may_see(viewer, stone):
            raise NotFound(id=entry_id)
    return held
