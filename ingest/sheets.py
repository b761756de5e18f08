"""How many sheets of paper a record has (số tờ), where the pages tell."""

from __future__ import annotations

from collections.abc import Mapping

from mappings.record import DescribedField, Page, PageState, Record

_LEAST_BACKS = 1


def sheets_of(record: Record, pages: Mapping[int, Page]) -> DescribedField | None:
    """`sheets`: 1 for a single scanned page; half the pages where every back that was looked at is blank.

    Pages that have text on both sides, or that were scanned on one side only, look alike: then nothing is told, and a
    person may say it. `pages`: those that the record is described from, by number.
    """
    if not pages or not all(page.has_image for page in pages.values()):
        return None
    if record.page_count == 1:
        return DescribedField("sheets", "1", 1.0)
    backs = [page for number, page in pages.items() if number % 2 == 0]
    fronts = [page for number, page in pages.items() if number % 2 == 1]
    if len(backs) < _LEAST_BACKS or any(page.state is not PageState.BLANK for page in backs):
        return None
    if any(page.state is PageState.BLANK for page in fronts):
        return None
    return DescribedField("sheets", str((record.page_count + 1) // 2), 0.9)
