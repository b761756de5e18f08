"""What a page and its own files weigh over the wire: packed by gzip where the browser takes it.

Packing an answer that holds a secret beside something a stranger chose can betray the secret by its length (BREACH).
A stranger's page cannot have our pages fetched as somebody who has signed in: the cookie of a session is
`SameSite=Strict`, and no page holds a token. Pictures, originals and the API's answers go out as they are.
"""

from __future__ import annotations

import gzip

from starlette.requests import Request

_LEVEL = 6
_LEAST = 1_000  # octets: below it, packing gains less than a packet

VARYING = "Accept-Encoding"


def takes_gzip(request: Request) -> bool:
    """Whether the browser says that it takes gzip; `gzip;q=0` says that it does not."""
    for untrusted in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = untrusted.strip().partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def packed(content: bytes) -> bytes:
    """The same octets for the same content: without a time in them."""
    return gzip.compress(content, _LEVEL, mtime=0)


def worth_packing(content: bytes) -> bool:
    """Whether it is long enough."""
    return len(content) >= _LEAST
