"""In which order an intake calls the disk: what a power cut would leave, where a kill alone would not tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.faults.conftest import Told
from tests.faults.invariants import digest_of
from tests.faults.points import Prepared, pdf, recorded
from tests.faults.strace import Call, require_strace
from tests.faults.taking_process import Work
from tests.integration.house import House


@pytest.fixture
def house(tmp_path: Path) -> Prepared:
    require_strace()
    with House(tmp_path / "house") as made:
        made.drop("a.pdf", pdf())
    return Prepared(tmp_path / "house", {digest_of(pdf()): 1})  # type: ignore[arg-type]


def first(calls: list[Call], pattern: str, after: int = -1) -> int:
    for place, call in enumerate(calls):
        if place > after and re.search(pattern, call.line):
            return place
    raise AssertionError(f"no {pattern} after {after}: {calls[after].line if after >= 0 else ''}")


def test_bytes_are_durable_before_their_row_and_their_row_before_the_drop_forgets_them(
    house: Prepared, tmp_path: Path, told: Told
) -> None:
    calls = recorded(house, tmp_path / "run", Work(house.copy(tmp_path / "run")), follow=True)
    digest = digest_of(pdf())
    written = first(calls, r"write\(\d+<[^>]*/originals/incoming/")
    synced = first(calls, r"fsync\(\d+<[^>]*/originals/incoming/", written)
    named = first(
        calls, rf'rename\("[^"]*/originals/incoming/[^"]*", "[^"]*/{digest[:2]}/{digest[2:4]}/{digest}"', synced
    )
    held = first(calls, rf"fsync\(\d+<[^>]*/originals/{digest[:2]}/{digest[2:4]}>", named)
    # The names of the new folders, each in its parent, before the file is in them.
    for folder in (f"/originals/{digest[:2]}", "/originals"):
        assert synced < first(calls, rf"fsync\(\d+<[^>]*{folder}>", synced) < named
    logged = first(calls, r"pwrite64\(\d+<[^>]*catalogue.sqlite-wal>", held)
    committed = first(calls, r"fdatasync\(\d+<[^>]*catalogue.sqlite-wal>", logged)
    first(calls, r'unlink\("[^"]*/drop/.claimed/[^"]*a.pdf"', committed)
    removals = [place for place, call in enumerate(calls) if re.match(r"^(\d+ +)?unlink.*a\.pdf", call.line)]
    assert removals
    assert min(removals) > committed
    told("order: fsync, rename, fsync of the folder, commit, removal", 7, [])


def test_an_upload_is_durable_before_it_is_answered(house: Prepared, tmp_path: Path, told: Told) -> None:
    calls = recorded(house, tmp_path / "run", Work(house.copy(tmp_path / "run"), upload=b"x" * 100))
    written = first(calls, r"write\(\d+<[^>]*/spool/[^>]*\.part>")
    synced = first(calls, r"fsync\(\d+<[^>]*/spool/[^>]*\.part>", written)
    named = first(calls, r'rename\("[^"]*\.part"', synced)
    held = first(calls, r"fsync\(\d+<[^>]*/spool/\w+>", named)
    in_parent = first(calls, r"fsync\(\d+<[^>]*/data/spool>", held)
    logged = first(calls, r"pwrite64\(\d+<[^>]*catalogue.sqlite-wal>", in_parent)
    first(calls, r"fdatasync\(\d+<[^>]*catalogue.sqlite-wal>", logged)
    told("order: an upload on disk and committed before its answer", 6, [])


def test_a_sidecar_is_durable_before_it_counts_as_written(house: Prepared, tmp_path: Path, told: Told) -> None:
    calls = recorded(house, tmp_path / "run", Work(house.copy(tmp_path / "run"), "sidecars", sidecars=True))
    pages = first(calls, r"fsync\(\d+<[^>]*pages[^>]*\.part>")
    pages_named = first(calls, r'rename\("[^"]*pages[^"]*\.part"', pages)
    synced = first(calls, r"fsync\(\d+<[^>]*\.json\.part>", pages_named)
    named = first(calls, r'rename\("[^"]*\.json\.part"', synced)
    held = first(calls, rf"fsync\(\d+<[^>]*/{digest_of(pdf())[2:4]}>", named)
    forgotten = first(calls, r"pwrite64\(\d+<[^>]*catalogue.sqlite-wal>")
    assert forgotten > held
    first(calls, r"fdatasync\(\d+<[^>]*catalogue.sqlite-wal>", forgotten)
    head = first(calls, r"fsync\(\d+<[^>]*/chain-heads/[^>]*\.json>")
    first(calls, r"fsync\(\d+<[^>]*/chain-heads>", head)
    told("order: pages, sidecar, folder, and only then the mark", 8, [])
