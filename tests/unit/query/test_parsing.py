"""Any text is a question: words, phrases, what is not wanted, issue numbers, dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_api.query.parsing import LONGEST_QUESTION, MOST_SPECIAL, MOST_TERMS, parse
from search_api.query.planning import plan


def folded(runs: object) -> list[str]:
    return [" ".join(words.folded) for words in runs]  # type: ignore[attr-defined]


def test_words_are_all_wanted_in_runs() -> None:
    assert folded(parse("Phê duyệt  ngân sách").words) == ["phe duyet ngan sach"]


@pytest.mark.parametrize("question", ['họp "ngân sách" xã', "họp “ngân sách” xã", "họp «ngân sách» xã"])
def test_a_quoted_phrase_is_one(question: str) -> None:
    parsed = parse(question)
    assert folded(parsed.phrases) == ["ngan sach"]
    assert folded(parsed.words) == ["hop", "xa"]


def test_a_hyphen_before_a_word_or_phrase_leaves_it_out() -> None:
    parsed = parse('họp -thu -"đất đai" Hà Nội-Huế')
    assert folded(parsed.excluded) == ["thu", "dat dai"]
    assert folded(parsed.words) == ["hop", "ha noi hue"]


@pytest.mark.parametrize(
    "spelling",
    ["123/QĐ-UBND", "123/qđ-ubnd", "123 qd ubnd", "số 123/QD-UBND", "Số: 123/QĐ-UBND", "123qd ubnd", "123/QĐ -UBND"],
)
def test_an_issue_number_is_the_same_in_any_usual_spelling(spelling: str) -> None:
    parsed = parse(spelling)
    assert [(one.key, one.words.folded) for one in parsed.issue_numbers] == [("123qdubnd", ("123", "qd", "ubnd"))]
    assert not parsed.words
    assert not parsed.excluded


def test_an_issue_number_with_its_year_beside_words() -> None:
    parsed = parse("quyết định 123/QĐ-UBND năm 2019 về đất")
    assert parsed.issue_numbers[0].key_with_year == "123qdubnd2019"
    assert folded(parsed.words) == ["quyet dinh", "ve dat"]


def test_a_quoted_issue_number_is_exact() -> None:
    parsed = parse('"123/QĐ-UBND"')
    assert parsed.issue_numbers[0].exact
    assert not parsed.phrases


@pytest.mark.parametrize("spelling", ["5/3/2018", "05/03/2018", "ngày 5 tháng 3 năm 2018", "2018-03-05"])
def test_a_date_is_a_day(spelling: str) -> None:
    parsed = parse(f"họp {spelling} sáng")
    assert [one.day for one in parsed.dates] == [date(2018, 3, 5)]
    assert folded(parsed.words) == ["hop", "sang"]


@pytest.mark.parametrize(
    "question", ["", " ", '"', '""', "-", "- -", '-"', "?!…", "«", "()[]{}:*~^/\\", "\x00", "\ud800"]
)
def test_nothing_to_find_is_no_error(question: str) -> None:
    parsed = parse(question)
    assert not parsed.wants_something
    assert not parsed.cut


def test_a_stray_quote_is_passed_over() -> None:
    assert folded(parse('"ngân sách').words) == ["ngan sach"]


def test_a_long_question_is_cut_and_says_so() -> None:
    parsed = parse("ngân " * 2000)
    assert parsed.cut
    assert sum(len(words.folded) for words in parsed.words) <= MOST_TERMS
    assert parse("a" * (LONGEST_QUESTION + 1)).cut
    assert not parse("ngân" + " " * 5000).cut


def test_more_dates_and_numbers_than_a_person_would_type_are_words() -> None:
    parsed = parse(" ".join(f"{day}/3/2019" for day in range(1, 9)) + ' 1/QĐ "2/QĐ"')
    assert [one.day.day for one in parsed.dates] == list(range(1, MOST_SPECIAL + 1))
    assert not parsed.issue_numbers
    assert folded(parsed.words) == ["6 3 2019 7 3 2019 8 3 2019 1 qd"]
    assert folded(parsed.phrases) == ["2 qd"]
    assert not parsed.cut
    numbers = parse(" ".join(f"{number}/QĐ-UBND" for number in range(1, 10)))
    assert len(numbers.issue_numbers) == MOST_SPECIAL


def test_diacritics_of_issue_numbers_say_nothing_about_the_words() -> None:
    assert not parse("123/QĐ-UBND ngan sach").has_diacritics
    assert parse("ngan sách").has_diacritics


@given(st.text(max_size=1500))
def test_any_text_becomes_a_plan(question: str) -> None:
    parsed = parse(question)
    plan(parsed)
    runs = (*parsed.words, *parsed.phrases, *parsed.excluded)
    assert all(words.folded and len(words.folded) == len(words.syllables) for words in runs)
    assert sum(len(words.folded) for words in runs) <= MOST_TERMS


@given(st.text(alphabet='ab12/-"“đĐQ .0số', max_size=60))
def test_text_of_signs_that_mean_something_becomes_a_plan(question: str) -> None:
    plan(parse(question))
