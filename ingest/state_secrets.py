"""Pages that may bear the mark of a state secret: MẬT, TỐI MẬT, TUYỆT MẬT, stamped or printed.

Looked for on each page in the very process that reads it, so that reading can stop there. A false alarm costs a person
a look; a mark that is overlooked puts a state secret where it must not be. So what may be a mark counts, on every page
and not only where the regulation puts it (`ingest.describing.secrecy`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from ingest.describing.framed import is_print
from ingest.describing.lines import LinedPage
from ingest.describing.secrecy import state_secret_on
from ingest.describing.upright import upright
from ingest.reading import ReadingOptions, read_page
from mappings.record import STATE_SECRET, Box, Mark, Page, PageState
from mappings.record_types import builtin_types

_WHOLE = Box(0.0, 0.0, 1.0, 1.0)


def read_and_look(path: str, media_type: str, number: int, options: ReadingOptions) -> Page:
    """As `read_page`, with a mark on a page that may be of a state secret."""
    page = read_page(path, media_type, number, options)
    return replace(page, marks=(*page.marks, Mark(STATE_SECRET, _WHOLE))) if may_be_secret(page) else page


def may_be_secret(page: Page) -> bool:
    """Whether a page as read may bear the mark."""
    if page.state is not PageState.SEARCHABLE:
        return False
    return state_secret_on(LinedPage(upright(page), partial(is_print, builtin_types()))) is not None


def marked_page(pages: Sequence[Page]) -> int | None:
    """The number of the first of these pages that `read_and_look` has marked."""
    return min((page.number for page in pages if _is_marked(page)), default=None)


def without_mark(page: Page) -> Page:
    """The page of a record that a person has released."""
    return replace(page, marks=tuple(mark for mark in page.marks if mark.kind != STATE_SECRET))


def _is_marked(page: Page) -> bool:
    return any(mark.kind == STATE_SECRET for mark in page.marks)
