"""Pictures of pages are kept until room runs out; then those drawn longest ago go."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from pathlib import Path

import pytest

from kernel.clock import now
from kernel.errors import Busy, PageTimedOut
from mappings.record import Record, RecordState
from search_api.kept_files import KeptFiles
from search_api.page_images import MOST_WAITING, REMEMBERED_SECONDS, WIDTHS, KeptPageImages


def record(digest: str = "ab" * 32) -> Record:
    return Record(
        "id", 1, digest, 1, "application/pdf", "a.pdf", RecordState.SEARCHABLE, 1, now(), 3, "office", "public"
    )


class Drawing:
    def __init__(self) -> None:
        self.drawn: list[tuple[int, int]] = []

    def image(self, record: Record, number: int, width: int) -> bytes:
        self.drawn.append((number, width))
        return b"\xff\xd8" + bytes(996) + b"\xff\xd9"


class Slow(Drawing):
    """Draws nothing before it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def image(self, record: Record, number: int, width: int) -> bytes:
        self.begun.set()
        assert self.go_on.wait(30)
        return super().image(record, number, width)


class Failing(Drawing):
    def image(self, record: Record, number: int, width: int) -> bytes:
        super().image(record, number, width)
        raise PageTimedOut(seconds=15)


def test_few_wait_for_a_drawing_and_one_picture_is_drawn_once(tmp_path: Path) -> None:
    drawing = Slow()
    kept = KeptPageImages(drawing, tmp_path)
    with ThreadPoolExecutor(MOST_WAITING + 4) as threads:
        asked = [threads.submit(kept.image, record(), 1, 500) for _ in range(MOST_WAITING + 4)]
        refused = list(islice(as_completed(asked, timeout=30), 3))
        assert all(isinstance(one.exception(), Busy) for one in refused)
        drawing.go_on.set()
        assert sum(one.exception() is None for one in asked) == MOST_WAITING + 1
    assert drawing.drawn == [(1, 640)]
    assert kept.image(record(), 1, 99_999).startswith(b"\xff\xd8")
    assert drawing.drawn[-1] == (1, WIDTHS[-1])


def test_what_could_not_be_drawn_is_not_tried_again_for_some_minutes(tmp_path: Path) -> None:
    drawing, moment = Failing(), [1000.0]
    kept = KeptPageImages(drawing, tmp_path, clock=lambda: moment[0])
    for _ in range(5):
        with pytest.raises(PageTimedOut):
            kept.image(record(), 1, 640)
    assert drawing.drawn == [(1, 640)]
    moment[0] += REMEMBERED_SECONDS
    with pytest.raises(PageTimedOut):
        kept.image(record(), 1, 640)
    assert len(drawing.drawn) == 2


@pytest.mark.parametrize("left", [b"", b"\xff\xd8", bytes(1000)])
def test_a_picture_that_a_power_cut_left_without_its_bytes_is_drawn_again(tmp_path: Path, left: bytes) -> None:
    drawing = Drawing()
    kept = KeptPageImages(drawing, tmp_path)
    whole = kept.image(record(), 1, 160)
    (path,) = tmp_path.glob("*/*")
    path.write_bytes(left)
    assert kept.image(record(), 1, 160) == whole
    assert len(drawing.drawn) == 2


def test_what_was_drawn_longest_ago_goes_when_room_runs_out(tmp_path: Path) -> None:
    drawing = Drawing()
    kept = KeptPageImages(drawing, tmp_path, most_bytes=4000)
    for number in range(1, 7):
        kept.image(record(), number, 160)
    paths = sorted(tmp_path.glob("*/*"))
    for age, path in enumerate(reversed(paths)):
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    kept.prune()
    assert [path.exists() for path in paths] == [False, False, False, True, True, True]
    assert kept.image(record(), 1, 160)
    assert len(drawing.drawn) == 7


def test_a_picture_drawn_while_its_record_is_purged_is_not_kept(tmp_path: Path) -> None:
    there = [True]

    class Purged(Drawing):
        def image(self, record: Record, number: int, width: int) -> bytes:
            there[0] = False
            KeptFiles(tmp_path).remove(record.digest)
            return super().image(record, number, width)

    kept = KeptPageImages(Purged(), tmp_path, still=lambda _record: there[0])
    assert kept.image(record(), 1, 160)
    assert list(tmp_path.glob("*/*")) == []


def test_what_a_kill_left_of_a_picture_goes_with_the_purge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        KeptPageImages(Drawing(), tmp_path).image(record(), 1, 160)
    assert len(list(tmp_path.glob("*/*"))) == 1
    KeptFiles(tmp_path).remove(record().digest)
    assert list(tmp_path.glob("*/*")) == []
