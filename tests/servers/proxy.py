"""A proxy in front of a real HTTP server, which can be away, slow, cut connections, and answer in its place."""

from __future__ import annotations

import http.client
import json
import select
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

Trouble = Callable[["Exchange"], bool]
"""Does something instead of the server, or to its answer; whether it has dealt with the request."""

Answer = tuple[int, list[tuple[str, str]], bytes]
"""Status, headers, body."""

# Each is made anew for the hop it is of.
_OF_ONE_HOP = ("connection", "content-length", "transfer-encoding", "accept-encoding")


class Exchange:
    """One request on its way."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: bytes, target: tuple[str, int]) -> None:
        self.method, self.path, self.body = handler.command, handler.path, body
        self._handler = handler
        self._target = target

    def ask(self, body: bytes | None = None) -> Answer:
        """What the server answers, to another body if one is given."""
        connection = http.client.HTTPConnection(*self._target, timeout=60)
        try:
            kept = {name: value for name, value in self._handler.headers.items() if name.lower() not in _OF_ONE_HOP}
            connection.request(self.method, self.path, self.body if body is None else body, kept)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def answer(self, status: int, headers: list[tuple[str, str]], body: bytes, *, sent: float = 1.0) -> None:
        """Answers the client. `sent`: how much of the body is sent before the connection ends."""
        self._handler.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _OF_ONE_HOP:
                self._handler.send_header(name, value)
        self._handler.send_header("Content-Length", str(len(body)))
        self._handler.end_headers()
        if self.method != "HEAD":
            self._handler.wfile.write(body[: int(len(body) * sent)])
        if sent < 1.0:
            self._handler.close_connection = True

    def answer_json(self, status: int, said: Any) -> None:
        """Answers as Elasticsearch would."""
        product = [("X-Elastic-Product", "Elasticsearch"), ("Content-Type", "application/json")]
        self.answer(status, product, json.dumps(said).encode())

    def reset(self) -> None:
        """Ends the connection at once, without a word."""
        self._handler.close_connection = True
        client = self._handler.connection
        # Closed so, the system answers with a reset and not with an orderly end.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()

    def wait_until_given_up(self) -> None:
        """Says nothing until the client has ended the connection."""
        select.select([self._handler.connection], [], [])
        self._handler.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_port = True


class Proxy:
    """Passes on to `url` until `trouble` is set to something, and is nowhere while it is `down`.

    `met` counts the requests that the trouble has dealt with, and those that a request ended of itself; `held` those
    that are under way.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.trouble: Trouble | None = None
        self.met = self.held = 0
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._counting = threading.Lock()
        # Never listens: it only keeps the port ours while nobody does.
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._place.bind(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._place.getsockname()
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        return "http://{}:{}".format(*self.address)

    @property
    def is_down(self) -> bool:
        return self._server is None

    def down(self) -> None:
        """Who connects is refused, who is connected is cut off."""
        if self._server is not None:
            server, self._server = self._server, None
            self.trouble = _reset
            server.shutdown()
            server.server_close()

    def up(self) -> None:
        """Passes on as if nothing had been."""
        self.trouble = None
        if self._server is None:
            self._server = _Server(self.address, _handler(self))
            threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        """Deals with one request."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        exchange, trouble = Exchange(handler, body, self._target), self.trouble
        with self._counting:
            self.held += 1
        met = True
        try:
            met = trouble is not None and trouble(exchange)
            if not met:
                exchange.answer(*exchange.ask())
        finally:
            with self._counting:
                self.met += met
                self.held -= 1

    def __enter__(self) -> Proxy:
        self.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()
        self._place.close()


def _reset(exchange: Exchange) -> bool:
    exchange.reset()
    return True


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (OSError, ValueError, http.client.HTTPException):  # the client went, or we have cut it off
                self.close_connection = True

        def _pass_on(self) -> None:
            proxy.pass_on(self)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass_on

        def finish(self) -> None:
            with suppress(OSError, ValueError):
                super().finish()

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    return Handler
