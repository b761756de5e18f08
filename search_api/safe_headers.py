"""The headers that keep browsers safe, on every answer: also on those that nobody foresaw."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

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


UNTOUCHABLE = "default-src 'none'; sandbox"
"""The policy for content that came from outside: shown by no browser as a page of ours."""


def download_headers(untrusted_name: str) -> dict[str, str]:
    """Those of something that is saved under this name and never shown by the browser (RFC 6266, RFC 8187)."""
    # What cannot be encoded has no place in a name; all that could end the header is escaped.
    name = quote(untrusted_name.encode("utf-8", "ignore").decode(), safe="")
    return {"Content-Disposition": f"attachment; filename*=utf-8''{name}", "Content-Security-Policy": UNTOUCHABLE}
