"""A running service backed up, killed, lost and put back by its commands: the same searches give the same answers."""

from __future__ import annotations

import json
import os
import shutil
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import bagit
import pytest

from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.verifying import verify
from search_api.query.answers import SearchQuery
from search_api.query.search import SearchService
from tangthu.bootstrap import checkable, open_engine, open_house
from tangthu.settings import Settings
from tests.keeping import everything
from tests.servers.tangthu import TangthuServer, tangthu_server, wait_until

ASKED = ("báo cáo", "luu tru", '"công tác lưu trữ"', "12/BC-UBND", "thu thập -chỉnh", "")


def drop(server: TangthuServer, numbers: range) -> None:
    incoming = server.drop / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        text = (
            f"Số: {number}/BC-UBND\nBÁO CÁO\nVề công tác lưu trữ năm {2000 + number % 26}\nThu thập tài liệu {number}\n"
        )
        part = incoming / f".{number}.part"
        part.write_text(text, encoding="utf-8")
        part.rename(incoming / f"báo cáo {number}.txt")


def answers(server: TangthuServer) -> list[Any]:
    """What the searches of ASKED answer, but for the time they took."""
    settings = Settings(data=server.data, drop=server.drop)
    with open_house(settings) as house, open_engine(house, read_only=True) as engine:
        service = SearchService(house.catalogue, engine)
        found = [service.search(SearchQuery(q=query, limit=50), house.viewer) for query in ASKED]
    return [replace(answer, took_ms=0, next_cursor=None) for answer in found]


@pytest.mark.timeout(600)
def test_a_killed_and_lost_service_comes_back_from_its_originals(tmp_path: Path) -> None:
    with tangthu_server(tmp_path) as server:
        drop(server, range(25))
        (server.drop / "incoming" / "rỗng.pdf").touch()
        wait_until(lambda: server.get("/api/v1/status")["sidecars"]["waiting"] > 10)
        server.kill()
        server.start()
        wait_until(lambda: server.all_read(25))
        record_id = server.get("/api/v1/search?q=12/BC-UBND")["hits"][0]["record_id"]
        _correct(server, record_id, "Chuyện khác hẳn")
        binned, purged = (server.get(f"/api/v1/search?q={n}/BC-UBND")["hits"][0]["record_id"] for n in (20, 21))
        for one in (binned, purged):
            server.command("discard", one, "--why", "quét nhầm", "--by", "An")
        server.command("purge", purged, "--by", "An", "--second", "Bình")
        assert server.command("rebuild", "--from-originals", check=False).returncode == 7
        wait_until(lambda: server.get("/api/v1/status")["sidecars"]["waiting"] == 0)
        before = answers(server)
    kept = _rows(server)
    for path in server.data.glob("catalogue.sqlite*"):
        path.unlink()
    shutil.rmtree(server.data / "index")
    done = json.loads(server.command("rebuild", "--from-originals", "--json").stdout)
    assert (done["records"], done["handed_in"], done["sidecars_damaged"]) == (24, [], [])
    assert _rows(server) == kept
    assert answers(server) == before
    assert before[-1].total == 23
    assert _wrongs(server) == []
    assert "Chuyện khác hẳn" in {hit.subject for answer in before for hit in answer.hits}


@pytest.mark.timeout(600)
@pytest.mark.long  # ./test has backups amid writing in tests/contracts
def test_a_backup_made_during_intake_answers_alike_elsewhere(tmp_path: Path) -> None:
    files, backup = 25, tmp_path / "sao lưu"
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    with tangthu_server(tmp_path / "first") as server:
        drop(server, range(files))
        wait_until(lambda: server.all_read(files))
        stop = threading.Event()
        threads = ThreadPoolExecutor(1)
        coming = threads.submit(_keep_dropping, server, stop, files)
        try:
            made = [json.loads(server.command("backup", str(backup), "--json").stdout) for _ in range(2)]
        finally:
            stop.set()
            threads.shutdown()
        assert made[0]["records"] >= files
        assert [one["lacking"] for one in made] == [[], []]
        assert made[1]["copied"] < made[1]["originals"]
        whole = coming.result()
        wait_until(lambda: server.all_read(whole))
        last = json.loads(server.command("backup", str(backup), "--json").stdout)
        assert last["records"] == whole
        before, rows = answers(server), _rows(server)
    second = TangthuServer(tmp_path / "second")
    second.command("restore", str(backup))
    assert _rows(second) == rows
    assert answers(second) == before
    second.drop = server.drop  # rejected files are not the archive's
    assert _wrongs(second) == []
    second.drop = tmp_path / "second" / "drop"
    again = second.command("restore", str(backup), "--json", check=False)
    assert (again.returncode, json.loads(again.stdout)["code"]) == (5, "not-empty")
    with tangthu_server(tmp_path / "second") as second:
        wait_until(lambda: second.get("/api/v1/status")["sidecars"]["waiting"] == 0)
        _give_away(second, tmp_path / "gói")
    original = next(path for path in (backup / "originals").rglob("*") if path.is_file())
    os.truncate(original, 3)
    assert second.command("backup", str(backup), "--check", check=False).returncode == 8


def _keep_dropping(server: TangthuServer, stop: threading.Event, number: int) -> int:
    """How many were dropped in the end, those from before included."""
    while not stop.wait(0.5):
        drop(server, range(number, number + 2))
        number += 2
    return number


def _give_away(server: TangthuServer, bag: Path) -> None:
    server.command("export", str(bag), "--query", "12/BC-UBND")
    assert bagit.Bag(str(bag)).validate()
    record_id = next((bag / "data").iterdir()).name
    server.command("export", str(bag) + "3", record_id)
    assert [path.name for path in (Path(str(bag) + "3") / "data").iterdir()] == [record_id]


def _correct(server: TangthuServer, record_id: str, subject: str) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/v1/records/{record_id}",
        json.dumps({"fields": {"subject": {"value": subject}}}).encode(),
        {"Content-Type": "application/json"},
        method="PATCH",
    )
    urllib.request.urlopen(request, timeout=30).close()


def _wrongs(server: TangthuServer) -> list[Any]:
    """Everything that the checker finds at rest, the chain, the index and every byte of the originals included."""
    told = json.loads(server.command("verify", "--originals", "--json", check=False).stdout)["violations"]
    settings = Settings(data=server.data, drop=server.drop)
    with open_house(settings) as house:
        return [*told, *verify(checkable(house), at_rest=True)]


def _rows(server: TangthuServer) -> dict[str, Any]:
    catalogue = Catalogue.sqlite(Layout(server.data).catalogue)
    try:
        # The link for the first account is of one start; nobody is let in by what was put back.
        return everything(catalogue) | {"one_time_link": []}
    finally:
        catalogue.close()
