"""A share that hangs makes no good file damaged, and a file that always hangs does not stay for ever."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from ingest.handing import HandedFile
from ingest.intake import inspecting
from ingest.intake.inspecting import Inspector, Untold, inspect_patiently
from ingest.recognising import Inspection, Limits
from ingest.sandbox import ReadingPool
from kernel.errors import DamagedFile, FileUnreadable, ReaderDied
from tests.unit.intake.hanging import finds

LIMITS = Limits(10, 10)
SECONDS = 3.0


@pytest.fixture
def inspector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inspector]:
    monkeypatch.setattr(inspecting, "inspect_all", finds)
    with ReadingPool(1, 512, 60) as pool:
        yield Inspector(pool, LIMITS, SECONDS)


def test_a_file_that_takes_too_long_is_kept_as_long_as_no_other_of_its_device_passes(inspector: Inspector) -> None:
    hangs, elsewhere = Untold("hangs.pdf", "hangs.pdf", 1), Untold("fine", "fine", 2)
    for _ in range(3):
        assert isinstance(inspector.findings([hangs])[0], FileUnreadable)
        assert isinstance(inspector.findings([elsewhere])[0], Inspection)


def test_a_file_that_takes_too_long_again_and_again_while_others_pass_is_damaged(inspector: Inspector) -> None:
    hangs, fine = Untold("hangs.pdf", "hangs.pdf", 1), Untold("fine", "fine", 1)
    found = []
    for _ in range(3):
        found.append(inspector.findings([hangs])[0])
        inspector.findings([fine])
    assert [type(one) for one in found] == [FileUnreadable, FileUnreadable, DamagedFile]


def test_where_nothing_comes_back_not_each_file_is_waited_for(
    inspector: Inspector, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    call = inspector._pool.submit
    monkeypatch.setattr(inspector._pool, "submit", lambda *call_of, **more: calls.append(1) or call(*call_of, **more))
    found = inspector.findings([Untold(f"hangs{number}", "x", 1) for number in range(500)])
    assert all(isinstance(one, FileUnreadable) for one in found)
    assert len(calls) == 3


def test_the_one_that_kept_all_others_waiting_is_not_tried_in_haste_again(
    inspector: Inspector, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    call = inspector._pool.submit
    monkeypatch.setattr(inspector._pool, "submit", lambda *call_of, **more: calls.append(1) or call(*call_of, **more))
    files = [Untold(name, name, 1) for name in ("fine", "good", "hangs.pdf")]
    found = inspector.findings(files)
    assert [type(one) for one in found] == [Inspection, Inspection, FileUnreadable]
    assert len(calls) == 3  # all, then each of the two others


def test_a_file_that_the_system_does_not_give_is_told_as_such(tmp_path: Path) -> None:
    (found,) = inspecting.inspect_all([Untold(str(tmp_path), "a.txt")], LIMITS)
    assert isinstance(found, FileUnreadable)
    assert found.values["reason"] == "Is a directory"


def test_a_file_that_works_the_processor_to_its_limit_is_ended_and_tells_itself_from_a_share_that_hangs(
    tmp_path: Path,
) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in range(300_000):  # several times the whole second that the kernel's limit is rounded up to
        sheet.append([row])
    book.save(tmp_path / "book.xlsx")
    file = Untold(HandedFile(tmp_path / "book.xlsx"), "book.xlsx")
    with ReadingPool(1, 512, 120) as pool, pytest.raises(ReaderDied):
        pool.submit(inspect_patiently, file, LIMITS, 0.01).result()
