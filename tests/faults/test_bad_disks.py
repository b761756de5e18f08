"""A full or failing disk at every write, fsync and rename of an intake: it goes on or ends in order, losing nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults.conftest import Told
from tests.faults.points import Point, Prepared, named, points_of, prepared, restarted, run_with, sample
from tests.faults.strace import require_strace

_WRITES = ("write", "writev", "pwrite64", "ftruncate", "fallocate")
_SYNCS = ("fsync", "fdatasync")
_NAMES = ("rename", "renameat", "renameat2", "mkdir", "mkdirat", "openat", "unlink", "unlinkat", "chmod", "fchmodat")
_FAULTS = {
    "disk full": ("error=ENOSPC:when={}", (*_WRITES, *_SYNCS, *_NAMES[:6])),
    "disk broken": ("error=EIO:when={}", (*_WRITES, *_SYNCS, *_NAMES)),
    "disk full and staying so": ("error=ENOSPC:when={}+", (*_WRITES, *_SYNCS, *_NAMES[:3])),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    require_strace()
    return prepared(tmp_path_factory.mktemp("prepared") / "house")


def tried(house: Prepared, scratch: Path, points: Sequence[Point], fault: str) -> list[str]:
    lasting = fault.endswith("+")
    told: list[str] = []
    for point in points:
        code, said = run_with(house, scratch, point, fault.format(point.number), seconds=3.0 if lasting else 30.0)
        clean = (
            (code == 0 and said == [True]) or (code == 1 and bool(said)) or (lasting and (code, said) == (0, [False]))
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
