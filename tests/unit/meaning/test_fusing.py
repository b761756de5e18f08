"""Reciprocal rank fusion as the paper has it, as a query that each engine orders by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_api.engines.nodes import AnyOf, Term
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.meaning.fusing import fuse, fused_query
from search_api.query.parsing import parse
from tests.contracts.index_documents import document, fill, find, ids


def test_ranks_are_added_not_scores() -> None:
    # a: 1/61; b: 1/62 + 1/61; c: 1/63 + 1/62; d: 1/63.
    assert fuse(["a", "b", "c"], ["b", "c", "d"]) == ("b", "c", "a", "d")
    assert fuse(["a", "b"], []) == ("a", "b")
    assert fuse([], ["x", "y"]) == ("x", "y")


def test_among_equals_the_words_come_first() -> None:
    assert fuse(["a", "b"], ["x", "y"]) == ("a", "x", "b", "y")


def test_the_query_finds_each_record_once_in_the_order_told_and_the_rest_behind(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "index")
    fill(engine, *(document(number, "nuoc " * number) for number in range(1, 30)), document(40, "khac"))
    words = Term("text_folded", "nuoc")
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
