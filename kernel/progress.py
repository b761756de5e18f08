"""How far a long work has come, told while it goes on."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called now and then with what is done by now and what there is in all, in pieces of the work."""


def silent(_done: int, _total: int) -> None:
    """Tells nobody."""
