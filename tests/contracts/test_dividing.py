"""What is written when a scan is divided, on SQLite and on PostgreSQL: all of it, once, and nothing else."""

from __future__ import annotations

import pytest

from archive.catalogue import Catalogue
from archive.disposing import ask_purge, confirm_purge, discard
from archive.dividing import CutPart, divide, division_of, not_divided, unaccounted_pages, whence
from archive.receiving import Arrival, receive
from kernel.clock import now
from kernel.ids import new_id
from kernel.paper_errors import SidesDiffer
from mappings.record import Box, DeliverySource, Page, PageState, ReadBy, Record, RecordState, Word
from mappings.separators import SeparatorSheet, SheetKind, payload_of
from tests.contracts.test_catalogue import catalogue  # noqa: F401 - a fixture

SHEET = SeparatorSheet(SheetKind.START, "HS-15", "Quyết định")
WORDS = (Word("một", 0, Box(0, 0, 0.5, 0.5), 0.9),)
READ = (
    Page(1, PageState.SEPARATOR, ReadBy.OCR, text=payload_of(SHEET)),
    Page(
        2, PageState.SEARCHABLE, ReadBy.OCR, 0.9, "một", (Word("một", 0, Box(0, 0, 0.5, 0.5), 0.9),), 595, 842, True, 90
    ),
    Page(3, PageState.FAILED, reason="no-words"),
    Page(4, PageState.BLANK, ReadBy.OCR),
    Page(5, PageState.SEARCHABLE, ReadBy.OCR, 0.9, "hai"),
)
PARTS = (
    CutPart("tập - 1.pdf", "b" * 64, 7, (3, 2), SHEET),
    CutPart("tập - 2.pdf", "c" * 64, 8, (4, 5), None),
)


def arrival(digest: str, pages: int) -> Arrival:
    return Arrival(new_id(), "tập.pdf", DeliverySource.DROP, now(), digest, 9, "application/pdf", pages)


@pytest.fixture
def whole(catalogue: Catalogue) -> Record:  # noqa: F811
    """A scan that is claimed and all of whose pages are read."""

    def begin(work):  # type: ignore[no-untyped-def]
        (delivery,) = receive(work, [arrival("a" * 64, 5)], "văn phòng", "restricted")
        work.pages.save(delivery.record_id, READ)
        return work.records.claim("reader", lambda: {"reader"}, 10)[0]

    return catalogue.write(begin)  # type: ignore[no-any-return]


def parted(catalogue: Catalogue, whole: Record) -> list[str]:  # noqa: F811
    catalogue.write(lambda work: divide(work, whole, PARTS, (1,), collated=False))
    with catalogue.reading() as work:
        told = division_of(work, whole.id)
    assert told is not None
    return [record_id for record_id, _ in told.parts]


def test_each_part_has_its_pages_as_they_were_read_in_its_own_order(catalogue: Catalogue, whole: Record) -> None:  # noqa: F811
    first, second = parted(catalogue, whole)
    with catalogue.reading() as work:
        pages = work.pages.of_record(first, words=True)
        again = work.pages.of_record(second)
        record = work.records.by_id(first)
        kept = work.pages.of_record(whole.id, words=True)
    assert [page.number for page in pages] == [1, 2]
    assert (pages[0].state, pages[0].reason) == (PageState.FAILED, "no-words")
    assert (pages[1].text, pages[1].rotation, pages[1].words[0].box) == ("một", 90, Box(0, 0, 0.5, 0.5))
    assert [page.state for page in again] == [PageState.BLANK, PageState.SEARCHABLE]
    assert (record.unit, record.access_class) == ("văn phòng", "restricted"), "a sheet gives no rights"
    assert [(page.state, page.text, page.words) for page in kept[1:]] == [(PageState.FILED, "", ())] * 4
    assert kept[0] == READ[0]


def test_the_index_is_told_of_the_parts_and_to_forget_the_scan(catalogue: Catalogue, whole: Record) -> None:  # noqa: F811
    parts = parted(catalogue, whole)
    with catalogue.reading() as work:
        assert sorted(record_id for record_id, _ in work.records.all_revisions()) == sorted(parts)
        assert work.records.counts() == {RecordState.RECEIVED: 2}
        assert work.records.standing(whole.id) == 0
        assert work.records.views([whole.id]) == {}
        assert work.records.by_id(whole.id).state is RecordState.DIVIDED
        assert {one.record_id for one in work.outbox.pending(10)} == {whole.id, *parts}


def test_both_sides_tell_of_each_other_and_no_page_is_missing(catalogue: Catalogue, whole: Record) -> None:  # noqa: F811
    first, second = parted(catalogue, whole)
    with catalogue.reading() as work:
        told = whence(work, [first, second, whole.id])
        assert list(unaccounted_pages(work)) == []
    assert {key: (one.whole_id, one.numbers) for key, one in told.items()} == {
        first: (whole.id, (3, 2)),
        second: (whole.id, (4, 5)),
    }
    assert (told[first].sheet.dossier, told[second].sheet.dossier) == ("HS-15", "")


def test_bytes_that_are_a_record_already_stay_that_record(catalogue: Catalogue, whole: Record) -> None:  # noqa: F811
    (known,) = catalogue.write(lambda work: receive(work, [arrival("b" * 64, 2)], "office", "internal"))
    first, _ = parted(catalogue, whole)
    assert first == known.record_id
    with catalogue.reading() as work:
        assert work.records.by_id(first).access_class == "internal"
        assert len(work.deliveries.of_record(first)) == 2
        assert list(unaccounted_pages(work)) == []


def test_a_purged_part_is_accounted_for_and_the_others_stay(catalogue: Catalogue, whole: Record) -> None:  # noqa: F811
    first, second = parted(catalogue, whole)
    catalogue.write(lambda work: discard(work, first, "An", "trùng"))
    catalogue.write(lambda work: ask_purge(work, first, "An"))
    catalogue.write(lambda work: confirm_purge(work, first, "Bình"))
    with catalogue.reading() as work:
        assert list(unaccounted_pages(work)) == []
        assert work.records.find(first) is None
        assert work.records.by_id(second).page_count == 2


def test_why_a_scan_stays_whole_is_told_by_the_last_word(catalogue: Catalogue, whole: Record) -> None:  # noqa: F811
    catalogue.write(lambda work: not_divided(work, whole.id, SidesDiffer(fronts=3, backs=2)))
    with catalogue.reading() as work:
        told = division_of(work, whole.id)
        assert told is not None
        assert told.error == ("sides-differ", {"fronts": 3, "backs": 2})
        assert division_of(work, new_id()) is None
    parted(catalogue, whole)
    with catalogue.reading() as work:
        assert division_of(work, whole.id).error is None  # type: ignore[union-attr]
