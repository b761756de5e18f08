from __future__ import annotations

import unicodedata

from analyzers.marking import Wanted, find_matches, snippet
from analyzers.streams import analyse

TEXT = (
    "Căn cứ Luật Tổ chức chính quyền địa phương;\n" * 5
    + "Xét đề nghị của Giám đốc Sở Nội vụ về việc hỗ trợ kinh phí cho hộ nghèo, hộ cận nghèo trên địa bàn tỉnh.\n"
    + "Điều khoản thi hành và nơi nhận.\n" * 10
)


def marked(text: str, wanted: Wanted) -> list[str]:
    return [text[match.start : match.end] for match in find_matches(analyse(text), wanted)]


def test_folded_terms_mark_words_with_diacritics() -> None:
    assert marked(TEXT, Wanted(folded=frozenset({"ho"}))) == ["hỗ", "hộ", "hộ"]


def test_syllables_mark_only_the_same_word() -> None:
    (syllable,) = analyse("hộ").syllables
    assert marked(TEXT, Wanted(syllables=frozenset({syllable}))) == ["hộ", "hộ"]


def test_a_phrase_is_one_match_and_wins_over_its_words() -> None:
    wanted = Wanted(folded=frozenset({"can", "ngheo"}), folded_phrases=(("can", "ngheo"),))
    assert marked(TEXT, wanted)[-2:] == ["nghèo", "cận nghèo"]


def test_matches_of_a_decomposed_text_index_into_it() -> None:
    decomposed = unicodedata.normalize("NFD", TEXT)
    found = marked(decomposed, Wanted(folded_phrases=(("ho", "tro"),)))
    assert found == [unicodedata.normalize("NFD", "hỗ trợ")]


def test_the_snippet_shows_the_stretch_with_the_most_different_terms() -> None:
    matches = find_matches(analyse(TEXT), Wanted(folded=frozenset({"can", "ho", "kinh", "phi", "dieu"})))
    parts = snippet(TEXT, matches, width=80)
    assert {part.text for part in parts if part.marked} >= {"hỗ", "kinh", "phí", "cận"}
    assert parts[0].text.startswith("…")
    assert parts[-1].text.endswith("…")


def test_a_snippet_cuts_at_word_borders_and_has_no_line_breaks() -> None:
    matches = find_matches(analyse(TEXT), Wanted(folded=frozenset({"kinh"})))
    for width in range(20, 200, 7):
        shown = "".join(part.text for part in snippet(TEXT, matches, width))
        inner = shown.strip("… ")
        assert f" {inner} " in f" {' '.join(TEXT.split())} "
        assert len(shown) <= width + 30


def test_without_matches_the_snippet_is_the_beginning() -> None:
    shown = "".join(part.text for part in snippet(TEXT, [], width=50))
    assert shown == "Căn cứ Luật Tổ chức chính quyền địa phương; Căn cứ …"
    assert snippet("", []) == []


def test_a_text_that_fits_is_shown_whole_without_ellipsis() -> None:
    matches = find_matches(analyse("Về việc hỗ trợ"), Wanted(folded=frozenset({"ho"})))
    assert "".join(part.text for part in snippet("Về việc hỗ trợ", matches)) == "Về việc hỗ trợ"


def test_an_endless_word_is_still_cut() -> None:
    assert len("".join(part.text for part in snippet("x" * 5000, [], width=50))) < 60
