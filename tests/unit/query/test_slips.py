"""How far words are apart, and what keys stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_api.query.slips import one_slip_apart, typed_for


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("quyet", "quyt", True),
        ("quyet", "quyeet", True),
        ("quyet", "quyat", True),
        ("quyet", "qyuet", True),
        ("quyet", "quyet", False),
        ("quyet", "qyeut", False),
        ("quyet", "que", False),
        ("quyet", "tquye", False),
        ("", "a", True),
        ("", "", False),
        ("ab", "ba", True),
        ("abc", "cba", False),
    ],
)
def test_one_slip(one: str, other: str, apart: bool) -> None:
    assert one_slip_apart(one, other) is apart
    assert one_slip_apart(other, one) is apart


def slipped(word: str) -> set[str]:
    """Every word one slip away, made by doing it."""
    places = range(len(word) + 1)
    made = {word[:at] + word[at + 1 :] for at in range(len(word))}
    made |= {word[:at] + letter + word[at:] for at in places for letter in "ab"}
    made |= {word[:at] + letter + word[at + 1 :] for at in range(len(word)) for letter in "ab"}
    made |= {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    return made - {word}


@given(st.text("ab", max_size=5), st.text("ab", max_size=5))
def test_one_slip_is_what_one_slip_makes(one: str, other: str) -> None:
    assert one_slip_apart(one, other) == (other in slipped(one))


@pytest.mark.parametrize(
    ("keys", "meant"),
    [("quyeets", "quyet"), ("ddinhj", "dinh"), ("d9i5nh", "dinh"), ("luwowngj", "luong"), ("trux", "tru")],
)
def test_keys_struck_with_the_input_method_off(keys: str, meant: str) -> None:
    assert meant in typed_for(keys)
