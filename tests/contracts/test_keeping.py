"""The catalogue made anew from what lies beside the originals, and backups, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import OperationalError

import archive
from archive import keeping
from archive.backup import back_up, check
from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.originals import FolderOriginals
from archive.rebuilding import rebuild_catalogue
from archive.receiving import announce
from archive.restoring import PutBack, restore
from archive.sidecar_marks import SidecarMarks
from archive.spool import Spool
from kernel.clock import now
from kernel.keeping_errors import BackupDamaged, NotEmpty
from mappings.record import Delivery, DeliverySource, DeliveryState, RecordState
from search_api.access import LOCAL
from search_api.correcting import CorrectionService
from tests.keeping import everything, fill, waiting, writer
from tests.records import enter
from tests.servers.postgresql import postgresql_database

Opener = Callable[[], Catalogue]
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"])


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path / "data")
    made.prepare()
    return made


@pytest.fixture
def database() -> str:
    """Where a test says nothing else."""
    return "sqlite"


@pytest.fixture
def new_catalogue(database: str, tmp_path: Path) -> Iterator[Opener]:
    """Opens one more empty catalogue."""
    with ExitStack() as stack:

        def opened() -> Catalogue:
            if database == "sqlite":
                folder = tmp_path / f"c{len(list(tmp_path.iterdir()))}"
                made = Catalogue.sqlite(folder / "catalogue.sqlite")
            else:
                made = Catalogue.at_url(stack.enter_context(postgresql_database()), tmp_path)
            stack.callback(made.close)
            return made

        yield opened


def put_back(folder: Path, place: Layout, opened: Opener, *, despite_damage: bool = False) -> PutBack:
    return restore(
        folder,
        place,
        lambda: FolderOriginals(place.originals),
        lambda: nullcontext(opened()),
        despite_damage=despite_damage,
    )


def sidecar_files(layout: Layout) -> dict[str, bytes]:
    kept = (path for path in layout.originals.rglob("*") if path.is_file() and "." in path.name)
    return {str(path.relative_to(layout.originals)): path.read_bytes() for path in kept}


def sidecar_path(layout: Layout, digest: str) -> Path:
    return layout.originals / digest[:2] / digest[2:4] / f"{digest}.json"


@BOTH
def test_a_lost_catalogue_comes_back_equal_in_every_row(new_catalogue: Opener, layout: Layout) -> None:
    first, second = new_catalogue(), new_catalogue()
    fill(first, layout)
    writer(first, layout).drain()
    assert waiting(first) == 0
    done = rebuild_catalogue(second, FolderOriginals(layout.originals), layout)
    assert everything(second) == everything(first)
    assert (done.records, done.deliveries, done.whole, done.handed_in) == (5, 11, True, [])


@BOTH
def test_numbers_go_on_behind_those_that_came_back(new_catalogue: Opener, layout: Layout) -> None:
    first, second = new_catalogue(), new_catalogue()
    ids = fill(first, layout)
    writer(first, layout).drain()
    rebuild_catalogue(second, FolderOriginals(layout.originals), layout)
    enter(second, ["mới"])
    CorrectionService(second).correct(ids[0], {"number": "5"}, LOCAL)
    rows = everything(second)
    assert rows["record"][-1]["sequence"] == 7, "6 was that of the purged one"
    assert rows["event"][-1]["number"] == everything(first)["event"][-1]["number"] + 1


def test_only_what_changed_is_written_again_and_pages_stay_as_they_are(new_catalogue: Opener, layout: Layout) -> None:
    catalogue = new_catalogue()
    ids = fill(catalogue, layout)
    writer(catalogue, layout).drain()
    before = sidecar_files(layout)
    CorrectionService(catalogue).correct(ids[2], {"subject": "Đã sửa"}, LOCAL)
    assert waiting(catalogue) == 1
    assert writer(catalogue, layout).step() == 1
    after = sidecar_files(layout)
    assert after.keys() == before.keys()
    assert [name for name in after if after[name] != before[name]] == [
        name for name in after if name.endswith(".json") and "Đã sửa".encode() in after[name]
    ]


@BOTH
def test_a_change_while_a_sidecar_is_written_is_not_forgotten(new_catalogue: Opener, layout: Layout) -> None:
    catalogue = new_catalogue()
    ids = fill(catalogue, layout)
    with catalogue.reading() as unit:
        written = unit.sidecar_marks.due(now(), timedelta(0), 100)
        digest = unit.records.by_id(ids[0]).digest
    CorrectionService(catalogue).correct(ids[0], {"subject": "Sửa giữa chừng"}, LOCAL)
    catalogue.write(lambda unit: unit.sidecar_marks.done(written))
    assert waiting(catalogue) == 1
    writer(catalogue, layout).drain()
    assert "Sửa giữa chừng" in sidecar_path(layout, digest).read_text()


@BOTH
def test_records_of_before_the_sidecars_are_marked_by_the_migration(new_catalogue: Opener, layout: Layout) -> None:
    catalogue = new_catalogue()
    fill(catalogue, layout)
    config = Config()
    config.set_main_option("script_location", str(Path(archive.__file__).parent / "migrations"))
    with catalogue._engine.connect().execution_options(tangthu_writing=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, "0004-1")  # just before the sidecars
    catalogue.migrate()
    writer(catalogue, layout).drain()
    second = new_catalogue()
    done = rebuild_catalogue(second, FolderOriginals(layout.originals), layout)
    assert (done.records, done.deliveries, done.handed_in) == (5, 11, [])
    assert everything(second) == everything(catalogue)


def test_a_catalogue_that_is_not_empty_is_left_alone(new_catalogue: Opener, layout: Layout) -> None:
    catalogue = new_catalogue()
    fill(catalogue, layout)
    before = everything(catalogue)
    with pytest.raises(NotEmpty):
        rebuild_catalogue(catalogue, FolderOriginals(layout.originals), layout)
    assert everything(catalogue) == before


def test_damage_beside_the_originals_is_told_and_costs_only_what_it_hit(new_catalogue: Opener, layout: Layout) -> None:
    first, second = new_catalogue(), new_catalogue()
    ids = fill(first, layout)
    writer(first, layout).drain()
    with first.reading() as unit:
        digests = [unit.records.by_id(key).digest for key in ids]
    pages = next(sidecar_path(layout, digests[0]).parent.glob(f"{digests[0]}.*.gz"))
    pages.write_bytes(pages.read_bytes()[:-9])
    second_one = sidecar_path(layout, digests[1])
    second_one.write_bytes(second_one.read_bytes().replace(b'"17"', b'"71"'))
    FolderOriginals(layout.originals).path(digests[2]).unlink()
    with (layout.originals / "journal.jsonl").open("ab") as stream:
        stream.write(b"half a li")
    done = rebuild_catalogue(second, FolderOriginals(layout.originals), layout)
    assert (done.reread, done.handed_in, done.missing) == ([ids[0]], [digests[1]], [digests[2]])
    assert sorted(done.sidecars_damaged) == sorted([pages.name, f"{digests[1]}.json"])
    assert (done.journal_lines, done.whole) == (1, False)
    with second.reading() as unit:
        assert unit.records.by_id(ids[0]).state is RecordState.RECEIVED
        assert unit.pages.waiting(ids[0]) == (1,)
        assert unit.records.find(ids[1]) is None
    assert [path.read_bytes() for path in layout.spool.glob("*/*")] == [
        FolderOriginals(layout.originals).path(digests[1]).read_bytes()
    ]


def test_a_journal_goes_on_behind_a_line_that_was_cut_off(new_catalogue: Opener, layout: Layout) -> None:
    first, second = new_catalogue(), new_catalogue()
    (layout.originals / "journal.jsonl").write_bytes(b"cut of")
    fill(first, layout)
    writer(first, layout).drain()
    rebuild_catalogue(second, FolderOriginals(layout.originals), layout)
    assert everything(second) == everything(first)


@BOTH
def test_a_backup_comes_back_equal_into_either_database(new_catalogue: Opener, layout: Layout, tmp_path: Path) -> None:
    first = new_catalogue()
    fill(first, layout)
    done = back_up(first, FolderOriginals(layout.originals), layout, tmp_path / "backup")
    assert (done.records, done.originals, done.copied, done.lacking) == (5, 5, 5, [])
    assert check(tmp_path / "backup") == []
    with postgresql_database() as url:
        for number, opened in enumerate((lambda: Catalogue.at_url(url, tmp_path), new_catalogue)):
            place = Layout(tmp_path / f"restored {number}")
            kept: list[Catalogue] = []

            def open_kept(opened: Opener = opened, kept: list[Catalogue] = kept) -> Catalogue:
                kept.append(opened())
                return kept[0]

            back = put_back(tmp_path / "backup", place, open_kept)
            assert (back.originals, back.left_out) == (5, [])
            assert everything(kept[0]) == everything(first)
            assert not place.half_restored.exists()
            # The sidecars are written anew from it.
            writer(kept[0], place).drain()
            again = new_catalogue()
            rebuild_catalogue(again, FolderOriginals(place.originals), place)
            assert everything(again) == everything(first)


def test_a_second_backup_copies_only_what_is_new(new_catalogue: Opener, layout: Layout, tmp_path: Path) -> None:
    catalogue = new_catalogue()
    fill(catalogue, layout)
    back_up(catalogue, FolderOriginals(layout.originals), layout, tmp_path / "backup")
    enter(catalogue, ["mới"], originals=FolderOriginals(layout.originals), scratch=layout.work)
    done = back_up(catalogue, FolderOriginals(layout.originals), layout, tmp_path / "backup")
    assert (done.originals, done.copied) == (6, 1)
    assert len(list((tmp_path / "backup" / "catalogues").iterdir())) == 1


def test_damage_in_a_backup_is_told_and_nothing_is_put_back(
    new_catalogue: Opener, layout: Layout, tmp_path: Path
) -> None:
    catalogue, backup = new_catalogue(), tmp_path / "backup"
    ids = fill(catalogue, layout)
    back_up(catalogue, FolderOriginals(layout.originals), layout, backup)
    with catalogue.reading() as unit:
        digests = [unit.records.by_id(key).digest for key in ids]
    flipped, gone = (next(backup.rglob(digest)) for digest in digests[:2])
    flipped.chmod(0o600)
    flipped.write_bytes(flipped.read_bytes()[:-1] + b"!")
    gone.unlink()
    place = Layout(tmp_path / "restored")
    assert sorted(check(backup)) == sorted(str(path.relative_to(backup)) for path in (flipped, gone))
    with pytest.raises(BackupDamaged, match=digests[0]):
        put_back(backup, place, new_catalogue)
    assert not place.data.exists()
    back = put_back(backup, place, new_catalogue, despite_damage=True)
    assert (back.originals, len(back.left_out)) == (3, 2)
    # The next backup heals what is gone; one that reads back heals what is wrong as well.
    back_up(catalogue, FolderOriginals(layout.originals), layout, backup)
    assert check(backup) == [str(flipped.relative_to(backup))]
    assert back_up(catalogue, FolderOriginals(layout.originals), layout, backup, reread=True).mended == [digests[0]]
    assert check(backup) == []


@pytest.mark.parametrize("lost", ["manifest.json", "catalogue"])
def test_an_unfinished_backup_is_never_taken_for_a_good_one(
    new_catalogue: Opener, layout: Layout, tmp_path: Path, lost: str
) -> None:
    catalogue, backup = new_catalogue(), tmp_path / "backup"
    fill(catalogue, layout)
    back_up(catalogue, FolderOriginals(layout.originals), layout, backup)
    if lost == "catalogue":
        (kept,) = (backup / "catalogues").iterdir()
        with kept.open("r+b") as stream:
            stream.seek(5000)
            stream.write(b"\xff\x00\xff")
    else:
        (backup / lost).unlink()
    for despite_damage in (False, True):
        with pytest.raises(BackupDamaged):
            put_back(backup, Layout(tmp_path / "restored"), new_catalogue, despite_damage=despite_damage)


def test_a_backup_tells_what_the_archive_itself_has_lost(new_catalogue: Opener, layout: Layout, tmp_path: Path) -> None:
    catalogue = new_catalogue()
    ids = fill(catalogue, layout)
    with catalogue.reading() as unit:
        digest = unit.records.by_id(ids[0]).digest
    path = FolderOriginals(layout.originals).path(digest)
    path.chmod(0o600)
    path.write_bytes(b"other bytes")
    done = back_up(catalogue, FolderOriginals(layout.originals), layout, tmp_path / "backup")
    assert (done.lacking, done.originals) == ([digest], 4)
    assert check(tmp_path / "backup") == []
    assert put_back(tmp_path / "backup", Layout(tmp_path / "restored"), new_catalogue).left_out == [digest]


def test_uploads_on_their_way_are_in_a_backup(new_catalogue: Opener, layout: Layout, tmp_path: Path) -> None:
    catalogue = new_catalogue()
    with Spool(layout.spool).add("vừa gửi.pdf") as coming:
        coming.write(b"%PDF")
        spooled = coming.finish()
    came = Delivery(spooled.delivery_id, "vừa gửi.pdf", DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), 4)
    catalogue.write(lambda unit: announce(unit, [came]))
    assert back_up(catalogue, FolderOriginals(layout.originals), layout, tmp_path / "backup").uploads == 1
    place = Layout(tmp_path / "restored")
    put_back(tmp_path / "backup", place, new_catalogue)
    assert [one.path.read_bytes() for one in Spool(place.spool).whole()] == [b"%PDF"]
    shutil.rmtree(spooled.path.parent)
    assert back_up(catalogue, FolderOriginals(layout.originals), layout, tmp_path / "backup").uploads == 0


def test_a_restore_wants_an_empty_place(new_catalogue: Opener, layout: Layout, tmp_path: Path) -> None:
    catalogue = new_catalogue()
    fill(catalogue, layout)
    back_up(catalogue, FolderOriginals(layout.originals), layout, tmp_path / "backup")
    place = Layout(tmp_path / "restored")
    place.data.mkdir()
    (place.data / "something").write_text("kept")
    with pytest.raises(NotEmpty):
        put_back(tmp_path / "backup", place, new_catalogue)
    assert [path.name for path in place.data.iterdir()] == ["something"]


def test_a_backup_folder_holds_nothing_else_and_lies_outside(
    new_catalogue: Opener, layout: Layout, tmp_path: Path
) -> None:
    catalogue = new_catalogue()
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"a")
    for folder in (tmp_path / "photos", layout.data / "backup", layout.data):
        with pytest.raises(NotEmpty):
            back_up(catalogue, FolderOriginals(layout.originals), layout, folder)
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.jpg"]


def test_a_record_that_cannot_be_written_down_holds_up_no_other(new_catalogue: Opener, layout: Layout) -> None:
    catalogue = new_catalogue()
    ids = [enter(catalogue, ["Một trang"], scratch=layout.work, originals=FolderOriginals(layout.originals))]
    with catalogue._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE page SET words = x'00'")  # no words can be unpacked from this
    for number in range(3):
        ids.append(
            enter(catalogue, [f"Trang {number}"], originals=FolderOriginals(layout.originals), scratch=layout.work)
        )
    keeper = writer(catalogue, layout)
    with pytest.raises(zlib.error):
        keeper.step()
    with catalogue.reading() as unit:
        digests = [unit.records.by_id(record_id).digest for record_id in ids]
        assert [mark.subject for mark in unit.sidecar_marks.due(now(), timedelta(), 9)] == ids[:1]
    assert [sidecar_path(layout, digest).exists() for digest in digests] == [False, True, True, True]


def test_many_that_cannot_be_written_down_come_behind_the_others(
    new_catalogue: Opener, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "BATCH", 2)
    catalogue, originals = new_catalogue(), FolderOriginals(layout.originals)
    for number in range(3):
        enter(catalogue, [f"Hỏng {number}"], scratch=layout.work, originals=originals)
    with catalogue._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE described_field SET boxes = '['")
        connection.exec_driver_sql("UPDATE page SET words = x'00'")
    good = enter(catalogue, ["Lành"], scratch=layout.work, originals=originals)
    keeper = writer(catalogue, layout)
    for _ in range(3):
        with suppress(zlib.error):
            keeper.step()
    with catalogue.reading() as unit:
        assert sidecar_path(layout, unit.records.by_id(good).digest).exists()
        assert unit.sidecar_marks.waiting() == 3


def test_the_writer_outlives_a_database_that_is_away_between_two_batches(
    new_catalogue: Opener, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = new_catalogue()
    fill(catalogue, layout)
    stop, asked = threading.Event(), []

    def last_marked(_: SidecarMarks) -> None:
        asked.append(stop.set())
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(SidecarMarks, "last_marked", last_marked)
    monkeypatch.setattr(keeping, "QUIET_SECONDS", 0.0)
    writer(catalogue, layout).run(stop)
    assert asked
