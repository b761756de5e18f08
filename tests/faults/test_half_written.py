"""Files that are still coming, bursts, several processes at once: none taken early, none forgotten, none doubled."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from mappings.record import DeliveryState
from tests.faults.conftest import Told
from tests.faults.invariants import digest_of, violations
from tests.integration.house import AT_ONCE, House, other_process, until

SETTLE = 1.5
Writer = Callable[[Path, bytes, random.Random], None]


def pausing(path: Path, content: bytes, chance: random.Random) -> None:
    """Open all the time, with pauses longer than a file needs to settle."""
    with path.open("wb") as stream:
        for start in range(0, len(content), 1 + len(content) // 3):
            stream.write(content[start : start + 1 + len(content) // 3])
            stream.flush()
            time.sleep(SETTLE * (1.3 if start else 0.5))


def reopening(path: Path, content: bytes, chance: random.Random) -> None:
    """Closed between its parts, as over a share, with pauses shorter than a file needs to settle."""
    path.write_bytes(b"")
    for start in range(0, len(content), 1 + len(content) // 5):
        with path.open("ab") as stream:
            stream.write(content[start : start + 1 + len(content) // 5])
        time.sleep(SETTLE * 0.3 * chance.random())


def rewriting(path: Path, content: bytes, chance: random.Random) -> None:
    """Whole in length from the start, and then filled in place; its time is set back each time, as some copiers do."""
    path.write_bytes(bytes(len(content)))
    with path.open("r+b") as stream:
        for place in range(0, len(content), 1 + len(content) // 4):
            stream.seek(place)
            stream.write(content[place : place + 1 + len(content) // 4])
            stream.flush()
            os.utime(path, (1_000_000_000, 1_000_000_000))
            time.sleep(SETTLE * 1.2)


def renaming(name: str) -> Writer:
    def write(path: Path, content: bytes, chance: random.Random) -> None:
        """Under a name that scanners, browsers and shares use, for longer than a file needs to settle; then renamed."""
        coming = path.with_name(name.format(path.name))
        coming.write_bytes(content[: len(content) // 2])
        time.sleep(SETTLE * 1.5)
        with coming.open("ab") as stream:
            stream.write(content[len(content) // 2 :])
        coming.rename(path)

    return write


WRITERS: list[Writer] = [
    pausing,
    reopening,
    rewriting,
    *map(renaming, (".{}.swp", "~${}", "{}.part", "{}.tmp", "{}.filepart", "{}.crdownload", ".smb{}", "{}.partial")),
]


@pytest.mark.parametrize("files", [20, pytest.param(200, marks=pytest.mark.long)])
def test_no_file_is_taken_before_it_is_whole(files: int, tmp_path: Path, told: Told) -> None:
    contents = [f"Tờ trình {number} ".encode() * 50 for number in range(files)]
    with House(tmp_path) as house:
        with house.service(replace(AT_ONCE, settle_seconds=SETTLE)) as service:
            service.start()
            writers = []
            for number, content in enumerate(contents):
                path, write = house.incoming / f"{number}.txt", WRITERS[number % len(WRITERS)]
                writers.append(threading.Thread(target=write, args=(path, content, random.Random(number))))
            for start in range(0, files, 40):
                for writer in writers[start : start + 40]:
                    writer.start()
                for writer in writers[start : start + 40]:
                    writer.join()
            assert service.drain(240), service.intake.status
        lines = violations(house, Counter(map(digest_of, contents)))
    told("half-written scans", files, lines)


@pytest.mark.parametrize("files", [200, pytest.param(20_000, marks=pytest.mark.long)])
@pytest.mark.timeout(3600)
def test_a_burst_of_small_files_is_all_found(files: int, tmp_path: Path, told: Told) -> None:
    contents = [f"Phiếu gửi {number}".encode() for number in range(files)]
    for number, content in enumerate(contents):
        path = tmp_path / f"coming/{number % 50}/{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with House(tmp_path) as house:
        with house.service() as service:
            service.start()
            until(lambda: service.intake.status.looks)
            began = time.monotonic()
            (tmp_path / "coming").rename(house.incoming / "tất cả")  # at once indeed
            until(lambda: house.record_count() == files, 3000)
            taken = time.monotonic() - began
            assert service.drain(3000), service.intake.status
            read = time.monotonic() - began
        lines = violations(house, Counter(map(digest_of, contents)))
    told(f"{files} small files at once (taken in {taken:.0f} s, read in {read:.0f} s)", files, lines)


@pytest.mark.parametrize("processes", [2, pytest.param(4, marks=pytest.mark.long)])
def test_processes_on_one_drop_and_the_same_bytes_by_every_door_make_one_record_each(
    processes: int, tmp_path: Path, told: Told
) -> None:
    contents = [f"Báo cáo {number}".encode() for number in range(60)]
    with House(tmp_path) as house:
        running = [other_process(tmp_path) for _ in range(processes)]
        doors = (
            lambda number, content: house.drop(f"quét/{number}.txt", content),
            lambda number, content: house.upload(f"{number}.txt", content),
            lambda number, content: house.drop(f".{number}.coming", content).rename(
                house.incoming / f"tên khác {number}.txt"
            ),
        )
        at_once(doors, contents)
        lines = [f"a process ended with {code}" for code in [process.wait(240) for process in running] if code]
        with house.service() as service:  # what came after the last of them had gone
            assert service.drain(120), service.intake.status
        lines += violations(house, Counter(3 * list(map(digest_of, contents))))
        with house.catalogue.reading() as work:
            counts = work.deliveries.counts()
        if counts != {DeliveryState.ARCHIVED: 60, DeliveryState.DUPLICATE: 120}:
            lines.append(f"deliveries: {counts}")
    told(f"{processes} processes, each file by three doors", 180, lines)


def at_once(doors: Sequence[Callable[[int, bytes], object]], contents: Sequence[bytes]) -> None:
    """Each content by every door in the same moment."""
    start = threading.Barrier(len(doors))

    def hand_in(door: Callable[[int, bytes], object]) -> None:
        for number, content in enumerate(contents):
            start.wait()
            door(number, content)

    with ThreadPoolExecutor(len(doors)) as threads:
        list(threads.map(hand_in, doors))
