"""Plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mappings.record import Page, Record


def plain(_record: Record, pages: Iterable[Page]) -> Iterator[bytes]:
    """The text of the pages in UTF-8, a form feed between two."""
    joint = ""
    for page in pages:
        # A lone surrogate, which no encoding can carry, becomes a question mark.
        yield f"{joint}{page.text}".encode("utf-8", "replace")
        joint = "\f"
