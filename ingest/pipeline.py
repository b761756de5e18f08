"""Reading and describing, derived from the catalogue: what waits there is read, page by page.

The catalogue alone says what remains to be done. A process claims records, has their pages read by
the pool, and saves each page within half a second of its being read; killed, it leaves its records
to the next process, which goes on at the first page that is not saved. When all pages of a record
are read it is described, and its fields, state, event and outbox row are one transaction.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from typing import Any

from archive.catalogue import Catalogue
from archive.originals import Originals
from ingest.checking import checked_fields, checked_page
from ingest.dividing.divider import Divider
from ingest.flights import (
    DESCRIBING,
    SAVE_CALLS,
    Aside,
    Flight,
    Pace,
    Unsaved,
    described_pages,
    is_purged,
    save,
    tells,
)
from ingest.handing import HandedFile
from ingest.intake.trouble import Backoff, trouble_of
from ingest.learning import Learning
from ingest.options import PipelineOptions, PipelineStatus, Pool
from ingest.reading import failed_page
from ingest.recognising import DRAWABLE
from kernel.errors import FileUnreadable, NotFound, PageUnreadable, ReaderDied, TangthuError, Unavailable
from kernel.locks import Owner
from mappings.record import Page, PageState, Record

LOG = logging.getLogger(__name__)

_POLL_SECONDS = 1.0  # another process may have added records without telling
_ASIDE_SECONDS = 30.0
_MOST_CLAIMED = 64
_PAGES_IN_A_ROW = 8
_FLIGHTS_EACH = 8  # records in hand for each worker, however many pages they have
_DEATHS = 2
_WIND_UP_SECONDS = 2.0


class Pipeline:
    """Reads what waits in one catalogue. `run` in one thread; `nudge`, `stop` and `status` from any."""

    def __init__(
        self,
        catalogue: Catalogue,
        originals: Originals,
        pool: Pool,
        owner: Owner,
        options: PipelineOptions,
        divider: Divider | None = None,
    ) -> None:
        """`divider`: None: no scan is divided."""
        self._catalogue = catalogue
        self._originals = originals
        self._pool = pool
        self._owner = owner
        self._options = options
        self._learning = Learning(catalogue)
        self._stopping = threading.Event()
        self._came: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._claimed: deque[Record] = deque()
        self._flights: dict[str, Flight] = {}
        self._line: deque[Flight] = deque()
        self._aside = Aside()
        self._calls = 0
        self._unsaved = Unsaved()
        self._divider = divider or Divider(catalogue, originals, pool, None)
        self._claim_at = 0.0
        self._paused_until = 0.0
        self._backoff = Backoff()
        self._pages_each = 1.0
        self._pace = Pace()
        self._status = PipelineStatus()

    @property
    def status(self) -> PipelineStatus:
        """How it stands now."""
        return replace(self._status, records_in_hand=len(self._flights), pages_in_hand=self._calls)

    def nudge(self) -> None:
        """There may be something to read."""
        self._came.put(self._claim_soon)

    def stop(self) -> None:
        """Ends `run` soon: pages that are being read are waited for shortly, others are given back."""
        self._stopping.set()
        self.nudge()

    def run(self) -> None:
        """Reads until `stop`, whatever happens on the way."""
        self._divider.sweep()
        while not self._stopping.is_set():
            try:
                self._turn()
            except Exception as error:  # the loop must go on: nothing that was read is forgotten
                LOG.warning("reading is interrupted", exc_info=error)
                self._pause(error)
        self._wind_up()

    def _turn(self) -> None:
        if not self._paused():
            self._claim()
            self._fill()
        self._collect(self._seconds_to_wait())
        if not self._paused() and self._save_is_due():
            self._save()

    # -- claiming ------------------------------------------------------------------------------------------

    def _claim_soon(self) -> None:
        self._claim_at = 0.0

    def _claim(self) -> None:
        """Claims as many records as keep the pool busy, and always some, so that none waits behind a thick one."""
        bound = self._bound()
        room = bound - sum(len(flight.todo) for flight in self._line)
        hungry = 2 * room >= bound or len(self._flights) - len(self._aside) < _FLIGHTS_EACH * self._pool.workers
        if hungry and not self._aside.full and time.monotonic() >= self._claim_at:
            limit = min(_MOST_CLAIMED, max(1, round(room / self._pages_each)))
            held = {*self._flights, *(record.id for record in self._claimed)}
            claimed = self._catalogue.write(
                lambda work: work.records.claim(self._owner.id, self._owner.alive, limit, held)
            )
            self._claimed.extend(claimed)
            if not claimed or room <= 0:
                self._claim_at = time.monotonic() + _POLL_SECONDS
        if self._claimed:
            self._open_claimed()

    def _open_claimed(self) -> None:
        with self._catalogue.reading() as work:
            while self._claimed:
                record = self._claimed[0]
                todo = deque(work.pages.waiting(record.id)) or deque([DESCRIBING])
                flight = Flight(record, todo)
                self._flights[record.id] = flight
                self._claimed.popleft()
                self._pages_each = 0.9 * self._pages_each + 0.1 * len(todo)
                self._get_in_line(flight)

    # -- calling -------------------------------------------------------------------------------------------

    def _bound(self) -> int:
        """How many calls may be under way: about a second's work, so that a new record is soon begun."""
        workers, dividing = self._pool.workers, sum(one.dividing for one in self._flights.values())  # beside reading
        return dividing + max(2 * workers, min(32 * workers, round(self._pace.each_second)))

    def _fill(self) -> None:
        """A few calls from each flight in turn while there is room: thin records end soon, thick ones let others by."""
        for back in self._aside.due():
            self._get_in_line(back)
        while self._line and self._calls < self._bound():
            flight = self._line.popleft()
            flight.in_line = False
            self._call_next(flight)
            if flight.todo:
                flight.in_a_row = (flight.in_a_row + 1) % _PAGES_IN_A_ROW
                self._get_in_line(flight, first=flight.in_a_row > 0)

    def _get_in_line(self, flight: Flight, *, first: bool = False) -> None:
        if flight.in_line or flight.not_before:
            return
        put = self._line.appendleft if first else self._line.append
        put(flight)
        flight.in_line = True

    def _call_next(self, flight: Flight) -> None:
        if flight.record.id not in self._flights:  # purged while some of its pages were being read
            flight.todo.clear()
            return
        number = flight.todo.popleft()
        try:
            if number == DESCRIBING:
                self._call_describe(flight)
            elif (path := flight.local_path(self._originals)) is not None:
                options, media_type = self._options, flight.record.media_type
                future = self._pool.submit(options.read, HandedFile(path), media_type, number, options.reading)
                self._await(flight, number, future)
            else:
                self._set_aside(flight, number)
        except NotFound:  # its pages were all entered with it: they go only with the whole record
            self._let_go(flight)
        except Exception:
            self._give_back(flight, number)
            raise

    def _call_describe(self, flight: Flight) -> None:
        pages = [page for page in described_pages(self._catalogue, flight) if page.state is PageState.SEARCHABLE]
        if flight.may_be_divided and self._divider.is_wanted(flight.record, flight.known):
            self._call_divide(flight)
        elif pages:
            seconds = self._options.describing_seconds
            self._await(flight, DESCRIBING, self._pool.submit(self._options.describe, pages, seconds=seconds))
        else:
            flight.fields = {}
            self._unsaved.note()

    def _call_divide(self, flight: Flight) -> None:
        if (path := flight.local_path(self._originals)) is not None:
            flight.dividing = True
            self._await(flight, DESCRIBING, self._divider.begin(flight.record, path, flight.known))
        else:
            self._set_aside(flight, DESCRIBING)

    def _await(self, flight: Flight, number: int, future: Future[Any], *, probe: bool = False) -> None:
        ended = self._probe_ended if probe else self._call_ended
        flight.calls[number] = future
        self._calls += 1
        future.add_done_callback(lambda done: self._came.put(lambda: ended(flight, number, done)))

    def _give_back(self, flight: Flight, number: int) -> None:
        flight.todo.appendleft(number)
        self._get_in_line(flight)

    def _set_aside(self, flight: Flight, number: int, error: Unavailable | None = None) -> None:
        """The original cannot be had: a share may be away, so the pages are not at fault; the others go on."""
        if is_purged(self._catalogue, flight):
            self._let_go(flight)
            return
        self._aside.put(flight, _ASIDE_SECONDS)
        self._give_back(flight, number)
        self._tell(error or Unavailable(reason=f"original {flight.record.digest} is missing"))

    def _let_go(self, flight: Flight) -> None:
        """The record was purged while it was being read: nothing of it is kept."""
        self._flights.pop(flight.record.id, None)
        flight.end()

    # -- what came back ------------------------------------------------------------------------------------

    def _collect(self, seconds: float) -> None:
        """Waits up to `seconds` for something to happen and takes all that has."""
        try:
            self._came.get(timeout=seconds)()
            for _ in range(SAVE_CALLS):
                self._came.get_nowait()()
        except queue.Empty:
            return

    def _call_ended(self, flight: Flight, number: int, future: Future[Any]) -> None:
        del flight.calls[number]
        self._calls -= 1
        try:
            self._take_result(flight, number, future.result())
        except CancelledError:
            self._give_back(flight, number)
        except ReaderDied as error:
            self._reader_died(flight, number, error)
        except FileUnreadable as error:  # this original's disk or share; a descriptor too many is soon given back
            self._set_aside(flight, number, error)
        except Unavailable as error:  # a program is missing, the pool is closed: not the page's fault
            self._give_back(flight, number)
            self._pause(error)
        except OSError as error:  # of the disk that parts are stored on
            self._set_aside(flight, number, Unavailable(reason=str(error)))
        except Exception as error:
            self._failed(flight, number, error)

    def _take_result(self, flight: Flight, number: int, untrusted_result: object) -> None:
        if number != DESCRIBING:
            self._keep(flight, checked_page(untrusted_result, number))
        elif flight.take_parts(untrusted_result):
            self._give_back(flight, DESCRIBING)
        else:
            fields = checked_fields({} if flight.divided else untrusted_result)
            flight.fields = self._learning.corrected(fields, flight.record, flight.kept)
            self._unsaved.note()

    def _reader_died(self, flight: Flight, number: int, error: TangthuError) -> None:
        """Once may be the machine's fault. The next time, a call that cannot fail tells whose it is."""
        flight.deaths[number] = flight.deaths.get(number, 0) + 1
        if flight.deaths[number] < _DEATHS:
            self._give_back(flight, number)
        else:
            LOG.warning("page %d of record %s kills its reader: %s", number, flight.record.id, error.code)
            try:
                self._await(flight, number, self._pool.submit(bool), probe=True)
            except Unavailable:  # we are closing
                self._give_back(flight, number)

    def _probe_ended(self, flight: Flight, number: int, future: Future[Any]) -> None:
        del flight.calls[number]
        self._calls -= 1
        try:
            future.result()
        except CancelledError:
            self._give_back(flight, number)
        except Exception as error:  # reading processes do not even start
            self._give_back(flight, number)
            self._pause(error)
        else:
            self._failed(flight, number, ReaderDied())

    def _failed(self, flight: Flight, number: int, error: Exception) -> None:
        told = error if isinstance(error, TangthuError) else PageUnreadable()
        if not isinstance(error, TangthuError):
            LOG.warning("reading failed unforeseen", exc_info=error)
        if number == DESCRIBING and flight.dividing:  # it is described as the one record that it stays
            flight.stay_whole(told)
            self._give_back(flight, DESCRIBING)
        elif number == DESCRIBING:
            flight.fields, flight.failure = {}, told.code
            self._unsaved.note()
        elif flight.local_path(self._originals) is None:
            self._set_aside(flight, number)
        else:
            self._keep(flight, failed_page(number, told, has_image=flight.record.media_type in DRAWABLE))

    def _keep(self, flight: Flight, page: Page) -> None:
        flight.unsaved.append(page)
        if tells(flight.record, page.number):
            flight.kept[page.number] = page
        self._pace.count()
        self._unsaved.note()
        if not flight.todo and not flight.calls:
            flight.todo.append(DESCRIBING)
            self._get_in_line(flight, first=True)

    # -- saving --------------------------------------------------------------------------------------------

    def _save_is_due(self) -> bool:
        idle = self._unsaved.calls > 0 and self._calls == 0 and not self._line
        return idle or self._unsaved.due

    def _save(self) -> None:
        flights = [flight for flight in self._flights.values() if flight.unsaved or flight.fields is not None]
        saved, failure = save(self._catalogue, flights)
        for flight in saved:
            self._saved(flight)
        if failure:
            raise failure
        self._unsaved = Unsaved()
        self._backoff.reset()
        if not self._aside:
            self._status = replace(self._status, trouble=None)

    def _saved(self, flight: Flight) -> None:
        self._status = self._status.after(flight.unsaved, finished=flight.is_done)
        flight.unsaved = []
        if flight.is_done:
            del self._flights[flight.record.id]
            flight.close()
            if not self._line:  # the last claim may have filled the room of a moment that is over
                self._claim_soon()

    # -- time ----------------------------------------------------------------------------------------------

    def _paused(self) -> bool:
        return time.monotonic() < self._paused_until

    def _pause(self, error: Exception) -> None:
        self._tell(error)
        if not self._paused():  # many calls that fail together are one trouble
            self._paused_until = time.monotonic() + self._backoff.next()

    def _tell(self, error: Exception) -> None:
        self._status = replace(self._status, trouble=trouble_of(error))

    def _seconds_to_wait(self) -> float:
        moment = time.monotonic()
        if self._paused():
            return self._paused_until - moment
        if self._save_is_due():
            return 0.0
        if self._unsaved.calls:
            return self._unsaved.seconds_left
        return max(0.05, min(_POLL_SECONDS, self._claim_at - moment)) if not self._calls else _POLL_SECONDS

    def _wind_up(self) -> None:
        for flight in self._flights.values():
            for future in flight.calls.values():
                future.cancel()
        deadline = time.monotonic() + _WIND_UP_SECONDS
        while self._calls and time.monotonic() < deadline:
            self._collect(max(0.0, deadline - time.monotonic()))
        try:
            self._save()
        except Exception as error:  # the pages are read again by the next process
            LOG.warning("the last pages could not be saved", exc_info=error)
        self._divider.close()
        for flight in self._flights.values():
            flight.close()
