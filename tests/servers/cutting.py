"""A proxy in front of a PostgreSQL server that cuts connections after a commit was done and before that is told."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_NAME = ".s.PGSQL.5432"
_CHUNK = 1 << 16


class CuttingProxy:
    """Passes all on between a folder of its own and the server's; each `every`-th answer to a COMMIT never comes."""

    def __init__(self, server: Path, every: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tangthu-cut-"))
        self.cut = 0
        self._target = str(server / _NAME)
        self._every = every
        self._commits = 0
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / _NAME))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                inside, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(inside,), daemon=True).start()

    def _serve(self, inside: socket.socket) -> None:
        outside = socket.socket(socket.AF_UNIX)
        silent = threading.Event()
        with inside, outside, suppress(OSError):
            outside.connect(self._target)
            back = threading.Thread(target=self._answer, args=(outside, inside, silent), daemon=True)
            back.start()
            while chunk := inside.recv(_CHUNK):
                if b"COMMIT" in chunk:
                    self._commits += 1
                    if self._commits % self._every == 0:
                        silent.set()
                outside.sendall(chunk)
            outside.shutdown(socket.SHUT_WR)
            back.join()

    def _answer(self, outside: socket.socket, inside: socket.socket, silent: threading.Event) -> None:
        with suppress(OSError):
            while chunk := outside.recv(_CHUNK):
                if silent.is_set():
                    self.cut += 1
                    inside.shutdown(socket.SHUT_RDWR)
                    return
                inside.sendall(chunk)
            inside.shutdown(socket.SHUT_WR)


@contextmanager
def cutting_proxy(server: Path, every: int) -> Iterator[CuttingProxy]:
    """A proxy for one test; its `folder` stands in the URL in the server's place."""
    proxy = CuttingProxy(server, every)
    try:
        yield proxy
    finally:
        proxy.close()
