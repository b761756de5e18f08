"""The machine's clock is set back and forward a day under a service at work: nothing gets stuck."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from archive.layout import Layout
from kernel.locks import exclusive
from tests.faults.conftest import Told
from tests.servers.tangthu import TangthuServer, tangthu_server, wait_until

_DAY = 86_400
_FILES = 8


def faketime() -> Path:
    """The library that tells processes another time; fails with what is missing."""
    found = list(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        pytest.fail("faketime is missing: apt-get install faketime", pytrace=False)
    return found[0]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("days", [(-1, 0), pytest.param((1, 0, -1, 1, 0), marks=pytest.mark.long)])
def test_a_clock_that_is_set_stops_nothing(
    days: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: Told
) -> None:
    """Of every process of the service, while files settle and are read; a third of them have times of another day."""
    clock = tmp_path / "clock"
    clock.write_text("+0")
    for name, value in {
        "LD_PRELOAD": str(faketime()),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        # Nobody sets that clock; it is not this one that a person or a time server changes.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }.items():
        monkeypatch.setenv(name, value)
    with tangthu_server(tmp_path) as server:
        monkeypatch.undo()
        for turn, day in enumerate(days):
            begun, half, end = turn * _FILES, turn * _FILES + _FILES // 2, (turn + 1) * _FILES
            # Held, so that what comes before the clock is set is written down only after it.
            with exclusive(Layout(server.data).sidecar_lock):
                put(server, range(begun, half), day)
                wait_until(lambda half=half: server.all_read(half))  # type: ignore[misc]
                put(server, range(half, half + 2), day)
                set_clock(clock, day)
                put(server, range(half + 2, end), day)
            wait_until(lambda end=end: server.all_read(end))  # type: ignore[misc]
            wait_until(lambda end=end: len(sidecars(server)) == end)  # type: ignore[misc]
        if len(days) > 2:  # each minute it is looked whether the day's head is there
            wait_until(lambda: any(server.data.glob("chain-heads/*.json")))
        checked = server.command("verify", "--originals", "--json", check=False)
        lines = [str(one) for one in json.loads(checked.stdout)["violations"]]
        days_told = {
            json.loads(path.read_bytes())["sidecar"]["record"]["received_at"][:10] for path in sidecars(server)
        }
        assert len(days_told) > 1, "no clock was set"
    told("clock set back and forward a day", len(days), lines)


def set_clock(clock: Path, day: int) -> None:
    part = clock.with_name("clock.part")
    part.write_text(f"{day * _DAY:+d}")
    part.rename(clock)


def put(server: TangthuServer, numbers: Iterable[int], day: int) -> None:
    for number in numbers:
        path = server.drop / f"incoming/{number}.txt"
        path.write_text(f"Giấy mời số {number}")
        if number % 3 == 0:
            moment = path.stat().st_mtime - day * _DAY
            os.utime(path, (moment, moment))


def sidecars(server: TangthuServer) -> list[Path]:
    return list(server.data.glob("originals/??/??/*.json"))
