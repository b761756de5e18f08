"""Keeps the intake process running beside the page: reading can neither slow nor kill search.

The child lives as long as its standard input: when this process ends, however it ends, the pipe
closes and the child stops cleanly by itself.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Sequence

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = (1, 2, 5, 10, 30)
_STOP_SECONDS = 30
_HEALTHY_SECONDS = 60


class Supervisor:
    """Runs `python -m tangthu <arguments>` again whenever it ends by itself, from `with` to the end of the block."""

    def __init__(self, arguments: Sequence[str], environment: dict[str, str]) -> None:
        self._command = [sys.executable, "-m", "tangthu", *arguments]
        self._environment = environment
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_running, name="supervisor", daemon=True)
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        """Starts the child and the watch over it."""
        self._thread.start()

    def __exit__(self, *ended: object) -> None:
        """Lets the child finish what it holds; kills it only if it takes over half a minute."""
        self._stopping.set()
        with self._lock:
            child = self._child
        if child is None:
            return
        if child.stdin:
            child.stdin.close()
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _keep_running(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                child = self._spawn()
            except OSError as error:  # no memory, too many processes: it may go better later
                failures = self._wait_after(failures, f"could not be started ({error})")
                continue
            if child is None:
                return
            try:
                child.wait(_HEALTHY_SECONDS)
            except subprocess.TimeoutExpired:
                failures = 0
                child.wait()
            if self._stopping.is_set():
                return
            failures = self._wait_after(failures, f"ended with code {child.returncode}")

    def _wait_after(self, failures: int, what: str) -> int:
        """Waits, longer each time; the failures so far."""
        pause = _PAUSE_SECONDS[min(failures, len(_PAUSE_SECONDS) - 1)]
        _log.error("intake %s; again in %s s", what, pause)
        self._stopping.wait(pause)
        return failures + 1

    def _spawn(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._stopping.is_set():
                return None
            # A session of its own: Ctrl-C in the terminal reaches us only, and we stop the child in order.
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                self._command, stdin=subprocess.PIPE, env=self._environment, start_new_session=True
            )
            return self._child


def stop_when_parent_ends(stop: threading.Event) -> None:
    """In the child: sets `stop` once standard input closes."""

    def wait() -> None:
        while sys.stdin.buffer.read(1):
            pass
        stop.set()

    threading.Thread(target=wait, name="parent-watch", daemon=True).start()
