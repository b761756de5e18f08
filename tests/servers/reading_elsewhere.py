"""A real Dask scheduler and workers for tests: `tangthu scheduler` and `tangthu worker`, as an office runs them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.tangthu import ROOT, free_port, wait_until


class Cluster:
    """A scheduler and its workers, each a process that can be killed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.address = f"dask://127.0.0.1:{self._port}"
        self._scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """The scheduler; again at the same address after `kill_scheduler`."""
        self._scheduler = self._run("scheduler")
        wait_until(self._listens, 60)

    def kill_scheduler(self) -> None:
        """kill -9."""
        assert self._scheduler is not None
        _end(self._scheduler, signal.SIGKILL)

    def add_worker(self) -> subprocess.Popen[bytes]:
        """One more, with one reading process; it is there when it says so to the scheduler, not yet now."""
        self.workers.append(self._run("worker"))
        return self.workers[-1]

    def end(self) -> None:
        """Stops all that is left, and says if something would not end in order."""
        ends = [_end(process, signal.SIGTERM) for process in (*self.workers, self._scheduler) if process]
        assert all(code in (0, -signal.SIGKILL) for code in ends), (self._folder / "dask.log").read_text()

    def _run(self, word: str) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TANGTHU_")}
        environment |= {"PYTHONPATH": str(ROOT), "TANGTHU_WORKERS": "1"}
        with (self._folder / "dask.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tangthu", word, self.address],
                env=environment, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0


def _end(process: subprocess.Popen[bytes], by: signal.Signals) -> int:
    if process.poll() is None:
        process.send_signal(by)
    return process.wait(60)


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A started scheduler with so many workers."""
    made = Cluster(folder)
    made.start()
    try:
        for _ in range(workers):
            made.add_worker()
        yield made
    finally:
        made.end()
