"""What is marked in a record: as spelled where it stands so, else its like; the boxes of just those words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from analyzers.streams import Analysis, analyse
from archive.pages import PackedPage, page_row
from mappings.record import Box, Page, PageState
from search_api.query import marking
from search_api.query.marking import MarkedPage, Share, mark
from search_api.query.parsing import parse
from tests.records import page_of, words_of


def boxes(found: MarkedPage, page: Page) -> list[tuple[float, ...]]:
    """The boxes found on this page as the archive keeps it."""
    return edges(found.boxes(PackedPage(page.text, page_row("", page)["words"])))


def edges(boxes: Iterable[Box | None]) -> list[tuple[float, ...]]:
    # Kept to five decimals.
    return [tuple(round(edge, 5) for edge in (box.x0, box.y0, box.x1, box.y1)) for box in boxes if box]


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
        ("nhân dân", "ủy ban nhdn dân", ["nhdn", "dân"]),
        ("quyet dinh", "các quyếtđịnh ấy", ["quyếtđịnh"]),
        ("hoàng gia", "nhà hoà ng gia", ["hoà ng", "gia"]),
        ("qyuết định", "quyết định", ["quyết", "định"]),
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
    assert boxes(found, page) == edges([words['ghế"'], words["cái-tủ"]])
    assert boxes(found, replace(page, words=())) == []


def test_a_phrase_over_two_lines_has_a_box_for_each_word() -> None:
    page = page_of(1, "một cái\nbàn gỗ")
    (found,) = mark(parse('"cái bàn"'), "", [page]).pages
    assert boxes(found, page) == edges(word.box for word in page.words if word.text in ("cái", "bàn"))


def test_the_best_pages_in_page_order() -> None:
    texts = ["thuế", "thuế đất nhà", "không", "thuế đất", "thuế thuế", "thuế đất"]
    pages = [page_of(number, text) for number, text in enumerate(texts, 1)]
    assert [one.page.number for one in mark(parse("thuế nhà đất"), "", pages).pages] == [2, 4, 6]


def test_a_word_without_a_box_is_passed_over() -> None:
    text = "một bàn"
    words = tuple(word if word.text == "một" else type(word)(word.text, word.start) for word in words_of(text))
    page = Page(1, PageState.SEARCHABLE, text=text, words=words)
    (found,) = mark(parse("một bàn"), "", [page]).pages
    assert boxes(found, page) == edges([words[0].box])


def shown(question: str, *texts: str) -> list[int]:
    pages = [page_of(number, text) for number, text in enumerate(texts, 1)]
    return [one.page.number for one in mark(parse(question), "", pages).pages]


def test_a_page_with_just_one_common_word_is_not_shown_where_another_has_all() -> None:
    assert shown("an toàn", "an ninh trật tự", "an toàn lao động", "an ninh, an sinh") == [2]
    assert shown("an toàn", "an ninh trật tự", "an sinh") == [1, 2]
    assert shown("an toàn", "an ninh", "toàn huyện") == [1, 2]


def test_pages_with_the_words_close_together_come_before_those_that_have_them_more_often() -> None:
    apart = "an ninh của địa phương được giữ vững trong toàn huyện, an dân trong toàn xã, an ninh toàn vùng"
    assert shown("an toàn", apart, apart, apart, "an toàn", "vệ sinh an toàn", "an toàn thực phẩm") == [4, 5, 6]


@pytest.mark.parametrize("question", ["an toàn", '"an toàn"'])
def test_of_a_long_record_the_pages_with_the_words_themselves_are_looked_into(question: str) -> None:
    texts = ["ban ngành toàn thể bàn luận trên toàn tỉnh"] * 60
    texts[41] = "bảo đảm an toàn"
    assert shown(question, *texts) == [42]


def test_no_answer_has_more_pages_analysed_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    analysed: list[str] = []

    def counted(text: str) -> Analysis:
        analysed.append(text)
        return analyse(text)

    monkeypatch.setattr(marking, "analyse", counted)
    for hits in (1, 8, 20, 50, 100):
        analysed.clear()
        pages = [page_of(number, "thuế đất") for number in range(1, 41)]
        for _ in range(hits):
            assert len(mark(parse("thuế"), "", pages, Share.of(hits)).pages) == 3
        assert len(analysed) - hits <= 300  # a subject each


def test_dates_and_numbers_of_one_question_are_found_in_a_page_of_nothing_but_their_first_term() -> None:
    assert shown("5/3/2018", "5 " * 500, "5 " * 500 + "ngày 05 tháng 3 năm 2018") == [2]
