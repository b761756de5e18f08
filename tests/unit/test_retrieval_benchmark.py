"""What the benchmark of retrieval measures with: its measures, its slips of the finger, its noise, its halves."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

from analyzers.streams import folded, syllables
from benchmarks.pyvi_words import pyvi_words
from benchmarks.retrieval.fitting import misreadings
from benchmarks.retrieval.judged import JudgedSet, Question, half_of, known_items, load, save
from benchmarks.retrieval.measures import Measures, measured
from benchmarks.retrieval.noise import even, fitted
from benchmarks.retrieval.slips import bare, slipped

TEXT = (
    "Ủy ban nhân dân xã báo cáo kết quả rà soát, thống kê tài liệu tồn đọng tại kho lưu trữ từ năm 1995 đến nay. " * 40
)


def test_measures_of_a_ranking_by_hand() -> None:
    found = measured([["x", "a", "b"]], [{"a": 1, "b": 2, "c": 1}])
    gained = 1 / math.log2(3) + 3 / math.log2(4)
    best = 3 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert found.ndcg_10 == pytest.approx(gained / best)
    assert (found.mrr_10, found.recall_10, found.recall_100) == pytest.approx((0.5, 2 / 3, 2 / 3))
    assert measured([[]], [{"a": 1}]) == Measures(0, 0, 0, 0)


def test_what_stands_after_the_tenth_place_counts_for_deep_recall_alone() -> None:
    ranking = [f"x{number}" for number in range(10)] + ["a"]
    assert measured([ranking], [{"a": 1}]) == Measures(0, 0, 0, 1)


def test_a_slip_changes_one_word_and_is_always_the_same() -> None:
    text = "quyết định phê duyệt dự toán"
    changed = [(one, other) for one, other in zip(text.split(), slipped(text).split(), strict=True) if one != other]
    assert len(changed) <= 1
    assert slipped(text) == slipped(text)
    assert any(slipped(f"{text} {number}") != f"{text} {number}" for number in range(5))
    assert bare("Đường Nguyễn Huệ") == "Duong Nguyen Hue"


@pytest.mark.parametrize("share", [0.03, 0.08])
def test_noise_has_about_the_share_of_wrong_letters_that_was_asked_for(share: float) -> None:
    for spoiled in (fitted().noisy(TEXT, share, "a"), even(TEXT, share, "a")):
        wrong = Levenshtein.normalized_distance(" ".join(TEXT.split()), spoiled)
        assert share * 0.6 < wrong < share * 1.4
    assert fitted().noisy(TEXT, share, "a") == fitted().noisy(TEXT, share, "a") != fitted().noisy(TEXT, share, "b")


def test_most_of_what_tesseract_misreads_are_marks() -> None:
    spoiled = fitted().noisy(TEXT, 0.08, "a")
    all_wrong = Levenshtein.distance(TEXT.split(), spoiled.split())
    assert Levenshtein.distance(folded(TEXT), folded(spoiled)) * 2 < all_wrong


def test_misreadings_are_told_by_what_stood_there() -> None:
    assert list(misreadings("năm 1995 đến", "nãm l995 dén")) == [("ă", "ã"), ("1", "l"), ("đế", "dé")]
    assert list(misreadings("một hai", "mộthai")) == [(" ", "")]


def test_known_items_are_six_of_ten_syllables_in_their_order() -> None:
    document = " ".join(f"t{number}" for number in range(30))
    found = known_items({"a": document, "b": "quá ngắn"}, "k", 20)
    assert len(found.questions) == 20
    for question in found.questions:
        places = [int(word[1:]) for word in question.text.split()]
        assert (len(places), sorted(places), dict(question.grades)) == (6, places, {"a": 1})
        assert places[-1] - places[0] < 10


def test_a_set_is_read_as_it_was_written_and_its_halves_share_no_question(tmp_path: Path) -> None:
    questions = tuple(Question(f"q{number}", f"hỏi {number}", {"d": 1}) for number in range(20))
    save(JudgedSet("một", {"d": "trả lời"}, questions), tmp_path / "một")
    read = load(tmp_path / "một")
    assert read == JudgedSet("một", {"d": "trả lời"}, questions)
    tune, report = read.half("tune").questions, read.half("report").questions
    assert sorted(one.id for one in (*tune, *report)) == sorted(one.id for one in questions)
    assert {half_of(one.id) for one in tune} == {"tune"}
    assert {half_of(one.id) for one in report} == {"report"}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"corpus\.jsonl is missing"):
        load(tmp_path)


def test_pyvi_words_join_syllables_and_drop_punctuation() -> None:
    words = pyvi_words("ỦY BAN NHÂN DÂN tỉnh ban hành Quyết định số 123/QĐ-UBND, hỗ trợ 1.500.000 đồng.")
    assert "_".join(syllables("quyết định")) in words
    assert "_".join(syllables("hỗ trợ")) in words
    assert "1500000" in words
    assert not [word for word in words if not any(letter.isalnum() for letter in word)]


def test_pyvi_words_lose_no_syllable_even_of_an_endless_line() -> None:
    endless = "ủy ban nhân dân tỉnh Quảng Ngãi " * 200
    joined = [part for word in pyvi_words(endless) for part in word.split("_")]
    assert joined == syllables(endless)
