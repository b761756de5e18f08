"""TOML that somebody else wrote, parsed within bounds of time as well as of size."""

from __future__ import annotations

import tomllib
from typing import Any

MOST_DOTS = 40
"""Dots of one line. A key of n parts costs `tomllib` n² (30,000 of them 33 s), and no key goes over a line's end."""


def read_toml(untrusted: bytes, most_bytes: int) -> dict[str, Any]:
    """The table. ValueError (of size, UTF-8, TOML) or RecursionError if it is none."""
    if len(untrusted) > most_bytes:
        raise ValueError(f"longer than {most_bytes} bytes")
    if any(line.count(b".") > MOST_DOTS for line in untrusted.splitlines()):
        raise ValueError(f"a line with more than {MOST_DOTS} dots")
    return tomllib.loads(untrusted.decode("utf-8"))
