"""Uploads are whole and durable in the spool, under names that can do no harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.spool import Spool, safe_name


def test_an_upload_is_whole_or_not_there(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    with spool.add("a.pdf") as writer:
        writer.write(b"ab")
        assert list(spool.whole()) == []
        writer.write(b"c")
        done = writer.finish()
    assert [entry.path.read_bytes() for entry in spool.whole()] == [b"abc"]
    spool.remove(done.delivery_id)
    assert list(spool.whole()) == []


def test_nothing_remains_of_an_upload_that_broke_off(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    with pytest.raises(ConnectionError), spool.add("a.pdf") as writer:
        writer.write(b"ab")
        raise ConnectionError
    assert list((tmp_path / "spool").iterdir()) == []


@pytest.mark.parametrize(
    ("untrusted", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\scans\\văn bản.pdf", "văn bản.pdf"),
        ("a\nb\u202e.pdf", "ab.pdf"),
        ("..", "khong-ten"),
        ("", "khong-ten"),
        ("x.part", "x.part_"),
        ("/", "khong-ten"),
    ],
)
def test_names_are_made_safe(untrusted: str, safe: str) -> None:
    assert safe_name(untrusted) == safe


@given(st.text(max_size=400))
def test_any_name_becomes_one_plain_part_of_a_path(untrusted: str) -> None:
    name = safe_name(untrusted)
    assert name not in ("", ".", "..")
    assert "/" not in name and "\x00" not in name and not name.endswith(".part")
    assert len(name.encode()) <= 200
