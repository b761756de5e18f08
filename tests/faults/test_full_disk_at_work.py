"""The disk under the catalogue is full or broken while the whole service is at work: it goes on once there is room."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.faults.conftest import Told
from tests.faults.strace import require_strace, troubled
from tests.servers.tangthu import TangthuServer, tangthu_server, wait_until

_WRITES = "pwrite64,fdatasync,fsync,ftruncate"
FILES, PAGES = 12, 12


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
        pytest.param("ENOSPC", "The disk is full", marks=pytest.mark.long),  # ./test: at single calls, test_bad_disks
        pytest.param("EIO", "The disk or folder cannot be used", marks=pytest.mark.long),
    ],
)
def test_a_bad_disk_under_the_catalogue_ends_no_service_and_is_got_over(
    error: str, title: str, tmp_path: Path, told: Told
) -> None:
    require_strace()
    lines: list[str] = []
    with tangthu_server(tmp_path) as server:
        scan(server.drop / "incoming/trước.tif")
        wait_until(lambda: status(server)["pages"].get("searchable"))
        worker = watching(server)
        catalogue = server.data / "catalogue.sqlite"
        wal = catalogue.with_name(f"{catalogue.name}-wal")
        with troubled(worker, f"{_WRITES}:error={error}", catalogue, wal):
            for number in range(FILES):
                (server.drop / f"incoming/{number}.txt").write_text(f"Văn bản số {number}")
            wait_until(lambda: all(title in str(told_of(server, part)) for part in ("intake", "reading")))
            if sum(status(server)["records"].values()) != 1:
                lines.append(f"taken by a {error} disk: {status(server)['records']}")
            if not server.get("/health/live"):
                lines.append("the page does not answer")
        wait_until(lambda: server.all_read(1 + FILES))
        wait_until(lambda: not (told_of(server, "intake") or told_of(server, "reading")))
        if watching(server) != worker:
            lines.append("the process that takes and reads had to be started anew")
        checked = server.command("verify", "--originals", "--json", check=False)
        lines += [str(one) for one in json.loads(checked.stdout)["violations"]]
    told(f"{error} under the catalogue of a service at work", FILES, lines)


def told_of(server: TangthuServer, part: str) -> list[Any]:
    """What the status tells a person of the troubles of one part."""
    troubles = [one for watcher in status(server)["watching"] for one in watcher["troubles"]]
    return [one for one in troubles if one["part"] == part]


def scan(path: Path) -> None:
    """Pages enough to be in the middle of them when the disk goes."""
    pages = []
    for number in range(PAGES):
        page = Image.new("L", (1240, 1754), 255)
        ImageDraw.Draw(page).text((100, 150), f"Trang số {number}", 0, ImageFont.truetype("DejaVuSans.ttf", 40))
        pages.append(page)
    pages[0].save(path, save_all=True, append_images=pages[1:])
