"""What a person says of a record is taken back honestly; copies on paper are checked and told before they print."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from archive.events import Event, EventType
from kernel.copying_errors import NotCopiedHere, NothingToUndo
from kernel.disposal_errors import InBin
from kernel.errors import BadValue, Conflict, NotFound
from mappings.copies import Copy, CopyForm, fits_form
from mappings.record import DescribedField
from search_api.access import LOCAL, Viewer
from search_api.copying import note_copy
from search_api.undoing import undo
from tests.serving import SearchHouse

FIELDS = {"number": "123", "symbol": "QĐ-UBND", "subject": "Về việc chi ngân sách", "issued_on": "2019-03-05"}
NOBODY = Viewer("x", ("unit:elsewhere",))
COPY = Copy(CopyForm.TRUE, "UBND xã Suối Mây", number="05/SY-UBND", day=date(2026, 5, 3), pages=(1,))


@pytest.fixture
def record_id(house: SearchHouse) -> str:
    found = house.enter("Trang một về ngân sách", "Trang hai", fields=FIELDS)
    house.index()
    return found


def field(house: SearchHouse, record_id: str, name: str) -> DescribedField:
    with house.catalogue.reading() as unit:
        return unit.records.fields([record_id])[record_id][name]


def events(house: SearchHouse, record_id: str) -> tuple[Event, ...]:
    with house.catalogue.reading() as unit:
        return unit.events.of_record(record_id)


def test_undone_step_by_step_down_to_what_was_read(house: SearchHouse, record_id: str) -> None:
    read = field(house, record_id, "number")
    for value in ("7", "8"):
        house.services.corrections.correct(record_id, {"number": value, "symbol": "QĐ"}, LOCAL)
    assert undo(house.catalogue, record_id, LOCAL) == ("number", "symbol")
    seven = field(house, record_id, "number")
    assert (seven.value, seven.confirmed, seven.confidence) == ("7", True, 1.0)
    undo(house.catalogue, record_id, LOCAL)
    assert field(house, record_id, "number") == read, "value, confidence, doubt and place as they were read"
    with pytest.raises(NothingToUndo):
        undo(house.catalogue, record_id, LOCAL)
    told = [one for one in events(house, record_id) if one.type is EventType.MODIFICATION]
    assert [one.detail["fields"]["number"]["new"] for one in told] == ["7", "8", "7", "123"]
    assert [bool(one.detail.get("undone")) for one in told] == [False, False, True, True]


def test_a_field_that_was_not_there_is_empty_again(house: SearchHouse, record_id: str) -> None:
    house.services.corrections.correct(record_id, {"signer": "Lê Thị Mẫu"}, LOCAL)
    undo(house.catalogue, record_id, LOCAL)
    signer = field(house, record_id, "signer")
    assert (signer.value, signer.confirmed, signer.doubtful) == ("", False, False)


def test_the_index_learns_of_what_was_undone(house: SearchHouse, record_id: str) -> None:
    house.services.corrections.correct(record_id, {"issuer": "Sở Mẫu"}, LOCAL)
    house.index()
    undo(house.catalogue, record_id, LOCAL)
    with house.catalogue.reading() as unit:
        assert record_id in {entry.record_id for entry in unit.outbox.pending(10)}


def test_undo_does_not_write_over_what_came_since(house: SearchHouse, record_id: str) -> None:
    house.services.corrections.correct(record_id, {"number": "7"}, LOCAL)
    with pytest.raises(Conflict):
        undo(house.catalogue, record_id, LOCAL, revision=1)
    with house.catalogue.writing() as unit:
        held = unit.records.fields([record_id])[record_id]["number"]
        unit.records.set_field(record_id, replace(held, value="9"))
        unit.commit()
    with pytest.raises(Conflict):
        undo(house.catalogue, record_id, LOCAL)
    assert field(house, record_id, "number").value == "9"


def test_a_change_of_an_older_version_comes_back_as_doubtful(house: SearchHouse, record_id: str) -> None:
    house.services.corrections.correct(record_id, {"number": "7"}, LOCAL)
    undo(house.catalogue, record_id, LOCAL)
    detail = {"fields": {"number": {"old": "12", "new": "123"}}}
    older = Event(EventType.MODIFICATION, record_id=record_id, agent="local", detail=detail)
    house.catalogue.write(lambda unit: unit.events.add([older]))
    undo(house.catalogue, record_id, LOCAL)
    number = field(house, record_id, "number")
    assert (number.value, number.doubtful, number.confirmed) == ("12", True, False)


def test_nobody_undoes_or_copies_what_they_may_not_see(house: SearchHouse, record_id: str) -> None:
    house.services.corrections.correct(record_id, {"number": "7"}, LOCAL)
    with pytest.raises(NotFound):
        undo(house.catalogue, record_id, NOBODY)
    with pytest.raises(NotFound):
        note_copy(house.catalogue, record_id, COPY, NOBODY)


def test_a_copy_is_an_event_with_its_form_number_and_pages(house: SearchHouse, record_id: str) -> None:
    note_copy(house.catalogue, record_id, COPY, LOCAL)
    event = events(house, record_id)[-1]
    assert (event.type, event.agent) == (EventType.EXPORTING, "local")
    assert event.detail["copy"] == {
        "form": "sao-y", "agency": "UBND xã Suối Mây", "number": "05/SY-UBND", "day": "2026-05-03", "signer": "",
        "pages": [1],
    }  # fmt: skip


def test_an_extract_says_whether_it_is_word_for_word(house: SearchHouse, record_id: str) -> None:
    for passage, as_read in (("Trang  một về", True), ("Trang một nói về", False)):
        extract = replace(COPY, form=CopyForm.EXTRACT, number="06/TrS-UBND", pages=(), passages=(passage,))
        note_copy(house.catalogue, record_id, extract, LOCAL)
        assert events(house, record_id)[-1].detail["copy"]["as_read"] is as_read


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (replace(COPY, agency=""), "agency"),
        (replace(COPY, number="5/SY-UBND"), "number"),
        (replace(COPY, number="05/SL-UBND"), "number"),
        (replace(COPY, pages=()), "pages"),
        (replace(COPY, pages=(1, 9)), "pages"),
        (replace(COPY, passages=("x",)), "passages"),
        (replace(COPY, signer="x" * 400), "signer"),
    ],
)
def test_a_copy_that_cannot_be_so_is_refused_and_told_nowhere(
    house: SearchHouse, record_id: str, wrong: Copy, name: str
) -> None:
    before = events(house, record_id)
    with pytest.raises(BadValue) as refused:
        note_copy(house.catalogue, record_id, wrong, LOCAL)
    assert refused.value.values["name"] == name
    assert events(house, record_id) == before


def test_what_bears_a_mark_of_secrecy_or_lies_in_the_bin_is_not_copied(house: SearchHouse, record_id: str) -> None:
    house.services.corrections.correct(record_id, {"secrecy": "Mật"}, LOCAL)
    with pytest.raises(NotCopiedHere):
        note_copy(house.catalogue, record_id, COPY, LOCAL)
    undo(house.catalogue, record_id, LOCAL)
    house.services.disposal.discard(record_id, "Lan", "trùng", LOCAL)
    with pytest.raises(InBin):
        note_copy(house.catalogue, record_id, COPY, LOCAL)


def test_numbers_of_copies() -> None:
    assert fits_form("12/SY-UBND", CopyForm.TRUE) and fits_form("05/TrS", CopyForm.EXTRACT)
    assert not fits_form("5/SL-UBND", CopyForm.COPIED) and not fits_form("12/SY-UBND\n", CopyForm.TRUE)
