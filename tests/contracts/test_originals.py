"""What every storage of originals promises, held on a folder and on S3-compatible storage."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.originals import FolderOriginals, Originals
from archive.s3_originals import S3Originals
from archive.s3_storage import S3Account
from kernel.errors import BadValue, DigestMismatch, NotFound, Unavailable
from tests.servers.moto import fresh_bucket, s3_endpoint

CONTENT = bytes(range(256)) * 100


@dataclass
class Place:
    """A storage, with what a test does behind its back."""

    originals: Originals
    spoil: Callable[[str, bytes], None]
    count: Callable[[], int]
    stamp: Callable[[str], object]
    """Differs when the same bytes are written again."""


def account() -> S3Account:
    return S3Account(s3_endpoint(), "us-east-1", "test", "test")


def s3(cache: Path, url: str, cache_bytes: int = 1 << 30) -> S3Originals:
    return S3Originals(url, account(), cache, cache_bytes)


def folder_place(tmp_path: Path) -> Place:
    originals = FolderOriginals(tmp_path / "originals")

    def spoil(digest: str, content: bytes) -> None:
        path = originals.path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(content)

    def inode(digest: str) -> object:
        return originals.path(digest).stat().st_ino

    return Place(originals, spoil, lambda: sum(path.is_file() for path in (tmp_path / "originals").rglob("*")), inode)


def s3_place(tmp_path: Path) -> Place:
    bucket = fresh_bucket()
    originals = s3(tmp_path / "cache", f"s3://{bucket}/kho/gốc")

    def spoil(digest: str, content: bytes) -> None:
        originals._call("put_object", digest, Body=content, Metadata={"by": "test"})
        (tmp_path / "cache" / "kept" / digest).unlink(missing_ok=True)

    def count() -> int:
        listed: Any = originals._storage.files.call_s3("list_objects_v2", Bucket=bucket)
        return int(listed["KeyCount"])

    def metadata(digest: str) -> object:
        return originals._call("head_object", digest)["Metadata"]

    return Place(originals, spoil, count, metadata)


@pytest.fixture(params=[folder_place, s3_place], ids=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    made: Place = request.param(tmp_path)
    return made


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "quét.pdf"
    path.write_bytes(CONTENT)
    return path


def test_what_was_stored_is_there_whole_and_the_source_is_left_alone(place: Place, source: Path) -> None:
    stored = place.originals.store(source)
    assert (stored.digest, stored.size) == (hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    assert source.read_bytes() == CONTENT
    assert place.originals.size(stored.digest) is not None
    assert place.originals.holds(stored.digest, stored.size)
    assert not place.originals.holds(stored.digest, stored.size + 1)
    with place.originals.local(stored.digest) as path:
        assert path.read_bytes() == CONTENT
    with place.originals.local(stored.digest) as first, place.originals.local(stored.digest) as second:
        assert first.read_bytes() == second.read_bytes() == CONTENT
    with place.originals.open(stored.digest) as stream:
        assert stream.read() == CONTENT
    place.originals.verify(stored.digest)


def test_empty_and_long_bytes_are_kept_too(place: Place, tmp_path: Path) -> None:
    for number, content in enumerate((b"", os.urandom(20 << 20))):
        (tmp_path / str(number)).write_bytes(content)
        stored = place.originals.store(tmp_path / str(number))
        place.originals.verify(stored.digest)
        with place.originals.open(stored.digest) as stream:
            assert stream.read() == content


def test_nothing_is_said_to_be_there_that_is_not(place: Place) -> None:
    digest = "0" * 64
    assert place.originals.size(digest) is None
    assert not place.originals.holds(digest, 0)
    with pytest.raises(NotFound), place.originals.local(digest):
        pass
    with pytest.raises(NotFound):
        place.originals.open(digest)
    with pytest.raises(NotFound):
        place.originals.verify(digest)


def test_the_same_bytes_twice_and_from_many_at_once_lie_there_once(place: Place, source: Path) -> None:
    ends: list[object] = []

    def run() -> None:
        ends.append(place.originals.store(source))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ends) == 6
    assert len(set(ends)) == 1
    assert place.count() == 1
    place.originals.verify(place.originals.store(source).digest)


def test_bytes_cut_off_by_a_kill_give_way_to_whole_ones(place: Place, source: Path) -> None:
    digest = hashlib.sha256(CONTENT).hexdigest()
    place.spoil(digest, CONTENT[:100])
    assert place.originals.store(source).digest == digest
    place.originals.verify(digest)


def test_whole_bytes_are_never_written_again(place: Place, source: Path) -> None:
    digest = place.originals.store(source).digest
    place.spoil(digest, CONTENT)
    before = place.stamp(digest)
    place.originals.store(source)
    assert place.stamp(digest) == before


def test_damaged_bytes_of_the_same_size_give_way_to_the_good_ones_that_come_again(place: Place, source: Path) -> None:
    digest = place.originals.store(source).digest
    place.spoil(digest, CONTENT[:5000] + b"\xff" + CONTENT[5001:])
    assert not place.originals.holds(digest, len(CONTENT))
    assert place.originals.store(source).digest == digest
    place.originals.verify(digest)
    assert place.originals.holds(digest, len(CONTENT))


def test_a_flipped_bit_and_missing_bytes_are_seen(place: Place, source: Path) -> None:
    digest = place.originals.store(source).digest
    place.spoil(digest, CONTENT[:5000] + b"\xff" + CONTENT[5001:])
    with pytest.raises(DigestMismatch):
        place.originals.verify(digest)
    place.originals.remove(digest)
    with pytest.raises(NotFound):
        place.originals.verify(digest)


def test_what_is_removed_is_gone_and_can_be_removed_again(place: Place, source: Path) -> None:
    digest = place.originals.store(source).digest
    with place.originals.local(digest) as path:
        path.read_bytes()
    place.originals.remove(digest)
    place.originals.remove(digest)
    assert place.originals.size(digest) is None
    assert place.count() == 0
    with pytest.raises(NotFound), place.originals.local(digest):
        pass
    assert place.originals.store(source).digest == digest
    place.originals.verify(digest)


# -- S3 alone ----------------------------------------------------------------------------------------------


@pytest.fixture
def bucket() -> Iterator[str]:
    yield fresh_bucket()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_spoiled_object_never_becomes_a_local_copy(tmp_path: Path, bucket: str, source: Path) -> None:
    originals = s3(tmp_path / "cache", f"s3://{bucket}")
    digest = originals.store(source).digest
    originals._call("put_object", digest, Body=b"other")
    with pytest.raises(DigestMismatch), originals.local(digest):
        pass
    assert names(tmp_path / "cache" / "kept") == names(tmp_path / "cache" / "handed-out") == set()


def test_the_cache_is_bounded_and_takes_nothing_from_who_reads(tmp_path: Path, bucket: str) -> None:
    originals = s3(tmp_path / "cache", f"s3://{bucket}", cache_bytes=250)
    digests = []
    for letter in "abcd":
        (tmp_path / letter).write_bytes(letter.encode() * 100)
        digests.append(originals.store(tmp_path / letter).digest)
    with originals.local(digests[0]) as first:
        for number, digest in enumerate(digests):
            with originals.local(digest) as path:
                os.utime(path, (number, number))
        assert first.read_bytes() == b"a" * 100
        assert names(tmp_path / "cache" / "kept") == set(digests[2:])
    assert names(tmp_path / "cache" / "handed-out") == set()


def test_a_put_that_does_not_come_back_as_it_was_is_not_taken_for_stored(
    tmp_path: Path, bucket: str, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    originals = s3(tmp_path / "cache", f"s3://{bucket}")
    call = originals._storage.call

    def spoiled(method: str, name: str, **more: Any) -> Any:
        if method == "put_object":
            more = {"Body": CONTENT[:-1] + b"!"}
        return call(method, name, **more)

    monkeypatch.setattr(originals._storage, "call", spoiled)
    with pytest.raises(Unavailable):
        originals.store(source)
    monkeypatch.undo()
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert not originals.holds(digest, len(CONTENT))
    originals.store(source)
    originals.verify(digest)


def test_who_cannot_read_back_takes_nothing_from_another_who_stored_the_same(
    tmp_path: Path, bucket: str, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (s3(tmp_path / name, f"s3://{bucket}") for name in ("one", "two"))
    digest = first.store(source).digest
    read = second._storage.read
    monkeypatch.setattr(second._storage, "read", lambda *asked: read(*asked)[:-1] + b"!")
    with pytest.raises(Unavailable):
        second.store(source)
    first.verify(digest)


def test_storage_that_is_away_is_unavailable_and_a_url_that_is_none_is_told(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    away = S3Originals("s3://b", S3Account("http://127.0.0.1:1", "us-east-1", "k", "s"), tmp_path / "cache", 1)
    away._storage.files.retries = 1
    for use in (lambda: away.store(source), lambda: away.size("0" * 64), lambda: away.verify("0" * 64)):
        with pytest.raises(Unavailable):
            use()
    for url in ("", "s3://", "http://b/p", "b/p"):
        with pytest.raises(BadValue):
            S3Originals(url, S3Account(), tmp_path / "cache", 1)
