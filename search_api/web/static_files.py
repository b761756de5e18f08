"""The page's own files, read once: style, script, icon, pictures of the guides. Nothing else of the folder is told."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from kernel.errors import NotFound
from search_api.web import packing

_FOLDER = Path(__file__).parent / "static"
_FOLDERS = (_FOLDER, _FOLDER / "guide")
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".webp": "image/webp"}
_YEAR = 31_536_000  # seconds


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file, also packed, with the mark of its content, so that a browser keeps it until it changes."""

    content: bytes
    packed: bytes
    media_type: str
    mark: str


@cache
def static_files() -> dict[str, StaticFile]:
    """Every file by name."""
    found = (path for folder in _FOLDERS for path in folder.iterdir())
    return {path.name: _read(path) for path in found if path.suffix in _TYPES}


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    return StaticFile(content, packing.packed(content), _TYPES[path.suffix], hashlib.sha256(content).hexdigest()[:12])


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
    headers = {
        "Cache-Control": caching,
        # Weak: packed or not, it says the same.
        "ETag": f'W/"{found.mark}"',
        "X-Content-Type-Options": "nosniff",
        "Vary": packing.VARYING,
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if packing.takes_gzip(request) and len(found.packed) < len(found.content):
        return Response(found.packed, media_type=found.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(found.content, media_type=found.media_type, headers=headers)
