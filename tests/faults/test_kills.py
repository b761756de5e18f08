"""SIGKILL at every file and database call of an intake, then a restart: nothing is lost, nothing is doubled."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.faults.conftest import Told
from tests.faults.invariants import digest_of
from tests.faults.points import (
    UPLOAD,
    Point,
    Prepared,
    mail,
    named,
    parted,
    points_of,
    prepared,
    rebuilt,
    restarted,
    run_with,
    sample,
    settled,
    stack,
)
from tests.faults.strace import require_strace, traced, untraced
from tests.faults.taking_process import Taking, Work
from tests.integration.house import until

_KILL = "signal=KILL:when={}"
_FEWER = 4  # how often a thread looks whether something has come depends on how busy the machine is


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    require_strace()
    return prepared(tmp_path_factory.mktemp("prepared") / "house")


def killed_at(house: Prepared, scratch: Path, points: list[Point], made: Sequence[str] = (), **more: bool) -> list[str]:
    told: list[str] = []
    for point in points:
        told += killed(house, scratch, point, **more)
        told += named(point, restarted(house, scratch, made=made))
    return told


def killed(house: Prepared, scratch: Path, point: Point, **more: bool) -> list[str]:
    """Kills at a call, or a few before it where this run makes fewer of them than the recorded one; what is wrong."""
    for number in range(point.number, max(0, point.number - _FEWER), -1):
        code, said = run_with(house, scratch, point, _KILL.format(number), **more)
        if code == -signal.SIGKILL:
            return []
        if code != 0:
            break
    return [f"{point}: not killed but {code} {said}"]


def test_no_call_that_changes_a_file_is_left_out(house: Prepared, tmp_path: Path, told: Told) -> None:
    process = Taking(Work(house.copy(tmp_path / "run"), sidecars=True))
    with traced(process.thread, "-e", "trace=all", follow=True) as log:
        process.go()
        assert process.end() == (0, [True])
        until(lambda: b"+++ exited" in log.read_bytes())
        assert any("newfstatat(" in line and str(tmp_path) in line for line in log.read_text("utf-8").splitlines())
        left_out = untraced(log, tmp_path)
    told("calls that change files and are no points", 1, [f"{name} is left out" for name in left_out])


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("thread", "of_sample"), [("main", 3), ("storing", 1)])
def test_a_kill_at_any_call_loses_nothing(
    house: Prepared, tmp_path: Path, thread: str, of_sample: int, whole: bool, told: Told
) -> None:
    points = points_of(house, tmp_path / "run", thread)
    assert {"main": 200, "storing": 20}[thread] < len(points)
    chosen = points if whole else sample(points, of_sample)
    told(
        f"kill -9 at each call of taking and reading, thread {thread}",
        len(chosen),
        killed_at(house, tmp_path / "run", chosen),
    )


@pytest.mark.timeout(3600)
def test_a_kill_at_any_call_of_the_writer_of_sidecars_leaves_what_can_be_rebuilt(
    tmp_path: Path, whole: bool, told: Told
) -> None:
    """At once, before any restart, the archive can be made anew from what lies beside the originals; and after it."""
    require_strace()
    house, scratch = settled(tmp_path / "settled"), tmp_path / "run"
    points = points_of(house, scratch, "sidecars", sidecars=True)
    assert len(points) > 100
    lines: list[str] = []
    for point in points if whole else sample(points, 2):
        lines += killed(house, scratch, point, sidecars=True)
        rebuilt(scratch)
        lines += named(point, restarted(house, scratch))
    told("kill -9 at each call of writing sidecars and chain head", len(points) if whole else 2, lines)


@pytest.mark.timeout(3600)
def test_a_kill_at_any_call_of_the_first_start_leaves_a_house_that_opens(
    tmp_path: Path, whole: bool, told: Told
) -> None:
    """No catalogue yet: its making is killed too."""
    require_strace()
    incoming = tmp_path / "empty/drop/incoming"
    incoming.mkdir(parents=True)
    house = prepared_first(tmp_path / "empty")
    points = points_of(house, tmp_path / "run", "main")
    chosen = points if whole else sample(points, 2)
    told("kill -9 at each call of the first start", len(chosen), killed_at(house, tmp_path / "run", chosen))


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("name", "content", "what"),
    [("tập.pdf", stack, "dividing a scan"), ("thư.eml", mail, "taking out what is attached")],
    ids=["scan", "mail"],
)
def test_a_kill_at_any_call_of_dividing_loses_no_page_and_doubles_no_record(
    name: str, content: Callable[[], bytes], what: str, tmp_path: Path, whole: bool, told: Told
) -> None:
    require_strace()
    house, parts = parted(tmp_path / "parted", name, content())
    points = points_of(house, tmp_path / "run", "main")
    assert len(points) > 200
    chosen = points if whole else sample(points, 2)
    told(
        f"kill -9 at each call of {what}",
        len(chosen),
        killed_at(house, tmp_path / "run", chosen, made=parts),
    )


def prepared_first(root: Path) -> Prepared:
    (root / "drop/incoming/a.txt").write_bytes(UPLOAD)
    return Prepared(root, Counter([digest_of(UPLOAD)]))


@pytest.mark.timeout(3600)
def test_a_kill_at_any_call_of_an_upload_keeps_it_if_it_was_answered(
    house: Prepared, tmp_path: Path, whole: bool, told: Told
) -> None:
    points = points_of(house, tmp_path / "run", "main", upload=UPLOAD)
    lines: list[str] = []
    for point in points if whole else sample(points, 3):
        code, said = run_with(house, tmp_path / "run", point, _KILL.format(point.number), upload=UPLOAD)
        answered = "answered" in said
        optional = b"" if answered else UPLOAD
        kept = Prepared(house.root, house.delivered + Counter([digest_of(UPLOAD)])) if answered else house
        lines += named(f"upload {point} ({code})", restarted(kept, tmp_path / "run", optional=optional))
    told("kill -9 at each call of an upload", len(points) if whole else 3, lines)
