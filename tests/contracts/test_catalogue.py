"""The catalogue's promises, held on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from archive.catalogue import Catalogue
from archive.outbox import Pending
from archive.receiving import Arrival, announce, receive, reject
from archive.tables import metadata
from kernel.clock import now
from kernel.errors import EmptyFile, NotFound
from kernel.ids import new_id
from mappings.record import (
    SEAL,
    STAMP,
    Box,
    Delivery,
    DeliverySource,
    DeliveryState,
    DescribedField,
    Mark,
    Page,
    PageState,
    ReadBy,
    RecordState,
    Word,
)
from tests.servers.postgresql import postgresql_database


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    if request.param == "sqlite":
        made = Catalogue.sqlite(tmp_path / "catalogue.sqlite")
        yield made
        made.close()
    else:
        with postgresql_database() as url:
            made = Catalogue.at_url(url, tmp_path)
            yield made
            made.close()


def arrival(digest: str = "a" * 64, pages: int = 2) -> Arrival:
    return Arrival(new_id(), "quét 1.pdf", DeliverySource.DROP, now(), digest, 3_000_000_000, "application/pdf", pages)


def take(catalogue: Catalogue, *arrivals: Arrival) -> tuple[Delivery, ...]:
    return catalogue.write(lambda work: receive(work, arrivals, "office", "internal"))


def test_migrations_make_just_the_declared_tables(catalogue: Catalogue) -> None:
    with catalogue._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_new_bytes_make_a_record_with_its_pages_waiting(catalogue: Catalogue) -> None:
    (delivery,) = take(catalogue, arrival())
    assert delivery.state is DeliveryState.ARCHIVED
    with catalogue.reading() as work:
        view = work.records.view(str(delivery.record_id))
        assert view.record.state is RecordState.RECEIVED
        assert view.record.size == 3_000_000_000
        assert [page.state for page in view.pages] == [PageState.WAITING] * 2
        assert work.outbox.pending(10) == (Pending(view.record.id, 1),)
        assert [event.type.value for event in work.events.of_record(view.record.id)] == [
            "message digest calculation",
            "ingestion",
        ]


def test_same_bytes_again_are_one_more_delivery_of_one_record(catalogue: Catalogue) -> None:
    first, twin = take(catalogue, arrival(), arrival())
    (third,) = take(catalogue, arrival())
    assert first.record_id == twin.record_id == third.record_id
    assert (twin.state, third.state) == (DeliveryState.DUPLICATE, DeliveryState.DUPLICATE)
    with catalogue.reading() as work:
        assert len(work.deliveries.of_record(str(first.record_id))) == 3
        assert work.records.counts() == {RecordState.RECEIVED: 1}


def test_nothing_remains_of_a_unit_that_was_not_committed(catalogue: Catalogue) -> None:
    with catalogue.writing() as work:
        receive(work, [arrival()], "office", "internal")
    with catalogue.reading() as work:
        assert work.records.counts() == {}


def test_the_same_bytes_from_eight_threads_at_once_are_one_record(catalogue: Catalogue) -> None:
    threads = [threading.Thread(target=take, args=(catalogue, arrival())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with catalogue.reading() as work:
        assert work.records.counts() == {RecordState.RECEIVED: 1}
        assert sum(work.deliveries.counts().values()) == 8


def test_two_readers_never_get_the_same_record(catalogue: Catalogue) -> None:
    take(catalogue, *(arrival(f"{number:064x}") for number in range(20)))
    alive = ("one", "two")
    taken: dict[str, list[str]] = {"one": [], "two": []}

    def run(owner: str) -> None:
        while records := catalogue.write(lambda work: work.records.claim(owner, lambda: alive, 1)):
            taken[owner].extend(record.id for record in records)

    threads = [threading.Thread(target=run, args=(owner,)) for owner in alive]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken["one"]) + len(taken["two"]) == len({*taken["one"], *taken["two"]}) == 20


def test_a_reader_born_while_another_looks_is_not_taken_for_dead(catalogue: Catalogue) -> None:
    take(catalogue, arrival())
    catalogue.write(lambda work: work.records.claim("newborn", lambda: ["newborn"], 5))
    known = iter([["old"], ["old", "newborn"]])
    assert catalogue.write(lambda work: work.records.claim("old", lambda: next(known), 5)) == ()


def test_a_dead_readers_record_is_taken_over_with_its_read_pages_kept(catalogue: Catalogue) -> None:
    (delivery,) = take(catalogue, arrival())
    record_id = str(delivery.record_id)
    catalogue.write(lambda work: work.records.claim("dead", lambda: ["dead"], 5))
    page = Page(1, PageState.SEARCHABLE, ReadBy.OCR, 0.9, "a b", (Word("a", 0), Word("b", 2)), 595, 842)
    catalogue.write(lambda work: work.pages.save(record_id, [page]))
    assert catalogue.write(lambda work: work.records.claim("new", lambda: ["dead", "new"], 5)) == ()
    (record,) = catalogue.write(lambda work: work.records.claim("new", lambda: ["new"], 5))
    with catalogue.reading() as work:
        assert record.id == record_id
        assert work.pages.waiting(record_id) == (2,)


def test_words_come_back_with_boxes_confidence_and_what_they_could_be_too(catalogue: Catalogue) -> None:
    (delivery,) = take(catalogue, arrival(pages=1))
    words = (Word("12", 0, None, 0.4, 4, 2, "72 1Z"), Word("Quyết", 3, Box(0.1, 0.2, 0.3, 0.25), 0.913, 4, 2))
    marks = Mark(SEAL, Box(0.5, 0.5, 0.7, 0.65)), Mark(STAMP, Box(0.1, 0.2, 0.3, 0.25))
    page = Page(1, PageState.SEARCHABLE, ReadBy.OCR, 0.9, "12 Quyết\x00", words, 595.2, 841.9, True, 90, None, marks)
    catalogue.write(lambda work: work.pages.save(str(delivery.record_id), [page]))
    with catalogue.reading() as work:
        assert work.pages.page(str(delivery.record_id), 1) == replace(page, text="12 Quyết ")


def test_a_persons_word_is_kept_when_the_record_is_read_again(catalogue: Catalogue) -> None:
    (delivery,) = take(catalogue, arrival())
    record_id = str(delivery.record_id)
    read = {name: DescribedField(name, "máy đọc", 0.5, doubtful=True) for name in ("number", "subject")}
    catalogue.write(lambda work: work.records.describe(record_id, read))
    said = DescribedField("number", "12B", 1.0, confirmed=True)
    catalogue.write(lambda work: work.records.set_field(record_id, said))
    catalogue.write(lambda work: work.records.describe(record_id, {"number": read["number"]}))
    with catalogue.reading() as work:
        assert work.records.view(record_id).fields == {"number": said}


def test_outbox_keeps_a_revision_that_came_while_the_former_was_indexed(catalogue: Catalogue) -> None:
    (delivery,) = take(catalogue, arrival())
    record_id = str(delivery.record_id)
    catalogue.write(lambda work: work.outbox.put({record_id: work.records.finish(record_id, RecordState.SEARCHABLE)}))
    catalogue.write(lambda work: work.outbox.done([Pending(record_id, 1)]))
    with catalogue.reading() as work:
        assert work.outbox.pending(5) == (Pending(record_id, 2),)


def test_a_refused_revision_is_set_aside_until_a_newer_one(catalogue: Catalogue) -> None:
    (delivery,) = take(catalogue, arrival())
    entry = Pending(str(delivery.record_id), 1)
    catalogue.write(lambda work: work.outbox.set_aside([(entry, "term too long")]))
    with catalogue.reading() as work:
        assert work.outbox.pending(5) == ()
        assert [(aside.record_id, aside.reason) for aside in work.outbox.all_set_aside()] == [
            (entry.record_id, "term too long")
        ]
    catalogue.write(lambda work: work.outbox.put({entry.record_id: 2}))
    with catalogue.reading() as work:
        assert work.outbox.pending(5) == (Pending(entry.record_id, 2),)


def test_rejection_is_told_with_its_reason(catalogue: Catalogue) -> None:
    came = Delivery(new_id(), "rỗng.pdf", DeliverySource.DROP, DeliveryState.RECEIVED, now(), 0)
    catalogue.write(lambda work: reject(work, came, EmptyFile()))
    with catalogue.reading() as work:
        found = work.deliveries.by_id(came.id).delivery
        assert (found.state, found.reason) == (DeliveryState.REJECTED, "empty")
        assert [row.delivery.id for row in work.deliveries.recent(5, state=DeliveryState.REJECTED)] == [came.id]


def test_access_hides_records_and_counts_alike(catalogue: Catalogue) -> None:
    (delivery,) = take(catalogue, arrival())
    with catalogue.reading() as work:
        assert work.pages.unsearchable(["internal"]) == (1, 2)
        assert work.pages.unsearchable(["public"]) == (0, 0)
        assert work.records.find(str(delivery.record_id), ["public"]) is None
        with pytest.raises(NotFound):
            work.records.view(str(delivery.record_id), ["unit:other"])


def test_revisions_stream_over_many_records(catalogue: Catalogue) -> None:
    take(catalogue, *(arrival(f"{number:064x}", pages=1) for number in range(2500)))
    with catalogue.reading() as work:
        assert len(dict(work.records.all_revisions())) == 2500


def test_an_announcement_that_comes_later_tells_the_door_and_nothing_else(catalogue: Catalogue) -> None:
    came = replace(arrival(), source=DeliverySource.UPLOAD)
    (taken,) = take(catalogue, came)
    late = Delivery(taken.id, came.file_name, DeliverySource.COMMAND, DeliveryState.RECEIVED, came.received_at, 3)
    catalogue.write(lambda work: announce(work, [late]))
    with catalogue.reading() as work:
        assert work.deliveries.by_id(taken.id).delivery == replace(taken, source=DeliverySource.COMMAND)


def test_an_announcement_beside_a_taking_that_is_not_committed_yet_does_not_undo_it(catalogue: Catalogue) -> None:
    came = arrival()
    late = Delivery(came.delivery_id, came.file_name, came.source, DeliveryState.RECEIVED, came.received_at, 3)
    if catalogue.dialect == "sqlite":  # one writer at a time
        take(catalogue, came)
        catalogue.write(lambda work: announce(work, [late]))
    else:
        with catalogue.writing() as work:
            receive(work, [came], "office", "internal")
            beside = threading.Thread(target=lambda: catalogue.write(lambda other: announce(other, [late])))
            beside.start()
            _until_somebody_waits(catalogue)
            work.commit()
        beside.join()
    with catalogue.reading() as work:
        assert work.deliveries.by_id(came.delivery_id).delivery.state is DeliveryState.ARCHIVED


def _until_somebody_waits(catalogue: Catalogue) -> None:
    deadline = time.monotonic() + 30
    waiting = 0
    while not waiting:
        assert time.monotonic() < deadline
        with catalogue._engine.connect() as connection:
            waiting = connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar_one()


def test_a_delivery_taken_again_after_a_lost_answer_keeps_its_state(catalogue: Catalogue) -> None:
    came = arrival()
    first, again = take(catalogue, came), take(catalogue, came)
    assert first == again
    with catalogue.reading() as work:
        assert len(work.events.of_record(str(first[0].record_id))) == 2
