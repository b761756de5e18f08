"""What becomes of text, words and boxes when a person corrects a line, and when the page is read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.record import Box, Page, PageState, Word
from mappings.rewording.aligning import aligned
from mappings.rewording.correcting import PageCorrection, Standing, Verdict, kept, said, stands_at
from mappings.rewording.rewriting import rewritten, stretch_at, text_of
from tests.records import page_of

TEXT = "ỦY BAN NHÂN DÂN\nQUYẾT ĐỊNH về việc thanh lập Tổ sỗ hóa\nĐiều 1. Thành lập"


@pytest.fixture
def page() -> Page:
    return page_of(1, TEXT)


def line(page: Page, number: int) -> tuple[int, int]:
    found = [at for at, word in enumerate(page.words) if word.line == number]
    return found[0], found[-1] + 1


def holds(page: Page) -> bool:
    return all(page.text[word.start : word.end] == word.text for word in page.words)


def corrected(page: Page, number: int, told: str) -> tuple[Page, PageCorrection]:
    begin, end = line(page, number)
    words = page.words[begin:end]
    verdict = Verdict.CORRECTED if told else Verdict.BLANK
    done = PageCorrection(
        "1", "r", 1, verdict, "Mẫu", datetime(2024, 1, 1, tzinfo=UTC), words, said(words, verdict, told)
    )
    return rewritten(page, begin, end, done.after), done


def test_unchanged_words_keep_their_boxes_and_a_replaced_one_takes_over(page: Page) -> None:
    begin, end = line(page, 1)
    told = "QUYẾT ĐỊNH về việc thành lập Tổ số hóa"
    new = aligned(page.words[begin:end], told.split())
    assert [word.box for word in new] == [word.box for word in page.words[begin:end]]
    changed = rewritten(page, begin, end, new)
    assert changed.text == TEXT.replace("thanh lập Tổ sỗ", "thành lập Tổ số")
    assert holds(changed)
    assert changed.confidence is not None and page.confidence is not None and changed.confidence > page.confidence


def test_words_that_were_read_as_one_share_its_width_by_their_letters() -> None:
    read = Word("nhândân", 0, Box(0.1, 0.1, 0.17, 0.12), 0.4)
    first, second = aligned([read], ["nhân", "dân"])
    assert first.box is not None and second.box is not None
    assert first.box.x0 == pytest.approx(0.1) and second.box.x1 == pytest.approx(0.17)
    assert first.box.x1 < second.box.x0
    assert (first.box.x1 - first.box.x0) / (second.box.x1 - second.box.x0) == pytest.approx(4 / 3)


def test_a_word_that_was_read_as_two_takes_the_area_of_both(page: Page) -> None:
    read = [Word("quy", 0, Box(0.1, 0.1, 0.13, 0.12)), Word("ết", 4, Box(0.14, 0.09, 0.16, 0.12)), Word("x", 7)]
    new = aligned(read, ["quyết", "x"])
    assert new[0].box == Box(0.1, 0.09, 0.16, 0.12)
    assert len(new) == 2


def test_a_word_that_was_not_read_stands_between_its_neighbours(page: Page) -> None:
    read = [Word("Tổ", 0, Box(0.1, 0.1, 0.12, 0.12)), Word("hóa", 3, Box(0.2, 0.1, 0.23, 0.12))]
    new = aligned(read, ["Tổ", "số", "hóa"])
    assert new[1].box == Box(0.12, 0.1, 0.2, 0.12)


def test_a_speck_is_taken_away_with_its_line_and_can_come_back(page: Page) -> None:
    changed, done = corrected(page, 1, "")
    assert changed.text == "ỦY BAN NHÂN DÂN\nĐiều 1. Thành lập" and holds(changed)
    place = stands_at(changed, done)
    assert place is not None
    back = rewritten(changed, *place, done.before)
    assert back.text == TEXT and holds(back)


def test_the_last_words_of_a_page_make_it_blank_and_come_back() -> None:
    page = page_of(1, "lem luốc")
    changed, done = corrected(page, 0, "")
    assert (changed.state, changed.text) == (PageState.BLANK, "")
    assert rewritten(changed, 0, 0, done.before).text == "lem luốc"


def test_what_was_said_stays_when_the_page_is_read_again(page: Page) -> None:
    changed, done = corrected(page, 1, "QUYẾT ĐỊNH về việc thành lập Tổ số hóa")
    again = page_of(1, TEXT.replace("thanh lập", "thanhlập").replace("sỗ", "s6"))
    held, now = kept(again, done)
    assert held.text == changed.text and holds(held)
    assert now.standing is Standing.STANDING
    assert now.was == "QUYẾT ĐỊNH về việc thanhlập Tổ s6 hóa"
    assert stands_at(held, now) == line(held, 1)


def test_what_is_read_otherwise_altogether_is_to_be_looked_at_again(page: Page) -> None:
    _, done = corrected(page, 1, "QUYẾT ĐỊNH về việc thành lập Tổ số hóa")
    other = page_of(1, "ỦY BAN NHÂN DÂN\n~~ .. ## kk xx ww jj zz ff\nĐiều 1. Thành lập")
    held, now = kept(other, done)
    assert held == other
    assert (now.standing, now.text) == (Standing.AGAIN, done.text)


def test_a_place_where_nothing_is_read_any_more_is_to_be_looked_at_again(page: Page) -> None:
    _, done = corrected(page, 1, "QUYẾT ĐỊNH về việc thành lập Tổ số hóa")
    words = tuple(word for word in page.words if word.line != 1)
    without = rewritten(page, *line(page, 1), ())
    assert [word.text for word in without.words] == [word.text for word in words]
    assert kept(without, done)[1].standing is Standing.AGAIN
    failed = Page(1, PageState.FAILED, reason="page-timed-out")
    assert kept(failed, done) == (failed, replace(done, standing=Standing.AGAIN))


def test_words_of_another_line_are_not_taken_along(page: Page) -> None:
    begin, end = line(page, 1)
    boxes = tuple(word.box for word in page.words[begin:end] if word.box)
    assert stretch_at(page, boxes) == (begin, end)


_tokens = st.lists(st.text("aăbcđeghôơ", min_size=1, max_size=6), min_size=0, max_size=8)


@given(_tokens, _tokens)
def test_whatever_is_told_stands_in_the_text_and_in_the_boxes(read: list[str], told: list[str]) -> None:
    page = page_of(1, f"đầu trang\n{' '.join(read) or 'x'}\ncuối trang")
    begin, end = line(page, 1)
    new = aligned(page.words[begin:end], told)
    assert [word.text for word in new] == told
    assert all(word.box is not None and word.box.x0 < word.box.x1 for word in new)
    changed = rewritten(page, begin, end, new)
    assert holds(changed)
    middle = f"{' '.join(told)}\n" if told else ""
    assert changed.text == f"đầu trang\n{middle}cuối trang"
    assert text_of(changed.words) == " ".join(changed.text.split())
