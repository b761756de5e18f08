"""What holds for every request: no writing from other sites, no unknown hosts, safe headers, counted."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel.errors import BadRequest, ForeignSite
from search_api.problems import language_of, problem, with_status

API = "/api/v1"
"""Where the API lives."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# All of ours comes from here; a response that needs less or more says so itself.
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

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
        answering = _Answering(send)
        begun = time.perf_counter()
        refusal = self._refusal(scope)
        try:
            if refusal is not None:
                response = problem(refusal, language_of(Request(scope)))
                await response(scope, receive, answering)
            else:
                await self._application(scope, receive, answering)
        finally:
            self._observe(scope["method"], _route(scope), answering.status, time.perf_counter() - begun)

    def _refusal(self, scope: Scope) -> BadRequest | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts and _name(host) not in self._hosts:
            return with_status(BadRequest(what=f"Host: {host[:100]}"), 421)
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

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 500

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            if "cache-control" not in headers:
                headers["Cache-Control"] = "no-store"
        await self._send(message)


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


def loopback_hosts(host: str) -> tuple[str, ...]:
    """The Host names of a house that listens on this address, if only this machine can reach it; else any."""
    try:
        here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    return ("localhost", "127.0.0.1", "[::1]") if here else ()
