"""The headers that keep browsers safe, on every answer: also on those that nobody foresaw."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders

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
    "Cache-Control": "no-store",
}


def add_safe_headers(headers: MutableHeaders) -> None:
    """Adds those that the response does not have already."""
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
