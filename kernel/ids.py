"""Ids that sort by the time they were made and fit in a URL: ULIDs in lower case."""

from __future__ import annotations

from ulid import ULID


def new_id() -> str:
    """A new 26-character id, unique over machines without asking anyone."""
    return str(ULID()).lower()
