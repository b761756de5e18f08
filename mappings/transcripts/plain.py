"""Plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mappings.record import Page, PageState, Record


def plain(_record: Record, pages: Iterable[Page]) -> Iterator[bytes]:
    """The text of the pages in UTF-8, a form feed between two."""
    joint = ""
    for page in pages:
        text = "" if page.state is PageState.SEPARATOR else page.text  # what its code says is no text of a record
        # A lone surrogate, which no encoding can carry, becomes a question mark.
        yield f"{joint}{text}".encode("utf-8", "replace")
        joint = "\f"
