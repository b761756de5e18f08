"""What a text is about: whole words, those that forms have left out, names as they are written."""

from __future__ import annotations

import pytest

from analyzers.keywords import keywords, rarity, terms_of_word
from analyzers.streams import syllables
from analyzers.word_list import divided, listed_words

DECISION = """
ỦY BAN NHÂN DÂN TỈNH BÌNH SƠN THƯỢNG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Căn cứ Luật Tổ chức chính quyền địa phương;
Theo đề nghị của Giám đốc Sở Tài nguyên và Môi trường về giải quyết khiếu nại đất đai,
QUYẾT ĐỊNH:
Điều 1. Phê duyệt kinh phí hỗ trợ hộ nghèo, hộ cận nghèo có tranh chấp đất đai ở xã Hoa Sen.
Điều 2. Hộ nghèo được vay vốn; hộ nghèo ở xã Hoa Sen được trước. Việc khiếu nại đất
đai do thanh tra giải quyết. Quyết định này có hiệu lực kể từ ngày ký.
"""


def words(text: str) -> list[str]:
    return [" ".join(word.terms) for run in divided(text) for word in run]


def test_the_longest_known_word_is_taken_and_no_syllable_is_lost() -> None:
    text = "Giải quyết khiếu nại đất đai, đất rừng"
    found = words(text)
    assert [" ".join(syllables(word)) for word in ("giải quyết", "khiếu nại", "đất đai", "đất")] == found[:4]
    assert " ".join(found).split() == syllables(text)


def test_a_word_runs_over_the_end_of_a_line_and_over_no_other_sign() -> None:
    assert len(words("đất\nđai")) == 1
    assert len(words("đất, đai")) == 2


def test_what_it_is_about_is_told_in_whole_words_without_those_of_forms() -> None:
    found = keywords(DECISION, "Về việc hỗ trợ kinh phí")
    assert {"hộ nghèo", "khiếu nại", "đất đai", "Hoa Sen"} & set(found) >= {"hộ nghèo", "đất đai"}
    of_forms = {"quyết định", "căn cứ", "ủy ban", "độc lập", "nghèo", "hộ", "đất", "điều"}
    assert not of_forms & set(found)
    assert len(found) == 5


def test_a_name_must_stand_there_twice_and_keeps_its_capitals() -> None:
    assert "Hoa Sen Đông" in keywords("xã Hoa Sen Đông họp với xã Hoa Sen Đông")
    assert keywords("Nguyễn Văn Mẫu") == ()


def test_one_word_in_two_spellings_is_one_keyword_in_the_spelling_of_offices() -> None:
    assert keywords("hoà giải, hòa giải, đăng kí, đăng ký, công ti và công ty")[:3] == (
        "hòa giải",
        "đăng ký",
        "công ty",
    )


def test_words_of_the_title_come_first() -> None:
    text = "thanh tra, kiểm toán, ngân sách"
    assert keywords(text, "ngân sách")[0] == "ngân sách"


@pytest.mark.parametrize("text", ["", " ", "…", "123 45/QĐ-UBND", "\u0301", "Ủy ban nhân dân", "x" * 5000, "İİ Đất"])
def test_a_text_about_nothing_has_none(text: str) -> None:
    assert keywords(text) == ()


def test_what_few_texts_have_is_rare() -> None:
    assert rarity(terms_of_word("và")) < rarity(terms_of_word("thành phố")) < rarity(terms_of_word("khiếu nại"))
    assert len(listed_words()) > 20_000
