"""A proxy in front of a real HTTP server, which can be away, slow, cut connections, and answer in its place."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

Trouble = Callable[["Exchange"], bool]
"""Does something instead of the server, or to its answer; whether it has dealt with the request."""


class Exchange:
    """One request on its way."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: bytes, target: tuple[str, int]) -> None:
        self.method, self.path, self.body = handler.command, handler.path, body
        self._handler = handler
        self._target = target

    def ask(self) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the server answers: status, headers, body."""
        connection = http.client.HTTPConnection(*self._target, timeout=60)
        try:
            kept = {name: value for name, value in self._handler.headers.items() if name.lower() != "connection"}
            connection.request(self.method, self.path, self.body or None, kept)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answers the client."""
        self._handler.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self._handler.send_header(name, value)
        self._handler.send_header("Content-Length", str(len(body)))
        self._handler.end_headers()
        if self.method != "HEAD":
            self._handler.wfile.write(body)

    def answer_json(self, status: int, said: Any) -> None:
        """Answers as Elasticsearch would."""
        product = [("X-Elastic-Product", "Elasticsearch"), ("Content-Type", "application/json")]
        self.answer(status, product, json.dumps(said).encode())

    def cut(self) -> None:
        """Ends the connection in the middle of nothing."""
        self._handler.close_connection = True
        self._handler.connection.close()


class Proxy:
    """Passes on to `url` until `trouble` is set to something. `met` counts what the trouble has dealt with."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.trouble: Trouble | None = None
        self.met = 0
        proxy, target = self, (parts.hostname or "127.0.0.1", parts.port or 80)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except (OSError, ValueError, http.client.HTTPException):  # the client went, or we have cut it off
                    self.close_connection = True

            def _pass(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                exchange, trouble = Exchange(self, body, target), proxy.trouble
                if trouble is not None and trouble(exchange):
                    proxy.met += 1
                else:
                    exchange.answer(*exchange.ask())

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
