"""Keeping with originals on S3-compatible storage and the catalogue in either database."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from archive import backup_files
from archive.backup import back_up, check
from archive.catalogue import Catalogue
from archive.fixity import Checked, Outcome
from archive.journal import Entry, Journal
from archive.layout import Layout
from archive.originals import FolderOriginals, Originals
from archive.rebuilding import rebuild_catalogue
from archive.restoring import restore
from archive.s3_originals import S3Originals
from archive.sidecar_marks import MarkKind
from kernel.errors import Unavailable
from kernel.keeping_errors import NotEmpty
from tests.contracts.test_originals import s3
from tests.keeping import everything, fill, waiting, writer
from tests.records import enter
from tests.servers.moto import fresh_bucket
from tests.servers.postgresql import postgresql_database

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"])
Opener = Callable[[str], Catalogue]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path / "data")
    made.prepare()
    return made


@pytest.fixture
def new_catalogue(tmp_path: Path) -> Iterator[Opener]:
    """Opens one more empty catalogue of a kind."""
    with ExitStack() as stack:

        def opened(database: str) -> Catalogue:
            if database == "sqlite":
                made = Catalogue.sqlite(tmp_path / f"c{len(list(tmp_path.iterdir()))}" / "catalogue.sqlite")
            else:
                made = Catalogue.at_url(stack.enter_context(postgresql_database()), tmp_path)
            stack.callback(made.close)
            return made

        yield opened


@pytest.fixture
def away(layout: Layout) -> Callable[[], Originals]:
    """Opens the same storage on S3, each time as a process that has fetched nothing."""
    url = f"s3://{fresh_bucket()}/kho"

    def opened() -> Originals:
        shutil.rmtree(layout.fetched, ignore_errors=True)
        return s3(layout.fetched, url)

    return opened


@BOTH
def test_the_lost_catalogue_of_a_lost_data_folder_comes_back_from_s3(
    new_catalogue: Opener, layout: Layout, away: Callable[[], Originals], database: str
) -> None:
    first, second = new_catalogue(database), new_catalogue(database)
    fill(first, layout, away())
    writer(first, layout, away()).drain()
    assert waiting(first) == 0
    assert not [path for path in layout.originals.rglob("*") if path.is_file()], "nothing of it lies here"
    shutil.rmtree(layout.data)
    layout.prepare()
    done = rebuild_catalogue(second, away(), layout)
    assert everything(second) == everything(first)
    assert (done.records, done.deliveries, done.whole, done.handed_in) == (5, 11, True, [])


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_a_damaged_original_without_a_sidecar_is_told_and_costs_only_itself(
    new_catalogue: Opener, layout: Layout, away: Callable[[], Originals], kind: str
) -> None:
    first, second = new_catalogue("sqlite"), new_catalogue("sqlite")
    originals = away() if kind == "s3" else FolderOriginals(layout.originals)
    digests = [fill_one(first, layout, originals) for _ in range(3)]
    writer(first, layout, originals).drain()
    for digest in digests[:2]:
        originals.beside.remove(f"{digest[:2]}/{digest[2:4]}/{digest}.json")
    originals.beside.put(f"{digests[0][:2]}/{digests[0][2:4]}/{digests[0]}", BytesIO(b"rotten"))
    done = rebuild_catalogue(second, originals, layout)
    assert (done.records, done.damaged, done.handed_in, done.whole) == (1, digests[:1], digests[1:2], False)
    assert len(list(layout.spool.glob("*/*"))) == 1


@pytest.mark.parametrize("bytes_are", ["removed", "waiting"])
def test_a_record_that_only_the_journal_takes_for_gone_is_handed_in(
    new_catalogue: Opener, layout: Layout, bytes_are: str
) -> None:
    catalogue, second = new_catalogue("sqlite"), new_catalogue("sqlite")
    record_id = fill(catalogue, layout)[0]
    originals = FolderOriginals(layout.originals)
    writer(catalogue, layout).drain()
    with catalogue.reading() as unit:
        digest = unit.records.by_id(record_id).digest
    (stone,) = (dict(row) for entry in Journal(originals.beside).read().entries.values() for row in entry.tombstones)
    stone |= {"record_id": record_id, "sequence": 1, "digest": digest, "bytes": bytes_are}
    Journal(originals.beside).append([Entry(MarkKind.RECORD, record_id, [], [], [stone])])
    done = rebuild_catalogue(second, originals, layout)
    # Where the bytes must still be removed, the purge was under way.
    assert done.handed_in == ([digest] if bytes_are == "removed" else [])


def test_more_can_be_looked_up_than_a_query_takes_values(new_catalogue: Opener, layout: Layout) -> None:
    catalogue = new_catalogue("sqlite")
    ids = fill(catalogue, layout)
    with catalogue.writing() as unit:
        digest = unit.records.by_id(ids[0]).digest
        unit.fixity.note([Checked(digest, Outcome.ALTERED)])
        unknown = [f"{number:064x}" for number in range(260_000)]
        assert unit.fixity.former([*unknown, digest]) == {digest: Outcome.ALTERED}
        assert unit.records.ids_by_digest([*unknown, digest]) == {digest: ids[0]}
        assert list(unit.records.views([*unknown, ids[0]])) == [ids[0]]


def test_sidecars_wait_while_the_storage_is_away_and_come_later(
    new_catalogue: Opener, layout: Layout, away: Callable[[], Originals], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue, originals = new_catalogue("sqlite"), away()
    fill(catalogue, layout, originals)
    before = waiting(catalogue)
    put, failed = originals.beside.put, []

    def unwilling(name: str, content: BinaryIO) -> None:
        if not failed:
            failed.append(name)
            raise Unavailable(reason="503 Slow Down")
        put(name, content)

    monkeypatch.setattr(originals.beside, "put", unwilling)
    with pytest.raises(Unavailable):
        writer(catalogue, layout, originals).step()
    assert 0 < waiting(catalogue) < before, "one failed, the others are done"
    writer(catalogue, layout, originals).drain()
    assert waiting(catalogue) == 0


@pytest.mark.each(2)
@pytest.mark.parametrize(("source", "target"), [("postgresql", "sqlite"), ("sqlite", "postgresql")])
def test_a_backup_of_s3_and_either_database_is_put_back_into_a_folder_and_the_other(
    new_catalogue: Opener, layout: Layout, tmp_path: Path, away: Callable[[], Originals], source: str, target: str
) -> None:
    first = new_catalogue(source)
    fill(first, layout, away())
    done = back_up(first, away(), layout, tmp_path / "backup")
    assert (done.records, done.originals, done.copied, done.lacking) == (5, 5, 5, [])
    enter(first, ["mới"], originals=away(), scratch=layout.work)
    again = back_up(first, away(), layout, tmp_path / "backup")
    assert (again.originals, again.copied) == (6, 1)
    assert check(tmp_path / "backup") == []
    place, second = Layout(tmp_path / "restored"), new_catalogue(target)
    back = restore(tmp_path / "backup", place, lambda: FolderOriginals(place.originals), lambda: nullcontext(second))
    assert (back.originals, back.left_out) == (6, [])
    assert everything(second) == everything(first)
    # And from the folder onto S3.
    url, third = f"s3://{fresh_bucket()}", new_catalogue(source)
    back_up(second, FolderOriginals(place.originals), place, tmp_path / "backup 2")
    elsewhere = Layout(tmp_path / "restored 2")
    restore(tmp_path / "backup 2", elsewhere, lambda: s3(elsewhere.fetched, url), lambda: nullcontext(third))
    assert everything(third) == everything(first)
    writer(third, elsewhere, s3(elsewhere.fetched, url)).drain()
    fourth = new_catalogue("sqlite")
    assert rebuild_catalogue(fourth, s3(elsewhere.fetched, url), elsewhere).whole
    assert everything(fourth) == everything(first)


def test_a_restore_never_shares_the_storage_of_another_archive(
    new_catalogue: Opener, layout: Layout, tmp_path: Path, away: Callable[[], Originals]
) -> None:
    catalogue, backup, place = new_catalogue("sqlite"), tmp_path / "backup", Layout(tmp_path / "drill")
    digest = fill_one(catalogue, layout, away())
    back_up(catalogue, away(), layout, backup)
    for left in ("original", "sidecar"):
        before = list(away().beside.names())
        assert before
        with pytest.raises(NotEmpty, match="TANGTHU_ORIGINALS_URL"):
            restore(backup, place, lambda: other_cache(away(), place), lambda: nullcontext(new_catalogue("sqlite")))
        assert not place.data.exists(), "so that the next try is not told of what this one made"
        assert list(away().beside.names()) == before
        if left == "original":
            writer(catalogue, layout, away()).drain()
            away().remove(digest)
    place.data.mkdir()
    with pytest.raises(NotEmpty, match="TANGTHU_ORIGINALS_URL"):
        restore(backup, place, lambda: other_cache(away(), place), lambda: nullcontext(new_catalogue("sqlite")))
    assert list(place.data.iterdir()) == [], "a folder that was made for it stays"


def fill_one(catalogue: Catalogue, layout: Layout, originals: Originals) -> str:
    record_id = enter(catalogue, ["một"], originals=originals, scratch=layout.work)
    with catalogue.reading() as unit:
        return unit.records.by_id(record_id).digest


def other_cache(originals: Originals, place: Layout) -> Originals:
    """The same storage, with its local copies in another data folder."""
    assert isinstance(originals, S3Originals)
    storage = originals._storage
    return s3(place.fetched, f"s3://{storage.bucket}/{storage.key('').rstrip('/')}")


def test_a_bit_flip_planted_anywhere_in_a_backup_is_found(
    new_catalogue: Opener, layout: Layout, tmp_path: Path
) -> None:
    catalogue, backup = new_catalogue("sqlite"), tmp_path / "backup"
    fill(catalogue, layout)
    back_up(catalogue, FolderOriginals(layout.originals), layout, backup)
    for path in [path for path in backup.rglob("*") if path.is_file() and path.name != "tangthu-backup.txt"]:
        whole = path.read_bytes()
        if path.name == ".lock":
            assert whole == b""
            continue
        path.chmod(0o600)
        for place in (0, len(whole) // 2, len(whole) - 1):
            if whole[place : place + 1].isspace():
                continue  # between the parts of the manifest a space says nothing
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert _found_damage(backup), (path, place)
        path.write_bytes(whole)
    assert not _found_damage(backup)


def _found_damage(backup: Path) -> bool:
    try:
        return bool(check(backup))
    except Exception as error:
        return type(error).__name__ == "BackupDamaged"


def test_a_disk_that_is_full_at_any_write_leaves_the_former_backup_good(
    new_catalogue: Opener, layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue, backup = new_catalogue("sqlite"), tmp_path / "backup"
    originals = FolderOriginals(layout.originals)
    fill(catalogue, layout)
    back_up(catalogue, originals, layout, backup)
    former = (backup / "manifest.json").read_bytes()
    for number in range(3):
        enter(catalogue, [f"mới {number}"], originals=originals, scratch=layout.work)
    copy, left = backup_files.copy_hashing, [2]

    def full(source: Path, writer: BinaryIO) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return copy(source, writer)

    monkeypatch.setattr(backup_files, "copy_hashing", full)
    with pytest.raises(OSError, match="No space left"):
        back_up(catalogue, originals, layout, backup)
    assert (backup / "manifest.json").read_bytes() == former
    assert check(backup) == []
    monkeypatch.undo()
    assert back_up(catalogue, originals, layout, backup).copied == 1, "what was copied before the disk was full counts"
    assert check(backup) == []
