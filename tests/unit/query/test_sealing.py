"""A sealed cursor is opened by whoever shut it, also after a restart, and by nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import BadCursor
from search_api.query.sealing import Seal, kept_seal

PLACE = "AQAAAAAAAABNQAAAAAAAAABhYmNkZWZnaGlqa2w"


def test_it_comes_back_and_tells_nothing_of_what_is_in_it() -> None:
    seal = Seal()
    shut = seal.shut(PLACE)
    assert seal.opened(shut) == PLACE
    assert PLACE[:6] not in shut
    assert len(shut) <= 200
    assert shut.replace("-", "").replace("_", "").isalnum()


def test_the_same_place_is_the_same_cursor() -> None:
    seal = Seal()
    assert seal.shut(PLACE) == seal.shut(PLACE) != seal.shut(PLACE + "A")


def test_another_key_opens_nothing() -> None:
    with pytest.raises(BadCursor):
        Seal().opened(Seal().shut(PLACE))


@given(st.text())
def test_no_text_is_taken_for_one(text: str) -> None:
    with pytest.raises(BadCursor):
        Seal(bytes(64)).opened(text)


def test_one_changed_letter_is_refused() -> None:
    seal = Seal()
    shut = seal.shut(PLACE)
    for at in (0, len(shut) // 2):
        with pytest.raises(BadCursor):
            seal.opened(shut[:at] + ("A" if shut[at] != "A" else "B") + shut[at + 1 :])


def test_the_key_outlives_a_restart_and_a_broken_one_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "cursor.key"
    shut = kept_seal(path).shut(PLACE)
    assert kept_seal(path).opened(shut) == PLACE
    path.write_bytes(b"half")
    with pytest.raises(BadCursor):
        kept_seal(path).opened(shut)
    assert len(path.read_bytes()) == 64
