"""A kill or a full disk at any call of a backup, a restore, a rebuild: what was good before is so after, and the next
run makes it whole."""

from __future__ import annotations

import shutil
import signal
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.backup import check
from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.originals import FolderOriginals
from kernel.errors import TangthuError
from tests.faults.conftest import Told
from tests.faults.keeping_process import Keeping, Place, keep
from tests.faults.points import Point, sample
from tests.faults.strace import calls_in, require_strace, traced
from tests.integration.house import until
from tests.keeping import everything, fill, writer
from tests.records import enter

_KILL = "signal=KILL:when={}"
_FULL = "error=ENOSPC:when={}"
_FULL_FROM_THEN = "error=ENOSPC:when={}+"
_TAKES_ROOM = ("write", "writev", "pwrite64", "ftruncate", "fallocate", "fsync", "fdatasync", "mkdir", "mkdirat")
_MEETING = 4


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An archive with a backup of before its newest records, and every sidecar written."""
    require_strace()
    place = Place(tmp_path_factory.mktemp("kept") / "place")
    place.archive.prepare()
    with closing(Catalogue.sqlite(place.archive.catalogue)) as catalogue:
        fill(catalogue, place.archive)
        keep("backup", place)
        for number in range(2):
            originals = FolderOriginals(place.archive.originals)
            enter(catalogue, [f"mới {number}"], originals=originals, scratch=place.archive.work)
        writer(catalogue, place.archive).drain()
    return place


def copied(prepared: Place, root: Path, what: str) -> Place:
    """A fresh copy, as it is before `what` begins."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(prepared.root, root)
    place = Place(root)
    if what == "first backup":
        shutil.rmtree(place.backup)
    elif what == "restore":
        keep("backup", place)
    elif what == "rebuild":
        _lose(place.archive)
    return place


def _lose(layout: Layout) -> None:
    for path in layout.data.glob("catalogue.sqlite*"):
        path.unlink()


def rows(layout: Layout) -> dict[str, Any]:
    with closing(Catalogue.sqlite(layout.catalogue)) as catalogue:
        return everything(catalogue)


def points_of(prepared: Place, root: Path, what: str) -> list[Point]:
    place = copied(prepared, root, what)
    process = Keeping(what.removeprefix("first "), place.root)
    with traced(process.thread) as log:
        process.go()
        assert process.end() == (0, "done")
        until(lambda: b"+++ exited" in log.read_bytes())
        return [Point("main", call.name, call.number) for call in calls_in(log)]


def run_with(prepared: Place, root: Path, what: str, point: Point, fault: str) -> tuple[Place, int, str]:
    place = copied(prepared, root, what)
    process = Keeping(what.removeprefix("first "), place.root)
    with traced(process.thread, "-e", f"inject={point.name}:{fault.format(point.number)}"):
        process.go()
        return place, *process.end()


def wrongs(place: Place, what: str, expected: dict[str, Any]) -> list[str]:
    """What is not as it must be after a run that broke off, and after the next one."""
    found = {"backup": _backup_wrongs, "restore": _restore_wrongs, "rebuild": _rebuild_wrongs}
    return found[what.removeprefix("first ")](place, what, expected)


def _backup_wrongs(place: Place, what: str, expected: dict[str, Any]) -> list[str]:
    told: list[str] = []
    try:
        if check(place.backup):
            told.append("the former backup is damaged")
    except TangthuError as error:
        if what == "backup":
            told.append(f"the former backup is lost: {error}")
    keep("backup", place)
    if check(place.backup):
        told.append("the next backup is not whole")
    keep("restore", place)
    return told if rows(place.restored) == expected else [*told, "what is put back is not equal"]


def _restore_wrongs(place: Place, _: str, expected: dict[str, Any]) -> list[str]:
    told: list[str] = []
    target = place.restored
    begun = target.originals.exists() or target.catalogue.exists()
    if begun and not target.half_restored.exists() and rows(target) != expected:
        told.append("half a restore passes for an archive")
    shutil.rmtree(target.data, ignore_errors=True)
    keep("restore", place)
    return told if rows(target) == expected else [*told, "what is put back is not equal"]


def _rebuild_wrongs(place: Place, _: str, expected: dict[str, Any]) -> list[str]:
    found = rows(place.archive)
    if found == expected:
        return []
    told = [] if not found["event"] else ["half a rebuild passes for a catalogue"]
    _lose(place.archive)
    keep("rebuild", place)
    return told if rows(place.archive) == expected else [*told, "what is rebuilt is not equal"]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("what", ["first backup", "backup", "restore", "rebuild"])
def test_a_kill_at_any_call_leaves_what_was_good_and_the_next_run_makes_it_whole(
    prepared: Place, tmp_path: Path, what: str, whole: bool, told: Told
) -> None:
    expected = rows(prepared.archive)
    points = points_of(prepared, tmp_path / "run", what)
    assert len(points) > 40
    chosen = points if whole else sample(points, 2)
    found: list[str] = []
    for point in chosen:
        for _ in range(_MEETING):  # the last calls of a process are not the same each time
            place, code, said = run_with(prepared, tmp_path / "run", what, point, _KILL)
            if code:
                break
        if code != -signal.SIGKILL:
            found.append(f"{point}: not killed but {code} {said}")
        found += [f"{point}: {one}" for one in wrongs(place, what, expected)]
    told(f"kill -9 at each call of a {what}", len(chosen), found)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("what", ["first backup", "backup", "restore", "rebuild"])
@pytest.mark.parametrize(
    "fault", [pytest.param(_FULL, id="once"), pytest.param(_FULL_FROM_THEN, id="from then on", marks=pytest.mark.long)]
)
def test_a_disk_that_is_full_at_any_write_is_told_and_leaves_what_was_good(
    prepared: Place, tmp_path: Path, what: str, fault: str, whole: bool, told: Told
) -> None:
    expected = rows(prepared.archive)
    points = [point for point in points_of(prepared, tmp_path / "run", what) if point.name in _TAKES_ROOM]
    chosen = points if whole else sample(points, 1)
    found: list[str] = []
    for point in chosen:
        place, code, said = run_with(prepared, tmp_path / "run", what, point, fault)
        # Where no write goes any more, its last word to us does not either.
        silenced = fault is _FULL_FROM_THEN and point.name == "write" and code == 1
        if not (silenced or (code, bool(said)) in ((0, True), (1, True))):
            found.append(f"{point}: ended with {code} {said}")
        found += [f"{point}: {one}" for one in wrongs(place, what, expected)]
    lasting = " and staying so" if fault is _FULL_FROM_THEN else ""
    told(f"disk full{lasting} at each write of a {what}", len(chosen), found)
