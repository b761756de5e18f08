"""What is marked in a record: as spelled where it stands so, else its like; the boxes of just those words."""

from __future__ import annotations

import pytest

from mappings.record import Page, PageState
from search_api.query.marking import mark
from search_api.query.parsing import parse
from tests.records import page_of, words_of


def marked(question: str, text: str) -> list[str]:
    record = mark(parse(question), "", [page_of(1, text)])
    return [part.text for page in record.pages for part in page.snippet if part.marked]


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("bàn", "bán cái bàn", ["bàn"]),
        ("bàn", "bán cho bạn", ["bán", "bạn"]),
        ("ban", "bán cái bàn", ["bán", "bàn"]),
        ("hòa", "hoà thuận", ["hoà"]),
        ('"cái bàn"', "cái ghế, cái bàn", ["cái bàn"]),
        ('"cai ban"', "cái ghế, cái bàn", ["cái bàn"]),
        ('"cái bàn"', "bàn rồi ghế", ["bàn"]),
        ("123/QĐ-UBND", "Số: 123 / QĐ-UBND, ngày 123", ["123 / QĐ-UBND"]),
        ("5/GM-VP", "Số 05/GM-VP", ["05/GM-VP"]),
        ("5/3/2018", "từ ngày 05 tháng 3 năm 2018 trở đi", ["05 tháng 3 năm 2018"]),
        ("bàn -ghế", "bàn và ghế", ["bàn"]),
        ("tủ", "bàn và ghế", []),
        ("", "bàn và ghế", []),
    ],
)
def test_just_what_was_looked_for_is_marked(question: str, text: str, expected: list[str]) -> None:
    assert marked(question, text) == expected


def test_boxes_are_those_of_the_words_that_a_match_touches() -> None:
    page = page_of(1, 'Cái bàn, "cái\nghế" và cái-tủ')
    (found,) = mark(parse("ghế tủ"), "", [page]).pages
    words = {word.text: word.box for word in page.words}
    assert found.boxes(page.words) == (words['ghế"'], words["cái-tủ"])
    assert found.boxes(()) == ()


def test_a_phrase_over_two_lines_has_a_box_for_each_word() -> None:
    page = page_of(1, "một cái\nbàn gỗ")
    (found,) = mark(parse('"cái bàn"'), "", [page]).pages
    assert found.boxes(page.words) == tuple(word.box for word in page.words if word.text in ("cái", "bàn"))


def test_the_best_pages_in_page_order() -> None:
    texts = ["thuế", "thuế đất nhà", "không", "thuế đất", "thuế thuế", "thuế đất"]
    pages = [page_of(number, text) for number, text in enumerate(texts, 1)]
    assert [one.page.number for one in mark(parse("thuế nhà đất"), "", pages).pages] == [2, 4, 6]


def test_a_word_without_a_box_is_passed_over() -> None:
    text = "một bàn"
    words = tuple(word if word.text == "một" else type(word)(word.text, word.start) for word in words_of(text))
    page = Page(1, PageState.SEARCHABLE, text=text, words=words)
    (found,) = mark(parse("một bàn"), "", [page]).pages
    assert found.boxes(page.words) == (words[0].box,)
