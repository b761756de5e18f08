"""A stack with separator sheets becomes records, by the whole way in; every page is accounted for, nothing is lost."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.dividing import division_of, whence
from archive.keeping import SidecarWriter
from archive.rebuilding import rebuild_catalogue
from mappings.record import DeliverySource, PageState, Record, RecordState, RecordView
from mappings.separators import SeparatorSheet, SheetKind
from tests.integration.checking import found
from tests.integration.house import House
from tests.stacks import BACKS, BLANK, START, Side, pdf, tiff

FILED = SeparatorSheet(SheetKind.START, "HS-15 Quy hoạch đất đai", "Quyết định")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path) as made:
        yield made


def take(house: House, name: str, content: bytes) -> RecordView:
    """The record of the file as delivered, all of it read."""
    house.drop(name, content)
    with house.service() as service:
        assert service.drain(120)
    delivery = house.deliveries()[name].delivery
    with house.catalogue.reading() as work:
        return work.records.view(str(delivery.record_id))


def parts_of(house: House, whole: Record) -> list[RecordView]:
    with house.catalogue.reading() as work:
        division = division_of(work, whole.id)
        assert division is not None
        return [work.records.view(record_id) for record_id, _ in division.parts]


def accounted(house: House, whole: Record) -> list[int]:
    """The pages of a scan that are told of, once for each time."""
    with house.catalogue.reading() as work:
        division = division_of(work, whole.id)
    assert division is not None
    return sorted([*division.separators, *(number for _, numbers in division.parts for number in numbers)])


def about(view: RecordView) -> str:
    return " ".join(page.text for page in view.pages)


SIDES: list[Side] = ["Mở đầu", FILED, "Nông nghiệp", "Thủy lợi", START, "Giáo dục"]


@pytest.mark.each(2)
@pytest.mark.parametrize(("name", "content"), [("tap.pdf", pdf(SIDES)), ("tap.tif", tiff(SIDES))])
def test_a_stack_becomes_records_and_every_page_is_accounted_for(house: House, name: str, content: bytes) -> None:
    whole = take(house, name, content)
    assert whole.record.state is RecordState.DIVIDED
    first, second, third = parts_of(house, whole.record)
    assert [one.record.page_count for one in (first, second, third)] == [1, 2, 1]
    assert ["Mở đầu" in about(first), "Nông nghiệp" in about(second), "Giáo dục" in about(third)] == [True] * 3
    assert (second.value("dossier"), second.value("kind")) == ("HS-15 Quy hoạch đất đai", "Quyết định")
    assert first.value("dossier") is None
    assert third.value("dossier") is None
    assert accounted(house, whole.record) == [1, 2, 3, 4, 5, 6]
    assert [page.state for page in whole.pages] == [
        PageState.FILED,
        PageState.SEPARATOR,
        PageState.FILED,
        PageState.FILED,
        PageState.SEPARATOR,
        PageState.FILED,
    ]
    assert all("phân cách" not in about(one).lower() for one in (first, second, third))
    assert found(house, at_rest=True) == []


def test_the_scan_is_kept_untouched_and_each_side_tells_of_the_other(house: House) -> None:
    content = pdf(SIDES)
    whole = take(house, "tap.pdf", content)
    with house.originals.open(whole.record.digest) as stream:
        assert stream.read() == content
    parts = parts_of(house, whole.record)
    with house.catalogue.reading() as work:
        told = whence(work, [part.record.id for part in parts])
        deliveries = work.deliveries.of_record(parts[1].record.id)
        listed = dict(work.records.all_revisions())
    assert {one.whole_id for one in told.values()} == {whole.record.id}
    assert told[parts[1].record.id].numbers == (3, 4)
    assert [one.source for one in deliveries] == [DeliverySource.DIVISION]
    assert sorted(listed) == sorted(part.record.id for part in parts), "the index holds the parts, and not the scan"


def test_front_sides_and_back_sides_are_put_together(house: House) -> None:
    fronts: list[Side] = [FILED, "Một", "Ba", START, "Năm"]
    backs: list[Side] = ["Sáu", BLANK, BLANK, "Hai", BLANK]  # the stack was turned over: the last one comes first
    whole = take(house, "hai-mat.pdf", pdf([*fronts, BACKS, *backs]))
    first, second = parts_of(house, whole.record)
    assert [page.state is PageState.BLANK for page in first.pages] == [False, False, False, True]
    assert [word in page.text for word, page in zip(["Một", "Hai", "Ba"], first.pages, strict=False)] == [True] * 3
    assert ["Năm" in second.pages[0].text, "Sáu" in second.pages[1].text] == [True, True]
    assert accounted(house, whole.record) == list(range(1, 12)), "no side is deleted"
    assert found(house, at_rest=True) == []


def test_sides_that_do_not_match_are_left_as_they_came_and_it_is_told_why(house: House) -> None:
    whole = take(house, "thieu.pdf", pdf([START, "Một", "Ba", BACKS, "Bốn", "Hai"]))
    assert whole.record.state is RecordState.SEARCHABLE
    assert house.record_count() == 1
    with house.catalogue.reading() as work:
        division = division_of(work, whole.record.id)
    assert division is not None
    assert division.error == ("sides-differ", {"fronts": 3, "backs": 2})
    assert [page.state is PageState.SEPARATOR for page in whole.pages] == [True, False, False, True, False, False]
    assert found(house, at_rest=True) == []


def test_a_scan_that_cannot_be_cut_stays_one_record_and_says_so(house: House) -> None:
    content = tiff([START, "Một", START, BLANK], "raw")
    lengths = struct.pack("<HH", 279, 4)  # where the strips end is not told; readers guess it
    assert content.count(lengths) == 4
    whole = take(house, "la.tif", content.replace(lengths, struct.pack("<HH", 65_000, 4)))
    assert whole.record.state is RecordState.SEARCHABLE
    assert whole.value("addressees") == "Sở Một"
    with house.catalogue.reading() as work:
        division = division_of(work, whole.record.id)
    assert division is not None
    assert division.error == ("not-divided", {})
    assert found(house, at_rest=True) == []


@pytest.mark.long
def test_the_same_stack_again_is_the_same_records(house: House) -> None:
    content = pdf(SIDES)
    whole = take(house, "tap.pdf", content)
    take(house, "tap lần nữa.pdf", content)
    # Other bytes that hold the very same pages: the parts are there already, and stay one record each.
    again = take(house, "khac.pdf", content + b"\n% again\n%%EOF\n")
    assert again.record.id != whole.record.id
    assert [one.record.id for one in parts_of(house, again.record)] == [
        one.record.id for one in parts_of(house, whole.record)
    ]
    assert house.record_count() == 3
    assert found(house, at_rest=True) == []


def test_sheets_alone_are_kept_and_make_no_record(house: House) -> None:
    whole = take(house, "to.pdf", pdf([START, FILED]))
    assert whole.record.state is RecordState.DIVIDED
    assert parts_of(house, whole.record) == []
    assert accounted(house, whole.record) == [1, 2]
    assert found(house, at_rest=True) == []


def test_a_catalogue_made_anew_from_the_originals_knows_the_parts(house: House, tmp_path: Path) -> None:
    whole = take(house, "tap.pdf", pdf(SIDES))
    SidecarWriter(house.catalogue, house.originals.beside, house.layout.sidecar_lock, house.layout.work).drain()
    before = [(one.record.id, one.fields, one.pages) for one in parts_of(house, whole.record)]
    with House(tmp_path / "anew") as other:
        done = rebuild_catalogue(other.catalogue, house.originals, other.layout)
        assert (done.records, done.handed_in) == (4, [])
        assert [(one.record.id, one.fields, one.pages) for one in parts_of(other, whole.record)] == before
