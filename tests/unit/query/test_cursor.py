"""A cursor goes on where it was given, in the question for which it was given, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import BadCursor
from search_api.engines.protocol import Position, Sort
from search_api.query.answers import SearchQuery
from search_api.query.cursor import read_cursor, write_cursor

QUERY = SearchQuery(q="ngân sách", kind=("Quyết định",))


@given(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False), st.booleans())
def test_a_cursor_comes_back_as_it_went(sort_key: int, score: float, partial: bool) -> None:
    cursor = write_cursor(Position(sort_key, score), QUERY, partial=partial)
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert read_cursor(cursor, replace(QUERY, limit=50, cursor=cursor)) == (Position(sort_key, score), partial)


@pytest.mark.parametrize(
    "other", [replace(QUERY, q="ngân"), replace(QUERY, kind=()), replace(QUERY, sort=Sort.OLDEST), SearchQuery()]
)
def test_a_cursor_of_another_question_is_refused(other: SearchQuery) -> None:
    with pytest.raises(BadCursor):
        read_cursor(write_cursor(Position(5, 1.0), QUERY, partial=False), other)


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "é", "=" * 9, "A" * 10_000, "AAAA AAAA", "%00"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        read_cursor(cursor, QUERY)


@given(st.text())
def test_no_text_is_taken_for_a_cursor(cursor: str) -> None:
    with pytest.raises(BadCursor):
        read_cursor(cursor, QUERY)


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadCursor):
        read_cursor(write_cursor(Position(5, float("nan")), QUERY, partial=False), QUERY)
