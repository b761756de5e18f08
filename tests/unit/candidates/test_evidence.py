"""What is taken from the page for a doubtful day or number: from any page, at a price that no page can raise."""

from __future__ import annotations

import pytest

from kernel.clock import now
from mappings.record import Box, DescribedField, Page, PageState, Record, RecordState, RecordView, Word
from mappings.turning import turned
from search_api.candidates.ranking import Evidence
from search_api.candidates.service import evidence_of

ROW = Box(0.5, 0.1, 0.98, 0.12)


def evidence(row: str, name: str = "issued_on", *, rotation: int = 0, before: int = 0) -> Evidence:
    """Of a field in whose row these words stand, after so many words elsewhere, on a page that lies turned."""
    text, placed, words = "", [], row.split()
    for number, word in enumerate(["khác"] * before + words):
        left = 0.5 + 0.03 * (number - before)
        box = Box(left, 0.1, left + 0.02, 0.12) if number >= before else Box(0.1, 0.5, 0.2, 0.52)
        placed.append(Word(word, len(text), turned(box, (360 - rotation) % 360), 0.9))
        text += word + " "
    page = Page(1, PageState.SEARCHABLE, text=text, words=tuple(placed), rotation=rotation)
    field = DescribedField(name, "", 0.2, doubtful=True, page=1, boxes=(turned(ROW, (360 - rotation) % 360),))
    record = Record(
        "0" * 26, 1, "d", 9, "application/pdf", "a.pdf", RecordState.SEARCHABLE, 1, now(), 3, "office", "internal"
    )
    return evidence_of(RecordView(record, {name: field}), lambda _: page)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_words_are_read_in_their_order_on_a_page_that_lies_turned(rotation: int) -> None:
    found = evidence("Sông Xanh, ngày 5O tháng 3 năm 2018", rotation=rotation)
    assert (found.day_read, found.month) == ("5O", (2018, 3))


def test_a_long_row_is_cut() -> None:
    assert len(evidence("4" * 100_000, "number").read) == 200
    assert evidence("." * 300 + " ngày 5 tháng 3 năm 2018").month is None


def test_a_day_is_not_looked_for_across_a_row_of_dots() -> None:
    assert evidence("ngày ... tháng 3 năm 2018").month == (2018, 3)
    assert evidence(f"ngày {60 * '.'} tháng 3 năm 2018").month is None  # each sign more costs each start


def test_of_a_page_with_very_many_words_the_first_are_looked_at() -> None:
    assert evidence("12", "number", before=4999).read == "12"
    assert evidence("12", "number", before=5000).read == ""
