"""Hints are welcome and never needed."""

from __future__ import annotations

import threading
from pathlib import Path

from ingest.intake.watching import Watcher


def test_a_file_in_a_new_subfolder_gives_a_hint(tmp_path: Path) -> None:
    hint = threading.Event()
    watcher = Watcher([tmp_path], hint.set)
    try:
        assert watcher.watching
        (tmp_path / "a" / "b").mkdir(parents=True)
        assert hint.wait(20)
        hint.clear()
        (tmp_path / "a" / "b" / "c.pdf").write_bytes(b"x")
        assert hint.wait(20)
    finally:
        watcher.close()
    assert not watcher.watching


def test_what_cannot_be_watched_is_told_and_stops_nobody(tmp_path: Path) -> None:
    watcher = Watcher([tmp_path / "away"], lambda: None)
    assert not watcher.watching
    assert watcher.reason
    watcher.close()
