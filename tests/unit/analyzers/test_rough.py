"""The rough telling finds every word that analysing finds, whatever the text is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.rough import rough_words
from analyzers.streams import analyse


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Quyết định số 12/QĐ-UBND", b" quyet dinh so 12 qd ubnd "),
        ("  HOÀ\n\tthuận,thuỷ ", b" hoa thuan thuy "),
        ("Đà Ðà đà", b" da da da "),
        ("Quye\u0302\u0301t", b" quyet "),
        ("", b"  "),
        ("kỹ thuật, kĩ thuật, quý", b" ki thuat ki thuat qui "),
        ("中文 ж", b"  "),
    ],
)
def test_words_without_marks_one_space_apart(text: str, words: bytes) -> None:
    assert rough_words(text) == words


@given(st.lists(st.text(alphabet="aăâeêioôơuưyđĐÐắấềộỡụýABCxyz09", min_size=1, max_size=8), max_size=12))
def test_each_folded_term_of_a_text_stands_in_it(words: list[str]) -> None:
    text = ", ".join(words)
    for term in analyse(text).folded:
        assert rough_words(term) in rough_words(text)


@given(st.text())
def test_any_text_at_all_is_told(text: str) -> None:
    assert rough_words(text).startswith(b" ")
