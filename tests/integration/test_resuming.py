"""Uploads in pieces: nothing acknowledged is lost, one upload is one delivery, and each is its owner's alone."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive import coming
from archive.coming import ComingUploads
from archive.spool import Spool
from kernel.clock import now
from kernel.upload_errors import UploadMoved
from mappings.record import DeliveryState
from search_api import resuming, room
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.resuming import safe_path
from tests.rights.offices import Offices, offices_in
from tests.serving import SearchHouse, search_house
from tests.tus import HEADERS, PIECE, begin, said, send, where, whole

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SearchHouse]:
    engine = TantivyEngine(tmp_path / "index")
    with search_house(tmp_path, engine, max_upload_mb=9) as made:
        yield made
    engine.close()


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with offices_in(tmp_path, requests_per_minute=30) as made:
        yield made


def spooled(house: SearchHouse) -> list[bytes]:
    return [one.path.read_bytes() for one in house.spool.whole()]


def test_a_file_in_pieces_is_one_delivery(house: SearchHouse) -> None:
    begun = begin(
        house.client, len(CONTENT), filename="Tờ trình.pdf", batch="Hộp 3", relativePath="năm 2019/Tờ trình.pdf"
    )
    assert (begun.status_code, begun.headers["upload-offset"]) == (201, "0")
    address = begun.headers["location"]
    assert send(house.client, address, 0, CONTENT[:1000]).headers["upload-offset"] == "1000"
    asked = where(house.client, address)
    assert (asked.headers["upload-offset"], asked.headers["upload-length"]) == ("1000", str(len(CONTENT)))
    assert asked.headers["cache-control"] == "no-store"
    assert spooled(house) == []
    ended = send(house.client, address, 1000, CONTENT[1000:])
    delivery_id = ended.headers["tangthu-delivery"]
    assert spooled(house) == [CONTENT]
    found = house.get(f"/deliveries/{delivery_id}")
    assert (found["file_name"], found["state"], found["size"]) == (
        "Hộp 3/năm 2019/Tờ trình.pdf", "received", len(CONTENT),
    )  # fmt: skip
    # Whatever is sent again, it is the same delivery.
    assert where(house.client, address).headers["tangthu-delivery"] == delivery_id
    assert send(house.client, address, len(CONTENT), b"").headers["tangthu-delivery"] == delivery_id
    assert send(house.client, address, 1000, CONTENT[1000:]).status_code == 409
    assert [one["id"] for one in house.get("/deliveries")["deliveries"]] == [delivery_id]
    assert spooled(house) == [CONTENT]


def test_the_protocol_is_told_and_kept(house: SearchHouse) -> None:
    told = house.client.options("/api/v1/uploads").headers
    assert (told["tus-version"], told["tus-max-size"]) == ("1.0.0", str(9 << 20))
    assert set(told["tus-extension"].split(",")) == {"creation", "termination", "checksum", "expiration"}
    address = begin(house.client, 10, filename="a.pdf").headers["location"]
    other = house.client.head(address, headers={"Tus-Resumable": "0.2.2"})
    assert (other.status_code, other.headers["tus-version"]) == (412, "1.0.0")
    assert house.client.patch(address, content=b"x", headers={**HEADERS, "Upload-Offset": "0"}).status_code == 415
    assert send(house.client, address, 3, b"x").status_code == 409
    assert send(house.client, address, 0, b"x" * 11).status_code == 400
    assert where(house.client, address).headers["upload-offset"] == "0"
    for length in ("", "-1", "x", "٣", "9" * 30):
        headers = {**HEADERS, "Upload-Length": length.encode()}
        assert house.client.post("/api/v1/uploads", headers=headers).status_code == 400, length
    bad = {**HEADERS, "Upload-Length": "1", "Upload-Metadata": "filename ***"}
    assert house.client.post("/api/v1/uploads", headers=bad).status_code == 400
    assert begin(house.client, (9 << 20) + 1, filename="a.pdf").status_code == 413
    gone = house.client.delete(address, headers=HEADERS)
    assert (gone.status_code, where(house.client, address).status_code) == (204, 404)
    assert list((house.spool.folder / ".coming").iterdir()) == []


def test_what_was_handed_in_before_it_was_cancelled_is_named_however_often_it_is_asked(house: SearchHouse) -> None:
    address = begin(house.client, len(CONTENT), filename="a.pdf").headers["location"]
    delivery_id = send(house.client, address, 0, CONTENT).headers["tangthu-delivery"]
    for _ in range(2):  # the first answer may be lost
        assert house.client.delete(address, headers=HEADERS).headers["tangthu-delivery"] == delivery_id
    assert spooled(house) == [CONTENT]


def test_an_empty_file_is_handed_in_when_it_begins(house: SearchHouse) -> None:
    begun = begin(house.client, 0, filename="rong.pdf")
    assert house.get(f"/deliveries/{begun.headers['tangthu-delivery']}")["size"] == 0


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_that_does_not_fit_its_checksum_is_not_kept(house: SearchHouse, algorithm: str) -> None:
    address = begin(house.client, len(CONTENT), filename="a.pdf").headers["location"]
    digest = base64.b64encode(hashlib.new(algorithm, CONTENT).digest()).decode()
    wrong = send(house.client, address, 0, CONTENT[:-1] + b"?", **{"Upload-Checksum": f"{algorithm} {digest}"})
    assert wrong.status_code == 460
    assert where(house.client, address).headers["upload-offset"] == "0"
    right = send(house.client, address, 0, CONTENT, **{"Upload-Checksum": f"{algorithm} {digest}"})
    assert right.status_code == 204 and spooled(house) == [CONTENT]
    assert send(house.client, address, 0, b"", **{"Upload-Checksum": "md5 AA=="}).status_code == 400


def test_nothing_is_durable_before_its_checksum_was_compared(
    house: SearchHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resuming, "_PIECE", 1000)
    address = begin(house.client, len(CONTENT), filename="a.pdf").headers["location"]
    digest = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    pieces: list[int] = []
    append = ComingUploads.append

    def counted(self: ComingUploads, upload: coming.Coming, piece: bytes) -> coming.Coming:
        pieces.append(len(piece))
        return append(self, upload, piece)

    monkeypatch.setattr(ComingUploads, "append", counted)
    send(house.client, address, 0, CONTENT[:-1] + b"?", **{"Upload-Checksum": f"sha256 {digest}"})
    assert pieces == []
    send(house.client, address, 0, CONTENT, **{"Upload-Checksum": f"sha256 {digest}"})
    assert (len(pieces), spooled(house)) == (11, [CONTENT])


def test_a_full_disk_is_told_and_the_upload_goes_on_later(house: SearchHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    address = begin(house.client, len(CONTENT), filename="a.pdf").headers["location"]
    send(house.client, address, 0, CONTENT[:100])
    with monkeypatch.context() as full:
        full.setattr(room.shutil, "disk_usage", lambda _: SimpleNamespace(free=600))
        refused = send(house.client, address, 100, CONTENT[100:])
        assert (refused.status_code, refused.json()["code"]) == (507, "disk-full")
        assert begin(house.client, 1, filename="b.pdf").status_code == 507
    assert where(house.client, address).headers["upload-offset"] == "100"
    assert send(house.client, address, 100, CONTENT[100:]).status_code == 204
    assert spooled(house) == [CONTENT]


def test_a_disk_that_fails_in_the_middle_of_a_piece_keeps_what_was_acknowledged(
    house: SearchHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = begin(house.client, len(CONTENT), filename="a.pdf").headers["location"]
    send(house.client, address, 0, CONTENT[:100])
    with monkeypatch.context() as failing:

        def fsync(_: int) -> None:
            raise OSError(28, "No space left on device")

        failing.setattr(coming.os, "fsync", fsync)
        assert send(house.client, address, 100, b"other bytes").status_code == 507
    assert where(house.client, address).headers["upload-offset"] == "100"
    send(house.client, address, 100, CONTENT[100:])
    assert spooled(house) == [CONTENT]


def test_of_two_connections_one_goes_on(tmp_path: Path) -> None:
    uploads = ComingUploads(Spool(tmp_path / "spool"))
    stale = uploads.begin(coming.Announced("", 6, "a.pdf", None, now()))
    uploads.append(stale, b"abc")
    with pytest.raises(UploadMoved):
        uploads.append(stale, b"xyz")
    fresh = uploads.find(stale.id)
    assert fresh is not None and fresh.offset == 3
    uploads.append(fresh, b"def")
    assert uploads.bytes_of(fresh).read_bytes() == b"abcdef"


def test_one_upload_is_one_delivery_wherever_its_end_was_cut_off(
    house: SearchHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the id was noted, before the row, before the bytes went: the next look ends it, once."""
    service = house.services.uploads.in_pieces
    for number, (owner, name) in enumerate(((coming, "write_file"), (house.catalogue, "write"), (Spool, "take_over"))):
        content = CONTENT + bytes([number])
        address = begin(house.client, len(content), filename=f"{number}.pdf").headers["location"]
        with monkeypatch.context() as killed:

            def die(*_: object) -> None:
                raise RuntimeError

            killed.setattr(owner, name, die)
            assert send(house.client, address, 0, content).status_code == 500
        service.look_after()
        ids = {where(house.client, address).headers["tangthu-delivery"] for _ in range(2)}
        assert len(ids) == 1
        assert spooled(house).count(content) == 1
        assert len(house.get("/deliveries")["deliveries"]) == number + 1


def test_over_file_systems_a_kill_after_the_copy_makes_no_second_delivery(
    house: SearchHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = begin(house.client, len(CONTENT), filename="a.pdf").headers["location"]
    rename, unlink = Path.rename, Path.unlink

    def over_there(path: Path, target: Path) -> Path:
        if path.name == "bytes":
            raise OSError(18, "Invalid cross-device link")
        return rename(path, target)

    def die(path: Path, missing_ok: bool = False) -> None:
        if path.name == "bytes":
            raise OSError(5, "Input/output error")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "rename", over_there)
    with monkeypatch.context() as killed:
        killed.setattr(Path, "unlink", die)
        assert send(house.client, begun, 0, CONTENT).status_code == 503
    house.services.uploads.in_pieces.look_after()
    assert spooled(house) == [CONTENT]
    assert len(house.get("/deliveries")["deliveries"]) == 1
    assert not list(house.spool.folder.glob(".coming/*/bytes"))


def test_what_nobody_goes_on_with_is_swept_and_what_is_complete_is_not(
    house: SearchHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = begin(house.client, 10, filename="a.pdf").headers["location"]
    delivery_id = whole(house.client, CONTENT, filename="b.pdf")
    later = now() + timedelta(hours=resuming.HOURS + 1)
    monkeypatch.setattr(coming, "now", lambda: later)
    assert house.services.uploads.in_pieces.look_after() == 2
    assert where(house.client, address).status_code == 404
    assert house.get(f"/deliveries/{delivery_id}")["state"] == DeliveryState.RECEIVED
    assert spooled(house) == [CONTENT]


def test_an_upload_of_somebody_else_does_not_exist(offices: Offices) -> None:
    clerk, archivist = offices.client("clerk"), offices.client("archivist")
    address = begin(clerk, len(CONTENT), filename="mat.pdf").headers["location"]
    send(clerk, address, 0, CONTENT[:10])
    none = "/api/v1/uploads/01jd3v8p7m6x1yq2w3e4r5t6y7"
    for ask in (
        lambda place: where(archivist, place),
        lambda place: send(archivist, place, 10, CONTENT[10:]),
        lambda place: archivist.delete(place, headers=HEADERS),
    ):
        theirs, nobodys = ask(address), ask(none)
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.text.replace(address[-26:], "") == nobodys.text.replace(none[-26:], "")
    assert archivist.get("/api/v1/uploads").json() == {"uploads": []}
    (mine,) = clerk.get("/api/v1/uploads").json()["uploads"]
    assert (mine["file_name"], mine["offset"]) == ("mat.pdf", 10)
    assert where(offices.client("reader"), address).status_code == 403


def test_what_a_clerk_hands_in_is_for_their_unit_from_the_first_moment(offices: Offices) -> None:
    delivery_id = whole(offices.client("clerk"), CONTENT, filename="a.pdf")
    with offices.house.catalogue.reading() as unit:
        assert unit.deliveries.by_id(delivery_id).unit == "a1"


def test_many_pieces_are_no_haste_and_many_requests_are(offices: Offices) -> None:
    client = offices.client("clerk")
    address = begin(client, 100, filename="a.pdf").headers["location"]
    sent = [send(client, address, offset, b"x").status_code for offset in range(100)]
    assert set(sent) == {204}
    assert 429 in {client.get("/api/v1/me").status_code for _ in range(70)}


def test_no_more_than_so_many_are_open(house: SearchHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resuming, "MOST_OPEN", 2)
    whole(house.client, CONTENT, filename="done.pdf")
    answers = [begin(house.client, 5, filename=f"{number}.pdf").status_code for number in range(3)]
    assert answers == [201, 201, 429]


@pytest.mark.parametrize(
    ("untrusted", "safe"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\scans\\2019\\a.pdf", "C:/scans/2019/a.pdf"),
        ("hộp 3//./a.pdf", "hộp 3/a.pdf"),
        ("", "khong-ten"),
        ("/".join(["x" * 190] * 9) + "/a.pdf", "/".join(["x" * 190] * 2) + "/a.pdf"),
    ],
)
def test_paths_are_made_safe(untrusted: str, safe: str) -> None:
    assert safe_path(untrusted) == safe


def test_ids_from_outside_open_nothing(house: SearchHouse) -> None:
    (house.spool.folder / ".coming").mkdir(exist_ok=True)
    for untrusted in ("..", "%2e%2e%2f%2e%2e%2fcatalogue", "x" * 26, "a" * 25 + "%00", "é" * 26):
        assert where(house.client, f"/api/v1/uploads/{untrusted}").status_code == 404
    answer: Any = house.client.post("/api/v1/uploads", headers={**PIECE, "Upload-Metadata": said(a="b")})
    assert answer.status_code == 400
    assert os.listdir(house.spool.folder / ".coming") == []  # noqa: PTH208
