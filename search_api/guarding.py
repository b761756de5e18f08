"""What holds for every request: no writing from other sites, no unknown hosts, safe headers, counted."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel.errors import BadRequest, ForeignSite, RequestTooLarge
from search_api.problems import MOST_BODY_MB, language_of, problem, with_status
from search_api.safe_headers import add_safe_headers

API = "/api/v1"
"""Where the API lives."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_UPLOADS = frozenset({f"{API}/records", "/nop"})
_PIECES = f"{API}/uploads/"
_REPLACING = re.compile(rf"{API}/rejected/[^/]+/replacement|/tiep-nhan/khong-nhan/[^/]+/thay")

Observe = Callable[[str, str, int, float], None]
"""Called with (method, route, status, seconds) after each request."""


class Guard:
    """Stands before the application (ASGI).

    `hosts`: names that the Host header may have (ports are not looked at); empty: any. A house that listens on
    this machine alone should name them: a foreign page whose name leads to 127.0.0.1 would else be of the same site.
    """

    def __init__(self, application: ASGIApp, observe: Observe, hosts: Sequence[str] = ()) -> None:
        self._application = application
        self._observe = observe
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers or refuses one request."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        answering = _Answering(send, scope["path"])
        begun = time.perf_counter()
        refusal = self._refusal(scope)
        try:
            if refusal is not None:
                response = problem(refusal, language_of(Request(scope)))
                await response(scope, receive, answering)
            else:
                await self._application(scope, _limited(scope, receive), answering)
        finally:
            self._observe(scope["method"], _route(scope), answering.status, time.perf_counter() - begun)

    def _refusal(self, scope: Scope) -> BadRequest | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts and _name(host) not in self._hosts:
            return with_status(BadRequest(what=f"Host: {host[:100]}"), 421)
        if not _takes_files(scope) and _told_length(headers) > MOST_BODY_MB << 20:
            return RequestTooLarge(megabytes=MOST_BODY_MB)
        if scope["method"] in _SAFE_METHODS:
            return None
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return ForeignSite(what=f"Origin: {origin[:100]}")
        site = headers.get("sec-fetch-site", "none")
        if site not in ("same-origin", "none"):
            return ForeignSite(what=f"Sec-Fetch-Site: {site[:20]}")
        return None


class _Answering:
    """Sends on, with the headers that every response has, and remembers the status."""

    def __init__(self, send: Send, path: str) -> None:
        self._send = send
        self._of_uploads = f"{path}/".startswith(_PIECES)
        self.status = 500

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            add_safe_headers(headers)
            if self._of_uploads:  # errors too, as the protocol has it (tus.io)
                headers.update({"Tus-Resumable": "1.0.0", "Tus-Version": "1.0.0"})
        await self._send(message)


def _told_length(headers: Headers) -> int:
    untrusted = headers.get("content-length", "")
    return int(untrusted) if untrusted.isascii() and untrusted.isdigit() and len(untrusted) < 20 else 0


def _takes_files(scope: Scope) -> bool:
    path: str = scope["path"]
    if scope["method"] == "PATCH":
        return path.startswith(_PIECES)
    return path in _UPLOADS or (scope["method"] == "POST" and _REPLACING.fullmatch(path) is not None)


def _limited(scope: Scope, receive: Receive) -> Receive:
    """The same body, refused (413) as soon as it is longer than it may be, whatever it said of itself before."""
    if _takes_files(scope):  # counts for itself, and never holds it in memory
        return receive
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > MOST_BODY_MB << 20:
            # The framework takes any other error in a body for a bad one (400).
            raise HTTPException(RequestTooLarge.http_status)
        return message

    return counted


def _name(host: str) -> str:
    """The host without its port, in lower case."""
    bracketed, _, _ = host.rpartition("]")
    return f"{bracketed}]".lower() if bracketed else host.partition(":")[0].lower()


def _route(scope: Scope) -> str:
    """The route's pattern; never the path as typed, which could be any number of different ones."""
    pattern: str = getattr(scope.get("route"), "path", "")
    if not pattern:
        return "none"
    # A route that was included under a prefix does not know it.
    included = scope["path"].startswith(f"{API}/") and not pattern.startswith(f"{API}/")
    return f"{API}{pattern}" if included else pattern


def allowed_hosts(untrusted_names: str, listening: str) -> tuple[str, ...]:
    """The Host names of a house: those named, separated by commas (`*`: any), else as `loopback_hosts`."""
    names = tuple(_name(name.strip()) for name in untrusted_names.split(",") if name.strip())
    if "*" in names:
        return ()
    return names or loopback_hosts(listening)


def loopback_hosts(host: str) -> tuple[str, ...]:
    """The Host names of a house that listens on this address, if only this machine can reach it; else any."""
    try:
        here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    return ("localhost", "127.0.0.1", "[::1]") if here else ()
