"""Hostile files dropped into a real running service: each has the outcome in its name, and the next file is taken."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ingest.confining import Confinement, confinement
from ingest.intake.naming import displayable
from tests.hostile.figures import FOUND
from tests.hostile.make_files import FILES, Hostile
from tests.hostile.measuring import SlowestWrite, Watch, services_below
from tests.servers.tangthu import TangthuServer, tangthu_server, wait_until

NEXT_FILE_SECONDS = 5.0
MOST_MEGABYTES = 1024
MOST_SECONDS = 120.0
_OUTCOME_SECONDS = 400


@dataclass
class Row:
    """A file, what became of it and what it took.

    `next`: seconds until the good file after it was taken; `disk`: of these, one small write to the same disk.
    """

    file: Hostile
    outcome: str
    seconds: float
    cpu: float
    megabytes: float
    next: float
    disk: float
    wrong: str

    @property
    def late(self) -> float:
        """Seconds that the good file waited for us: a disk that stands still lets nobody do better."""
        return max(0.0, self.next - self.disk)

    @property
    def name(self) -> str:
        return displayable(self.file.name)


def test_there_are_sixty_kinds_and_each_says_what_is_to_become_of_it() -> None:
    assert len(FILES) >= 60
    assert {file.outcome.partition("-")[0] for file in FILES.values()} == {
        "searchable",
        "partly",
        "rejected",
        "passed",
    }


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TangthuServer]:
    with tangthu_server(tmp_path) as started:
        yield started


def test_a_sample_of_hostile_files(server: TangthuServer) -> None:
    quick = [file for file in FILES.values() if file.quick]
    run(server, quick[::2].__contains__)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_all_hostile_files(server: TangthuServer) -> None:
    rows = run(server, lambda _: True)
    # Held here alone, where nothing else is at work: beside other tests it would tell of them.
    assert max(row.late for row in rows) <= NEXT_FILE_SECONDS


def run(server: TangthuServer, wanted: Callable[[Hostile], bool]) -> list[Row]:
    """Drops each file, then a good one; prints what became of them and what it took."""
    warm_up(server)
    began = services(server)
    watch, disk = Watch(next(iter(began))), SlowestWrite(server.data)
    watch.start()
    disk.start()
    rows: list[Row] = []
    head()
    try:
        for number, file in enumerate(filter(wanted, FILES.values())):
            rows.append(one(server, watch, disk, file, number))
            show(rows[-1])
    finally:
        watch.end()
        disk.end()
    check_once_more(server, rows)
    crashes = len(began - services(server))
    reached = reach(watch)
    tell(rows, crashes, reached)
    assert [(row.name, row.wrong) for row in rows if row.wrong] == []
    assert crashes == 0
    assert reached == []
    assert max(row.megabytes for row in rows) <= MOST_MEGABYTES
    assert max(row.cpu for row in rows) <= MOST_SECONDS
    check_told(server)
    return rows


def services(server: TangthuServer) -> Any:
    """The service's own processes: whichever falls over is started anew, with another number."""
    assert server._process is not None
    return services_below(server._process.pid)


def one(server: TangthuServer, watch: Watch, disk: SlowestWrite, file: Hostile, number: int) -> Row:
    content = file.make(file.name) if file.make else b""
    watch.take()
    disk.take()
    start = time.monotonic()
    drop(server, content, file)
    good = Hostile(f"good-{number}.txt", quick=True, make=lambda _: b"")
    dropped = time.monotonic()
    drop(server, f"Thông báo số {number}/TB-VP về lịch trực cơ quan".encode(), good)
    wait_until(lambda: delivery(server, good), 150, 0.05)
    next_seconds, disk_seconds = time.monotonic() - dropped, disk.take()
    outcome = wait_until(lambda: outcome_of(server, file), _OUTCOME_SECONDS, 0.1)
    took = time.monotonic() - start
    wrong = "" if outcome == file.outcome else f"became {outcome}"
    if outcome.startswith("rejected-"):
        # The catalogue learns of it first; the file is moved then.
        wrong = wrong or ("" if wait_until(lambda: noted(server, file), 20) else "no note")
    seen = watch.take()
    return Row(file, outcome, took, seen.seconds, seen.megabytes, next_seconds, disk_seconds, wrong)


def drop(server: TangthuServer, content: bytes, file: Hostile) -> None:
    target = server.drop / "incoming" / file.name
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.plant:
        file.plant(target)
        return
    hidden = server.drop / "incoming" / ".dropping"
    hidden.write_bytes(content)
    hidden.rename(target)


Told = list[dict[str, Any]]


def deliveries(server: TangthuServer) -> Told:
    """All deliveries."""
    found: Told = []
    before = ""
    while True:
        told = server.get(f"/api/v1/deliveries?limit=200{before}")
        found += told["deliveries"]
        if not told["next_before"]:
            return found
        before = f"&before={told['next_before']}"


def delivery(server: TangthuServer, file: Hostile, told: Told | None = None) -> dict[str, Any] | None:
    name = displayable(file.name)
    rows = server.get("/api/v1/deliveries?limit=20")["deliveries"] if told is None else told
    found = [row for row in rows if row["file_name"] == name and row["state"] != "received"]
    assert len(found) <= 1, f"{name}: more than one outcome"
    return found[0] if found else None


def outcome_of(server: TangthuServer, file: Hostile, told: Told | None = None) -> str | None:
    if file.outcome == "passed":
        # Looked at after the good file that came later was taken.
        return "passed" if os.path.lexists(server.drop / "incoming" / file.name) else "taken"
    row = delivery(server, file, told)
    if row is None:
        return None
    if row["state"] == "rejected":
        return f"rejected-{row['reason']['code'] if isinstance(row['reason'], dict) else row['reason']}"
    state = server.get(f"/api/v1/records/{row['record_id']}")["state"]
    return {"searchable": "searchable", "partly_searchable": "partly"}.get(state)


def noted(server: TangthuServer, file: Hostile) -> bool:
    """Whether the refused file lies beside a note in both languages."""
    texts = [path.read_bytes().decode("utf-8", "replace") for path in (server.drop / "rejected").rglob("*.txt")]
    return any(displayable(file.name) in text and "Lý do:" in text and "Reason:" in text for text in texts)


def warm_up(server: TangthuServer) -> None:
    """The service is ready before its intake has started."""
    first = Hostile("first.txt", quick=True)
    drop(server, "Thông báo số 1/TB-VP về việc mở cửa kho".encode(), first)
    wait_until(lambda: delivery(server, first), 60)


def check_once_more(server: TangthuServer, rows: list[Row]) -> None:
    """An outcome is the last one: nothing changed behind our back, nothing came of a file twice."""
    told = deliveries(server)
    for row in rows:
        now = outcome_of(server, row.file, told)
        row.wrong = row.wrong or ("" if now == row.outcome else f"became {now} later")


def check_told(server: TangthuServer) -> None:
    told = server.get("/health/ready")
    assert told["status"] == "ok"
    assert told["sandbox"] == str(confinement())


def reach(watch: Watch) -> list[str]:
    """What reading processes could have written to or connected to, and should not."""
    if confinement() is not Confinement.BUBBLEWRAP:
        pytest.fail("bubblewrap is not allowed on this machine: what is not reachable cannot be shown")
    assert watch.readers > 0
    others = {path for path in watch.writable if "tangthu-reading-" not in path}
    # /var/tmp is its own folder once more, for LibreOffice (`ingest.confining`).
    found = sorted(path for path in others - {"/var/tmp"} if not path.startswith(("/proc", "/dev/")))
    if str(Path("/proc/self/ns/net").readlink()) in watch.networks or watch.devices != {"lo"}:
        found.append(f"network {sorted(watch.devices)}")
    return found + [str(path) for path in (Path("/tmp/tangthu-climbed"), Path("/etc/tangthu-climbed")) if path.exists()]


def head() -> None:
    print(f"\n{'file':64} {'outcome':26} {'s':>6} {'CPU s':>6} {'MB':>6} {'next s':>6} {'disk s':>6}")


def show(row: Row) -> None:
    line = f"{row.name[:64]:64} {row.outcome:26} {row.seconds:6.1f} {row.cpu:6.1f} {row.megabytes:6.0f}"
    print(f"{line} {row.next:6.2f} {row.disk:6.2f} {row.wrong}", flush=True)


def tell(rows: list[Row], crashes: int, reached: list[str]) -> None:
    for row in rows:
        FOUND.fault(row.file.kind, row.file.name, violated=bool(row.wrong))
    unclear = sum(bool(row.wrong) for row in rows)
    most = max(row.late for row in rows), max(row.megabytes for row in rows), max(row.cpu for row in rows)
    FOUND.figure("crashes of the service", str(crashes), "0", held=not crashes)
    FOUND.figure("files without their one clear outcome", str(unclear), "0", held=not unclear)
    slowest = max(row.next for row in rows), max(row.disk for row in rows)
    FOUND.figure("seconds until the next good file is taken", f"{slowest[0]:.2f}", "see next", held=True)
    FOUND.figure("… less one small write to the same disk", f"{most[0]:.2f}", "5", held=most[0] <= NEXT_FILE_SECONDS)
    FOUND.figure("… the slowest small write to the same disk", f"{slowest[1]:.2f}", "the disk's", held=True)
    FOUND.figure("MB a page, OCR engine included", f"{most[1]:.0f}", "1024", held=most[1] <= MOST_MEGABYTES)
    FOUND.figure("CPU s a file, all its pages", f"{most[2]:.1f}", "120 a page", held=most[2] <= MOST_SECONDS)
    FOUND.figure("places that could be written to or reached", str(len(reached)), "0", held=not reached)
