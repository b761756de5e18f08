"""Nothing that a hostile file does to its reading process reaches beyond the process's own folder: seen by strace."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.confining import Confinement
from ingest.handing import HandedFile
from ingest.intake.inspecting import Untold, inspect_all
from ingest.reading import ReadingOptions, draw_page, read_page
from ingest.recognising import DRAWABLE, Inspection, Limits
from ingest.sandbox import ReadingPool
from kernel.errors import TangthuError
from tests.hostile.figures import FOUND
from tests.hostile.make_files import Hostile, make
from tests.hostile.tracing import Trace, outside, reader_of, speaking
from tests.unit.reading import misdeeds

_LIMITS = Limits(max_pages=5000, max_megapixels=200)
_MOST_PAGES = 3  # of a file
_SECONDS = 45.0  # what takes longer is killed, as it would be later


class Traced:
    """A pool of one reading process that is traced, and when it is killed, the next one."""

    def __init__(self, confined: Confinement, folder: Path) -> None:
        self._folder = folder
        self._pool = ReadingPool(workers=1, memory_mb=1024, page_seconds=_SECONDS, confined=confined)
        self._trace: Trace | None = None
        self._own = ""
        self.count = self.calls = 0
        self.outside: list[str] = []
        self.speaking: list[str] = []

    def call(self, function: Callable[..., object], *arguments: object) -> object:
        """The function's result, or the error that came instead."""
        self._attach()
        try:
            return self._pool.submit(function, *arguments).result()
        except TangthuError as error:
            return error

    def _attach(self) -> None:
        if self._trace is not None and self._trace.going_on:
            return
        self._collect()
        self._own = str(Path(str(self._pool.submit(misdeeds.temp_folder).result())))
        self.count += 1
        self._trace = Trace(reader_of(os.getpid()), self._folder / f"trace-{self.count}").__enter__()

    def _collect(self) -> None:
        if self._trace is None:
            return
        self._trace.__exit__(None, None, None)
        lines = self._trace.lines()
        self.calls += len(lines)
        self.outside += outside(lines, self._own)
        self.speaking += speaking(lines)
        self._trace = None

    def close(self) -> None:
        self._collect()
        self._pool.close()


@contextmanager
def traced(confined: Confinement, folder: Path) -> Iterator[Traced]:
    folder.mkdir(exist_ok=True)
    one = Traced(confined, folder)
    try:
        yield one
    finally:
        one.close()


def read(one: Traced, path: Path, name: str) -> None:
    """All that the service does with a file: inspects it, reads its first pages, draws one."""
    file = HandedFile(path)
    found = one.call(inspect_all, (Untold(file, name),), _LIMITS)
    inspection = found[0] if isinstance(found, tuple) else None
    if not isinstance(inspection, Inspection):
        return
    for number in range(1, min(inspection.page_count, _MOST_PAGES) + 1):
        one.call(read_page, file, inspection.media_type, number, ReadingOptions(page_seconds=40))
    if inspection.media_type in DRAWABLE:
        one.call(draw_page, file, inspection.media_type, 1, 400, ReadingOptions())


def run(folder: Path, wanted: Callable[[Hostile], bool]) -> None:
    with traced(Confinement.BUBBLEWRAP, folder / "traces") as one:
        for file, path in make(folder / "made", wanted):
            read(one, path, file.name)
            path.unlink()
    assert one.calls > 100, "strace saw nothing"
    FOUND.figure("calls seen, of reading processes and OCR engines", str(one.calls), "", held=one.calls > 0)
    FOUND.figure("writes outside the process's own folder", str(len(one.outside)), "0", held=not one.outside)
    FOUND.figure("connections, also attempts", str(len(one.speaking)), "0", held=not one.speaking)
    assert one.outside == []
    assert one.speaking == []


def test_a_sample_reaches_nothing(tmp_path: Path) -> None:
    run(tmp_path, lambda file: file.quick)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_no_hostile_file_reaches_anything(tmp_path: Path) -> None:
    run(tmp_path, lambda _: True)


def test_what_reaches_out_is_seen(tmp_path: Path) -> None:
    """Where only limits hold it, a process that does so can be watched doing it."""
    target = tmp_path / "target"
    target.write_bytes(b"as it was")
    with socket.create_server(("127.0.0.1", 0)) as server, traced(Confinement.LIMITS, tmp_path / "traces") as one:
        one.call(misdeeds.write_to, str(target))
        one.call(misdeeds.writable, [str(tmp_path)])
        one.call(misdeeds.truncate, str(target))
        one.call(misdeeds.connect, server.getsockname()[1])
        one.call(misdeeds.temp_folder)
    seen = "\n".join(one.outside)
    assert {line.split()[1].partition("(")[0] for line in one.outside} >= {"openat", "write", "truncate"}
    assert str(target) in seen
    assert str(tmp_path / "made") in seen
    assert "left-behind" not in seen  # in its own folder
    assert any("connect(" in line for line in one.speaking)
