"""Calls to the provider, over which it has no power: so many bytes, so many seconds in all, nowhere else.

http.client and not a library's session: that follows redirects, reads the machine's proxies and `.netrc`, and limits
the time of each read but not of all of them, so that a byte every few seconds would hold a thread for hours.
"""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from kernel.oidc_errors import ProviderAway, ProviderUntrusted
from search_api.oidc.options import OidcOptions

LOG = logging.getLogger(__name__)

MOST_BYTES = 256 << 10


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the provider answers."""

    status: int
    untrusted_body: bytes


class Fetcher:
    """Safe over threads."""

    def __init__(self, options: OidcOptions) -> None:
        self._options = options
        self._trust = ssl.create_default_context(cafile=str(options.ca) if options.ca else None)

    def get(self, untrusted_address: str) -> Fetched:
        """ProviderAway, ProviderUntrusted (also for an address that may not be called, and for a redirect)."""
        return self._call("GET", untrusted_address, None, {})

    def post(self, untrusted_address: str, body: str, headers: Mapping[str, str]) -> Fetched:
        """A form. As `get`."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._call("POST", untrusted_address, body.encode("ascii"), {**headers, **form})

    def _call(self, method: str, untrusted_address: str, body: bytes | None, headers: Mapping[str, str]) -> Fetched:
        if not self._options.is_allowed(untrusted_address):
            raise untrusted(f"may not be called: {untrusted_address[:200]!r}")
        try:
            fetched = self._fetch(method, untrusted_address, body, headers)
        except (OSError, http.client.HTTPException) as error:
            LOG.warning("the provider of sign-in does not answer (%s %s): %r", method, untrusted_address, error)
            raise ProviderAway from error
        if fetched.status >= 500 or fetched.status == 429:
            LOG.warning("the provider of sign-in answers %s (%s %s)", fetched.status, method, untrusted_address)
            raise ProviderAway
        if 300 <= fetched.status < 400:
            raise untrusted(f"redirects from {untrusted_address}")
        if len(fetched.untrusted_body) > MOST_BYTES:
            raise untrusted(f"answers more than {MOST_BYTES} bytes at {untrusted_address}")
        return fetched

    def _fetch(self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]) -> Fetched:
        parts = urlsplit(address)
        connection = self._connection(str(parts.hostname), parts.port, encrypted=parts.scheme == "https")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        told = {"Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close", **headers}
        with _within(self._options.seconds, connection):
            connection.request(method, path, body, told)
            answer = connection.getresponse()
            body = answer.read(MOST_BYTES + 1)
            if answer.length and len(body) <= MOST_BYTES:  # said to be longer; read(n) itself tells nobody
                raise http.client.IncompleteRead(body, answer.length)
            return Fetched(answer.status, body)

    def _connection(self, host: str, port: int | None, *, encrypted: bool) -> http.client.HTTPConnection:
        if encrypted:
            return http.client.HTTPSConnection(host, port, timeout=self._options.seconds, context=self._trust)
        return http.client.HTTPConnection(host, port, timeout=self._options.seconds)


@contextmanager
def _within(seconds: float, connection: http.client.HTTPConnection) -> Iterator[None]:
    """Cuts the connection when the time is over, wherever it stands; TimeoutError then."""
    over = threading.Event()

    def cut() -> None:
        over.set()
        _cut(connection.sock)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        # What a cut connection raises depends on where it was cut.
        raise TimeoutError(f"{seconds} s") if over.is_set() else error from error
    finally:
        timer.cancel()
        connection.close()
    if over.is_set():  # what was read last may have been cut
        raise TimeoutError(f"{seconds} s")


def _cut(held: socket.socket | None) -> None:
    if held is None:
        return
    try:
        held.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself


def untrusted(why: str) -> ProviderUntrusted:
    """The error, with the reason in the log: for the administrator, not for whoever tries lies."""
    LOG.warning("the provider of sign-in cannot be trusted: %s", why)
    return ProviderUntrusted()
