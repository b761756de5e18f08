"""What a page shows beside the record itself must not keep people from it: asked for a while, else left out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from kernel.errors import EngineUnavailable

T = TypeVar("T")

_PATIENCE_SECONDS = 2.0
"""So long a page waits: an engine that hangs must not keep people from their records."""

_ASKING = ThreadPoolExecutor(max_workers=8, thread_name_prefix="asking")
"""Its threads end with the engine's own time limit."""


def patiently(ask: Callable[[], T]) -> T | None:
    """What `ask` returns; None if the engine does not answer in time."""
    asked = _ASKING.submit(ask)
    try:
        return asked.result(timeout=_PATIENCE_SECONDS)
    except (EngineUnavailable, TimeoutError):
        asked.cancel()
        return None
