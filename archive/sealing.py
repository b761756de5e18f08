"""JSON files that tell by themselves whether they are as they were written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson


def sealed(part: str, content: Mapping[str, Any]) -> bytes:
    """The bytes of a file with this content under the name `part`, and its SHA-256 beside it."""
    whole = {"sha256": _seal(content), part: content}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def unsealed(path: Path, part: str) -> dict[str, Any]:
    """The content of a sealed file. ValueError, in a word for the administrator, if it is not as it was written."""
    try:
        return unsealed_bytes(path.read_bytes(), part)
    except OSError as error:
        raise ValueError(type(error).__name__) from error


def unsealed_bytes(untrusted: bytes, part: str) -> dict[str, Any]:
    """The content of what `sealed` has made. ValueError as `unsealed`."""
    try:
        whole = orjson.loads(untrusted)
        content, seal = whole[part], whole["sha256"]
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(type(error).__name__) from error
    if not isinstance(content, dict) or _seal(content) != seal:
        raise ValueError("digest")
    return content


def _seal(content: object) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
