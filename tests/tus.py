"""A sender that speaks the tus protocol, for tests. Bytes go over whatever client it is given."""

from __future__ import annotations

import base64
from typing import Any

HEADERS = {"Tus-Resumable": "1.0.0"}
PIECE = {**HEADERS, "Content-Type": "application/offset+octet-stream"}


def said(**metadata: str) -> str:
    """As `Upload-Metadata` has it."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items())


def begin(client: Any, length: int, **metadata: str) -> Any:
    """The answer to a new upload."""
    headers = {**HEADERS, "Upload-Length": str(length), "Upload-Metadata": said(**metadata)}
    return client.post("/api/v1/uploads", headers=headers)


def send(client: Any, address: str, offset: int, piece: bytes, **more: str) -> Any:
    """The answer to a piece."""
    return client.patch(address, content=piece, headers={**PIECE, "Upload-Offset": str(offset), **more})


def where(client: Any, address: str) -> Any:
    """The answer to how far it is."""
    return client.head(address, headers=HEADERS)


def whole(client: Any, content: bytes, **metadata: str) -> str:
    """Sends a file in two pieces; the id of its delivery."""
    address = begin(client, len(content), **metadata).headers["location"]
    half = len(content) // 2
    send(client, address, 0, content[:half])
    return str(send(client, address, half, content[half:]).headers["tangthu-delivery"])
