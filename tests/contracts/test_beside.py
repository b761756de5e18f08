"""What lies beside the originals, held on a folder and on S3-compatible storage: the same promises, the same tests."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from archive.beside import Beside
from archive.originals import FolderOriginals, Originals
from archive.s3_originals import S3Originals
from archive.s3_storage import S3Account
from archive.sidecars import Sidecars
from kernel.errors import NotFound, Unavailable
from tests.contracts.test_originals import s3
from tests.servers.moto import fresh_bucket

DIGEST = "abcd" + "0" * 60
SIDECAR = f"ab/cd/{DIGEST}.json"

Opening = Callable[[], Originals]


@pytest.fixture(params=["folder", "s3"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opening:
    """Opens the same storage, as another process would."""
    if request.param == "folder":
        return lambda: FolderOriginals(tmp_path / "originals")
    url = f"s3://{fresh_bucket()}/kho/gốc"
    return lambda: s3(tmp_path / "cache", url)


def put(beside: Beside, name: str, content: bytes) -> None:
    beside.put(name, BytesIO(content))


def test_what_was_put_is_there_for_everybody_and_gives_way_to_a_later_put(opened: Opening) -> None:
    first, second = opened().beside, opened().beside
    for content in (b"one", b"", bytes(range(256)) * 9000, b"last"):
        put(first, SIDECAR, content)
        assert second.get(SIDECAR) == content
        assert second.size(SIDECAR) == len(content)


def test_what_is_not_there_is_not_found_and_can_be_removed_again(opened: Opening) -> None:
    beside = opened().beside
    for _ in range(2):
        assert beside.size(SIDECAR) is None
        with pytest.raises(NotFound):
            beside.get(SIDECAR)
        assert list(beside.names()) == []
        beside.remove(SIDECAR)
        put(beside, SIDECAR, b"x")
        beside.remove(SIDECAR)


def test_names_come_in_order_by_how_they_begin(opened: Opening) -> None:
    beside = opened().beside
    names = [SIDECAR, f"ab/cd/{DIGEST}.0123.pages.jsonl.gz", "ab/ce/other.json", "ac/cd/other.json"]
    for name in reversed(names):
        put(beside, name, b"x")
    assert list(beside.names("ab/cd/")) == sorted(names[:2])
    assert list(beside.names(f"ab/cd/{DIGEST}.j")) == [SIDECAR]
    assert list(beside.names()) == sorted(names)
    assert list(beside.names("zz/")) == []


def test_a_log_gives_back_its_lines_in_order_whoever_added_them(opened: Opening) -> None:
    first, second = opened().beside, opened().beside
    assert list(first.lines("journal")) == []
    for number in range(12):
        (first, second)[number % 2].append("journal", b"%d a\n%d b\n" % (number, number))
    expected = [b"%d %s\n" % (number, letter) for number in range(12) for letter in (b"a", b"b")]
    assert list(opened().beside.lines("journal")) == expected


def test_originals_pass_over_what_lies_beside_them(opened: Opening, tmp_path: Path) -> None:
    originals = opened()
    (tmp_path / "a.pdf").write_bytes(b"bytes")
    digest = originals.store(tmp_path / "a.pdf").digest
    folder = f"{digest[:2]}/{digest[2:4]}"
    put(originals.beside, f"{folder}/{digest}.json", b"{}")
    put(originals.beside, f"{folder}/{digest}.0123456789abcdef.pages.jsonl.gz", b"x")
    originals.beside.append("journal", b"a line\n")
    (held,) = originals.held()
    assert (held.digest, held.size) == (digest, 5)
    # But not what does not belong there.
    put(originals.beside, f"{folder}/strange", b"x")
    put(originals.beside, f"zz/zz/{digest}.json", b"x")
    assert sorted(str(one.digest) for one in originals.held()) == sorted([digest, "None", "None"])
    originals.beside.remove(f"{folder}/{digest}.json")
    assert originals.size(digest) == 5


def test_storage_that_is_away_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    away = S3Originals("s3://b", S3Account("http://127.0.0.1:1", "us-east-1", "k", "s"), tmp_path / "cache", 1)
    away._storage.files.retries = 1
    beside = away.beside
    for use in (
        lambda: put(beside, SIDECAR, b"x"),
        lambda: beside.get(SIDECAR),
        lambda: beside.size(SIDECAR),
        lambda: list(beside.names()),
        lambda: beside.remove(SIDECAR),
        lambda: beside.append("journal", b"x\n"),
        lambda: list(beside.lines("journal")),
    ):
        with pytest.raises(Unavailable):
            use()


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = FolderOriginals(tmp_path / "originals").beside
    put(beside, SIDECAR, b"former")

    class Broken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        beside.put(SIDECAR, Broken(b"new"))
    assert beside.get(SIDECAR) == b"former"
    assert list(beside.names()) == [SIDECAR], "what is half written has no name of its own"


def test_what_a_kill_left_half_written_goes_with_the_sidecar(tmp_path: Path) -> None:
    originals = FolderOriginals(tmp_path / "originals")
    put(originals.beside, SIDECAR, b"x")
    folder = (tmp_path / "originals" / SIDECAR).parent
    left = [f"{DIGEST}.json.part", f"{DIGEST}.0123456789abcdef.pages.jsonl.gz.part"]
    for name in left:
        (folder / name).write_bytes(b"secret")
    (folder / f"abcd{'1' * 60}.json.part").write_bytes(b"another's, at work")
    Sidecars(originals.beside).remove(DIGEST)
    assert [path.name for path in folder.iterdir()] == [f"abcd{'1' * 60}.json.part"]
