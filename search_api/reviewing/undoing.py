"""Taking back one's last answer: page, words, field and queue as they were before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archive.review_queue import FIELD
from archive.reviews import SECOND, THIRD, Review
from kernel.clock import now
from kernel.review_errors import NoAnswerToUndo
from mappings.record import Box, DescribedField
from mappings.rewording.correcting import Standing, Verdict, stands_at
from mappings.rewording.rewriting import rewritten
from search_api.reviewing.answering import Answering
from search_api.reviewing.asking import name_of


def undo(work: Answering) -> Review:
    """What was taken back. NoAnswerToUndo: nothing was said, or the place has been changed since. NotFound, InBin."""
    last = work.unit.reviews.last_of(name_of(work.viewer))
    if last is None:
        raise NoAnswerToUndo
    revision = work.touched(last.record_id)
    if last.kind == FIELD and last.before is not None:
        _undo_field(work, last, revision)
    elif last.correction_id is not None:
        _undo_line(work, last.record_id, last.correction_id, revision)
    if last.look == 3:
        _stand_again(work, last)
    work.unit.reviews.undo(last.id, now())
    if last.look == 1:
        work.unit.reviews.drop_sample(last.id)
    else:
        work.unit.reviews.move_sample(last.of or "", SECOND if last.look == 2 else THIRD)
    work.unit.review_queue.refresh(last.record_id)
    return last


def _undo_field(work: Answering, last: Review, revision: int) -> None:
    held = work.unit.records.fields([last.record_id])[last.record_id].get(last.place)
    if last.verdict == Verdict.UNREADABLE:
        return
    if held is None or held.value != last.given or not held.confirmed:
        raise NoAnswerToUndo
    work.set_field(last.record_id, _field(last.before or {}), held, revision)


def _undo_line(work: Answering, record_id: str, correction_id: str, revision: int) -> None:
    correction = work.unit.corrections.find(correction_id)
    if correction is None or correction.standing is not Standing.STANDING:
        raise NoAnswerToUndo
    page = work.unit.pages.page(record_id, correction.page)
    place = stands_at(page, correction)
    if place is None:
        raise NoAnswerToUndo
    work.unit.corrections.change(replace(correction, standing=Standing.UNDONE))
    work.unit.pages.save(record_id, [rewritten(page, *place, correction.before)])
    work.tell(record_id, revision)
    work.event(record_id, {"text": {"page": correction.page, "undone": correction.id}})


def _stand_again(work: Answering, third: Review) -> None:
    """What the first person had said, where the third one's word is gone."""
    first = work.unit.reviews.find(third.of or "")
    correction = work.unit.corrections.find(first.correction_id or "") if first and third.correction_id else None
    if correction is not None:
        work.unit.corrections.change(replace(correction, standing=Standing.STANDING))


def _field(kept: dict[str, Any]) -> DescribedField:
    boxes = tuple(Box(**box) for box in kept["boxes"])
    return DescribedField(**{**kept, "boxes": boxes})
