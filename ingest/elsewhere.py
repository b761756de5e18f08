"""Reading on other machines: each call goes to a worker of a Dask scheduler, which has a reading pool of its own.

What Dask carries are our own functions with their arguments, and answers in the narrow language of `answers`: nothing
that a reading process says is unpickled here. Files are not carried: a worker opens the original under the same path,
on storage that all machines share.

A call that a lost worker had is done again by another. Where no worker is left, or the scheduler is away, calls end in
Unavailable at once, so that whoever reads says so and tries again later, and none waits for ever unseen.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Any

from distributed import Client
from distributed import Future as Elsewhere
from distributed.scheduler import KilledWorker

from ingest import answers
from ingest.elsewhere_worker import answered, place
from kernel.elsewhere_errors import NobodyReads, NoScheduler, WorkerUnfit
from kernel.errors import ReaderDied, Unavailable

LOG = logging.getLogger(__name__)

_CONNECT_SECONDS = 10.0
_LOOK_SECONDS = 2.0
_LOOKS_WITHOUT_WORKERS = 5
_REASON_LETTERS = 200


class DaskPool:
    """The workers of the scheduler at `address` (dask://HOST:PORT, dask+tls://HOST:PORT). Thread-safe.

    A pool like `sandbox.ReadingPool`; limits of memory and time are those of the worker's own. Connects when first
    needed, and again after it was cut off.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._client: Any = None  # Dask has no types
        self._waiting: dict[Future[Any], Elsewhere[Any]] = {}
        self._workers = 0
        self._without = 0
        self._closing = threading.Event()
        self._looking = threading.Thread(target=self._look_on, name="dask", daemon=True)
        self._looking.start()

    @property
    def workers(self) -> int:
        """Calls that can be done at once: at least 1, so that somebody asks and learns that there is none."""
        return max(1, self._workers)

    def submit(self, function: Callable[..., Any], *arguments: object, seconds: float | None = None) -> Future[Any]:
        """As of `ReadingPool`; NoScheduler, NobodyReads."""
        client = self._connected()
        if not self._workers:
            self._count(client)
        if not self._workers:
            raise NobodyReads(address=self._address)
        try:
            there = client.submit(answered, function, arguments, seconds, pure=False)
        except Exception as error:  # whatever a client says that is cut off just now
            raise NoScheduler(address=self._address, reason=str(error)) from error
        future: Future[Any] = Future()
        with self._lock:
            self._waiting[future] = there
        future.add_done_callback(self._cancelled)
        there.add_done_callback(lambda ended: self._ended(future, ended))
        return future

    def close(self) -> None:
        """Calls that wait or run end in CancelledError. Idempotent."""
        self._closing.set()
        self._give_up(CancelledError())
        self._looking.join()
        with self._lock:
            self._disconnect()

    def _connected(self) -> Any:
        with self._lock:
            if self._closing.is_set():
                raise Unavailable
            if self._client is None or self._client.status != "running":
                self._disconnect()
                try:
                    self._client = Client(  # type: ignore[no-untyped-call]
                        place(self._address), timeout=_CONNECT_SECONDS, set_as_default=False
                    )
                except (OSError, ValueError) as error:
                    raise NoScheduler(address=self._address, reason=str(error)) from error
            return self._client

    def _disconnect(self) -> None:
        if self._client is not None:
            with suppress(Exception):  # it may be cut off already, in any state
                self._client.close(timeout=_LOOK_SECONDS)
            self._client = None

    # -- what came back ----------------------------------------------------------------------------------------

    def _ended(self, future: Future[Any], there: Elsewhere[Any]) -> None:
        """In a thread of the client."""
        try:
            outcome = answers.outcome_from(there.result(timeout=_CONNECT_SECONDS))
        except Exception as failure:
            self._settle(future, error=_told(failure))
            return
        if outcome.trace:
            LOG.warning("a reading process elsewhere failed: %s", outcome.trace)
        self._settle(future, outcome.result, outcome.error)

    def _settle(self, future: Future[Any], result: object = None, error: BaseException | None = None) -> None:
        """What came of a call, unless that is known already: several may learn of it at once."""
        if self._taken(future) is None or not future.set_running_or_notify_cancel():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    def _cancelled(self, future: Future[Any]) -> None:
        """If whoever asked wants it no more, it need not be done there either."""
        there = self._taken(future)
        if there is not None:
            _cancel(there)

    def _taken(self, future: Future[Any]) -> Elsewhere[Any] | None:
        with self._lock:
            return self._waiting.pop(future, None)

    # -- looking on --------------------------------------------------------------------------------------------

    def _look_on(self) -> None:
        while not self._closing.wait(_LOOK_SECONDS):
            client = self._client
            if client is not None:
                self._count(client)
                self._without = 0 if self._workers else self._without + 1
                if self._without >= _LOOKS_WITHOUT_WORKERS:
                    self._give_up(NobodyReads(address=self._address))

    def _count(self, client: Any) -> None:
        try:
            self._workers = sum(client.nthreads().values()) if client.status == "running" else 0
        except Exception:
            self._workers = 0

    def _give_up(self, error: BaseException) -> None:
        with self._lock:
            waiting = dict(self._waiting)
        for future, there in waiting.items():
            self._settle(future, error=error)
            _cancel(there)


def _cancel(there: Elsewhere[Any]) -> None:
    with suppress(Exception):  # it may have ended, its client may be cut off
        there.cancel()  # type: ignore[no-untyped-call]


def _told(failure: Exception) -> BaseException:
    """What a call that Dask could not end comes to."""
    if isinstance(failure, KilledWorker):
        return ReaderDied()  # it took several workers with it
    if isinstance(failure, CancelledError):
        LOG.info("a call elsewhere is lost: %r", failure)
        return CancelledError()  # its worker or the scheduler is gone: to be done again
    LOG.warning("a call elsewhere failed: %r", failure)
    return WorkerUnfit(reason=repr(failure)[:_REASON_LETTERS])  # not at once again: the next try may fail the same way
