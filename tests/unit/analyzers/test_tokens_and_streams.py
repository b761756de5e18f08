from __future__ import annotations

import unicodedata

import pytest

from analyzers.normalising import normalise
from analyzers.streams import analyse, folded, folded_bigrams, has_diacritics, syllables
from analyzers.tokens import LONGEST_TERM, syllable_tokens

SENTENCE = "ỦY BAN NHÂN DÂN tỉnh ban hành Quyết định số 123/QĐ-UBND, hỗ trợ 1.500.000 đồng."


def test_a_decomposed_text_gives_the_same_terms_as_a_composed_one() -> None:
    decomposed = unicodedata.normalize("NFD", SENTENCE)
    assert decomposed != SENTENCE
    assert syllables(decomposed) == syllables(SENTENCE)
    assert folded(decomposed) == folded(SENTENCE)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_spans_index_into_the_text_as_given(form: str) -> None:
    given = unicodedata.normalize(form, "Có Quyết định\u00ad mới; Đ\u200bơn vị")  # type: ignore[arg-type]
    words = [unicodedata.normalize("NFC", given[token.start : token.end]) for token in syllable_tokens(given)]
    assert [word.replace("\u00ad", "").replace("\u200b", "") for word in words] == [
        "Có",
        "Quyết",
        "định",
        "mới",
        "Đơn",
        "vị",
    ]


def test_look_alikes_of_d_with_stroke_are_the_same_letter() -> None:
    assert syllables("Ðịnh") == syllables("Ɖịnh") == syllables("Định")
    assert folded("ÐẢNG") == ["dang"]


@pytest.mark.parametrize(
    ("one", "other"), [("hoà", "hòa"), ("thuỷ", "thủy"), ("HOÁ", "hóa"), ("uỷ", "ủy"), ("khoẻ", "khỏe")]
)
def test_both_places_of_a_tone_mark_give_one_term(one: str, other: str) -> None:
    assert syllables(one) == syllables(other)


def test_tones_and_vowels_still_tell_words_apart() -> None:
    words = ["ma", "má", "mà", "mả", "mã", "mạ", "mơ", "mở", "mo", "mô", "mộ", "đa", "da", "hòa", "hoa", "hoas", "hoaf"]
    assert len({term for word in words for term in syllables(word)}) == len(words)


def test_slashes_and_hyphens_part_an_issue_number() -> None:
    assert syllables("123/QĐ-UBND") == ["123", "qđ", "ubnd"]


def test_grouped_thousands_are_one_term_and_dates_and_decimals_are_not() -> None:
    assert folded("1.500.000 đồng, 1,500,000") == ["1500000", "dong", "1500000"]
    assert folded("01/2025 5.3.2018 3,5% mục 2.1") == ["01", "2025", "5", "3", "2018", "3", "5", "muc", "2", "1"]


def test_underscores_part_words_because_they_join_our_own_terms() -> None:
    assert folded("quyet_dinh") == ["quyet", "dinh"]


def test_a_letter_that_grows_in_lower_case_keeps_the_spans() -> None:
    given = "İstanbul Hà Nội"
    assert [given[token.start : token.end] for token in syllable_tokens(given)] == ["İstanbul", "Hà", "Nội"]


def test_terms_stay_short_whatever_is_given() -> None:
    for term in [*syllables("x" * 5000), *syllables("ế" * 5000), *folded("ế" * 5000), *syllables("a" + "\u0301" * 900)]:
        assert 0 < len(term) <= LONGEST_TERM


def test_marks_alone_are_no_words() -> None:
    assert analyse(" \u0301 \u0300 — … \u200b").syllables == ()
    assert normalise("").text == ""


def test_one_pass_gives_parallel_streams_and_one_bigram_less() -> None:
    analysis = analyse(SENTENCE)
    assert len(analysis.syllables) == len(analysis.folded) == len(analysis.spans) == len(analysis)
    assert list(analysis.bigrams) == folded_bigrams(SENTENCE)
    assert analysis.bigrams[:2] == ("uy_ban", "ban_nhan")
    assert len(analysis.bigrams) == len(analysis) - 1


def test_diacritics_are_noticed() -> None:
    assert has_diacritics("quyet định")
    assert has_diacritics("đơn")
    assert not has_diacritics("quyet dinh 123/QD-UBND")
