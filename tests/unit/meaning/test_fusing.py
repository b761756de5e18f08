"""Reciprocal rank fusion as the paper has it, as a query that each engine orders by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_api.engines.nodes import AnyOf, Boosted, Term
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.meaning.fusing import fuse, fused_query
from search_api.query.parsing import parse
from tests.contracts.index_documents import document, fill, find, ids


def test_ranks_are_added_not_scores() -> None:
    # As in the paper: a: 1/61; b: 1/62 + 1/61; c: 1/63 + 1/62; d: 1/63.
    assert fuse(["a", "b", "c"], ["b", "c", "d"], 1, None) == ("b", "c", "a", "d")
    assert fuse(["a", "b"], ["x", "y"], 1, None) == ("a", "x", "b", "y")
    assert fuse(["a", "b"], []) == ("a", "b")
    assert fuse([], ["x", "y"]) == ("x", "y")


def test_the_words_weigh_more_and_what_they_do_not_know_stands_at_every_fifth_place() -> None:
    words = [f"w{number}" for number in range(1, 21)]
    # Known to both at the places 10 and 1: 5/70 + 1/61, more than the 5/61 of the first word alone.
    assert fuse(words, ["w10"])[:2] == ("w10", "w1")
    # At 20 and 50: 5/80 + 1/110, which lies between 5/69 and 5/70.
    far = [name for name in fuse(words, [*(f"m{number}" for number in range(49)), "w20"]) if name[0] == "w"]
    assert far[8:11] == ["w9", "w20", "w10"]
    assert fuse(words, ["x", "y", "z"])[:18] == (*words[:5], "x", *words[5:10], "y", *words[10:15], "z")
    # A known one takes no place from the unknown.
    assert fuse(words, ["w1", "x"])[:6] == (*words[:5], "x")


def test_the_query_finds_each_record_once_in_the_order_told_and_the_rest_behind(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "index")
    fill(engine, *(document(number, "nuoc " * number) for number in range(1, 30)), document(40, "khac"))
    # Scores far apart: added to those of the order they would turn it round.
    words = Boosted(Term("text_folded", "nuoc"), 500.0)
    plain = ids(find(engine, words, limit=100))
    order = ("r40", "r3", "r17", "r1")
    fused = fused_query(order, words)
    assert ids(find(engine, fused, limit=100)) == [*order, *(one for one in plain if one not in order)]
    after, walked = None, []
    while True:
        results = find(engine, fused, limit=3, after=after)
        walked += ids(results)
        if not results.more:
            break
        after = results.hits[-1].position
    assert walked == ids(find(engine, fused, limit=100))
    assert fused_query((), words) == words
    assert isinstance(fused, AnyOf)
    engine.close()


@pytest.mark.parametrize(
    ("question", "free"),
    [
        ("sửa chữa trường học", True),
        ("truong hoc", True),
        ("trường", False),
        ("", False),
        ('"sửa chữa" trường học', False),
        ("123/QĐ-UBND", False),
        ("về việc 123/QĐ-UBND", False),
        ("ngày 5/3/2018 trường học", False),
        ("trường học -bệnh", False),
        ("loại:QĐ trường học", False),
        ("trường OR học", False),
        ("trường học gần/5 kinh phí", False),
        ("trường hoc*", False),
    ],
)
def test_only_plain_words_are_asked_by_meaning(question: str, free: bool) -> None:
    assert parse(question).asks_freely is free
