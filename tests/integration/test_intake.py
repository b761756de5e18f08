"""What lies in the drop or the spool becomes a record once, or lies in rejected/ with its reason, whatever happens."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from archive.catalogue import Catalogue
from archive.originals import FolderOriginals, Original
from archive.receiving import Arrival, announce, receive, reject
from ingest.intake.claiming import Claim, DropClaims
from ingest.service import IngestService
from kernel.clock import now
from kernel.errors import EmptyFile
from kernel.locks import Owner
from mappings.record import Delivery, DeliverySource, DeliveryState, RecordState
from tests.integration.house import AT_ONCE, House, kill, other_process, until

TEXT = "Công văn số 12/UBND-VP về việc lưu trữ"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path) as made:
        yield made


def pdf(pages: int, password: str = "") -> bytes:
    made = BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(made, encryption=pikepdf.Encryption(owner="x", user=password) if password else False)
    return made.getvalue()


def jpeg() -> bytes:
    made = BytesIO()
    Image.effect_noise((200, 200), 50).save(made, "JPEG")
    return made.getvalue()


def png_of(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def look(house: House, **options: object) -> IngestService:
    with house.service(replace(AT_ONCE, **options)) as service:
        service.intake.look()
        return service


def claim_of_the_dead(house: House, name: str) -> Claim:
    """A claim whose owner is gone."""
    owner = Owner(house.layout.owners)
    ((claim,), _) = DropClaims(house.root / "drop" / ".claimed", owner).take(house.incoming, [name])
    owner.close()
    return claim


# -- taking ----------------------------------------------------------------------------------------------------------


def test_a_dropped_file_becomes_a_record_and_leaves_the_drop(house: House) -> None:
    house.drop("2019/hop-3/a.txt", TEXT)
    status = look(house).intake.status
    assert (status.archived, status.rejected, status.left, status.trouble) == (1, 0, 0, None)
    (row,) = house.deliveries().values()
    assert (row.delivery.file_name, row.delivery.source) == ("2019/hop-3/a.txt", DeliverySource.DROP)
    assert house.originals.existing(str(row.delivery.digest)).read_text() == TEXT
    assert house.files_left() == []
    assert (house.incoming / "2019/hop-3").is_dir()
    assert not any((house.root / "drop/.claimed").rglob("*/*"))


def test_the_same_bytes_again_are_one_record_with_more_deliveries(house: House) -> None:
    for name in ("a.txt", "b/a.txt", "c.txt"):
        house.drop(name, TEXT)
    look(house)
    house.drop("d.txt", TEXT)
    assert look(house).intake.status.duplicates == 1
    states = sorted(row.delivery.state for row in house.deliveries().values())
    assert states == [DeliveryState.ARCHIVED, *[DeliveryState.DUPLICATE] * 3]
    assert house.record_count() == 1
    assert house.files_left() == []


def test_names_of_any_bytes_are_taken_and_can_be_shown(house: House) -> None:
    names = [b"b\xe1o c\xe1o.txt", b"hai\ndong.txt", "hop\u202etxt.exe".encode(), b"-rf", b"x" * 251 + b".txt", b"\xff"]
    for number, name in enumerate(names):
        (house.incoming / os.fsdecode(name)).write_text(f"{TEXT} {number}")
    look(house)
    shown = sorted(house.deliveries())
    assert shown == sorted(
        ["b\\xe1o c\\xe1o.txt", "hai\\ndong.txt", "hop\\u202etxt.exe", "-rf", "x" * 251 + ".txt", "\\xff"]
    )
    json.dumps(shown).encode("utf-8")
    assert house.record_count() == 6
    assert house.files_left() == []


def test_temporary_names_and_files_still_open_stay(house: House) -> None:
    for name in ("a.part", ".b.txt", "~$c.docx", "Thumbs.db"):
        house.drop(name, TEXT)
    path = house.incoming / "slow.txt"
    with path.open("w") as writer:
        writer.write(TEXT)
        writer.flush()
        status = look(house).intake.status
        assert (status.archived, status.waiting) == (0, 1)
        assert status.passed_over == (".b.txt", "Thumbs.db", "a.part", "~$c.docx")
    assert look(house).intake.status.archived == 1
    assert house.files_left() == ["incoming/.b.txt", "incoming/Thumbs.db", "incoming/a.part", "incoming/~$c.docx"]


def test_many_files_in_one_go_are_all_taken(house: House) -> None:
    for number in range(500):
        house.drop(f"{number % 7}/{number}.txt", f"{TEXT} {number}")
    assert look(house).intake.status.archived == 500
    assert house.record_count() == 500
    assert house.files_left() == []


def test_events_bring_files_in_long_before_the_rescan(house: House) -> None:
    with house.service(replace(AT_ONCE, rescan_seconds=3600)) as service:
        service.start()
        until(lambda: service.intake.status.looks and service.intake.status.watching)
        house.drop("a.txt", TEXT)
        until(lambda: house.record_count() == 1)
        house.drop("new/folder/b.txt", TEXT + "2")
        until(lambda: house.record_count() == 2)
        house.upload("c.txt", b"three")
        until(lambda: house.record_count() == 3)


# -- rejecting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("empty.pdf", b"", "empty", "Tệp rỗng"),
        ("cut.jpg", jpeg()[:-2000], "truncated", "cut off"),
        ("locked.pdf", pdf(1, "mật khẩu"), "encrypted", "mật khẩu"),
        ("setup.exe", b"MZ\x90\0\3\0\0\0" + bytes(range(256)) * 20, "unknown-type", "Không nhận ra"),
        ("thick.pdf", pdf(4), "too-many-pages", "Quá nhiều trang (4, tối đa 3)"),
        ("huge.png", png_of(30_000, 30_000), "too-many-pixels", "300 dpi"),
        ("large.txt", b"a" * 40_001, "too-large", "too large"),
    ],
)
def test_what_cannot_be_taken_lies_in_rejected_beside_its_reason(
    house: House, name: str, content: bytes, code: str, said: str
) -> None:
    house.drop(f"hộp 1/{name}", content)
    status = look(house, max_pages=3, max_bytes=40_000).intake.status
    assert (status.rejected, status.archived, status.left) == (1, 0, 0)
    assert (house.rejected / "hộp 1" / name).read_bytes() == content
    assert said in (house.rejected / "hộp 1" / f"{name}.txt").read_text("utf-8-sig")
    delivery = house.deliveries()[f"hộp 1/{name}"].delivery
    assert (delivery.state, delivery.reason, delivery.size) == (DeliveryState.REJECTED, code, len(content))
    assert house.files_left() == []


def test_a_rejection_committed_before_a_kill_is_ended_without_a_second_one(house: House) -> None:
    house.drop("a.pdf", b"")
    claim = claim_of_the_dead(house, "a.pdf")
    came = Delivery(claim.delivery_id, "a.pdf", DeliverySource.DROP, DeliveryState.RECEIVED, now(), 0)
    house.catalogue.write(lambda work: reject(work, came, EmptyFile()))
    look(house)
    assert sorted(path.name for path in house.rejected.iterdir()) == ["a.pdf", "a.pdf.txt"]
    assert len(house.deliveries()) == 1
    with sqlite3.connect(house.layout.catalogue) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (1,)
    assert house.files_left() == []


# -- uploads ---------------------------------------------------------------------------------------------------------


def test_spooled_files_are_taken_announced_or_not(house: House) -> None:
    announced, unannounced = house.upload("một.txt", b"one"), house.upload("hai.txt", b"two")
    came = Delivery(announced, "Một tên dài.txt", DeliverySource.COMMAND, DeliveryState.RECEIVED, now(), 3)
    house.catalogue.write(lambda work: announce(work, [came]))
    with house.spool.add("coming.txt") as writer:
        writer.write(b"half")
        look(house)
    with house.catalogue.reading() as work:
        first, second = (work.deliveries.by_id(key).delivery for key in (announced, unannounced))
    assert (first.state, first.source, first.file_name) == (
        DeliveryState.ARCHIVED,
        DeliverySource.COMMAND,
        "Một tên dài.txt",
    )
    assert first.received_at == came.received_at
    assert (second.state, second.source, second.file_name) == (
        DeliveryState.ARCHIVED,
        DeliverySource.UPLOAD,
        "hai.txt",
    )
    assert len(house.deliveries()) == 2
    assert house.files_left() == []


def test_a_rejected_upload_lands_in_rejected_too(house: House) -> None:
    delivery_id = house.upload("a.jpg", jpeg()[:-2000])
    look(house)
    assert sorted(path.name for path in house.rejected.iterdir()) == ["a.jpg", "a.jpg.txt"]
    with house.catalogue.reading() as work:
        assert work.deliveries.by_id(delivery_id).delivery.reason == "truncated"
    assert house.files_left() == []


def test_an_upload_taken_the_moment_it_is_whole_is_finished_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_file = Path.replace

    def replace_and_take(self: Path, target: Path) -> Path:
        replaced = replace_file(self, target)
        if self.parent.parent == house.layout.spool:
            monkeypatch.undo()
            look(house)
        return replaced

    monkeypatch.setattr(Path, "replace", replace_and_take)
    delivery_id = house.upload("a.txt", b"one")
    with house.catalogue.reading() as work:
        assert work.deliveries.by_id(delivery_id).delivery.state is DeliveryState.ARCHIVED


# -- trouble ---------------------------------------------------------------------------------------------------------


def test_a_full_or_broken_disk_keeps_the_file_until_it_works_again(house: House) -> None:
    house.drop("a.txt", TEXT)
    temporary = house.layout.originals / "incoming"
    with house.service() as service:
        temporary.rename(house.root / "away")
        service.intake.look()
        status = service.intake.status
        assert (status.held, status.archived) == (1, 0)
        assert status.trouble and "incoming" in status.trouble.detail
        (house.root / "away").rename(temporary)
        assert service.drain(60)
        assert service.intake.status.trouble is None
    assert house.record_count() == 1
    assert house.files_left() == []


def test_a_catalogue_that_is_away_keeps_everything_until_it_is_back(house: House) -> None:
    for number in range(100):
        house.drop(f"{number}.txt", f"{TEXT} {number}")
    house.drop("e.pdf", b"")
    with house.service() as service, sqlite3.connect(house.layout.catalogue, isolation_level=None) as connection:
        connection.execute("ALTER TABLE delivery RENAME TO away")
        service.intake.look()
        assert service.intake.status.trouble
        assert len(house.files_left()) == 101
        connection.execute("ALTER TABLE away RENAME TO delivery")
        assert service.drain(60)
        assert service.intake.status.trouble is None
    assert (house.record_count(), len(house.deliveries())) == (100, 101)
    assert sorted(path.name for path in house.rejected.iterdir()) == ["e.pdf", "e.pdf.txt"]


class WrittenAfterwards(FolderOriginals):
    """Originals during whose storing somebody goes on writing to the source."""

    def store(self, source: Path, still: Callable[[], None] = lambda: None) -> Original:
        def write_and_look() -> None:
            if source.read_text() == "half":
                with source.open("a") as writer:
                    writer.write(" and half")
            still()

        return super().store(source, write_and_look)


def test_a_file_written_to_while_it_is_stored_is_taken_whole(house: House) -> None:
    house.drop("a.txt", "half")
    with house.service(originals=WrittenAfterwards(house.layout.originals)) as service:
        service.intake.look()
        assert (service.intake.status.held, house.record_count()) == (1, 0)
        assert service.drain(60)
    (row,) = house.deliveries().values()
    assert house.originals.existing(str(row.delivery.digest)).read_text() == "half and half"
    assert [held.digest for held in house.originals.held()] == [row.delivery.digest]  # nothing of the half one


def test_a_file_written_to_after_its_commit_is_not_removed_but_taken_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.drop("a.txt", "half")
    commit = Catalogue.write

    def commit_then_write(self: Catalogue, work: object) -> object:
        result = commit(self, work)  # type: ignore[arg-type]
        for path in (house.root / "drop/.claimed").rglob("a.txt"):
            if path.read_text() == "half":
                path.write_text("half and half")
        return result

    with house.service() as service:
        monkeypatch.setattr(Catalogue, "write", commit_then_write)
        service.intake.look()
        monkeypatch.undo()
        assert house.files_left()
        assert service.drain(60)
    contents = {house.originals.existing(digest).read_text() for digest in digests(house)}
    assert contents == {"half", "half and half"}
    assert house.files_left() == []


def digests(house: House) -> list[str]:
    with house.catalogue.reading() as work:
        return [str(row.delivery.digest) for row in work.deliveries.recent(100)]


# -- kills -----------------------------------------------------------------------------------------------------------


def test_a_claim_of_a_dead_process_is_taken_under_its_own_delivery(house: House) -> None:
    house.drop("x/a.txt", TEXT)
    claim = claim_of_the_dead(house, "x/a.txt")
    look(house)
    with house.catalogue.reading() as work:
        assert work.deliveries.by_id(claim.delivery_id).delivery.file_name == "x/a.txt"
    assert house.files_left() == []


@pytest.mark.parametrize("original_there", [True, False])
def test_a_kill_between_commit_and_removal_leaves_one_record(house: House, original_there: bool) -> None:
    house.drop("a.txt", TEXT)
    claim = claim_of_the_dead(house, "a.txt")
    stored = house.originals.store(claim.path)
    came = Arrival(claim.delivery_id, "a.txt", DeliverySource.DROP, now(), stored.digest, stored.size, "text/plain", 1)
    house.catalogue.write(lambda work: receive(work, [came], "office", "internal"))
    if not original_there:
        house.originals.path(stored.digest).unlink()
    look(house)
    (row,) = house.deliveries().values()
    assert row.delivery.state is DeliveryState.ARCHIVED
    assert house.record_count() == 1
    house.originals.verify(stored.digest)
    assert house.files_left() == []


@pytest.mark.long  # tests/faults has two processes on one drop
def test_two_processes_on_one_drop_take_each_file_once(house: House) -> None:
    for number in range(200):
        house.drop(f"{number % 3}/{number}.txt", f"{TEXT} {number}")
    for number in range(20):
        house.upload(f"u{number}.txt", f"upload {number}".encode())
    processes = [other_process(house.root) for _ in range(2)]
    assert [process.wait(timeout=200) for process in processes] == [0, 0]
    assert house.record_states() == {RecordState.SEARCHABLE: 220}
    with house.catalogue.reading() as work:
        assert work.deliveries.counts() == {DeliveryState.ARCHIVED: 220}
    assert house.files_left() == []


@pytest.mark.parametrize(
    "records", [pytest.param(1, marks=pytest.mark.long), 60, pytest.param(150, marks=pytest.mark.long)]
)
def test_a_kill_in_the_middle_loses_nothing_and_doubles_nothing(house: House, records: int) -> None:
    for number in range(300):
        house.drop(f"{number % 3}/{number}.txt", f"{TEXT} {number}")
        if number % 10 == 0:
            house.drop(f"{number}.pdf", b"" if number % 20 else b"%PDF-1.7\n")
    process = other_process(house.root)
    until(lambda: house.record_count() >= records)
    kill(process)
    with house.service() as service:
        assert service.drain(120)
    assert house.record_states() == {RecordState.SEARCHABLE: 300}
    with house.catalogue.reading() as work:
        counts = work.deliveries.counts()
    assert counts == {DeliveryState.ARCHIVED: 300, DeliveryState.REJECTED: 30}
    assert len(list(house.rejected.iterdir())) == 60
    assert house.files_left() == []
    assert list((house.root / "drop/.claimed").iterdir()) == []


def test_closing_leaves_nothing_running_and_no_claims(house: House) -> None:
    with house.service() as service:
        assert service.drain(30)
    assert list(house.layout.owners.iterdir()) == []
    assert list((house.root / "drop/.claimed").iterdir()) == []
    assert not service.drain(1)
