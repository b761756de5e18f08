"""Every page is read or says why not, whatever dies on the way; what was read is never read again."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.events import EventType
from archive.receiving import Arrival, receive
from ingest import pipeline as pipeline_module
from ingest.confining import Confinement, ReadOnlyView
from ingest.options import PipelineOptions
from ingest.pipeline import Pipeline
from ingest.reading import ReadingOptions
from ingest.sandbox import ReadingPool
from kernel.clock import now
from kernel.ids import new_id
from kernel.locks import Owner
from mappings.record import DeliverySource, Page, PageState, RecordState
from tests.integration import readers
from tests.integration.house import House, until


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    # The readers of these tests write to a folder of the test.
    with ReadingPool(2, 512, 5, Confinement.LIMITS) as made:
        yield made


def add(house: House, name: str, pages: int) -> str:
    """A record of so many pages, its bytes its name."""
    path = house.root / name
    path.write_text(name)
    stored = house.originals.store(path)
    came = Arrival(new_id(), name, DeliverySource.DROP, now(), stored.digest, stored.size, "text/plain", pages)
    (delivery,) = house.catalogue.write(lambda work: receive(work, [came], "office", "internal"))
    return str(delivery.record_id)


def options(house: House, read: Callable[..., object] = readers.reads, **more: object) -> PipelineOptions:
    describe = more.pop("describe", readers.names_its_pages)
    return PipelineOptions(ReadingOptions(languages=str(house.root)), read=read, describe=describe, **more)  # type: ignore[arg-type]


@contextmanager
def running(house: House, pool: ReadingPool, chosen: PipelineOptions) -> Iterator[Pipeline]:
    owner = Owner(house.layout.owners)
    pipeline = Pipeline(house.catalogue, house.originals, pool, owner, chosen)
    thread = threading.Thread(target=pipeline.run)
    thread.start()
    try:
        yield pipeline
    finally:
        pipeline.stop()
        thread.join()
        owner.close()


def all_done(house: House) -> bool:
    return not {RecordState.RECEIVED, RecordState.READING} & house.record_states().keys()


def read_all(house: House, pool: ReadingPool, chosen: PipelineOptions) -> None:
    with running(house, pool, chosen):
        until(lambda: all_done(house))


def state_of(house: House, record_id: str) -> tuple[RecordState, list[tuple[PageState, str | None]]]:
    with house.catalogue.reading() as work:
        view = work.records.view(record_id)
    return view.record.state, [(page.state, page.reason) for page in view.pages]


def value(house: House, record_id: str, name: str) -> str | None:
    with house.catalogue.reading() as work:
        return work.records.view(record_id).value(name)


READ = (PageState.SEARCHABLE, None)


def test_read_and_described_records_are_finished_with_event_and_outbox(house: House, pool: ReadingPool) -> None:
    record_id = add(house, "a", 3)
    read_all(house, pool, options(house))
    assert state_of(house, record_id) == (RecordState.SEARCHABLE, [READ] * 3)
    assert value(house, record_id, "subject") == "1 2 3"
    with house.catalogue.reading() as work:
        assert [(entry.record_id, entry.revision) for entry in work.outbox.pending(5)] == [(record_id, 2)]
        event = work.events.of_record(record_id)[-1]
        assert (event.type, event.outcome) == (EventType.EXTRACTION, "success")
        assert event.detail == {"revision": 2, "fields": ["subject"], "pages": {"searchable": 3}}


def test_a_page_that_kills_its_reader_fails_alone(house: House, pool: ReadingPool) -> None:
    deadly, others = add(house, "deadly", 3), [add(house, f"b{number}", 3) for number in range(5)]
    chosen = options(house, readers.dies_on_second)
    read_all(house, pool, chosen)
    for record_id in (deadly, *others):
        state, pages = state_of(house, record_id)
        assert state is RecordState.PARTLY_SEARCHABLE
        assert pages == [READ, (PageState.FAILED, "reader-died"), READ]


def test_a_reader_that_died_once_is_not_held_against_the_page(house: House, pool: ReadingPool) -> None:
    record_id = add(house, "a", 3)
    read_all(house, pool, options(house, readers.dies_once))
    assert state_of(house, record_id) == (RecordState.SEARCHABLE, [READ] * 3)


def test_answers_that_are_no_such_page_are_failed_pages(house: House, pool: ReadingPool) -> None:
    record_id = add(house, "a", 6)
    read_all(house, pool, options(house, readers.ill_in_every_way))
    unreadable = (PageState.FAILED, "page-unreadable")
    late = (PageState.FAILED, "page-timed-out")
    assert state_of(house, record_id) == (
        RecordState.PARTLY_SEARCHABLE,
        [unreadable, unreadable, unreadable, READ, late, late],
    )
    with house.catalogue.reading() as work:
        page = work.pages.page(record_id, 4)
    assert (page.text, page.words[0].text) == ("a b\ufffdc", "a b\ufffdc")


@pytest.mark.parametrize(
    ("describe", "reason"),
    [
        (readers.falls_over, "page-unreadable"),
        (readers.crashes, "reader-died"),
        (readers.confirms, "page-unreadable"),
    ],
)
def test_describing_that_fails_leaves_a_searchable_record_without_fields(
    house: House, pool: ReadingPool, describe: Callable[..., object], reason: str
) -> None:
    record_id = add(house, "a", 2)
    read_all(house, pool, options(house, describe=describe))
    assert state_of(house, record_id)[0] is RecordState.SEARCHABLE
    with house.catalogue.reading() as work:
        assert work.records.view(record_id).fields == {}
        event = work.events.of_record(record_id)[-1]
    assert (event.outcome, event.detail["reason"]) == ("failure", reason)


def test_a_long_record_is_described_from_its_first_and_last_pages(house: House, pool: ReadingPool) -> None:
    record_id = add(house, "a", 40)
    read_all(house, pool, options(house))
    assert value(house, record_id, "subject") == "1 2 3 4 5 6 7 8 37 38 39 40"


def test_reading_goes_on_at_the_page_where_the_dead_process_stood(house: House, pool: ReadingPool) -> None:
    record_id, whole = add(house, "half", 40), add(house, "whole", 2)
    house.catalogue.write(lambda work: work.records.claim("dead", lambda: ["dead"], 5))
    done: list[Page] = [readers.page(number) for number in range(1, 31)]
    house.catalogue.write(lambda work: work.pages.save(record_id, done))
    house.catalogue.write(lambda work: work.pages.save(whole, done[:2]))
    read_all(house, pool, options(house))
    assert sorted((house.root / "read").read_text().splitlines()) == [f"half {number}" for number in range(31, 41)]
    assert value(house, record_id, "subject") == "1 2 3 4 5 6 7 8 37 38 39 40"
    assert value(house, whole, "subject") == "1 2"


def test_a_page_is_saved_while_the_next_one_is_still_being_read(house: House, pool: ReadingPool) -> None:
    record_id = add(house, "a", 2)
    with running(house, pool, options(house, readers.waits_on_second)):
        until(lambda: state_of(house, record_id)[1] == [READ, (PageState.WAITING, None)])
        (house.root / "go").touch()
        until(lambda: all_done(house))


def test_stopping_gives_back_what_is_not_read_and_the_next_one_reads_it(house: House, pool: ReadingPool) -> None:
    record_id = add(house, "a", 2)
    with running(house, pool, options(house, readers.waits_on_second)):
        until(lambda: state_of(house, record_id)[1][0] == READ)
    assert state_of(house, record_id)[1] == [READ, (PageState.WAITING, None)]
    (house.root / "go").touch()
    read_all(house, pool, options(house))
    assert state_of(house, record_id) == (RecordState.SEARCHABLE, [READ] * 2)


def test_a_missing_program_is_told_and_no_page_is_blamed(house: House, pool: ReadingPool) -> None:
    record_id = add(house, "a", 2)
    with running(house, pool, options(house, readers.needs_a_tool)) as pipeline:
        until(lambda: pipeline.status.trouble)
        trouble = pipeline.status.trouble
        assert trouble and trouble.title.vi == "Thiếu chương trình tesseract"
        assert state_of(house, record_id)[1] == [(PageState.WAITING, None)] * 2
        (house.root / "tool").touch()
        until(lambda: all_done(house))
        until(lambda: pipeline.status.trouble is None)
    assert state_of(house, record_id) == (RecordState.SEARCHABLE, [READ] * 2)


def test_a_missing_original_waits_without_holding_up_the_others(
    house: House, pool: ReadingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline_module, "_ASIDE_SECONDS", 0.2)
    lost, fine = add(house, "lost", 2), add(house, "fine", 2)
    with house.catalogue.reading() as work:
        path = house.originals.path(work.records.by_id(lost).digest)
    path.rename(house.root / "away")
    with running(house, pool, options(house)) as pipeline:
        until(lambda: state_of(house, fine)[0] is RecordState.SEARCHABLE)
        assert state_of(house, lost) == (RecordState.READING, [(PageState.WAITING, None)] * 2)
        until(lambda: pipeline.status.trouble)
        (house.root / "away").rename(path)
        until(lambda: all_done(house))
    assert state_of(house, lost) == (RecordState.SEARCHABLE, [READ] * 2)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EIO])
def test_an_original_that_we_cannot_open_is_tried_again_and_no_page_is_blamed(
    house: House, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(pipeline_module, "_ASIDE_SECONDS", 0.2)
    lost, fine = add(house, "lost", 2), add(house, "fine", 2)
    with house.catalogue.reading() as work:
        closed = {str(house.originals.path(work.records.by_id(lost).digest))}
    opens = ReadOnlyView.open

    def fails(view: ReadOnlyView, path: str) -> int:
        if path in closed:
            raise OSError(number, os.strerror(number))
        return opens(view, path)

    monkeypatch.setattr(ReadOnlyView, "open", fails)
    with (
        ReadingPool(2, 512, 5, Confinement.BUBBLEWRAP) as pool,
        running(house, pool, options(house, readers.only_reads)) as pipeline,
    ):
        until(lambda: state_of(house, fine)[0] is RecordState.SEARCHABLE)
        until(lambda: pipeline.status.trouble)
        assert state_of(house, lost)[1] == [(PageState.WAITING, None)] * 2
        closed.clear()
        until(lambda: all_done(house))
    assert state_of(house, lost) == (RecordState.SEARCHABLE, [READ] * 2)


def test_a_new_record_is_read_while_a_thick_one_is(house: House, pool: ReadingPool) -> None:
    thick = add(house, "thick", 3000)
    with running(house, pool, options(house)):
        until(lambda: state_of(house, thick)[0] is RecordState.READING)
        thin = add(house, "thin", 1)
        until(lambda: state_of(house, thin)[0] is RecordState.SEARCHABLE)
        assert (PageState.WAITING, None) in state_of(house, thick)[1]


def test_two_pipelines_read_each_page_once(house: House, pool: ReadingPool) -> None:
    for number in range(60):
        add(house, f"r{number}", 2)
    with running(house, pool, options(house)), running(house, pool, options(house)):
        until(lambda: all_done(house))
    lines = (house.root / "read").read_text().splitlines()
    assert len(lines) == len(set(lines)) == 120
    assert house.record_states() == {RecordState.SEARCHABLE: 60}


def test_many_missing_originals_do_not_keep_new_records_from_being_read(house: House, pool: ReadingPool) -> None:
    for number in range(40):
        add(house, f"lost{number}", 9)
    for path in [path for path in house.layout.originals.rglob("*") if path.is_file()]:
        path.unlink()
    with running(house, pool, options(house)) as pipeline:
        until(lambda: pipeline.status.records_in_hand == 40)
        fine = add(house, "fine", 2)
        until(lambda: state_of(house, fine)[0] is RecordState.SEARCHABLE)
        assert pipeline.status.trouble
