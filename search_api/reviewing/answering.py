"""A person's answer: what becomes of the page or the field, what is put down, and how it is taken back."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass, replace
from typing import Any

from archive.events import Event, EventType
from archive.review_queue import FIELD, PAGE, Entry
from archive.reviews import Review
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.disposal_errors import InBin
from kernel.errors import BadValue, NotFound
from kernel.ids import new_id
from kernel.review_errors import NotRead, ShownNoMore
from mappings.record import DescribedField, Page, Record, RecordState, Word
from mappings.record_types import RecordTypes
from mappings.rewording.correcting import PageCorrection, Standing, Verdict, said, stands_at
from mappings.rewording.rewriting import rewritten, text_of
from search_api.access import Viewer
from search_api.access.policy import Permission
from search_api.access.viewer import expect
from search_api.correcting import checked_values, confirmed
from search_api.reviewing.asking import name_of

LONGEST_LINE = 2000
"""Characters of a line as typed."""

UNREADABLE = "?"
"""Typed alone, it says that nobody can read it."""

_LONGEST_SECONDS = 600.0
_LONGEST_NAME = 30  # of a field
_READ = (RecordState.SEARCHABLE, RecordState.PARTLY_SEARCHABLE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says of what they were shown. `text` as typed; `verdict` None: what the text says by itself.

    `shown`, `begin`, `again`, `sample`: as in `Shown`. `seconds`: that it took, as their browser has it.
    """

    record_id: str
    kind: str
    place: str
    shown: str
    text: str
    verdict: Verdict | None = None
    begin: int = 0
    again: str = ""
    sample: str = ""
    seconds: float = 0.0


def plain(untrusted_text: str) -> str:
    """A line as it is kept: NFC, single spaces, nothing that cannot be seen; BadValue if it is too long."""
    text = unicodedata.normalize("NFC", untrusted_text.encode("utf-8", "ignore").decode())
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(text) > LONGEST_LINE:
        raise BadValue(name="text", value=f"{text[:50]}…", expected=f"<= {LONGEST_LINE}")
    return text


def judged(answer: Answer) -> tuple[Verdict, str]:
    """The verdict, and what the person says that stands there."""
    text = plain(answer.text)
    verdict = answer.verdict
    if verdict in (None, Verdict.RIGHT, Verdict.CORRECTED):
        verdict = _told(text, answer.shown)
    if verdict is Verdict.BLANK:
        return verdict, ""
    return verdict, (text if verdict is Verdict.CORRECTED else answer.shown)


def _told(text: str, shown: str) -> Verdict:
    if not text:
        return Verdict.BLANK
    if text == UNREADABLE and shown != UNREADABLE:
        return Verdict.UNREADABLE
    return Verdict.RIGHT if text == shown else Verdict.CORRECTED


@dataclass(frozen=True, slots=True)
class Answering:
    """Takes answers within one unit of work; nothing is committed here."""

    unit: UnitOfWork
    viewer: Viewer
    types: RecordTypes

    def record(self, record_id: str) -> Record:
        """The record, if it may be corrected by this person now. NotFound, NotAllowed, InBin, NotRead."""
        record = self.unit.records.by_id(record_id, self.viewer.tokens)
        expect(self.viewer, Permission.CORRECT, record.unit)
        if self.unit.bin.among([record_id]):
            raise InBin(id=record_id)
        if record.state not in _READ:
            raise NotRead(id=record_id)
        return record

    def note(self, answer: Answer, verdict: Verdict, given: str, **more: Any) -> Review:
        """Puts down who said what. `more`: of a `Review`."""
        said_ = Review(
            id=new_id(),
            record_id=answer.record_id,
            kind=answer.kind,
            place=answer.place,
            shown=answer.shown,
            given=given,
            verdict=verdict.value,
            by=self.viewer.name,
            account=name_of(self.viewer),
            at=now(),
            seconds=min(max(answer.seconds, 0.0), _LONGEST_SECONDS),
            **more,
        )
        self.unit.reviews.add(said_)
        return said_

    def skipped(self, answer: Answer) -> Review:
        """Passed over: nothing is said of it. NotFound, NotAllowed, BadValue."""
        self.record(answer.record_id)
        place = str(_page_number(answer.place)) if answer.kind == PAGE else plain(answer.place)[:_LONGEST_NAME]
        return self.note(replace(answer, place=place, shown=plain(answer.shown)), Verdict.SKIPPED, "")

    def line(self, answer: Answer) -> Review:
        """A line of a page. ShownNoMore if other words stand there now."""
        number = _page_number(answer.place)
        revision = self.touched(answer.record_id)
        page = self.unit.pages.page(answer.record_id, number)
        words, begin = _words_shown(page, answer), answer.begin
        again = self._again(answer)
        verdict, given = judged(answer)
        if again is not None and given == again.text:
            after: tuple[Word, ...] = _as_before(words, again)
        else:
            after = said(words or (again.after or again.before if again else ()), verdict, given)
        done = PageCorrection(new_id(), answer.record_id, number, verdict, self.viewer.name, now(), tuple(words), after)
        if again is not None:
            self.unit.corrections.change(replace(again, standing=Standing.REPLACED))
        self.put(page, (begin, begin + len(words)), done, revision)
        return self.note(answer, verdict, given, correction_id=done.id)

    def put(self, page: Page, stretch: tuple[int, int], done: PageCorrection, revision: int) -> None:
        """The page's words, what was said of them, the event, and what the index must learn: together."""
        self._replace_older(page, stretch, done)
        self.unit.corrections.add(done)
        self.unit.pages.save(done.record_id, [rewritten(page, *stretch, done.after)])
        self.tell(done.record_id, revision)
        told = {"page": done.page, "verdict": done.verdict.value, "correction": done.id}
        self.event(done.record_id, {"text": told})

    def _replace_older(self, page: Page, stretch: tuple[int, int], done: PageCorrection) -> None:
        """What was said before of the same words counts no more."""
        for one in self.unit.corrections.held(done.record_id, [done.page]):
            place = stands_at(page, one) if one.standing is Standing.STANDING and one.after else None
            if place is not None and place[0] < stretch[1] and stretch[0] < place[1]:
                self.unit.corrections.change(replace(one, standing=Standing.REPLACED))

    def field(self, answer: Answer) -> Review:
        """A field. ShownNoMore if another value stands there now; BadValue."""
        revision = self.touched(answer.record_id)
        held = self.unit.records.fields([answer.record_id])[answer.record_id]
        name, field = answer.place, held.get(answer.place)
        # A dossier's name is no reading: who writes it lays the record there (`search_api.filing`).
        if field is None or field.value != answer.shown or field.confirmed or not field.doubtful or name == "dossier":
            raise ShownNoMore(id=answer.record_id)
        verdict, given = judged(answer)
        if verdict is not Verdict.UNREADABLE:
            given = checked_values({name: given}, self.types, held)[name]
            self.set_field(answer.record_id, confirmed(name, given, field), field, revision)
        else:
            self.unit.review_queue.drop(Entry(answer.record_id, FIELD, name))
        return self.note(answer, verdict, given, before=asdict(field))

    def set_field(self, record_id: str, field: DescribedField, held: DescribedField | None, revision: int) -> None:
        """A field's value, the event, and what the index must learn."""
        self.unit.records.set_field(record_id, field)
        self.tell(record_id, revision)
        change = {"old": held.value if held else None, "new": field.value}
        self.event(record_id, {"fields": {field.name: change}})

    def touched(self, record_id: str) -> int:
        """As `record`, and its next revision.

        Changing the row takes its lock: of two people at once, the second sees what the first has done.
        """
        self.record(record_id)
        return self.unit.records.touch(record_id)

    def _again(self, answer: Answer) -> PageCorrection | None:
        if not answer.again:
            return None
        found = self.unit.corrections.find(answer.again)
        same = found is not None and found.record_id == answer.record_id and str(found.page) == answer.place
        if found is None or not same or found.standing is not Standing.AGAIN:
            raise ShownNoMore(id=answer.record_id)
        return found

    def tell(self, record_id: str, revision: int) -> None:
        """The index and saved searches must learn of it."""
        self.unit.outbox.put({record_id: revision})
        self.unit.alerts.await_news({record_id: revision}, newly_read=False)

    def event(self, record_id: str, detail: dict[str, Any]) -> None:
        """Puts the change down in the chain. No words of the page: a chain cannot forget them when the record goes."""
        event = Event(EventType.MODIFICATION, record_id=record_id, agent=self.viewer.name, detail=detail)
        self.unit.events.add([event])


def _page_number(untrusted_place: str) -> int:
    if not (untrusted_place.isascii() and untrusted_place.isdigit() and len(untrusted_place) < 8):
        raise NotFound(id=untrusted_place[:30])
    return int(untrusted_place)


def _words_shown(page: Page, answer: Answer) -> tuple[Word, ...]:
    """The words that were shown, if they still stand there."""
    count = len(answer.shown.split())
    words = page.words[answer.begin : answer.begin + count] if answer.begin >= 0 else ()
    if text_of(words) != answer.shown or not 0 <= answer.begin <= len(page.words):
        raise ShownNoMore(id=answer.record_id)
    return words


def _as_before(words: tuple[Word, ...], again: PageCorrection) -> tuple[Word, ...]:
    """What a person had said, in the place where it is read now; in its own where nothing is."""
    if words:
        return said(words, Verdict.CORRECTED, again.text)
    return again.after


def kind_of(untrusted_kind: str) -> str:
    """field or page, else NotFound."""
    if untrusted_kind not in (FIELD, PAGE):
        raise NotFound(id=untrusted_kind[:30])
    return untrusted_kind
