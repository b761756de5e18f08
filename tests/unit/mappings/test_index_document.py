from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from analyzers.issue_numbers import find_issue_numbers
from analyzers.streams import bigrams_of, folded, syllables
from mappings.fields import FIELDS
from mappings.index_document import (
    EMPTY_STREAM,
    IndexDocument,
    days_since_1970,
    index_document,
    sequence_of,
    sort_key,
    why_refused,
)
from mappings.record import DescribedField, Page, PageState, Record, RecordState, RecordView

FIELD_VALUES = {
    "number": "05",
    "symbol": "QĐ-UBND",
    "issued_on": "2019-03-05",
    "kind": "Quyết định",
    "issuer": "Ủy ban nhân dân tỉnh An Bình",
    "subject": "Về việc hỗ trợ hộ nghèo",
    "signer": "Trần Văn Minh",
}


def record_view(
    fields: dict[str, str] = FIELD_VALUES, pages: tuple[str, ...] = ("Trang một", "Trang hai")
) -> RecordView:
    record = Record(
        "01j", 7, "d" * 64, 10, "application/pdf", "a.pdf", RecordState.SEARCHABLE, 3,
        datetime(2025, 1, 2, tzinfo=UTC), len(pages), "noi-vu", "internal",
    )  # fmt: skip
    described = {name: DescribedField(name, value, 0.9) for name, value in fields.items()}
    numbered = tuple(Page(number, PageState.SEARCHABLE, text=text) for number, text in enumerate(pages, 1))
    return RecordView(record, described, numbered)


def terms(document: IndexDocument, name: str) -> list[str]:
    value = document.values[name]
    assert isinstance(value, str)
    return value.split(" ")


def test_words_of_description_and_pages_meet_in_one_stream() -> None:
    document = index_document(record_view())
    assert {"05", "nghèo", *syllables("Minh Trang hai")} - {"nghèo"} <= set(terms(document, "text_syllables"))
    assert {"quyet", "ho", "trang", "hai"} <= set(terms(document, "text_folded"))
    assert set(bigrams_of(("trang", "hai"))) <= set(terms(document, "text_bigrams"))
    assert terms(document, "subject_folded") == folded(FIELD_VALUES["subject"])


def test_a_misread_word_is_held_as_read_and_as_what_it_could_have_been() -> None:
    document = index_document(record_view({}, ("ủy ban nhdn dân tỉnh",)))
    read = ["uy", "ban", "nhdn", "dan", "tinh"]
    assert terms(document, "text_folded") == [*read, EMPTY_STREAM, "ban", "nhan", "dan"]
    assert {"ban_nhdn", "nhan_dan"} <= set(terms(document, "text_bigrams"))
    assert "tinh_ban" not in terms(document, "text_bigrams"), "what was read does not run on into what was mended"
    assert terms(document, "text_syllables") == list(syllables("ủy ban nhdn dân tỉnh"))


def test_every_value_belongs_to_a_declared_field_and_no_engine_refuses_it() -> None:
    document = index_document(record_view())
    assert set(document.all_values()) <= set(FIELDS)
    assert why_refused(document) is None


def test_the_issue_number_is_found_by_its_keys() -> None:
    keys = index_document(record_view()).values["issue_keys"]
    for query in ("5/QĐ-UBND", "số 05 qd ubnd"):
        assert isinstance(keys, tuple)
        assert find_issue_numbers(query)[0].key in keys
    assert index_document(record_view()).values["number"] == "5"


def test_a_record_without_fields_or_text_still_has_every_stream() -> None:
    document = index_document(record_view({}, ()))
    for name in ("text_syllables", "text_folded", "text_bigrams", "subject_folded", "signer_folded"):
        assert document.values[name] == EMPTY_STREAM
    assert "issued_on" not in document.values
    assert "year" not in document.values
    assert syllables(EMPTY_STREAM) == []


def test_order_is_by_issue_else_receipt_then_accession_and_is_unique() -> None:
    issued = index_document(record_view())
    assert issued.sort_key == sort_key(date(2019, 3, 5), 7)
    assert index_document(record_view({})).sort_key == sort_key(date(2025, 1, 2), 7)
    days = [date(1945, 9, 2), date(1969, 12, 31), date(1970, 1, 1), date(2025, 1, 1)]
    keys = [sort_key(day, sequence) for day in days for sequence in (1, 2, 2**32 - 1)]
    assert keys == sorted(set(keys))
    assert [sequence_of(key) for key in keys] == [1, 2, 2**32 - 1] * 4
    assert days_since_1970(date(1969, 12, 31)) == -1


def test_a_date_that_is_none_is_left_out() -> None:
    document = index_document(record_view({**FIELD_VALUES, "issued_on": "tháng ba"}))
    assert "issued_on" not in document.values


def test_endless_values_are_cut_so_that_engines_take_them() -> None:
    document = index_document(record_view(dict.fromkeys(FIELD_VALUES, "đ" * 50000), ("ế" * 50_000,)))
    assert why_refused(document) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "k" * 32_767),
        ("kind", "\ud800"),
        ("kind", 5),
        ("text_folded", "a " + "b" * 256),
        ("text_folded", "\udfff"),
        ("issue_keys", ("a", "b" * 32_767)),
        ("issue_keys", "a"),
        ("issued_on", 1 << 63),
        ("issued_on", "2019"),
        ("colour", "red"),
    ],
)
def test_what_an_engine_could_not_hold_is_refused_with_the_field_named(name: str, value: object) -> None:
    good = index_document(record_view({}, ()))
    reason = why_refused(replace(good, values={**good.values, name: value}))  # type: ignore[dict-item]
    assert reason is not None
    assert reason.startswith(name)
