"""What a person has said of some words of a page, and how it holds when the page is read again. Data only; no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mappings.record import Box, Page, PageState, Word
from mappings.rewording.aligning import aligned
from mappings.rewording.rewriting import rewritten, same_reading, stretch_at, text_of


class Verdict(StrEnum):
    """What somebody says of what was read. SKIPPED: nothing."""

    RIGHT = "right"
    CORRECTED = "corrected"
    BLANK = "blank"
    """Nothing is written there."""
    UNREADABLE = "unreadable"
    """Something is, and nobody can read it."""
    SKIPPED = "skipped"


class Standing(StrEnum):
    """Whether it holds. AGAIN: the page was read again, and nothing there is like it: to be looked at.

    REPLACED: by a later word on the same place.
    """

    STANDING = "standing"
    AGAIN = "again"
    REPLACED = "replaced"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class PageCorrection:
    """A person's word on some words of a page. `before`: as they were read; `after`: as they stand now."""

    id: str
    record_id: str
    page: int
    verdict: Verdict
    by: str
    at: datetime
    before: tuple[Word, ...]
    after: tuple[Word, ...]
    standing: Standing = Standing.STANDING

    @property
    def was(self) -> str:
        """What was read."""
        return text_of(self.before)

    @property
    def text(self) -> str:
        """What a person says that it is."""
        return text_of(self.after)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Where on the page."""
        return tuple(word.box for word in (*self.before, *self.after) if word.box)


def said(words: Sequence[Word], verdict: Verdict, text: str) -> tuple[Word, ...]:
    """What the words become by a person's word. `text`: of a corrected one."""
    if verdict is Verdict.BLANK:
        return ()
    if verdict is Verdict.UNREADABLE:
        return tuple(words)
    told = text.split() if verdict is Verdict.CORRECTED else [word.text for word in words]
    return aligned(words, told)


def kept(page: Page, correction: PageCorrection) -> tuple[Page, PageCorrection]:
    """A page that was read again, with the correction in it if its place is still there; else to be looked at again."""
    again = replace(correction, standing=Standing.AGAIN)
    found = stretch_at(page, correction.boxes) if page.state in (PageState.SEARCHABLE, PageState.BLANK) else None
    if found is None:
        return page, again
    words = page.words[found[0] : found[1]]
    read = text_of(words)
    if correction.verdict is Verdict.UNREADABLE:
        if read != correction.was:
            return page, again
        return page, replace(correction, before=words, after=words, standing=Standing.STANDING)
    if not words and not correction.after:  # a speck that is not read any more
        return page, replace(correction, standing=Standing.STANDING)
    if not (same_reading(read, correction.was) or same_reading(read, correction.text)):
        return page, again
    after = aligned(words, correction.text.split())
    held = replace(correction, before=words, after=after, standing=Standing.STANDING)
    return rewritten(page, *found, after), held


def stands_at(page: Page, correction: PageCorrection) -> tuple[int, int] | None:
    """Where in the page's words the corrected ones stand just as they were put; None if they do not."""
    if not correction.after:
        found = stretch_at(page, correction.boxes)
        return found if found is not None and found[0] == found[1] else None
    wanted = [(word.text, _kept(word.box)) for word in correction.after]
    here = [(word.text, _kept(word.box)) for word in page.words]
    starts = (at for at in range(len(here) - len(wanted) + 1) if here[at : at + len(wanted)] == wanted)
    begin = next(starts, None)
    return None if begin is None else (begin, begin + len(wanted))


def _kept(box: Box | None) -> tuple[float, ...] | None:
    """As the catalogue keeps it."""
    return None if box is None else tuple(round(edge, 5) for edge in (box.x0, box.y0, box.x1, box.y1))
