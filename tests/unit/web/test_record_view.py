"""The record's page asks for the doubtful fields first and shows the pages that matter."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from kernel.clock import now
from mappings.record import FIELD_NAMES, Box, DescribedField, Page, PageState, Record, RecordState, RecordView
from search_api.web.record_address import RecordAddress
from search_api.web.record_view import Typed, chosen_page, kept_value, lines_of, rows_of, shown_value, strip_of

ID = "0" * 26
ADDRESS = RecordAddress(ID, q="báo cáo", page=2)


def view(*fields: DescribedField) -> RecordView:
    record = Record(
        ID, 1, "d", 9, "application/pdf", "a.pdf", RecordState.SEARCHABLE, 1, now(), 3, "office", "internal"
    )
    return RecordView(record, {field.name: field for field in fields})


def pages(count: int) -> list[Page]:
    return [Page(number, PageState.SEARCHABLE) for number in range(1, count + 1)]


def test_doubtful_fields_stand_first_then_open_then_missing_then_confirmed_ones() -> None:
    shown = rows_of(
        view(
            DescribedField("number", "12", 0.99, confirmed=True),
            DescribedField("kind", "Báo cáo", 0.9),
            DescribedField("signer", "Nguyễn Văn A", 0.4, doubtful=True, page=3, boxes=(Box(0, 0, 1, 1),)),
        ),
        ADDRESS,
    )
    assert [row.name for row in shown][:2] == ["signer", "kind"]
    assert shown[-1].name == "number"
    assert sorted(row.name for row in shown) == sorted(FIELD_NAMES)
    assert [row.name for row in shown if row.sure] == ["kind"]


def test_of_an_entry_in_a_register_the_parts_of_administrative_paper_are_not_missed() -> None:
    fields = [DescribedField("record_type", "Hộ tịch: khai sinh", 0.9), DescribedField("birth.child", "A", 0.9)]
    asked_for = {row.name for row in rows_of(view(*fields), ADDRESS) if not row.is_absent}
    assert {"record_type", "birth.child", "birth.mother"} <= asked_for
    assert not asked_for & set(FIELD_NAMES) - {"record_type"}
    assert {"number", "symbol"} <= {row.name for row in rows_of(view(), ADDRESS) if not row.is_absent}
    kept = DescribedField("record_type", "Cán bộ: quyết định bổ nhiệm", 0.9)
    assert {"number", "symbol"} <= {row.name for row in rows_of(view(kept), ADDRESS) if not row.is_absent}


def test_a_field_leads_to_its_place_and_takes_the_words_along() -> None:
    (row, *_) = rows_of(view(DescribedField("subject", "Về việc họp", 0.5, doubtful=True, page=3)), ADDRESS)
    assert row.href == f"/van-ban/{ID}?q=b%C3%A1o+c%C3%A1o&page=3&field=subject#o-subject"


def test_a_refused_value_is_shown_again_with_its_complaint() -> None:
    shown = rows_of(
        view(DescribedField("issued_on", "2018-03-05", 0.9)), ADDRESS, Typed("issued_on", "32/13/2018", "Không")
    )
    (row,) = [row for row in shown if row.name == "issued_on"]
    assert (row.shown, row.wrong, row.value) == ("32/13/2018", "Không", "2018-03-05")


def test_days_are_shown_and_typed_as_05_03_2018_and_kept_as_iso() -> None:
    assert shown_value("issued_on", "2018-03-05") == "05/03/2018"
    assert kept_value("issued_on", " 5/3/2018 ") == "2018-03-05"
    assert kept_value("issued_on", "năm ngoái") == "năm ngoái"
    assert kept_value("subject", "  Về   việc\nhọp ") == "Về việc họp"


def test_the_words_of_a_line_are_one_rectangle() -> None:
    first = [Box(0.1, 0.10, 0.2, 0.12), Box(0.21, 0.101, 0.3, 0.125)]
    second = [Box(0.1, 0.13, 0.2, 0.15)]
    assert lines_of([*first, *second]) == (Box(0.1, 0.10, 0.3, 0.125), second[0])
    assert lines_of([]) == ()


def test_the_strip_of_a_long_record_shows_ends_neighbours_and_hits() -> None:
    strip = strip_of(pages(100), 50, {7, 51})
    assert [stop.number for stop in strip] == [1, 7, 47, 48, 49, 50, 51, 52, 53, 100]
    assert [stop.number for stop in strip if stop.gap_before] == [7, 47, 100]
    assert [stop.number for stop in strip if stop.hits] == [7, 51]


def test_the_strip_stays_short_when_every_page_holds_the_words() -> None:
    assert len(strip_of(pages(5000), 2500, set(range(1, 5001)))) <= 70


def test_the_page_asked_for_is_shown_else_the_first_with_the_words_else_the_first() -> None:
    record = pages(5)

    def shown(wanted: int, hits: dict[int, object]) -> int:
        page = chosen_page(record, wanted, hits)
        assert page is not None
        return page.number

    assert shown(4, {2: ""}) == 4
    assert shown(0, {3: "", 2: ""}) == 2
    assert shown(99, {}) == 1
    assert chosen_page([], 1, {}) is None


def test_an_address_is_read_back_as_it_was_written() -> None:
    address = RecordAddress(ID, q="a & b", page=3, field="subject", view="text", zoom=True)
    assert RecordAddress.read(ID, dict(parse_qsl(urlsplit(str(address)).query))) == address
    assert str(RecordAddress.read(ID, {"page": "-1", "field": "x", "view": "y", "zoom": "2"})) == f"/van-ban/{ID}"
