"""What a person is shown: a line of a page or a field, where it stands, and what of it is doubtful."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from archive.review_queue import FIELD, PAGE
from archive.reviews import Review
from archive.unit_of_work import UnitOfWork
from mappings.record import Box, DescribedField, Page, PageState, RecordView, Word
from mappings.rewording.correcting import PageCorrection, Standing, Verdict, stands_at
from mappings.rewording.rewriting import stretch_at, text_of

DOUBTFUL = 0.75
"""A word that OCR trusts less is shown."""


class Mode(StrEnum):
    """What somebody wants to look at."""

    ALL = "all"
    FIELDS = "fields"
    PAGES = "pages"

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of entries."""
        return {Mode.ALL: (FIELD, PAGE), Mode.FIELDS: (FIELD,), Mode.PAGES: (PAGE,)}[self]


@dataclass(frozen=True, slots=True)
class Shown:
    """Something to look at. `text`: as it was read; `offer`: what stands in the box where it is typed.

    `begin`: of a line, the number of its first word. `doubtful`: from, up to which letter of `offer`. `boxes`: where it
    stands, `doubtful_boxes` of the doubtful words. `again`: the correction that is to be looked at again. `sample`: the
    review that this is a second or third look at; `readings`: what the first two said, where they disagree.
    """

    record: RecordView
    kind: str
    place: str
    page: int | None
    text: str
    offer: str
    begin: int = 0
    doubtful: tuple[tuple[int, int], ...] = ()
    boxes: tuple[Box, ...] = ()
    doubtful_boxes: tuple[Box, ...] = ()
    again: str = ""
    sample: str = ""
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Words of a page that stand in one line, from `begin`."""

    begin: int
    words: tuple[Word, ...]

    @property
    def end(self) -> int:
        """The number of the first word after it."""
        return self.begin + len(self.words)


def lines_of(page: Page) -> Iterator[Line]:
    """The page's lines in reading order."""
    at = 0
    for _, words in groupby(page.words, lambda word: (word.block, word.line)):
        line = Line(at, tuple(words))
        at = line.end
        yield line


def is_doubtful(word: Word) -> bool:
    """Whether a person should look at it; a mark without letters and digits is never shown for itself."""
    unsure = word.confidence is not None and word.confidence < DOUBTFUL
    return unsure and any(letter.isalnum() for letter in word.text)


def doubtful_lines(page: Page, corrections: Sequence[PageCorrection]) -> list[Line]:
    """Lines with doubtful words that nobody has looked at."""
    looked_at = [stands_at(page, one) for one in corrections if one.standing is Standing.STANDING]
    taken = [stretch for stretch in looked_at if stretch is not None]
    return [
        line
        for line in lines_of(page)
        if any(is_doubtful(word) for word in line.words)
        and not any(begin < line.end and line.begin < end for begin, end in taken)
    ]


def shown_line(view: RecordView, page: Page, line: Line) -> Shown:
    """A line to be looked at."""
    text = text_of(line.words)
    return Shown(
        view, PAGE, str(page.number), page.number, text, text, line.begin, *_doubts(line.words),
    )  # fmt: skip


def _doubts(words: Sequence[Word]) -> tuple[tuple[tuple[int, int], ...], tuple[Box, ...], tuple[Box, ...]]:
    at, spots = 0, []
    for word in words:
        if is_doubtful(word):
            spots.append((at, at + len(word.text)))
        at += len(word.text) + 1
    boxes = tuple(word.box for word in words if word.box)
    return tuple(spots), boxes, tuple(word.box for word in words if word.box and is_doubtful(word))


def shown_again(view: RecordView, page: Page, correction: PageCorrection) -> Shown:
    """A place that was read again, and where what a person had said of it could not be put."""
    found = stretch_at(page, correction.boxes)
    begin, end = found or (0, 0)
    text = text_of(page.words[begin:end])
    return Shown(
        view, PAGE, str(page.number), page.number, text, correction.text, begin, ((0, len(correction.text)),),
        correction.boxes, again=correction.id,
    )  # fmt: skip


def shown_of_page(unit: UnitOfWork, view: RecordView, number: int) -> Iterator[Shown]:
    """All that is to be looked at on a page, in reading order, what must be looked at again first."""
    page, corrections = unit.pages.page(view.record.id, number), unit.corrections.held(view.record.id, [number])
    if page.state not in (PageState.SEARCHABLE, PageState.BLANK):
        return
    for one in corrections:
        if one.standing is Standing.AGAIN:
            yield shown_again(view, page, one)
    for line in doubtful_lines(page, corrections):
        yield shown_line(view, page, line)


def shown_field(view: RecordView, name: str) -> Shown | None:
    """A field to be looked at; None if nobody has to any more."""
    field = view.fields.get(name)
    if field is None or not field.doubtful or field.confirmed or not field.value:
        return None
    return Shown(
        view, FIELD, name, field.page, field.value, field.value, 0, ((0, len(field.value)),), field.boxes, field.boxes
    )


def shown_sample(unit: UnitOfWork, view: RecordView, first: Review, third: bool) -> Shown | None:
    """What somebody else has looked at, as it was shown then; None if it does not stand as that one left it."""
    readings = tuple(sorted({first.given, *(one.given for one in unit.reviews.looks_of(first.id))})) if third else ()
    if first.kind == FIELD:
        field = view.fields.get(first.place)
        if field is None or not _as_left(field, first):
            return None
        spots = ((0, len(first.shown)),)
        return Shown(
            view, FIELD, first.place, field.page, first.shown, first.shown, 0, spots, field.boxes, field.boxes,
            sample=first.id, readings=readings,
        )  # fmt: skip
    correction = unit.corrections.find(first.correction_id or "")
    if correction is None or correction.standing is not Standing.STANDING:
        return None
    page = unit.pages.page(view.record.id, correction.page)
    if stands_at(page, correction) is None:
        return None
    return Shown(
        view, PAGE, first.place, page.number, first.shown, first.shown, 0, *_doubts(correction.before),
        sample=first.id, readings=readings,
    )  # fmt: skip


def _as_left(field: DescribedField, first: Review) -> bool:
    if first.verdict == Verdict.UNREADABLE:
        return field.value == first.shown and not field.confirmed
    return field.confirmed and field.value == first.given
