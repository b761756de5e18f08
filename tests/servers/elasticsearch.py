"""A real Elasticsearch for tests, without Docker: whole server processes from an unpacked distribution.

One server a test session, shared by all of its workers and started by the first that asks; each
test has an alias of its own on it. Tests that kill a server start one of their own.
TANGTHU_TEST_ELASTICSEARCH_URL names a running server to use instead of the shared one.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import pytest

from tests.servers.elasticsearch_unpacked import NOBODY, jdk, unpacked_server

_START_SECONDS = 180
_STOP_SECONDS = 60
_PREFIX = "tangthu-elasticsearch-"
_JVM_OPTIONS = """\
-Xms512m
-Xmx768m
-XX:+UseSerialGC
-XX:TieredStopAtLevel=1
-XX:+ExitOnOutOfMemoryError
-Djava.io.tmpdir=${ES_TMPDIR}
--add-modules=jdk.incubator.vector
"""


class ElasticsearchServer:
    """One node with its data in `folder`, which its user must be able to reach. Keeps its port over restarts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port, self._transport_port = _free_port(), _free_port()
        self._launcher: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Returns when it answers and its indices are there."""
        home, java = unpacked_server(), jdk()
        self._prepare(home)
        as_nobody: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
        with (self._folder / "out.log").open("ab") as log:
            self._launcher = subprocess.Popen(
                [
                    str(java / "bin/java"), "-Xms4m", "-Xmx64m", "-XX:+UseSerialGC",
                    "-cp", f"{home}/lib/tools/server-launcher/*",
                    "org.elasticsearch.server.launcher.ServerLauncher", "-p", str(self._pid_file),
                ],
                # Elsewhere than in its home it takes its installation for corrupt.
                cwd=home, env=self._environment(home, java), stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True, **as_nobody,
            )  # fmt: skip
        self._wait_until_up()

    def kill9(self) -> None:
        """Ends the server at once, as a power cut would."""
        # The pid in the file is the server's; a kill of the launcher would let the server stop cleanly.
        os.kill(self._pid(), signal.SIGKILL)
        self._wait_until_gone()

    def stop(self) -> None:
        """Ends it cleanly."""
        if self._launcher is not None and self._launcher.poll() is None:
            with suppress(FileNotFoundError, ProcessLookupError):
                os.kill(self._pid(), signal.SIGTERM)
            self._wait_until_gone()

    def restart(self) -> None:
        """Starts it again with its data, after `kill9` or `stop`."""
        self.stop()
        self.start()

    @property
    def _pid_file(self) -> Path:
        return self._folder / "pid"

    def _pid(self) -> int:
        return int(self._pid_file.read_text("ascii"))

    def _prepare(self, home: Path) -> None:
        for name in ("config", "data", "logs", "tmp"):
            (self._folder / name).mkdir(exist_ok=True)
        shutil.copy(home / "config/log4j2.properties", self._folder / "config")
        (self._folder / "config/jvm.options").write_text(_JVM_OPTIONS, "ascii")
        settings = {
            "cluster.name": self._folder.name,
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": self._port,
            "transport.port": self._transport_port,
            "path.data": str(self._folder / "data"),
            "path.logs": str(self._folder / "logs"),
            "xpack.security.enabled": False,
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "node.store.allow_mmap": False,
        }
        lines = [f"{name}: {json.dumps(value)}\n" for name, value in settings.items()]
        (self._folder / "config/elasticsearch.yml").write_text("".join(lines), "utf-8")
        self._pid_file.unlink(missing_ok=True)
        if os.getuid() == 0:
            for path in (self._folder, *self._folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)

    def _environment(self, home: Path, java: Path) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOSTNAME": "localhost",
            "ES_HOME": str(home),
            "ES_PATH_CONF": str(self._folder / "config"),
            "ES_TMPDIR": str(self._folder / "tmp"),
            "ES_DISTRIBUTION_TYPE": "zip",
            "ES_JAVA_HOME": str(java),
            "JAVA": str(java / "bin/java"),
            "JAVA_TYPE": "ES_JAVA_HOME",
        }

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._launcher is None or self._launcher.poll() is not None:
                break
            # A single node has no copies to place: yellow is all there.
            health = call(self.url, "GET", "/_cluster/health?wait_for_status=yellow&timeout=5s")
            if health and not health.get("timed_out", True) and self._pid_file.exists():
                return
            time.sleep(0.2)
        log = (self._folder / "out.log").read_text("utf-8", errors="replace")[-3000:]
        pytest.fail(f"Elasticsearch did not start:\n{log}", pytrace=False)

    def _wait_until_gone(self) -> None:
        if self._launcher is not None:
            try:
                self._launcher.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                with suppress(FileNotFoundError, ProcessLookupError):
                    os.kill(self._pid(), signal.SIGKILL)
                self._launcher.wait(_STOP_SECONDS)


@contextmanager
def own_server() -> Iterator[ElasticsearchServer]:
    """A started server for one test alone, to be killed at will; its data goes with it."""
    with _new_folder() as folder:
        server = ElasticsearchServer(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextmanager
def fresh_alias(url: str) -> Iterator[str]:
    """A name that no other test uses; what stands under it is removed at the end."""
    alias = f"t{uuid4().hex}"
    yield alias
    for name in call(url, "GET", f"/_alias?expand_wildcards=all&filter_path=*{alias}*") or {}:
        call(url, "DELETE", f"/{name}")
    for name in call(url, "GET", f"/{alias}-*/_alias") or {}:
        call(url, "DELETE", f"/{name}")


def elasticsearch_url() -> str:
    """The address of the session's server."""
    return os.environ.get("TANGTHU_TEST_ELASTICSEARCH_URL") or _shared_url()


def call(url: str, method: str, path: str) -> dict[str, Any] | None:
    """A plain request to a server; None while it does not answer or has no such thing."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url + path, method=method), timeout=15) as answer:
            answered: dict[str, Any] = json.load(answer)
            return answered
    except (urllib.error.URLError, ConnectionError, TimeoutError, json.JSONDecodeError):
        return None


@cache
def _shared_url() -> str:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    folder = Path(tempfile.gettempdir()) / f"{_PREFIX}{run}"
    with _locked(folder):
        _remove_left_over()
        # Held by each worker as long as it lives: who gets it alone is the last.
        folder.mkdir(exist_ok=True)
        users = (folder.with_suffix(".users")).open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
        address = folder.with_suffix(".url")
        if not address.exists():
            server = ElasticsearchServer(folder)
            server.start()
            address.write_text(server.url, "ascii")
        atexit.register(_leave, folder, users)
        return address.read_text("ascii")


def _leave(folder: Path, users: IO[str]) -> None:
    with _locked(folder):
        users.close()
        if _unused(folder):
            _remove(folder)


def _unused(folder: Path) -> bool:
    with folder.with_suffix(".users").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _remove_left_over() -> None:
    """Ends servers of sessions that were killed."""
    for users in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*.users"):
        folder = users.with_suffix("")
        if _unused(folder):
            _remove(folder)


def _remove(folder: Path) -> None:
    with suppress(FileNotFoundError, ProcessLookupError, ValueError):
        pid = int((folder / "pid").read_text("ascii"))
        # The number may be another process's by now: only one that names our folder is ours.
        if str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGTERM)
            _wait_for_end(pid)
    shutil.rmtree(folder, ignore_errors=True)
    for suffix in (".users", ".url"):
        folder.with_suffix(suffix).unlink(missing_ok=True)


def _wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + _STOP_SECONDS
    while Path(f"/proc/{pid}").exists():
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with folder.with_name(f"{_PREFIX}lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _new_folder() -> Iterator[Path]:
    # Not a test's own folder: those are closed to the user as whom the server runs.
    folder = Path(tempfile.mkdtemp(prefix="tangthu-own-elasticsearch-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
