"""The next thing to look at: nobody is handed what somebody else has in hand, and nobody waits for another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from archive.review_queue import FIELD, Asker, Entry
from archive.reviews import LAPSED, THIRD
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from mappings.record import RecordView
from search_api.reviewing.options import ReviewOptions
from search_api.reviewing.showing import Mode, Shown, shown_field, shown_of_page, shown_sample

_AT_ONCE = 50
_MOST_LOOKED_AT = 1000
"""Entries that one request looks at for one that is still to be shown."""


@dataclass(frozen=True, slots=True)
class Handing:
    """Hands out, within one unit of work."""

    unit: UnitOfWork
    asker: Asker
    options: ReviewOptions

    def next(self, mode: Mode, wanted: tuple[str, str, str] | None = None) -> Shown | None:
        """The next thing for this person. `wanted`: record, kind and place that they would like to go on with."""
        moment = now()
        return (
            (self._first(self._wanted(wanted), mode, moment) if wanted else None)
            or self._sample(mode, moment)
            or self._first(self._best(mode, moment), mode, moment)
        )

    def _wanted(self, wanted: tuple[str, str, str]) -> Iterator[Entry]:
        found = self.unit.review_queue.find(self.asker, *wanted)
        if found is not None:
            yield found

    def _best(self, mode: Mode, moment: datetime) -> Iterator[Entry]:
        """A batch at a time: what is dropped meanwhile moves the others up, so each batch begins behind those kept."""
        seen: set[Entry] = set()
        while len(seen) < _MOST_LOOKED_AT:
            found = self.unit.review_queue.best(self.asker, moment, mode.kinds, _AT_ONCE + len(seen))
            new = [entry for entry in found if entry not in seen]
            if not new:
                return
            seen.update(new)
            yield from new

    def _first(self, entries: Iterator[Entry], mode: Mode, moment: datetime) -> Shown | None:
        passed = self.unit.reviews.passed_over(self.asker.name, moment - self.options.passed)
        for entry in entries:
            if entry.kind not in mode.kinds:
                continue
            every = list(self._shown(entry))
            if not every:
                self.unit.review_queue.drop(entry)
            place = (entry.record_id, entry.kind, entry.place)
            shown = next((one for one in every if (*place, one.text) not in passed), None)
            if shown is not None and self._claim(entry, moment):
                return shown
        return None

    def _claim(self, entry: Entry, moment: datetime) -> bool:
        return self.unit.review_queue.claim(entry, self.asker.name, moment, moment + self.options.held)

    def _shown(self, entry: Entry) -> Iterator[Shown]:
        view = self._view(entry.record_id)
        if entry.kind != FIELD:
            yield from shown_of_page(self.unit, view, int(entry.place))
            return
        shown = shown_field(view, entry.place)
        if shown is not None:
            yield shown

    def _sample(self, mode: Mode, moment: datetime) -> Shown | None:
        """Something that somebody else has looked at; what does not stand as they left it is passed over for good."""
        passed = self.unit.reviews.passed_over(self.asker.name, moment - self.options.passed)
        for state, first in self.unit.reviews.sampled(self.asker, moment, _AT_ONCE):
            if first.kind not in mode.kinds or (first.record_id, first.kind, first.place, first.shown) in passed:
                continue
            shown = shown_sample(self.unit, self._view(first.record_id), first, state == THIRD)
            if shown is None:
                self.unit.reviews.move_sample(first.id, LAPSED)
            elif self.unit.reviews.claim(first.id, self.asker.name, moment, moment + self.options.held):
                return shown
        return None

    def _view(self, record_id: str) -> RecordView:
        return self.unit.records.view(record_id, self.asker.access, pages=False)
