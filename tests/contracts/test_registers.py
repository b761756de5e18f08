"""Numbers of registers on SQLite and on PostgreSQL: no gap, none twice, whoever asks and whatever dies."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from archive.catalogue import Catalogue
from archive.disposing import ask_purge, confirm_purge, discard
from archive.layout import Layout
from archive.originals import FolderOriginals
from archive.rebuilding import rebuild_catalogue
from archive.register_rows import Asked, Book
from archive.registers import Wanted, badly_numbered, begin, correct, enter_printed, give, make_void
from kernel.disposal_errors import InBin
from kernel.errors import BadValue, NotFound
from kernel.filing_errors import (
    AlreadyRegistered,
    EntryChanged,
    EntryVoid,
    HasNumber,
    NumberNotConfirmed,
    NumbersBegun,
    NumberTaken,
)
from kernel.ids import new_id
from mappings.filing import Direction, Entry
from search_api.access import LOCAL
from tests.contracts.filing_process import TODAY, give_one, opened
from tests.contracts.test_query_plans import plan
from tests.keeping import everything, writer
from tests.records import confirm, enter
from tests.servers.postgresql import postgresql_database

IN, OUT = Direction.IN, Direction.OUT


@dataclass(frozen=True)
class Place:
    """Where a catalogue is, for other processes too."""

    url: str
    folder: Path
    catalogue: Catalogue


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        url = stack.enter_context(postgresql_database()) if request.param == "postgresql" else ""
        made = opened(url, tmp_path)
        stack.callback(made.close)
        yield Place(url, tmp_path, made)


def wanted(record_id: str, day: date = TODAY, direction: Direction = IN, **more: str) -> Wanted:
    return Wanted(new_id(), "office", record_id, direction, day, **more)


def register(catalogue: Catalogue, record_id: str, day: date = TODAY, **more: str) -> Entry:
    one = wanted(record_id, day, **more)
    return catalogue.write(lambda unit: give(unit, one, TODAY, "Lan"))


def printed(catalogue: Catalogue, record_id: str, direction: Direction = OUT) -> Entry:
    one = wanted(record_id, direction=direction)
    return catalogue.write(lambda unit: enter_printed(unit, one, TODAY, "Lan"))


def on_paper(catalogue: Catalogue, **fields: str) -> str:
    """A record that tells these, each confirmed by a person."""
    return confirm(catalogue, enter(catalogue, fields=fields), *fields)


def numbers(catalogue: Catalogue, book: str = "", year: int = 2026, direction: Direction = IN) -> tuple[int, ...]:
    with catalogue.reading() as unit:
        return unit.registers.numbers(Book("office", direction, book, year))


def wrong(catalogue: Catalogue) -> list[str]:
    with catalogue.reading() as unit:
        return [one.code for one in badly_numbered(unit)]


def test_numbers_run_on_by_year_and_book_and_are_written_into_the_record(place: Place) -> None:
    ids = [enter(place.catalogue) for _ in range(5)]
    assert register(place.catalogue, ids[0], date(2025, 12, 31)).number == 1
    assert register(place.catalogue, ids[1]).number == 1
    assert register(place.catalogue, ids[2]).number == 2
    assert register(place.catalogue, ids[3], book="Mật").number == 1
    assert register(place.catalogue, ids[4]).told == "03"
    with place.catalogue.reading() as unit:
        view = unit.records.view(ids[4])
    assert (view.value("arrival_number"), view.value("arrived_on")) == ("03", "2026-05-20")
    assert view.fields["arrived_on"].confirmed
    assert wrong(place.catalogue) == []


def test_many_at_once_leave_no_gap_and_give_none_twice(place: Place) -> None:
    ids = [enter(place.catalogue) for _ in range(40)]
    with ThreadPoolExecutor(12) as pool:
        given = list(pool.map(lambda record_id: give_one(place.catalogue, record_id), ids))
    assert sorted(given) == list(range(1, 41))
    assert numbers(place.catalogue) == tuple(range(1, 41))


def other_process(place: Place, *arguments: str) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(one).resolve()) for one in sys.path)}
    command = (sys.executable, "-m", "tests.contracts.filing_process", place.url, str(place.folder), *arguments)
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_number_that_was_never_committed_is_given_to_the_next(place: Place) -> None:
    ids = [enter(place.catalogue) for _ in range(2)]
    process = other_process(place, "hold", ids[0])
    assert process.stdout is not None
    assert process.stdout.readline() == "1\n"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(give_one, place.catalogue, ids[1])
        assert numbers(place.catalogue) == ()
        process.kill()
        process.wait()
        assert waiting.result(60) == 1
    assert _entries(place.catalogue, ids[0]) == []
    with place.catalogue.reading() as unit:
        assert unit.records.view(ids[0]).value("arrival_number") is None
    assert wrong(place.catalogue) == []


def test_processes_that_are_killed_leave_no_gap(place: Place) -> None:
    ids = [enter(place.catalogue) for _ in range(90)]
    running = [other_process(place, *ids[start::3]) for start in range(3)]
    told = []
    for process in running:  # each is killed somewhere in its work, after some numbers
        assert process.stdout is not None
        told += [int(process.stdout.readline()) for _ in range(5)]
        process.kill()
        rest = process.stdout.read().split("\n")
        told += [int(line) for line in rest[:-1] if line]
        process.wait()
    given = numbers(place.catalogue)
    assert given == tuple(range(1, len(given) + 1))
    assert len(given) < 90
    assert len(set(told)) == len(told)
    assert set(told) <= set(given)
    left = [one for one in ids if not _entries(place.catalogue, one)]
    assert give_one(place.catalogue, left[0]) == len(given) + 1
    assert wrong(place.catalogue) == []


def _entries(catalogue: Catalogue, record_id: str) -> list[Entry]:
    with catalogue.reading() as unit:
        return unit.registers.of_records([record_id]).get(record_id, [])


def test_what_is_refused_uses_no_number(place: Place) -> None:
    one, two, binned = (enter(place.catalogue) for _ in range(3))
    register(place.catalogue, one, date(2026, 5, 18))
    place.catalogue.write(lambda unit: discard(unit, binned, "Lan", "nhầm"))
    with pytest.raises(AlreadyRegistered):
        register(place.catalogue, one)
    with pytest.raises(BadValue):
        register(place.catalogue, two, date(2026, 5, 17))
    with pytest.raises(BadValue):
        register(place.catalogue, two, date(2026, 5, 21))
    with pytest.raises(InBin):
        register(place.catalogue, binned)
    with pytest.raises(NotFound):
        register(place.catalogue, new_id())
    assert register(place.catalogue, two).number == 2


def test_a_number_on_the_paper_is_not_written_over(place: Place) -> None:
    stamped = enter(place.catalogue, fields={"arrival_number": "2352", "arrived_on": "2026-03-05"})
    with pytest.raises(HasNumber):
        register(place.catalogue, stamped)
    confirm(place.catalogue, stamped, "arrival_number", "arrived_on")
    assert printed(place.catalogue, stamped, IN).number == 2352


def test_the_same_call_made_twice_gives_one_number(place: Place) -> None:
    one = wanted(enter(place.catalogue))
    first = place.catalogue.write(lambda unit: give(unit, one, TODAY, "Lan"))
    assert place.catalogue.write(lambda unit: give(unit, one, TODAY, "Lan")) == first
    assert numbers(place.catalogue) == (1,)


def test_a_void_number_stays_told_and_is_never_given_again(place: Place) -> None:
    ids = [enter(place.catalogue) for _ in range(2)]
    entry = register(place.catalogue, ids[0])
    void = place.catalogue.write(lambda unit: make_void(unit, entry.id, "vào sổ nhầm", "Lan"))
    assert (void.state, void.why) == ("void", "vào sổ nhầm")
    with place.catalogue.reading() as unit:
        assert unit.records.view(ids[0]).value("arrival_number") is None
    assert register(place.catalogue, ids[1]).number == 2
    assert register(place.catalogue, ids[0]).number == 3
    for change in (make_void, correct):
        with pytest.raises(EntryVoid):
            place.catalogue.write(lambda unit, change=change: change(unit, entry.id, {}, "Lan"))  # type: ignore[misc]
    assert numbers(place.catalogue) == (1, 2, 3)
    assert wrong(place.catalogue) == []


def test_a_series_goes_on_from_paper_and_only_before_its_first_number(place: Place) -> None:
    place.catalogue.write(lambda unit: begin(unit, Book("office", IN, "", 2026), 412, "Lan"))
    assert register(place.catalogue, enter(place.catalogue)).number == 412
    with pytest.raises(NumbersBegun):
        place.catalogue.write(lambda unit: begin(unit, Book("office", IN, "", 2026), 1, "Lan"))
    assert wrong(place.catalogue) == []


def test_an_older_paper_in_a_series_that_goes_on_from_paper_is_no_fault(place: Place) -> None:
    place.catalogue.write(lambda unit: begin(unit, Book("office", OUT, "", 2026), 413, "Lan"))
    printed(place.catalogue, on_paper(place.catalogue, number="400", issued_on="2026-03-01"))
    assert wrong(place.catalogue) == []
    outgoing = wanted(enter(place.catalogue), direction=OUT)
    assert place.catalogue.write(lambda unit: give(unit, outgoing, TODAY, "Lan")).number == 413
    assert wrong(place.catalogue) == []


def test_printed_numbers_are_taken_as_they_stand_and_given_ones_follow_them(place: Place) -> None:
    fields = {"number": "12B", "symbol": "QĐ-UBND", "issued_on": "2026-03-01"}
    entry = printed(place.catalogue, on_paper(place.catalogue, **fields))
    assert (entry.told, entry.year, entry.origin) == ("12B", 2026, "printed")
    with pytest.raises(NumberTaken):
        printed(place.catalogue, on_paper(place.catalogue, **fields))
    with pytest.raises(BadValue):
        printed(place.catalogue, on_paper(place.catalogue, number="12"))
    with pytest.raises(BadValue):
        printed(place.catalogue, on_paper(place.catalogue, issued_on="2026-03-01"))
    outgoing = wanted(enter(place.catalogue), direction=OUT)
    assert place.catalogue.write(lambda unit: give(unit, outgoing, TODAY, "Lan")).number == 13
    with place.catalogue.reading() as unit:
        assert unit.records.view(outgoing.record_id).value("number") == "13"


def test_a_printed_number_that_nobody_confirmed_moves_no_series(place: Place) -> None:
    misread = {"number": "201900", "issued_on": "2026-03-01"}
    for named in ((), ("number",), ("issued_on",)):
        record_id = confirm(place.catalogue, enter(place.catalogue, fields=misread), *named)
        with pytest.raises(NumberNotConfirmed):
            printed(place.catalogue, record_id)
    for day in ("2026-05-21", "1899-12-31", "0019-03-05", "hôm qua"):
        with pytest.raises(BadValue):
            printed(place.catalogue, on_paper(place.catalogue, number="7", issued_on=day))
    outgoing = wanted(enter(place.catalogue), direction=OUT)
    assert place.catalogue.write(lambda unit: give(unit, outgoing, TODAY, "Lan")).number == 1


def test_a_printed_number_that_was_made_void_is_free_for_the_right_record(place: Place) -> None:
    fields = {"number": "12", "issued_on": "2026-03-01"}
    slip = printed(place.catalogue, on_paper(place.catalogue, **fields))
    right = on_paper(place.catalogue, **fields)
    place.catalogue.write(lambda unit: make_void(unit, slip.id, "nhầm văn bản", "Lan"))
    assert printed(place.catalogue, right).told == "12"
    with pytest.raises(NumberTaken):
        printed(place.catalogue, on_paper(place.catalogue, **fields))
    assert numbers(place.catalogue, direction=OUT) == (12, 12)
    outgoing = wanted(enter(place.catalogue), direction=OUT)
    given = place.catalogue.write(lambda unit: give(unit, outgoing, TODAY, "Lan"))
    place.catalogue.write(lambda unit: make_void(unit, given.id, "nhầm", "Lan"))
    with pytest.raises(NumberTaken):
        printed(place.catalogue, on_paper(place.catalogue, number="13", issued_on="2026-03-01"))
    assert wrong(place.catalogue) == []


def test_correcting_keeps_what_stood_there(place: Place) -> None:
    record_id = enter(place.catalogue)
    entry = register(place.catalogue, record_id)
    said = {"handed_to": "Phòng Nội vụ", "due_on": "2026-06-01"}
    once = place.catalogue.write(lambda unit: correct(unit, entry.id, said, "Lan", 1))
    twice = place.catalogue.write(lambda unit: correct(unit, entry.id, {"due_on": ""}, "Minh", 2))
    assert (once.columns, twice.columns) == (said, {"handed_to": "Phòng Nội vụ"})
    with pytest.raises(EntryChanged):
        place.catalogue.write(lambda unit: correct(unit, entry.id, {"note": "x"}, "Lan", 2))
    with place.catalogue.reading() as unit:
        told = [one for one in unit.events.of_record(record_id) if "register" in one.detail]
    assert [one.detail["register"]["columns"].get("due_on") for one in told] == [None, "2026-06-01", None]
    assert [one.agent for one in told] == ["Lan", "Lan", "Minh"]


def test_a_register_shows_nobody_what_he_may_not_see(place: Place) -> None:
    seen = register(place.catalogue, enter(place.catalogue))
    register(place.catalogue, enter(place.catalogue, unit="other", access_class="unit"))
    with place.catalogue.reading() as unit:
        assert unit.registers.entries(Asked("office", IN, 2026), LOCAL.tokens) == (seen,)


def test_a_number_outlives_its_record(place: Place) -> None:
    record_id = enter(place.catalogue)
    entry = register(place.catalogue, record_id)
    place.catalogue.write(lambda unit: discard(unit, record_id, "Lan", "nhầm"))
    place.catalogue.write(lambda unit: ask_purge(unit, record_id, "Lan"))
    place.catalogue.write(lambda unit: confirm_purge(unit, record_id, "Minh"))
    with place.catalogue.reading() as unit:
        assert unit.registers.entries(Asked("office", IN, 2026), LOCAL.tokens) == (entry,)
    place.catalogue.write(lambda unit: correct(unit, entry.id, {"note": "đã xóa"}, "Lan"))
    assert wrong(place.catalogue) == []


def test_stamped_records_that_stand_in_no_register_are_found_by_their_day(place: Place) -> None:
    stamped = enter(place.catalogue, fields={"arrived_on": "2018-03-05", "arrival_number": "2352"})
    enter(place.catalogue, fields={"arrived_on": "2019-03-05"})
    enter(place.catalogue, fields={"arrived_on": "2018-03-05"}, unit="other", access_class="unit")
    with place.catalogue.reading() as unit:
        assert unit.registers.stamped(Asked("office", IN, 2018), LOCAL.tokens, 10) == (stamped,)
    printed(place.catalogue, confirm(place.catalogue, stamped, "arrival_number", "arrived_on"), IN)
    with place.catalogue.reading() as unit:
        assert unit.registers.stamped(Asked("office", IN, 2018), LOCAL.tokens, 10) == ()


def test_a_gap_that_somebody_made_is_noticed(place: Place) -> None:
    for _ in range(3):
        register(place.catalogue, enter(place.catalogue))
    with place.catalogue.connection_for_moving() as connection:
        connection.exec_driver_sql("DELETE FROM register_entry WHERE number = 2")
        connection.commit()
    assert wrong(place.catalogue) == ["register-gap"]
    with place.catalogue.connection_for_moving() as connection:
        connection.exec_driver_sql("DELETE FROM register_entry WHERE number = 3")
        connection.commit()
    assert wrong(place.catalogue) == ["register-count"]


def test_days_of_arrival_are_found_by_their_index(tmp_path: Path) -> None:
    made = Catalogue.sqlite(tmp_path / "catalogue.sqlite")
    steps = plan(made, lambda unit: unit.registers.stamped(Asked("office", IN, 2018), LOCAL.tokens, 10))
    made.close()
    assert any("ix_described_field_arrived_on" in step for step in steps)


def test_all_of_it_comes_back_from_the_originals(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "data")
    layout.prepare()
    originals = FolderOriginals(layout.originals)
    catalogue = Catalogue.sqlite(layout.catalogue)
    ids = [enter(catalogue, originals=originals, scratch=tmp_path) for _ in range(3)]
    catalogue.write(lambda unit: begin(unit, Book("office", IN, "", 2026), 7, "Lan"))
    entries = [register(catalogue, record_id) for record_id in ids]
    catalogue.write(lambda unit: correct(unit, entries[0].id, {"note": "gấp"}, "Lan"))
    catalogue.write(lambda unit: make_void(unit, entries[1].id, "nhầm", "Lan"))
    register(catalogue, ids[1])
    catalogue.write(lambda unit: discard(unit, ids[2], "Lan", "nhầm"))
    catalogue.write(lambda unit: ask_purge(unit, ids[2], "Lan"))
    catalogue.write(lambda unit: confirm_purge(unit, ids[2], "Minh"))
    writer(catalogue, layout).drain()
    again = Catalogue.sqlite(tmp_path / "again.sqlite")
    rebuild_catalogue(again, originals, layout)
    before, after = everything(catalogue), everything(again)
    for name in ("register_entry", "register_count"):
        assert before[name] == after[name]
    assert len(before["register_entry"]) == 4
    again.close()
    catalogue.close()
