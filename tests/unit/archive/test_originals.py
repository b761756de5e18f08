"""Originals are kept under their digest, whole, once, and never altered."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from archive.originals import FolderOriginals
from kernel.errors import DigestMismatch, NotFound


@pytest.fixture
def originals(tmp_path: Path) -> FolderOriginals:
    return FolderOriginals(tmp_path / "originals")


def test_bytes_lie_under_their_sha256(originals: FolderOriginals, tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"x" * 3_000_000)
    stored = originals.store(source)
    assert stored.digest == hashlib.sha256(b"x" * 3_000_000).hexdigest()
    assert stored.size == 3_000_000
    assert originals.existing(stored.digest).read_bytes() == source.read_bytes()
    originals.verify(stored.digest)


def test_the_same_bytes_twice_lie_there_once_and_no_rest_remains(originals: FolderOriginals, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"same")
        originals.store(tmp_path / name)
    assert sum(path.is_file() for path in (tmp_path / "originals").rglob("*")) == 1


def test_an_original_is_not_writable(originals: FolderOriginals, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    assert originals.existing(originals.store(tmp_path / "a").digest).stat().st_mode & 0o222 == 0


def test_a_half_written_original_of_a_kill_is_replaced(originals: FolderOriginals, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"whole")
    target = originals.path(hashlib.sha256(b"whole").hexdigest())
    target.parent.mkdir(parents=True)
    target.write_bytes(b"wh")
    assert originals.existing(originals.store(tmp_path / "a").digest).read_bytes() == b"whole"


def test_flipped_bits_and_missing_bytes_are_seen(originals: FolderOriginals, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"whole")
    digest = originals.store(tmp_path / "a").digest
    path = originals.existing(digest)
    path.chmod(0o600)
    path.write_bytes(b"wholf")
    with pytest.raises(DigestMismatch):
        originals.verify(digest)
    path.unlink()
    with pytest.raises(NotFound):
        originals.verify(digest)


def test_bytes_are_durable_before_they_get_their_name(
    originals: FolderOriginals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_fsync(descriptor: int) -> None:
        calls.append("fsync " + Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    def note_replace(self: Path, target: Path) -> Path:
        calls.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "replace", note_replace)
    (tmp_path / "a").write_bytes(b"a")
    stored = originals.store(tmp_path / "a")
    at = calls.index("rename")
    assert any(call.startswith("fsync") and len(call) == len("fsync ") + 26 for call in calls[:at])
    assert calls[at + 1] == f"fsync {stored.digest[2:4]}"
