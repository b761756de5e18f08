"""A real `tangthu serve` for tests: a process of its own on a free port, killable, restartable."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).parents[2]
T = TypeVar("T")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until(look: Callable[[], T], seconds: float = 120, pause: float = 0.1) -> T:
    """Looks again and again until something true is seen, and returns it; AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < end, f"not seen within {seconds} s; last: {seen!r}"
        time.sleep(pause)


class TangthuServer:
    """`tangthu serve` on a data folder and a drop folder."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.data, self.drop, self.port = folder / "data", folder / "drop", free_port()
        self.log = folder / "serve.log"
        self._settings = {f"TANGTHU_{name.upper()}": str(value) for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment that this server and commands beside it run in."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("TANGTHU_")}
        ours = {
            "PYTHONPATH": str(ROOT),
            "TANGTHU_DATA": str(self.data),
            "TANGTHU_DROP": str(self.drop),
            "TANGTHU_PORT": str(self.port),
            "TANGTHU_SETTLE_SECONDS": "0.2",
            "TANGTHU_RESCAN_SECONDS": "0.5",
        }
        return plain | ours | self._settings

    @property
    def pid(self) -> int | None:
        """Of the serving process; None before it was started."""
        return self._process.pid if self._process else None

    def start(self) -> TangthuServer:
        """Starts it and waits until it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tangthu", "serve"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )
        wait_until(self._ready, 180)  # a machine with much else to do takes its time
        return self

    def _ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text(errors="replace")[-3000:]
        try:
            self.get("/health/ready")
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """kill -9 of the serving process; what it started has to notice by itself."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C (or another signal), and the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(by)
        return self._process.wait(60)

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs `tangthu <words>` beside it."""
        return subprocess.run(
            [sys.executable, "-m", "tangthu", *words],
            env=self.environment,
            cwd=ROOT,
            text=True,
            capture_output=True,
            check=check,
            stdin=subprocess.DEVNULL,
        )

    def get(self, path: str) -> Any:
        """The JSON at a path; urllib's errors as they are."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return json.loads(answer.read())

    def all_read(self, records: int) -> bool:
        """Whether so many records are there, all read, and the index knows them all."""
        try:
            answer = self.get("/api/v1/search?limit=1")
            status = self.get("/api/v1/status")
        except (urllib.error.URLError, ConnectionError):
            return False
        states = status["records"]
        done = states.get("searchable", 0) + states.get("partly_searchable", 0)
        return bool(done == records and answer["total"] == records and status["outbox"]["waiting"] == 0)


@contextmanager
def tangthu_server(folder: Path, **settings: object) -> Iterator[TangthuServer]:
    """A started server, stopped at the end."""
    server = TangthuServer(folder, **settings).start()
    try:
        yield server
    finally:
        server.stop()
