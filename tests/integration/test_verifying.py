"""The checker catches each violation planted on purpose, names it, and sees none in a healthy archive, even at work."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from archive.accounting import misplaced
from archive.chain import ORIGIN, hash_of
from archive.chain_heads import write_head
from archive.receiving import announce
from archive.violations import Invariant
from kernel.clock import now
from kernel.locks import create_held
from mappings.record import Delivery, DeliverySource, DeliveryState
from tangthu.cli import app
from tests.integration.checking import checkable, codes, found
from tests.integration.house import House, kill, other_process, until

CONTENTS = {f"văn bản {number}.txt": f"Thông báo số {number}".encode() for number in range(12)}


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive at rest: twelve records, one of them delivered twice, an upload, and two rejected files."""
    root = tmp_path_factory.mktemp("healthy")
    with House(root) as made:
        for name, content in CONTENTS.items():
            made.drop(name, content)
        made.drop("bản sao.txt", CONTENTS["văn bản 3.txt"])
        made.drop("rỗng.pdf", b"")
        made.drop("sâu/rỗng.txt", b"")
        delivery_id = made.upload("tải lên.txt", b"upload")
        delivery = Delivery(delivery_id, "tải lên.txt", DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), 6)
        made.catalogue.write(lambda work: announce(work, [delivery]))
        with made.service() as service:
            assert service.drain(120)
        write_head(made.catalogue, made.layout.chain_heads)
    return root


@pytest.fixture
def house(healthy: Path, tmp_path: Path) -> Iterator[House]:
    """A copy of it to spoil."""
    shutil.copytree(healthy, tmp_path / "house")
    with House(tmp_path / "house") as made:
        yield made


def execute(house: House, *statements: str) -> None:
    """Changes the catalogue behind its back, foreign keys or not."""
    with closing(sqlite3.connect(house.layout.catalogue, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def an_original(house: House) -> Path:
    return house.originals.existing(hashlib.sha256(CONTENTS["văn bản 5.txt"]).hexdigest())


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


def test_a_healthy_archive_has_no_violation(house: House) -> None:
    assert found(house) == []
    assert found(house, at_rest=True) == []
    delivered = {hashlib.sha256(content).hexdigest(): (name, 1) for name, content in CONTENTS.items()}
    delivered[hashlib.sha256(CONTENTS["văn bản 3.txt"]).hexdigest()] = ("bản sao.txt", 2)
    delivered[hashlib.sha256(b"").hexdigest()] = ("rỗng", 2)
    archive = checkable(house)
    assert list(misplaced(house.catalogue, house.originals, archive.places, delivered)) == []


def test_an_empty_archive_has_no_violation(tmp_path: Path) -> None:
    with House(tmp_path) as empty:
        assert found(empty, at_rest=True) == []


def test_no_false_alarm_while_everything_is_at_work(tmp_path: Path) -> None:
    with House(tmp_path) as house, house.service() as service:
        service.start()
        alarms = []
        for number in range(100):
            house.drop(f"{number}.txt", f"số {number}")
            if number % 10 == 0:
                house.drop(f"{number}.pdf", b"")
                delivery_id = house.upload(f"{number}.txt", f"up {number}".encode())
                delivery = Delivery(delivery_id, "u", DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), 4)
                house.catalogue.write(lambda work, one=delivery: announce(work, [one]))
                alarms += found(house)
        while house.record_count() < 110:
            alarms += found(house)
        assert alarms == []
        assert service.drain(120)
    assert found(house, at_rest=True) == []


def test_what_a_killed_process_left_is_on_its_way_and_whole_after_a_restart(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        for number in range(200):
            house.drop(f"{number}.txt", f"số {number}")
        process = other_process(tmp_path)
        until(lambda: house.record_count() > 50)
        kill(process)
        assert codes(found(house)) == {}
        with house.service() as service:
            assert service.drain(120)
        assert codes(found(house, at_rest=True)) == {}


def lose_original(house: House) -> None:
    an_original(house).unlink()


def shorten_original(house: House) -> None:
    overwrite(an_original(house), b"x")


def add_original(house: House) -> None:
    path = house.originals.path(hashlib.sha256(b"extra").hexdigest())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"extra")


def add_foreign_file(house: House) -> None:
    (an_original(house).parent / "ghi chú").write_bytes(b"x")


def misplace_original(house: House) -> None:
    path = an_original(house)
    (house.layout.originals / "zz" / "zz").mkdir(parents=True)
    path.rename(house.layout.originals / "zz" / "zz" / path.name)


def lose_original_row(house: House) -> None:
    execute(house, f"DELETE FROM original WHERE digest = '{an_original(house).name}'")


def lose_record(house: House) -> None:
    execute(house, "DELETE FROM record WHERE file_name = 'văn bản 5.txt'")


def record_twice(house: House) -> None:
    columns = "digest, media_type, file_name, state, revision, received_at, page_count, unit, access_class, reader"
    execute(
        house,
        "CREATE TABLE other AS SELECT * FROM record",
        "DROP TABLE record",
        "ALTER TABLE other RENAME TO record",
        f"INSERT INTO record (sequence, id, {columns}) SELECT 99, 'twice', {columns} FROM record"
        " WHERE file_name = 'văn bản 5.txt'",
        "INSERT INTO event (at, type, outcome, record_id, agent, detail, previous, hash)"
        " SELECT at, type, outcome, 'twice', agent, detail, previous, hash FROM event"
        " WHERE type = 'metadata extraction' LIMIT 1",
    )


def forget_upload(house: House) -> None:
    delivery = Delivery("0" * 26, "mất.txt", DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), 4)
    house.catalogue.write(lambda work: announce(work, [delivery]))


def point_elsewhere(house: House) -> None:
    execute(
        house,
        "UPDATE delivery SET record_id = (SELECT id FROM record WHERE file_name = 'văn bản 1.txt')"
        " WHERE file_name = 'văn bản 2.txt'",
    )


def lose_reason(house: House) -> None:
    (house.rejected / "rỗng.pdf.txt").unlink()


def alter_event(house: House) -> None:
    execute(house, "UPDATE event SET agent = 'người khác' WHERE number = 5")


def cut_chain(house: House) -> None:
    execute(house, "DELETE FROM event WHERE number > (SELECT max(number) - 3 FROM event)")


def write_anew(house: House) -> None:
    execute(house, "UPDATE event SET agent = 'người khác' WHERE number = 5")
    previous = ORIGIN
    with house.catalogue.reading() as unit:
        rows = list(unit.events.rows())
    for row in rows:
        link = hash_of(row._asdict(), previous)
        execute(house, f"UPDATE event SET previous = '{previous}', hash = '{link}' WHERE number = {row.number}")
        previous = link


def lose_event(house: House) -> None:
    execute(house, "DELETE FROM event WHERE number = 4")


def spoil_head(house: House) -> None:
    next(house.layout.chain_heads.iterdir()).write_text("?")


def repeat_step(kind: str) -> Callable[[House], None]:
    def repeat(house: House) -> None:
        def again(work) -> None:  # type: ignore[no-untyped-def]
            row = next(row for row in work.events.rows() if row.type == kind)
            event = next(one for one in work.events.of_record(row.record_id) if one.type == kind)
            work.events.add([event])

        house.catalogue.write(again)

    return repeat


def lose_delivery(house: House) -> None:
    execute(house, "DELETE FROM delivery WHERE file_name = 'bản sao.txt'")


PLANTED: list[tuple[Callable[[House], None], Invariant, str, dict[str, int]]] = [
    (forget_upload, Invariant.ACCOUNTED, "delivery-lost", {}),
    (point_elsewhere, Invariant.ACCOUNTED, "delivery-of-other-bytes", {}),
    (lose_reason, Invariant.ACCOUNTED, "rejected-without-reason", {}),
    (record_twice, Invariant.ONE_RECORD, "recorded-twice", {"chain-broken": 1, "rights-wrong": 1}),
    (lose_original, Invariant.BYTES_AND_ROWS, "original-missing", {}),
    (shorten_original, Invariant.BYTES_AND_ROWS, "original-size", {}),
    (add_original, Invariant.BYTES_AND_ROWS, "bytes-without-row", {}),
    (add_foreign_file, Invariant.BYTES_AND_ROWS, "bytes-without-row", {}),
    (misplace_original, Invariant.BYTES_AND_ROWS, "original-missing", {"bytes-without-row": 1}),
    (lose_original_row, Invariant.BYTES_AND_ROWS, "record-without-original", {"bytes-without-row": 1}),
    (
        lose_record,
        Invariant.BYTES_AND_ROWS,
        "original-without-record",
        {"delivery-without-record": 1, "event-stray": 3},
    ),
    (alter_event, Invariant.CHAIN, "event-altered", {}),
    (cut_chain, Invariant.CHAIN, "chain-cut", {"event-missing": 3}),
    (lose_event, Invariant.CHAIN, "chain-broken", {"event-missing": 1}),
    (spoil_head, Invariant.CHAIN, "head-unreadable", {}),
    (repeat_step("ingestion"), Invariant.ONCE, "event-repeated", {}),
    (repeat_step("message digest calculation"), Invariant.ONCE, "event-repeated", {}),
    (repeat_step("metadata extraction"), Invariant.ONCE, "event-repeated", {}),
    (lose_delivery, Invariant.ONCE, "event-stray", {"event-stray": 2}),
]


@pytest.mark.parametrize(
    ("plant", "invariant", "code", "more"), PLANTED, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_planted_violation_is_caught_and_nothing_else(
    house: House, plant: Callable[[House], None], invariant: Invariant, code: str, more: dict[str, int]
) -> None:
    plant(house)
    violations = found(house)
    assert codes(violations) == {code: 1} | more
    (one, *_) = [violation for violation in violations if violation.code == code]
    assert one.invariant is invariant
    assert one.where and one.what.vi and one.remedy.en
    assert set(codes(found(house, at_rest=True))) >= set(codes(violations))


def leave_claim(house: House) -> None:
    (house.root / "drop/.claimed/dead/batch").mkdir(parents=True)
    (house.root / "drop/.claimed/dead/batch/a.txt").write_bytes(b"a")


def leave_claim_and_bytes(house: House) -> None:
    leave_claim(house)
    path = house.originals.path(hashlib.sha256(b"a").hexdigest())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a")


def leave_temporary(house: House) -> None:
    (house.layout.originals / "incoming" / "abc").write_bytes(b"half")


def leave_part(house: House) -> None:
    (house.layout.spool / "abc").mkdir()
    (house.layout.spool / "abc/abc.part").write_bytes(b"half")


def lose_rejected(house: House) -> None:
    (house.rejected / "rỗng.pdf").unlink()


@pytest.mark.parametrize(
    ("leave", "codes_at_rest"),
    [
        (leave_claim, {"left-behind": 1}),
        (leave_claim_and_bytes, {"left-behind": 1, "bytes-without-row": 1}),
        (leave_temporary, {"temporary-left": 1}),
        (leave_part, {"temporary-left": 1}),
        (lose_rejected, {"rejected-file-gone": 1}),
    ],
)
def test_what_is_on_its_way_is_a_violation_only_at_rest(
    house: House, leave: Callable[[House], None], codes_at_rest: dict[str, int]
) -> None:
    leave(house)
    assert codes(found(house)) == {}
    assert codes(found(house, at_rest=True)) == codes_at_rest


@pytest.mark.parametrize("leave", [leave_claim, leave_claim_and_bytes, leave_temporary, leave_part])
def test_the_next_start_clears_up_after_the_dead(house: House, leave: Callable[[House], None]) -> None:
    leave(house)
    with house.service() as service:
        assert service.drain(60)
    assert codes(found(house, at_rest=True)) == {}


def test_what_the_living_are_writing_is_not_swept_away(house: House) -> None:
    path = house.layout.originals / "incoming" / "abc"
    with create_held(path), house.spool.add("b.txt") as writer:
        writer.write(b"half")
        assert house.originals.sweep() == house.spool.sweep() == 0
        assert codes(found(house, at_rest=True)) == {}
        assert path.exists()
        writer.write(b" and half")
        assert writer.finish().path.read_bytes() == b"half and half"
    assert house.originals.sweep() == 1


@pytest.mark.parametrize(
    ("times", "code"), [(1, "delivered-nowhere"), (0, "delivered-nowhere"), (3, "delivered-twice")]
)
def test_a_file_that_is_nowhere_or_twice_is_told_to_whoever_knows_what_was_handed_in(
    house: House, times: int, code: str
) -> None:
    digest = hashlib.sha256(CONTENTS["văn bản 3.txt"]).hexdigest()
    if times == 0:  # all is gone, and so is its row
        execute(house, f"DELETE FROM delivery WHERE digest = '{digest}'")
    elif times == 1:
        execute(house, "DELETE FROM delivery WHERE file_name = 'bản sao.txt'")
    else:
        house.drop("thêm.txt", CONTENTS["văn bản 3.txt"])
    archive = checkable(house)
    known = {digest: ("văn bản 3.txt", 2)}
    assert codes(misplaced(house.catalogue, house.originals, archive.places, known)) == {code: 1}


def tangthu(house: House, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """What the command line answers: exit code and output."""
    monkeypatch.setenv("TANGTHU_DROP", str(house.root / "drop"))
    monkeypatch.setenv("TANGTHU_DATA", str(house.layout.data))
    answer = CliRunner().invoke(app, words)
    return answer.exit_code, answer.stdout


def test_the_command_says_what_is_wrong_and_ends_with_the_code_of_a_broken_archive(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, told = tangthu(house, monkeypatch, "verify", "--json")
    assert (code, json.loads(told)["violations"]) == (0, [])  # nothing is indexed yet, but all waits in the outbox
    execute(house, "DELETE FROM outbox WHERE record_id IN (SELECT id FROM record LIMIT 2)")
    code, told = tangthu(house, monkeypatch, "verify", "--json")
    assert (code, json.loads(told)["counts"]["I4"]) == (8, 2)
    overwrite(an_original(house), b"X" + an_original(house).read_bytes()[1:])
    code, told = tangthu(house, monkeypatch, "verify", "--originals")
    assert code == 8
    assert "I3: 1" in told
    assert "I4: 2" in told
    code, told = tangthu(house, monkeypatch, "status", "--json")
    assert json.loads(told)["originals"]["wrong_count"] == 1


@pytest.mark.parametrize(("plant", "code"), [(cut_chain, "chain-cut"), (write_anew, "chain-rewritten")])
def test_heads_that_were_carried_away_tell_of_a_chain_that_was_cut_or_written_anew(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, plant: Callable[[House], None], code: str
) -> None:
    carried = tmp_path / "usb"
    shutil.copytree(house.layout.chain_heads, carried)
    assert tangthu(house, monkeypatch, "verify", "--heads", str(carried), "--json")[0] == 0
    plant(house)
    shutil.rmtree(house.layout.chain_heads)  # whoever does so takes the heads here away too
    told = json.loads(tangthu(house, monkeypatch, "verify", "--json")[1])
    assert told["counts"]["I5"] == 0
    exit_code, said = tangthu(house, monkeypatch, "verify", "--heads", str(carried), "--json")
    assert exit_code == 8
    assert [one["code"] for one in json.loads(said)["violations"] if one["invariant"] == "I5"] == [code]


def test_a_folder_without_heads_is_no_proof(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert tangthu(house, monkeypatch, "verify", "--heads", str(tmp_path))[0] != 0
