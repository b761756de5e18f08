"""Who saw what, and when sessions and keys were last used: noted in memory, written down together every few seconds.

Reading a record must not wait for a disk, so a note costs an entry in a dict. What is noted is written at the latest
`EVERY_SECONDS` later, in one transaction: one event for each person, and a row for each record that they saw. A kill
loses the last seconds; what leaves the house as a table is written before its first byte goes.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.catalogue import Catalogue
from archive.events import Event, EventType
from archive.sights import Sight
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from search_api.people.signing import SignedIn

LOG = logging.getLogger(__name__)

EVERY_SECONDS = 2.0
LONGEST_ASKED = 20_000
"""Characters of the question that a table is taken out by, as it stands in the address."""

_AGAIN = timedelta(minutes=10)
"""The same person having the same of the same record before them is noted once in so long."""
_MOST_REMEMBERED = 50_000
_SESSION_NOTED = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Saw:
    signature: str
    sight: Sight


class Notebook:
    """One for each process. Safe over threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._saw: list[_Saw] = []
        self._sessions: dict[str, datetime] = {}
        self._keys: dict[str, datetime] = {}
        self._remembered: dict[tuple[str, str, str], datetime] = {}

    def used(self, signed_in: SignedIn) -> None:
        """Somebody's session or key was used just now."""
        moment = now()
        with self._lock:
            if signed_in.session is not None and moment - signed_in.session.seen_at >= _SESSION_NOTED:
                self._sessions[signed_in.session.id] = moment
            if signed_in.key is not None:
                self._keys[signed_in.key.id] = moment

    def saw(self, signed_in: SignedIn, record_id: str, what: str) -> None:
        """Somebody had this of a record before them."""
        moment, key = now(), (signed_in.person.id, record_id, what)
        with self._lock:
            before = self._remembered.get(key)
            if before is not None and moment - before < _AGAIN:
                return
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = moment
            self._saw.append(_Saw(signed_in.person.signature, Sight(record_id, signed_in.person.id, what, moment)))

    def took_out(self, signed_in: SignedIn, what: str, asked: str) -> None:
        """Somebody takes copies of several records out of the house; on disk when this returns.

        `asked`: all of it, which is the caller's to keep within bounds: what is cut off would be hidden.
        """
        detail = {"what": what, "asked": asked, "person": signed_in.person.signature}
        event = Event(EventType.EXPORTING, agent=signed_in.person.signature, detail=detail)
        self._catalogue.write(lambda unit: unit.events.add([event]))

    def flush(self) -> None:
        """Writes down what was noted; nothing happens if nothing was. Unavailable: then it stays noted."""
        with self._writing:
            with self._lock:
                saw, sessions, keys = self._saw, self._sessions, self._keys
                self._saw, self._sessions, self._keys = [], {}, {}
            if not (saw or sessions or keys):
                return
            try:
                self._catalogue.write(lambda unit: _write(unit, saw, sessions, keys))
            except Exception:
                with self._lock:
                    self._saw = saw + self._saw
                    self._sessions = sessions | self._sessions
                    self._keys = keys | self._keys
                raise

    def run(self, stop: threading.Event) -> None:
        """Writes every few seconds until `stop` is set, and once more then."""
        while not stop.wait(EVERY_SECONDS):
            self._try()
        self._try()

    def _try(self) -> None:
        try:
            self.flush()
        except Exception:  # whoever stopped noting would tell nobody
            LOG.exception("who saw what could not be written down and is kept for the next try")


def _write(unit: UnitOfWork, saw: list[_Saw], sessions: dict[str, datetime], keys: dict[str, datetime]) -> None:
    unit.sights.add([one.sight for one in saw])
    by_person: dict[str, list[_Saw]] = {}
    for one in saw:
        by_person.setdefault(one.signature, []).append(one)
    unit.events.add([_event(signature, theirs) for signature, theirs in by_person.items()])
    unit.sessions.see(sessions)
    unit.sessions.use_keys(keys)


def _event(signature: str, saw: list[_Saw]) -> Event:
    """One event tells of many records: an event for each would mark each one's sidecar to be written anew."""
    shown = [[one.sight.record_id, one.sight.what, one.sight.at.isoformat()] for one in saw]
    return Event(EventType.DISSEMINATION, agent=signature, detail={"shown": shown, "person": signature})
