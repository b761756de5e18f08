"""Hostile files dropped into a real running service: each has the outcome in its name, and the next file is taken."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.confining import Confinement, confinement
from ingest.intake.naming import displayable
from tests.hostile.make_files import FILES, Hostile, make
from tests.hostile.measuring import Watch
from tests.servers.tangthu import TangthuServer, tangthu_server, wait_until

NEXT_FILE_SECONDS = 5.0
MOST_MEGABYTES = 1024
MOST_SECONDS = 120.0
_PAGES = 3  # of a file that are read at a time at most, with their OCR


def test_there_are_sixty_kinds_and_each_file_has_a_name_of_its_own() -> None:
    assert len(FILES) >= 60
    assert len({file.name for file in FILES}) == len(FILES)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TangthuServer]:
    with tangthu_server(tmp_path) as started:
        yield started


def test_a_sample_of_hostile_files(server: TangthuServer, tmp_path: Path) -> None:
    run(server, tmp_path, lambda file: file.quick)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_all_hostile_files(server: TangthuServer, tmp_path: Path) -> None:
    run(server, tmp_path, lambda _: True)


def run(server: TangthuServer, folder: Path, wanted: Any) -> None:
    """Drops each file, then a good one; prints what became of them and what it took."""
    assert server._process is not None
    watch = Watch(server._process.pid)
    watch.start()
    rows: list[dict[str, Any]] = []
    warm_up(server)
    head()
    try:
        for number, (file, made) in enumerate(make(folder / "made", wanted)):
            rows.append(one(server, watch, file, made, number))
            show(rows[-1])
            made.unlink(missing_ok=True)
            assert server._process.poll() is None, "the service fell over"
    finally:
        watch.end()
        conclude(rows, watch)
    assert [row for row in rows if row["wrong"]] == []
    assert max(row["next"] for row in rows) <= NEXT_FILE_SECONDS
    assert max(row["cpu"] for row in rows) <= _PAGES * MOST_SECONDS
    assert max(row["mb"] for row in rows) <= MOST_MEGABYTES
    check_confined(server, watch)


def one(server: TangthuServer, watch: Watch, file: Hostile, made: Path, number: int) -> dict[str, Any]:
    watch.take()
    start = time.monotonic()
    drop(server, made.read_bytes(), file.name)
    good = f"good-{number}.txt"
    dropped = time.monotonic()
    drop(server, f"Thông báo số {number}/TB-VP về lịch trực cơ quan".encode(), good)
    wait_until(lambda: delivery(server, good), 150, 0.05)
    next_seconds = time.monotonic() - dropped
    outcome = wait_until(lambda: outcome_of(server, file), 400, 0.1)
    seen = watch.take()
    wrong = "" if outcome == file.outcome else f"became {outcome}"
    if outcome.startswith("rejected-"):
        # The catalogue learns of it first; the file is moved then.
        wrong = wrong or ("" if wait_until(lambda: noted(server, file), 20) else "no note")
    return {
        "name": displayable(file.name), "outcome": outcome, "seconds": time.monotonic() - start, "cpu": seen.seconds,
        "mb": seen.megabytes, "next": next_seconds, "wrong": wrong,
    }  # fmt: skip


def drop(server: TangthuServer, content: bytes, name: str) -> None:
    target = server.drop / "incoming" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    hidden = server.drop / "incoming" / ".dropping"
    hidden.write_bytes(content)
    hidden.rename(target)


def delivery(server: TangthuServer, name: str) -> dict[str, Any] | None:
    rows = server.get("/api/v1/deliveries?limit=20")["deliveries"]
    return next((row for row in rows if row["file_name"] == displayable(name) and row["state"] != "received"), None)


def outcome_of(server: TangthuServer, file: Hostile) -> str | None:
    if file.outcome == "passed":
        return "passed" if (server.drop / "incoming" / file.name).exists() else "taken"
    row = delivery(server, file.name)
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
    drop(server, "Thông báo số 1/TB-VP về việc mở cửa kho".encode(), "first.txt")
    wait_until(lambda: delivery(server, "first.txt"), 60)


def check_confined(server: TangthuServer, watch: Watch) -> None:
    told = server.get("/health/ready")
    assert told["status"] == "ok"
    assert told["sandbox"] == str(confinement())
    if confinement() is not Confinement.BUBBLEWRAP:
        pytest.fail("bubblewrap is not allowed on this machine: what is not reachable cannot be shown")
    assert watch.readers > 0
    assert str(Path("/proc/self/ns/net").readlink()) not in watch.networks
    assert watch.devices == {"lo"}  # a network of its own, with nobody else in it
    own = {path for path in watch.writable if "tangthu-reading-" in path}
    others = {path for path in watch.writable - own if not path.startswith(("/proc", "/dev/"))}
    assert others == set()
    assert not Path("/tmp/tangthu-climbed").exists()
    assert not Path("/etc/tangthu-climbed").exists()


def head() -> None:
    print(f"\n{'file':64} {'outcome':26} {'s':>6} {'CPU s':>6} {'MB':>6} {'next s':>6}")


def show(row: dict[str, Any]) -> None:
    line = f"{row['name'][:64]:64} {row['outcome']:26} {row['seconds']:6.1f} {row['cpu']:6.1f} {row['mb']:6.0f}"
    print(f"{line} {row['next']:6.2f} {row['wrong']}", flush=True)


def conclude(rows: list[dict[str, Any]], watch: Watch) -> None:
    if not rows:
        return
    wrong = sum(bool(row["wrong"]) for row in rows)
    most = {name: max(row[name] for row in rows) for name in ("next", "mb", "cpu")}
    print(
        f"{len(rows)} files, {wrong} wrong outcomes; the next file taken within {most['next']:.2f} s; at most "
        f"{most['mb']:.0f} MB and {most['cpu']:.1f} CPU s a file; {watch.readers} reading processes seen, their "
        f"networks: {sorted(watch.devices)}"
    )
