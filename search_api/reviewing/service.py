"""Reviewing as one service: the next thing, answers, second and third looks, taking back, figures."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from archive.catalogue import Catalogue
from archive.review_queue import FIELD, PAGE
from archive.reviews import LAPSED, SECOND, SETTLED, THIRD, Review
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.ids import new_id
from kernel.review_errors import ShownNoMore
from mappings.record_types import RecordTypes, builtin_types
from mappings.rewording.correcting import PageCorrection, Standing, Verdict, said, stands_at
from search_api.access import Viewer
from search_api.correcting import checked_values, confirmed
from search_api.reviewing.answering import Answer, Answering, judged, kind_of
from search_api.reviewing.asking import asker_of, name_of
from search_api.reviewing.handing import Handing
from search_api.reviewing.options import ReviewOptions
from search_api.reviewing.showing import Mode, Shown, shown_sample
from search_api.reviewing.undoing import undo

MOST_COUNTED = 1000
"""Of what waits, while somebody reviews: counting a whole archive takes longer than showing the next line."""


class ReviewService:
    """Over one catalogue. Safe over threads and processes."""

    def __init__(
        self, catalogue: Catalogue, types: RecordTypes | None = None, options: ReviewOptions | None = None
    ) -> None:
        self._catalogue = catalogue
        self._types = types or builtin_types()
        self._options = options or ReviewOptions()

    def next(self, viewer: Viewer, mode: Mode = Mode.ALL, wanted: tuple[str, str, str] | None = None) -> Shown | None:
        """What this person should look at next; nobody else is handed it for some minutes. None: nothing is left."""
        return self._catalogue.write(lambda unit: Handing(unit, asker_of(viewer), self._options).next(mode, wanted))

    def waiting(self, viewer: Viewer) -> dict[str, int]:
        """How many fields and pages wait for this person, each up to 1000."""
        with self._catalogue.reading() as unit:
            return unit.review_queue.counts(asker_of(viewer), MOST_COUNTED)

    def answer(self, answer: Answer, viewer: Viewer) -> Review:
        """Takes an answer. NotFound, NotAllowed, InBin, NotRead, ShownNoMore, BadValue."""
        kind_of(answer.kind)
        return self._catalogue.write(lambda unit: self._answer(unit, answer, viewer))

    def undo(self, viewer: Viewer) -> Review:
        """Takes back this person's last answer. NoAnswerToUndo, NotFound, InBin."""
        return self._catalogue.write(lambda unit: undo(Answering(unit, viewer, self._types)))

    def _answer(self, unit: UnitOfWork, answer: Answer, viewer: Viewer) -> Review:
        work = Answering(unit, viewer, self._types)
        if answer.sample:
            return self._look_again(work, answer)
        if answer.verdict is Verdict.SKIPPED:
            return work.skipped(answer)
        done = work.line(answer) if answer.kind == PAGE else work.field(answer)
        if self._options.chance() < self._options.second_share:
            unit.reviews.sample(done)
        return done

    def _look_again(self, work: Answering, answer: Answer) -> Review:
        """A second or third look at what somebody else has said."""
        unit, first = work.unit, work.unit.reviews.find(answer.sample)
        state = unit.reviews.sample_state(answer.sample)
        if first is None or state not in (SECOND, THIRD) or first.record_id != answer.record_id:
            raise ShownNoMore(id=answer.record_id)
        work.record(first.record_id)
        mine = name_of(work.viewer)
        if mine in {first.account, *(one.account for one in unit.reviews.looks_of(first.id))}:
            raise ShownNoMore(id=answer.record_id)
        told = replace(answer, kind=first.kind, place=first.place, shown=first.shown)
        if answer.verdict is Verdict.SKIPPED:
            return work.note(told, Verdict.SKIPPED, "")
        view = unit.records.view(first.record_id, pages=False)
        if shown_sample(unit, view, first, state == THIRD) is None:
            unit.reviews.move_sample(first.id, LAPSED)
            raise ShownNoMore(id=answer.record_id)
        return self._settle(work, told, first, state)

    def _settle(self, work: Answering, answer: Answer, first: Review, state: str) -> Review:
        verdict, given = judged(answer)
        if first.kind == FIELD and verdict is not Verdict.UNREADABLE:
            held = work.unit.records.fields([first.record_id])[first.record_id]
            given = checked_values({first.place: given}, self._types, held)[first.place]
        agrees = given == first.given and (verdict is Verdict.UNREADABLE) == (first.verdict == Verdict.UNREADABLE)
        look = 2 if state == SECOND else 3
        changed = self._decide(work, first, verdict, given) if look == 3 and not agrees else {}
        work.unit.reviews.move_sample(first.id, THIRD if look == 2 and not agrees else SETTLED)
        return work.note(answer, verdict, given, look=look, of=first.id, agrees=agrees, **changed)

    def _decide(self, work: Answering, first: Review, verdict: Verdict, given: str) -> dict[str, Any]:
        """The third person's word stands; what is put down of it, so that it can be taken back."""
        revision = work.touched(first.record_id)
        if first.kind == FIELD:
            held = work.unit.records.fields([first.record_id])[first.record_id].get(first.place)
            if verdict is not Verdict.UNREADABLE:
                work.set_field(first.record_id, confirmed(first.place, given, held), held, revision)
            return {"before": asdict(held) if held else None}
        old = work.unit.corrections.find(first.correction_id or "")
        if old is None:
            raise ShownNoMore(id=first.record_id)
        page = work.unit.pages.page(first.record_id, old.page)
        place = stands_at(page, old)
        if place is None:
            raise ShownNoMore(id=first.record_id)
        work.unit.corrections.change(replace(old, standing=Standing.REPLACED))
        after = said(old.before, verdict, given)
        words = tuple(page.words[place[0] : place[1]])
        done = PageCorrection(new_id(), first.record_id, old.page, verdict, work.viewer.name, now(), words, after)
        work.put(page, place, done, revision)
        return {"correction_id": done.id}
