"""What lies on the way in is looked at while others move it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from archive.places import Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    spool = tmp_path / "spool"
    (spool / ".claimed" / "owner").mkdir(parents=True)
    return Places(tmp_path / "in", tmp_path / "claimed", spool, spool / ".claimed", tmp_path / "rejected")


def test_an_upload_is_held_where_it_waits_and_where_it_is_claimed(places: Places) -> None:
    assert not places.holds_upload("one")
    (places.spool / "one").mkdir()
    assert not places.holds_upload("one")
    (places.spool / "one" / "a.txt").write_bytes(b"a")
    assert places.holds_upload("one")
    (places.spool / "one").rename(places.spool_claimed / "owner" / "one")
    assert places.holds_upload("one")
    assert not places.holds_upload("two")


def test_a_folder_that_is_taken_away_amid_a_look_is_no_error(places: Places) -> None:
    over = threading.Event()

    def move() -> None:
        claimed = places.spool_claimed / "owner" / "one"
        while not over.is_set():
            claimed.mkdir()
            (claimed / "a.txt").write_bytes(b"a")
            (claimed / "a.txt").unlink()
            claimed.rmdir()

    mover = threading.Thread(target=move)
    mover.start()
    try:
        for _ in range(2_000):
            places.holds_upload("one")
    finally:
        over.set()
        mover.join()
