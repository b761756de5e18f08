"""Keywords of records that were described before there were keywords: chosen from the text that the archive has."""

from __future__ import annotations

import logging
import threading
from functools import partial

from archive.catalogue import Catalogue
from archive.events import Event, EventType
from archive.unit_of_work import UnitOfWork
from ingest.describing.keywords import read_keywords
from kernel.errors import Unavailable
from mappings.record import DescribedField, PageState, RecordView

LOG = logging.getLogger(__name__)

KEYWORDS = "keywords"
_TOGETHER = 20
_REST_SECONDS = 0.5  # after each batch: what comes in goes first
_TROUBLE_SECONDS = 30.0
_NONE = DescribedField(KEYWORDS, "", 0.0)
"""Says that they were looked for, and there are none."""


class OlderKeywords:
    """Gives keywords to the records of one archive that have none; `run` in a thread of its own."""

    def __init__(self, catalogue: Catalogue, rest_seconds: float = _REST_SECONDS) -> None:
        self._catalogue = catalogue
        self._rest_seconds = rest_seconds
        self._after = 0

    def run(self, stop: threading.Event) -> None:
        """Goes through all records once, then waits for `stop`: what is described from now on has its own."""
        while not stop.is_set():
            try:
                if not self.step():
                    stop.wait()
                stop.wait(self._rest_seconds)
            except Unavailable as error:
                LOG.warning("keywords of older records wait: %s", error)
                stop.wait(_TROUBLE_SECONDS)
            except Exception:  # whatever it is, nothing else of the service may end with it
                LOG.exception("keywords of older records are tried again")
                stop.wait(_TROUBLE_SECONDS)

    def step(self) -> int:
        """The next few records; how many were looked at. 0: none is left. Unavailable if the catalogue is."""
        with self._catalogue.reading() as unit:
            wanted = unit.records.without_field(KEYWORDS, self._after, _TOGETHER)
            views = unit.records.views([record_id for _, record_id in wanted], pages=True, boxes=False)
        found = {record_id: _keywords_of(view) for record_id, view in views.items()}
        if found:
            self._catalogue.write(partial(_enter, found=found))
        self._after = max((sequence for sequence, _ in wanted), default=self._after)
        return len(wanted)


def _keywords_of(view: RecordView) -> DescribedField:
    pages = [page for page in view.pages if page.state is PageState.SEARCHABLE]
    return read_keywords(pages, view.fields.values()) or _NONE


def _enter(unit: UnitOfWork, found: dict[str, DescribedField]) -> None:
    """What somebody else has entered meanwhile stays; what was taken away meanwhile is passed over."""
    held = unit.records.fields([*found], boxes=False)
    there = [one for one in found if KEYWORDS not in held[one] and unit.records.standing(one)]
    for record_id in there:
        unit.records.set_field(record_id, found[record_id])
    told = [one for one in there if found[one].value]
    revisions = {one: unit.records.touch(one) for one in told}
    unit.outbox.put(revisions)
    unit.events.add([_event(one, revisions[one]) for one in told])


def _event(record_id: str, revision: int) -> Event:
    return Event(EventType.EXTRACTION, record_id=record_id, detail={"revision": revision, "fields": [KEYWORDS]})
