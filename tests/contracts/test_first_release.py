"""A catalogue of the first release, with rows in every table, is brought to today's form and reads as it did."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from archive.catalogue import Catalogue
from archive.disposing import ask_purge, confirm_purge, discard
from archive.outbox import Pending
from archive.tables import metadata
from kernel.errors import TooManyPages
from mappings.record import Box, DeliveryState, PageState, ReadBy, RecordState, Word
from search_api.engines.tantivy_engine import TantivyEngine
from tests.contracts.test_catalogue import arrival, take
from tests.first_release import AT, DIGESTS, FIRST, SECOND, TEXT, THIRD, make_first_release
from tests.servers.postgresql import postgresql_database
from tests.serving import search_house


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Catalogue]]:
    """Opens the old catalogue with the code of today."""
    if request.param == "sqlite":
        path = tmp_path / "catalogue.sqlite"
        make_first_release(f"sqlite:///{path}")
        yield lambda: Catalogue.sqlite(path)
    else:
        with postgresql_database(tables=False) as url:
            make_first_release(url)
            yield lambda: Catalogue.at_url(url, tmp_path)


@pytest.fixture
def catalogue(opened: Callable[[], Catalogue]) -> Iterator[Catalogue]:
    made = opened()
    yield made
    made.close()


def test_it_has_the_form_of_today_and_opening_it_again_changes_nothing(opened: Callable[[], Catalogue]) -> None:
    for _ in range(2):
        catalogue = opened()
        with catalogue._engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        catalogue.close()


def test_two_processes_that_open_it_at_once_bring_it_up_once(opened: Callable[[], Catalogue]) -> None:
    made: list[Catalogue] = []
    threads = [threading.Thread(target=lambda: made.append(opened())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    for catalogue in made:
        with catalogue.reading() as work:
            assert sum(work.records.counts().values()) == 3
        catalogue.close()


def test_records_with_fields_pages_and_words_read_as_they_did(catalogue: Catalogue) -> None:
    with catalogue.reading() as work:
        view = work.records.view(FIRST)
        record = view.record
        assert (record.sequence, record.digest, record.size, record.revision) == (1, DIGESTS[FIRST], 482_133, 3)
        assert (record.state, record.received_at, record.unit) == (RecordState.SEARCHABLE, AT, "office")
        assert work.records.by_id(SECOND).size == 5_000_000_000
        assert (view.value("number"), view.value("subject")) == ("123", "Về việc phê duyệt dự toán")
        number, place = view.fields["number"], view.fields["place"]
        assert (number.confirmed, number.page, number.boxes) == (True, 1, (Box(0.16, 0.2, 0.2, 0.22),))
        assert (place.doubtful, place.value) == (True, "")
        page = work.pages.page(FIRST, 1)
        assert (page.text, page.read_by, page.confidence, page.width) == (TEXT, ReadBy.OCR, 0.91, 595.2)
        assert page.words == (
            Word("Số:", 0, Box(0.1, 0.2, 0.15, 0.22), 0.913, 0, 0),
            Word("123/QĐ-UBND", 4, Box(0.16, 0.2, 0.4, 0.22), 0.5, 0, 0),
            Word("QUYẾT", 16, None, None, 1, 2),
            Word("ĐỊNH", 22, Box(0.3, 0.3, 0.4, 0.32), 1.0, 1, 2),
        )
        assert work.pages.page(THIRD, 2).reason == "page-timed-out"
        assert not work.pages.page(THIRD, 1).has_image


def test_counts_rights_deliveries_events_and_outbox_read_as_they_did(catalogue: Catalogue) -> None:
    with catalogue.reading() as work:
        states = {RecordState.SEARCHABLE: 1, RecordState.READING: 1, RecordState.PARTLY_SEARCHABLE: 1}
        assert work.records.counts() == states
        pages = {PageState.SEARCHABLE: 3, PageState.BLANK: 1, PageState.WAITING: 1, PageState.FAILED: 1}
        assert work.pages.counts() == pages
        assert dict(work.records.all_revisions()) == {FIRST: 3, SECOND: 1, THIRD: 2}
        assert work.records.find(THIRD, ["internal"]) is None
        assert work.records.find(THIRD, ["unit:Phòng Kế toán"]) is not None
        came = [one.file_name for one in work.deliveries.of_record(FIRST)]
        assert came == ["quyết định.pdf", "bản sao.pdf"]
        (refused,) = work.deliveries.recent(5, state=DeliveryState.REJECTED)
        assert TooManyPages(**refused.reason_values).title.en == "Too many pages (9000; at most 5000)"
        events = work.events.of_record(FIRST)
        assert [event.type.value for event in events] == [
            "message digest calculation", "ingestion", "metadata extraction", "ingestion", "metadata modification",
        ]  # fmt: skip
        assert events[-1].detail == {"fields": {"number": {"old": "12", "new": "123"}}}
        assert (events[-1].agent, events[-1].at, events[3].outcome) == ("local", AT, "duplicate")
        assert work.outbox.pending(5) == (Pending(FIRST, 3),)
        assert [one.reason for one in work.outbox.all_set_aside()] == ["term too long"]


def test_work_goes_on_where_the_first_release_left_it(catalogue: Catalogue) -> None:
    (duplicate,) = take(catalogue, arrival(DIGESTS[FIRST]))
    assert (duplicate.state, duplicate.record_id) == (DeliveryState.DUPLICATE, FIRST)
    (new,) = take(catalogue, arrival("9" * 64))
    claimed = catalogue.write(lambda work: work.records.claim("me", lambda: ["me"], 5))
    assert [record.id for record in claimed] == [SECOND, new.record_id]
    assert claimed[1].sequence == 6, "an accession number is never given twice"
    with catalogue.reading() as work:
        assert work.pages.waiting(SECOND) == (2,)
        assert len(work.events.of_record(str(new.record_id))) == 2


def test_what_came_in_with_the_first_release_can_be_purged(catalogue: Catalogue) -> None:
    catalogue.write(lambda work: discard(work, FIRST, "A", "hết giá trị"))
    catalogue.write(lambda work: ask_purge(work, FIRST, "A"))
    catalogue.write(lambda work: confirm_purge(work, FIRST, "B"))
    with catalogue.reading() as work:
        assert sorted(dict(work.records.all_revisions())) == sorted([SECOND, THIRD])
        assert work.events.of_record(FIRST)[0].detail["digest"] == DIGESTS[FIRST]
        assert work.deliveries.counts()[DeliveryState.PURGED] == 2


def test_an_old_data_folder_is_searched_after_the_update(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    make_first_release(f"sqlite:///{tmp_path / 'data' / 'catalogue.sqlite'}")
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine) as house:
        house.index()
        assert house.found("dự toán") == [FIRST]
        assert sorted(house.found("123/QĐ-UBND")) == [FIRST, SECOND], "it stands on the pages of both"
        assert house.get(f"/records/{FIRST}")["fields"]["number"]["confirmed"] is True
    engine.close()
