"""A full or failing disk at every write, fsync and rename of an intake: it goes on or ends in order, losing nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults.conftest import Told
from tests.faults.points import (
    Point,
    Prepared,
    named,
    points_of,
    prepared,
    recorded,
    restarted,
    run_with,
    sample,
    settled,
)
from tests.faults.strace import require_strace
from tests.faults.taking_process import Work

_WRITES = ("write", "writev", "pwrite64", "ftruncate", "fallocate")
_SYNCS = ("fsync", "fdatasync")
_NAMES = ("rename", "renameat", "renameat2", "mkdir", "mkdirat", "openat", "unlink", "unlinkat", "chmod", "fchmodat")
_FAULTS = {
    "disk full": ("error=ENOSPC:when={}", (*_WRITES, *_SYNCS, *_NAMES[:6])),
    "disk broken": ("error=EIO:when={}", (*_WRITES, *_SYNCS, *_NAMES)),
    "disk full and staying so": ("error=ENOSPC:when={}+", (*_WRITES, *_SYNCS, *_NAMES[:3])),
}


_LASTING_SECONDS = 1.0  # enough for a few tries


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    require_strace()
    return prepared(tmp_path_factory.mktemp("prepared") / "house")


def tried(house: Prepared, scratch: Path, points: Sequence[Point], fault: str, **more: bool) -> list[str]:
    lasting = fault.endswith("+")
    told: list[str] = []
    for point in points:
        seconds = _LASTING_SECONDS if lasting else 30.0
        code, said = run_with(house, scratch, point, fault.format(point.number), seconds=seconds, **more)
        clean = (
            (code == 0 and said == [True])
            or (code == 1 and bool(said))
            or (lasting and (code, said) == (0, [False]))
            # No write goes any more, so that its last word to us does not either.
            or (lasting and point.name == "write" and code == 1)
        )
        if not clean:
            told.append(f"{point}: ended with {code} {said}")
        told += named(point, restarted(house, scratch))
    return told


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("thread", ["main", "storing"])
@pytest.mark.parametrize("fault", _FAULTS)
def test_a_bad_disk_at_any_call_loses_nothing(
    house: Prepared, tmp_path: Path, fault: str, thread: str, whole: bool, told: Told
) -> None:
    inject, names = _FAULTS[fault]
    points = [point for point in points_of(house, tmp_path / "run", thread) if point.name in names]
    chosen = points if whole else sample(points, 1)
    told(
        f"{fault} at each write, fsync, rename, thread {thread}",
        len(chosen),
        tried(house, tmp_path / "run", chosen, inject),
    )


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("fault", _FAULTS)
def test_a_bad_disk_under_the_writer_of_sidecars_leaves_what_can_be_written_later(
    tmp_path: Path, fault: str, whole: bool, told: Told
) -> None:
    require_strace()
    house = settled(tmp_path / "settled")
    inject, names = _FAULTS[fault]
    found = points_of(house, tmp_path / "run", "sidecars", sidecars=True)
    points = [point for point in found if point.name in names]
    chosen = points if whole else sample(points, 2)
    lines = tried(house, tmp_path / "run", chosen, inject, sidecars=True)
    told(f"{fault} at each write, fsync, rename of sidecars", len(chosen), lines)


def test_a_catalogue_that_could_once_be_opened_for_reading_only_is_opened_anew(
    house: Prepared, tmp_path: Path, told: Told
) -> None:
    """SQLite says nothing of it until something is written, by when the connection lies in the pool."""
    scratch = tmp_path / "run"
    calls = recorded(house, scratch, Work(house.copy(scratch)))
    (point, *_) = [
        Point("main", call.name, call.number) for call in calls if call.name == "openat" and '.sqlite"' in call.line
    ]
    told("catalogue opened for reading only", 1, tried(house, scratch, [point], _FAULTS["disk full"][0]))
