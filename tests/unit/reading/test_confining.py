"""What a reading process that is shut in can reach: the file that it is handed, and its own folder."""

import errno
import os
import socket
import sys
from pathlib import Path

import pytest

from ingest import handing
from ingest.confining import Confinement, ReadOnlyView, confinement, read_only_view
from ingest.handing import HandedFile, identity
from ingest.sandbox import ReadingPool
from kernel.errors import FileUnreadable, PageUnreadable
from tests.unit.reading import misdeeds


@pytest.fixture(scope="module")
def pool():
    assert confinement() is Confinement.BUBBLEWRAP, "bubblewrap is missing or not allowed on this machine"
    with ReadingPool(workers=1, memory_mb=512, page_seconds=20, confined=Confinement.BUBBLEWRAP) as one:
        yield one


@pytest.fixture
def original(tmp_path):
    path = tmp_path / "original"
    path.write_bytes(b"as it came")
    path.chmod(0o600)
    return path


def test_it_reads_the_file_that_it_is_handed_and_not_the_one_beside_it(pool, original):
    assert pool.submit(misdeeds.read, HandedFile(original)).result() == b"as it came"
    with pytest.raises(PageUnreadable):
        pool.submit(misdeeds.read, str(original)).result()


def test_the_same_file_is_known_again_and_another_one_under_its_path_is_not_it(pool, original):
    first = pool.submit(identity, HandedFile(original)).result()
    assert pool.submit(identity, HandedFile(original)).result() == first
    other = original.with_name("other")
    other.write_bytes(b"as it came")
    assert pool.submit(identity, HandedFile(other)).result() != first


def test_a_file_that_is_not_there_fails_alone(pool, original):
    asked = (HandedFile(original), HandedFile(original.with_name("gone")))
    assert pool.submit(misdeeds.which_exist, asked).result() == [True, False]


def test_a_file_that_we_cannot_open_is_no_fault_of_the_page(pool, original, monkeypatch):
    def fails(_view, _path):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patched:
        patched.setattr(ReadOnlyView, "open", fails)
        with pytest.raises(FileUnreadable) as raised:
            pool.submit(misdeeds.read, HandedFile(original)).result()
        assert raised.value.values["reason"] == os.strerror(errno.EMFILE)
    assert pool.submit(misdeeds.read, HandedFile(original)).result() == b"as it came"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs copies of what others own")
def test_a_copy_for_which_there_is_no_room_is_no_fault_of_the_page(pool, original, monkeypatch):
    def full():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(handing.tempfile, "TemporaryFile", full)
    os.chown(original, 1234, -1)
    with pytest.raises(FileUnreadable):
        pool.submit(misdeeds.read, HandedFile(original)).result()


@pytest.mark.parametrize("misdeed", [misdeeds.write_to, misdeeds.change_mode_of, misdeeds.truncate])
def test_it_cannot_change_the_file_that_it_is_handed(pool, original, misdeed):
    with pytest.raises(PageUnreadable):
        pool.submit(misdeed, HandedFile(original)).result()
    assert original.read_bytes() == b"as it came"
    assert original.stat().st_mode & 0o777 == 0o600


def test_it_has_no_network(pool):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with pytest.raises(PageUnreadable):
            pool.submit(misdeeds.connect, listener.getsockname()[1]).result()


def test_it_sees_no_home_no_data_and_no_other_process(pool, tmp_path):
    secret = tmp_path / "secret"
    secret.touch()
    # The interpreter may lie below the home folder, and is then all that is seen of it.
    hidden = [path for path in Path.home().iterdir() if path not in Path(sys.base_prefix).resolve().parents]
    hidden = [path for path in hidden if not any(path in Path(entry).resolve().parents for entry in sys.path)]
    seen = pool.submit(
        misdeeds.look_around, [str(tmp_path), str(Path.cwd() / "scanner_drop"), *map(str, hidden)]
    ).result()
    assert seen["there"] == []
    assert len(seen["processes"]) <= 3  # bubblewrap's first one and itself
    assert not [name for name in seen["environment"] if name.startswith(("TANGTHU_", "AWS_", "SSH_"))]


def test_it_writes_to_its_own_folder_only(pool):
    assert pool.submit(misdeeds.writable, ["/", "/tmp", "/usr", "/dev", "/dev/shm", "/etc", "/var"]).result() == []


def test_a_bubblewrap_that_is_not_allowed_is_found_out_and_told_in_both_languages(tmp_path, monkeypatch, caplog):
    refusing = tmp_path / "bwrap"
    refusing.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert confinement.__wrapped__() is Confinement.LIMITS
    for words in ("không được cách ly", "only limits hold", "uid map: Permission denied"):
        assert words in caplog.text


def test_a_bubblewrap_that_is_missing_is_told_in_both_languages(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert confinement.__wrapped__() is Confinement.LIMITS
    assert "không được cách ly" in caplog.text
    assert "only limits hold" in caplog.text


def test_nothing_opened_by_the_read_only_view_can_be_written_to(original):
    descriptor = read_only_view().open(str(original))
    try:
        with pytest.raises(OSError, match="Read-only"):
            os.fchmod(descriptor, 0o777)
        with pytest.raises(OSError, match="Read-only"):
            os.open(f"/proc/self/fd/{descriptor}", os.O_WRONLY)
    finally:
        os.close(descriptor)
