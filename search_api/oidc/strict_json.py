"""JSON that means one thing: where a name stands twice, two readers could read two things."""

from __future__ import annotations

import json
from typing import Any


def strict_object(untrusted: bytes) -> dict[str, Any]:
    """The object; ValueError for anything else: no UTF-8, a name twice, NaN, too deep, no object."""
    try:
        read = json.loads(untrusted.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(read, dict):
        raise ValueError("no object")
    return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name stands twice")
    return names


def _no_constant(name: str) -> Any:
    raise ValueError(f"no number: {name}")
