"""A file is taken when it has stayed as it is, by a clock that nobody can set."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from ingest.intake.settling import Settling, fingerprint, has_writer, is_passed_over, is_still, survey


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def settled_now(settling: Settling, folder: Path) -> list[str]:
    return [relative for relative, _ in settling.settled(survey(folder).files)]


def test_an_unchanged_file_settles_after_the_time_and_not_before(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x")
    settling = Settling(2.0, clock)
    assert settled_now(settling, tmp_path) == []
    clock.seconds += 1.99
    assert settled_now(settling, tmp_path) == []
    assert settling.seconds_to_next() == pytest.approx(0.01)
    clock.seconds += 0.01
    assert settled_now(settling, tmp_path) == ["a.pdf"]
    assert settling.seconds_to_next() is None


def test_a_growing_file_never_settles_however_slowly_it_grows(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "a.pdf"
    settling = Settling(2.0, clock)
    for part in range(100):
        with path.open("ab") as stream:
            stream.write(b"%d" % part)
        assert settled_now(settling, tmp_path) == []
        clock.seconds += 1.9
    clock.seconds += 0.2
    assert settled_now(settling, tmp_path) == ["a.pdf"]


def test_rewriting_in_place_and_replacing_start_the_time_again(tmp_path: Path, clock: Clock) -> None:
    path, other = tmp_path / "a.pdf", tmp_path / "b.pdf"
    path.write_bytes(b"one")
    settling = Settling(2.0, clock)
    settled_now(settling, tmp_path)
    clock.seconds += 1.5
    path.write_bytes(b"two")
    os.utime(path, ns=(5, 5))
    settled_now(settling, tmp_path)
    clock.seconds += 1.5
    other.write_bytes(b"six")
    os.utime(other, ns=(5, 5))
    other.replace(path)
    assert settled_now(settling, tmp_path) == []
    clock.seconds += 2.0
    assert settled_now(settling, tmp_path) == ["a.pdf"]


@pytest.mark.parametrize("days", [-20000, -1, 0, 1, 20000])
def test_the_clock_of_the_share_does_not_matter(tmp_path: Path, clock: Clock, days: int) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x")
    moment = path.stat().st_mtime + days * 86400
    os.utime(path, (moment, moment))
    settling = Settling(2.0, clock)
    assert settled_now(settling, tmp_path) == []
    clock.seconds += 2
    assert settled_now(settling, tmp_path) == ["a.pdf"]


def test_an_empty_file_is_given_more_time_to_be_filled(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "a.pdf").touch()
    settling = Settling(2.0, clock)
    settled_now(settling, tmp_path)
    clock.seconds += 9.9
    assert settled_now(settling, tmp_path) == []
    clock.seconds += 0.1
    assert settled_now(settling, tmp_path) == ["a.pdf"]


def test_a_file_that_went_and_came_again_starts_anew(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x")
    settling = Settling(2.0, clock)
    settled_now(settling, tmp_path)
    path.rename(tmp_path / ".a")
    settled_now(settling, tmp_path)
    (tmp_path / ".a").rename(path)
    clock.seconds += 5
    assert settled_now(settling, tmp_path) == []


@pytest.mark.parametrize(
    "name",
    [
        ".x", "~$bao cao.docx", "a.tmp", "A.TMP", "a.pdf.part", "a.crdownload", ".smbdelete12", "Thumbs.db",
        "desktop.ini", "~WRL0001.tmp", ".DS_Store", ".~lock.a.docx#", "a.partial", "a.filepart",
    ],
)  # fmt: skip
def test_names_of_temporary_files_are_passed_over(name: str) -> None:
    assert is_passed_over(name)


@pytest.mark.parametrize("name", ["a.pdf", "-a.pdf", "~a.pdf", "part.pdf", "a.tmp.pdf", "a", "template.docx"])
def test_other_names_are_not(name: str) -> None:
    assert not is_passed_over(name)


def test_links_pipes_and_hidden_folders_are_passed_over_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, drop = tmp_path / "secret", tmp_path / "drop"
    secret.mkdir()
    (secret / "a.pdf").write_bytes(b"x")
    for folder in (drop / "2019" / "hop-3", drop / ".Trash", drop / "@eaDir", drop / "empty"):
        folder.mkdir(parents=True)
        if folder.name != "empty":
            (folder / "b.pdf").write_bytes(b"x")
    (drop / "to-file").symlink_to(secret / "a.pdf")
    (drop / "to-folder").symlink_to(secret)
    os.mkfifo(drop / "pipe.pdf")
    listener = socket.socket(socket.AF_UNIX)
    monkeypatch.chdir(drop)
    listener.bind("socket.pdf")
    listener.close()
    found = survey(drop)
    assert list(found.files) == ["2019/hop-3/b.pdf"]
    assert sorted(found.passed_over) == [".Trash/", "@eaDir/", "pipe.pdf", "socket.pdf", "to-file", "to-folder"]
    assert found.failures == []


def test_a_drop_that_is_away_is_told(tmp_path: Path) -> None:
    assert len(survey(tmp_path / "away").failures) == 1


def test_a_file_held_open_for_writing_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with path.open("wb") as writer:
        writer.write(b"x")
        writer.flush()
        assert has_writer(path)
        assert not is_still(path, fingerprint(path.stat()))
    with path.open("rb"):
        assert not has_writer(path)
        assert is_still(path, fingerprint(path.stat()))


def test_a_file_that_changed_since_it_was_seen_is_not_still(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x")
    seen = fingerprint(path.stat())
    path.write_bytes(b"xy")
    assert not is_still(path, seen)
    path.unlink()
    path.symlink_to("/dev/null")
    assert not is_still(path, fingerprint(path.lstat()))


def test_twenty_thousand_files_are_looked_through_in_one_pass(tmp_path: Path, clock: Clock) -> None:
    for number in range(20_000):
        (tmp_path / f"{number:05}.txt").touch()
    settling = Settling(0.0, clock)
    assert len(settled_now(settling, tmp_path)) == 20_000
