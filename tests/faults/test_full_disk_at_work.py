"""The disk under the catalogue is full or broken while the whole service is at work: it goes on once there is room."""

from __future__ import annotations

import json
import urllib.error
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Told
from tests.faults.strace import require_strace, troubled
from tests.servers.tangthu import TangthuServer, tangthu_server, wait_until

_WRITES = "pwrite64,fdatasync,fsync,ftruncate"
FILES = 12


def watching(server: TangthuServer) -> int:
    """The process that takes, reads and indexes."""
    assert server.pid
    children = Path(f"/proc/{server.pid}/task").glob("*/children")
    pids = [int(pid) for path in children for pid in path.read_text().split()]
    (found,) = [pid for pid in pids if b"watch" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]
    return found


def status(server: TangthuServer) -> dict[str, Any]:
    answer: dict[str, Any] = server.get("/api/v1/status")
    return answer


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("error", "title"),
    [
        ("ENOSPC", "The disk is full"),
        pytest.param("EIO", "The disk or folder cannot be used", marks=pytest.mark.long),
    ],
)
def test_a_bad_disk_under_the_catalogue_ends_no_service_and_is_got_over(
    error: str, title: str, tmp_path: Path, told: Told
) -> None:
    require_strace()
    lines: list[str] = []
    with tangthu_server(tmp_path) as server:
        (server.drop / "incoming/trước.txt").write_text("Văn bản đến trước")
        wait_until(lambda: server.all_read(1))
        worker = wait_until(lambda: watching(server))
        catalogue = server.data / "catalogue.sqlite"
        wal = catalogue.with_name(f"{catalogue.name}-wal")
        with troubled(worker, f"{_WRITES}:error={error}", catalogue, wal):
            for number in range(FILES):
                (server.drop / f"incoming/{number}.txt").write_text(f"Văn bản số {number}")
            wait_until(lambda: title in json.dumps(trouble_told(server)))
            if status(server)["records"] != {"searchable": 1}:
                lines.append(f"taken by a {error} disk: {status(server)['records']}")
            if not server.get("/health/live"):
                lines.append("the page does not answer")
        wait_until(lambda: server.all_read(1 + FILES))
        wait_until(lambda: not trouble_told(server))
        if watching(server) != worker:
            lines.append("the process that takes and reads had to be started anew")
        checked = server.command("verify", "--originals", "--json", check=False)
        lines += [str(one) for one in json.loads(checked.stdout)["violations"]]
    told(f"{error} under the catalogue of a service at work", FILES, lines)


def trouble_told(server: TangthuServer) -> list[Any]:
    """What the status tells a person of troubles of taking in."""
    try:
        return [one for watcher in status(server)["watching"] for one in watcher["troubles"]]
    except urllib.error.URLError:
        return []
