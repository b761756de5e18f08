"""Numbers of incoming and outgoing records: given one after the other in a year, each told for good.

A number is given in the transaction that enters it: the row of its series is held until the commit, so that nobody
else gives one meanwhile, and what is not committed has used none. A void number stays in the register.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from analyzers.issue_numbers import canonical_number
from archive.events import Event, EventType
from archive.filing import say
from archive.register_rows import Book, RegisterRows
from archive.unit_of_work import UnitOfWork
from archive.violations import Violation, violation
from kernel.clock import now
from kernel.disposal_errors import InBin
from kernel.errors import BadValue
from kernel.filing_errors import (
    AlreadyRegistered,
    EntryChanged,
    EntryVoid,
    HasNumber,
    NumberNotConfirmed,
    NumbersBegun,
    NumberTaken,
)
from mappings.filing import FIRST_YEAR, Direction, Entry, EntryState, Origin

EVENT, BEGUN = "register", "register_begun"
"""Keys of an event's detail: an entry as it stands then; where a series begins."""

_FIELDS = {Direction.IN: ("arrival_number", "arrived_on"), Direction.OUT: ("number", "issued_on")}
"""Where a record says its number and day of each register."""

_PRINTED = re.compile(r"([0-9]{1,9})([a-z]{0,3})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be registered, and in whose register. `day`: the day of arrival or of issue."""

    entry_id: str
    unit: str
    record_id: str
    direction: Direction
    day: date
    book: str = ""
    columns: Mapping[str, str] | None = None


def give(unit: UnitOfWork, wanted: Wanted, today: date, by: str) -> Entry:
    """Gives a record the next number of its series, and writes it into the record.

    Errors: NotFound, InBin, AlreadyRegistered, HasNumber; BadValue: the day is to come, or before the number before.
    """
    series = unit.registers.hold(wanted.unit, wanted.direction, wanted.book, wanted.day.year)
    there = _standing(unit, wanted)
    if there is not None:
        return there
    _expect_unnumbered(unit, wanted)
    since = unit.registers.latest_day(series)
    if wanted.day > today or wanted.day.isoformat() < since:
        raise BadValue(name="day", value=wanted.day.isoformat(), expected=f"{since or '…'} – {today.isoformat()}")
    number = max(series.last, series.first - 1) + 1
    made = _entry(wanted, number, "", Origin.GIVEN, by)
    values = dict(zip(_FIELDS[wanted.direction], (made.told, made.day), strict=True))
    say(unit, {wanted.record_id: values}, by)
    return _enter(unit, series, made)


def enter_printed(unit: UnitOfWork, wanted: Wanted, today: date, by: str) -> Entry:
    """Enters a record under the number that stands on its paper; `wanted.day` counts for nothing, the record's does.

    A person must have confirmed both: a number that was misread would move its series for good. One that was entered
    so on a wrong record and made void is free; a void one that was given is not.
    Errors: NotFound, InBin, AlreadyRegistered, NumberTaken, NumberNotConfirmed; BadValue: the record tells no number
    or day of this kind, or a day to come.
    """
    if unit.bin.among([wanted.record_id]):
        raise InBin(id=wanted.record_id)
    number, suffix, day = _printed(unit, wanted, today)
    wanted = replace(wanted, day=day)
    series = unit.registers.hold(wanted.unit, wanted.direction, wanted.book, day.year)
    there = _standing(unit, wanted)
    if there is not None:
        return there
    if unit.registers.numbered(series, number, suffix):
        raise NumberTaken(number=f"{number:02d}{suffix}", year=day.year)
    return _enter(unit, series, _entry(wanted, number, suffix, Origin.PRINTED, by))


def begin(unit: UnitOfWork, series: Book, first: int, by: str) -> Book:
    """Says with which number a series begins, for one that was begun on paper. NumbersBegun."""
    series = unit.registers.hold(series.unit, Direction(series.direction), series.book, series.year)
    if unit.registers.has_given(series):
        raise NumbersBegun(year=series.year)
    begun = replace(series, first=first, last=first - 1)
    unit.registers.count(begun)
    unit.events.add([Event(EventType.MODIFICATION, agent=by, detail={BEGUN: asdict(begun)})])
    return begun


def correct(unit: UnitOfWork, entry_id: str, columns: Mapping[str, str], by: str, version: int | None = None) -> Entry:
    """Writes columns of an entry anew; what stood there is kept in its event. NotFound, EntryVoid, EntryChanged."""
    held = _held(unit, entry_id, version)
    new = {name: value for name, value in columns.items() if held.columns.get(name, "") != value}
    if not new:
        return held
    kept = {name: value for name, value in {**held.columns, **new}.items() if value}
    return _change(unit, held, replace(held, columns=kept), by)


def make_void(unit: UnitOfWork, entry_id: str, why: str, by: str, version: int | None = None) -> Entry:
    """Takes a number out of use: it stays told, is never given again, and its record may be registered anew.

    A number that was given is taken out of the record too. NotFound, EntryVoid, EntryChanged.
    """
    held = _held(unit, entry_id, version)
    if held.origin == Origin.GIVEN and unit.records.find(held.record_id) is not None:
        name = _FIELDS[Direction(held.direction)][0]
        stands = unit.records.fields([held.record_id], boxes=False)[held.record_id].get(name)
        if stands is not None and stands.value == held.told:
            say(unit, {held.record_id: {name: ""}}, by, discarded=True)
    return _change(unit, held, replace(held, state=EntryState.VOID.value, why=why), by)


def _held(unit: UnitOfWork, entry_id: str, version: int | None) -> Entry:
    held = unit.registers.by_id(entry_id, hold=True)
    if version is not None and version != held.version:
        raise EntryChanged(number=held.told)
    if held.state == EntryState.VOID:
        raise EntryVoid(number=held.told)
    return held


def _standing(unit: UnitOfWork, wanted: Wanted) -> Entry | None:
    """The entry that this very call has made, in a commit that was never answered. AlreadyRegistered."""
    unit.records.by_id(wanted.record_id)
    for one in unit.registers.of_records([wanted.record_id]).get(wanted.record_id, []):
        if one.id == wanted.entry_id:
            return one
        is_there = one.direction == wanted.direction and one.unit == wanted.unit
        if is_there and one.state == EntryState.STANDING:
            raise AlreadyRegistered(id=wanted.record_id, number=one.told)
    return None


def _expect_unnumbered(unit: UnitOfWork, wanted: Wanted) -> None:
    """What stands on the paper, or was confirmed, is never written over by a number of ours."""
    held = unit.records.fields([wanted.record_id], boxes=False)[wanted.record_id]
    number = held.get(_FIELDS[wanted.direction][0])
    if number is not None and number.value:
        raise HasNumber(id=wanted.record_id, number=number.value)


def _printed(unit: UnitOfWork, wanted: Wanted, today: date) -> tuple[int, str, date]:
    number_name, day_name = _FIELDS[wanted.direction]
    unit.records.by_id(wanted.record_id)
    fields = unit.records.fields([wanted.record_id], boxes=False)[wanted.record_id]
    number, day = (fields[name].value if name in fields else "" for name in (number_name, day_name))
    found = _PRINTED.fullmatch(canonical_number(number))
    if found is None:
        raise BadValue(name=number_name, value=number[:50], expected="123, 12B")
    said = _day_until(day_name, day, today)
    if not (fields[number_name].confirmed and fields[day_name].confirmed):
        raise NumberNotConfirmed(id=wanted.record_id, number=number[:50], day=day)
    return int(found[1]), found[2].upper(), said


def _day_until(name: str, day: str, today: date) -> date:
    """A day of a record that a register may have, none to come. BadValue."""
    first = date(FIRST_YEAR, 1, 1)
    try:
        said = date.fromisoformat(day)
    except ValueError as error:
        raise BadValue(name=name, value=day[:50], expected="2019-03-05") from error
    if not first <= said <= today:
        raise BadValue(name=name, value=day[:50], expected=f"{first.isoformat()} – {today.isoformat()}")
    return said


def _entry(wanted: Wanted, number: int, suffix: str, origin: Origin, by: str) -> Entry:
    return Entry(
        id=wanted.entry_id,
        unit=wanted.unit,
        direction=wanted.direction.value,
        book=wanted.book,
        year=wanted.day.year,
        number=number,
        suffix=suffix,
        origin=origin.value,
        record_id=wanted.record_id,
        day=wanted.day.isoformat(),
        state=EntryState.STANDING.value,
        why="",
        columns={name: value for name, value in (wanted.columns or {}).items() if value},
        version=1,
        at=now(),
        by=by,
    )


def _enter(unit: UnitOfWork, series: Book, made: Entry) -> Entry:
    unit.registers.count(replace(series, last=max(series.last, made.number)))
    unit.registers.add(made)
    return _tell(unit, made, made.by, made.at)


def _change(unit: UnitOfWork, held: Entry, changed: Entry, by: str) -> Entry:
    changed = replace(changed, version=held.version + 1)
    unit.registers.put(changed)
    return _tell(unit, changed, by, now())


def _tell(unit: UnitOfWork, entry: Entry, by: str, at: datetime) -> Entry:
    told = asdict(entry) | {"columns": dict(entry.columns), "at": entry.at.isoformat()}
    # The record's own history; of one that was purged the house's.
    record_id = entry.record_id if unit.records.find(entry.record_id) is not None else None
    detail = {EVENT: told}
    unit.events.add([Event(EventType.MODIFICATION, record_id=record_id, agent=by, detail=detail, at=at)])
    return entry


def come_back(rows: RegisterRows, detail: Mapping[str, Any]) -> None:
    """Writes what an event tells, when the catalogue is made anew; events come in the order of their numbers."""
    if BEGUN in detail:
        rows.count(Book(**detail[BEGUN]))
        return
    told = detail[EVENT]
    entry = Entry(**{**told, "at": datetime.fromisoformat(told["at"])})
    rows.put(entry)
    series = rows.series(entry.unit, Direction(entry.direction), entry.book, entry.year)
    rows.count(replace(series, last=max(series.last, entry.number)))


def badly_numbered(unit: UnitOfWork) -> Iterator[Violation]:
    """I7: a series of given numbers has no gap from its first to its last, and counts as far as it has come."""
    for series in unit.registers.all_series():
        numbers = unit.registers.numbers(series)
        where = f"{series.unit} {series.direction} {series.year} {series.book}".strip()
        last = max([*numbers, series.first - 1])
        if last != max(series.last, series.first - 1):
            yield violation("register-count", where, found=last, expected=series.last)
        for number in unit.registers.gaps(series):
            yield violation("register-gap", where, number=number)
