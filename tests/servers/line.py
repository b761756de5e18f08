"""A line between a browser and a server that can be cut in the middle of what is sent, and mended."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_CHUNK = 1 << 16


class Line:
    """Passes all on. `sent`: bytes towards the server so far; `breaks_at`: cut once they are so many."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (str(parts.hostname), int(parts.port or 80))
        self.breaks_at: int | None = None
        self.sent = 0
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        """Where the browser reaches the server."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def broken(self) -> bool:
        """Whether nothing passes."""
        return self.breaks_at is not None and self.sent >= self.breaks_at

    def close(self) -> None:
        self._listener.close()
        self._cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                inside, _ = self._listener.accept()
                if self.broken:
                    inside.close()
                    continue
                outside = socket.create_connection(self._target)
                self._open |= {inside, outside}
                threading.Thread(target=self._pass, args=(inside, outside, True), daemon=True).start()
                threading.Thread(target=self._pass, args=(outside, inside, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        with suppress(OSError):
            while chunk := source.recv(_CHUNK):
                if up:
                    self.sent += len(chunk)
                    if self.broken:
                        self._cut()
                        return
                target.sendall(chunk)
            target.shutdown(socket.SHUT_WR)

    def _cut(self) -> None:
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._open = set()


@contextmanager
def line_to(target: str) -> Iterator[Line]:
    """A line for one test."""
    made = Line(target)
    try:
        yield made
    finally:
        made.close()
