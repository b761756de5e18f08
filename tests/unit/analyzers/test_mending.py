"""What a misread syllable could have been: told by known words and neighbours; what is a word is left alone."""

from __future__ import annotations

from itertools import pairwise

import pytest

from analyzers.mending import Mending, mended_runs, mendings
from analyzers.streams import analyse


def mended(text: str) -> list[tuple[str, ...]]:
    return [one.terms for one in mendings(analyse(text).folded)]


@pytest.mark.parametrize(
    ("read", "was"),
    [
        ("nhdn dân", [("nhan",)]),  # a letter exchanged, the neighbour says which syllable
        ("quyêt đinhh", [("dinh",)]),
        ("lãnh đao rnới", [("moi",)]),
        ("tài sản 1ưu động", [("luu",)]),
        ("kinh phi thực hiệnkế hoạch", [("hien", "ke")]),
        ("quyếtđịnh", [("quyet", "dinh")]),
        ("qu yết định", [("quyet",)]),
        ("hoà ng gia", [("hoang",)]),
    ],
)
def test_a_misread_syllable_is_told(read: str, was: list[tuple[str, ...]]) -> None:
    assert mended(read) == was


@pytest.mark.parametrize("text", ["", "Quyết định", "12 15/2019", "quyết dinh khong dau", "QĐ-CP", "a", "∅"])
def test_what_is_a_word_a_figure_or_a_short_sign_stands(text: str) -> None:
    assert mended(text) == []


def test_endless_noise_is_no_syllable() -> None:
    assert mended("x" * 5_000 + " " + "zq" * 40) == []


def test_a_run_has_its_neighbours_so_that_phrases_over_it_are_whole() -> None:
    assert mended_runs(analyse("ủy ban nhdn dân tỉnh").folded) == (("ban", "nhan", "dan"),)


def test_runs_that_touch_are_one() -> None:
    assert mended_runs(analyse("hội đổng nhdn dâm tinhh").folded) == (("dong", "nhan", "dam", "tinh"),)
    assert mended_runs(("nhdn", "dan", "qyuet")) == (("nhan", "dan", "quyet"),)
    assert mended_runs(("qyuet", "dinhh")) == (("quyet", "dinh"),)


def test_no_place_is_mended_twice() -> None:
    found = mendings(analyse("qu yết qu yết hoà ng nhdn").folded)
    assert found[0] == Mending(0, 1, ("quyet",))
    assert all(one.last < other.first for one, other in pairwise(found))
