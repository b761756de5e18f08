"""The page's own few files, read once: style, script, icon. Nothing else of the folder can be asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from kernel.errors import NotFound

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_YEAR = 31_536_000  # seconds


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file with the mark of its content, so that a browser keeps it until it changes.

    `packed`: by gzip, where that is worth it.
    """

    content: bytes
    media_type: str
    mark: str
    packed: bytes = b""


@cache
def static_files() -> dict[str, StaticFile]:
    """Every file by name."""
    return {path.name: _read(path) for path in _FOLDER.iterdir() if path.suffix in _TYPES}


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    return StaticFile(content, _TYPES[path.suffix], hashlib.sha256(content).hexdigest()[:12])


def static_address(name: str) -> str:
    """Where a page links a file. KeyError if there is none of this name."""
    return f"/static/{name}?v={static_files()[name].mark}"


def static_file(request: Request, name: str, parts: Mapping[str, StaticFile]) -> Response:
    """Answers with a file of ours or one of `parts`, NotFound if there is none of this name."""
    found = static_files().get(name) or parts.get(name)
    if found is None:
        raise NotFound(id=name)
    current = request.query_params.get("v") == found.mark
    caching = f"public, max-age={_YEAR}, immutable" if current else "no-cache"
    headers = {"Cache-Control": caching, "ETag": f'"{found.mark}"', "X-Content-Type-Options": "nosniff"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if not found.packed:
        return Response(found.content, media_type=found.media_type, headers=headers)
    headers["Vary"] = "Accept-Encoding"
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(found.content, media_type=found.media_type, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(found.packed, media_type=found.media_type, headers=headers)
