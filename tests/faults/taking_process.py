"""A process that takes and reads what lies in a house, forked from one that has loaded everything already.

What happens on the disk happens in two threads whose calls are the same each time: the main one (opening, claiming,
committing, removing, reading, indexing, then writing sidecars and the head of the chain of events) and the one that
stores originals. The parsing of files, which has processes of its own otherwise, happens in the main thread: hundreds
of starts would take too long.
"""

from __future__ import annotations

import logging
import multiprocessing
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import archive.keeping
import ingest.detaching.taking_out
import ingest.dividing.cutting
import ingest.dividing.divider
import ingest.reading.dispatch
import ingest.recognising
import ingest.service
from archive.chain_heads import write_head
from archive.receiving import announce
from ingest.intake import taking
from kernel.clock import now
from kernel.errors import PageUnreadable, TangthuError, Unavailable
from mappings.record import Delivery, DeliverySource, DeliveryState, RecordState
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.indexer import Indexer
from tests.integration.house import AT_ONCE, House
from tests.keeping import waiting, writer

_PAUSE = 0.005
PRELOADED = (ingest.detaching.taking_out, ingest.dividing.cutting, ingest.reading.dispatch, ingest.recognising)


@dataclass(frozen=True, slots=True)
class Work:
    """`thread`: whose calls are looked at: `main`, `storing`, or `sidecars`: the main one's, from where these begin.

    `seconds`: when to give up what does not go.
    """

    root: Path
    thread: str = "main"
    seconds: float = 60.0
    index: bool = False
    sidecars: bool = False
    upload: bytes = b""
    storing_threads: int = 1


class _Here:
    """Calls at once what a reading process would."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def submit(self, function: Callable[..., Any], *arguments: object, seconds: float | None = None) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments))
        except TangthuError as error:
            future.set_exception(error)
        except Exception:
            future.set_exception(PageUnreadable())
        return future

    def close(self) -> None:
        pass

    workers = 1


class _InTurn:
    """Runs in the calling thread what threads would."""

    def submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        return _Here().submit(function, *arguments)

    def shutdown(self, **_: object) -> None:
        pass

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> _InTurn:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map(self, function: Callable[[Any], Any], *columns: Iterable[Any]) -> list[Any]:
        return list(map(function, *columns))


def take(work: Work, control: Connection) -> None:
    """Tells which thread to look at, waits for a word, works, tells what came of it: whether all is done."""
    logging.disable(logging.CRITICAL)
    ingest.service.ReadingPool = _Here  # type: ignore[assignment,misc]
    taking._STORING_THREADS = work.storing_threads
    ingest.dividing.divider.ThreadPoolExecutor = _InTurn  # type: ignore[assignment,misc]
    archive.keeping.ThreadPoolExecutor = _InTurn  # type: ignore[assignment,misc]
    archive.keeping.QUIET_SECONDS = 0.0
    try:
        done = _take(work, control)
    except Exception as error:  # an end with a word is a clean one
        control.send(f"{type(error).__name__}: {error}")
        sys.exit(1)
    control.send(done)


def _take(work: Work, control: Connection) -> bool:
    deadline = time.monotonic() + work.seconds
    with ExitStack() as stack:
        if work.thread == "main":
            _await_word(control, threading.get_native_id())
        house = stack.enter_context(House(work.root))
        if work.upload:
            _upload(house, work.upload, control)
            return True
        service = stack.enter_context(house.service(replace(AT_ONCE, workers=1)))
        if work.thread == "storing":
            _await_word(control, service._taker._threads.submit(threading.get_native_id).result())
        done = _look(service, deadline) and _read(house, service, deadline)
        if work.index and done:
            _index(house)
        if work.thread == "sidecars":
            _await_word(control, threading.get_native_id())
        if work.sidecars and done:
            done = _write_down(house, deadline)
        return done


def _await_word(control: Connection, thread: int) -> None:
    control.send(thread)
    control.recv()


def _upload(house: House, content: bytes, control: Connection) -> None:
    """As the API does: the answer goes out after the commit."""
    with house.spool.add("gửi lên.txt") as writer:
        writer.write(content)
        spooled = writer.finish()
    came = Delivery(
        spooled.delivery_id, "gửi lên.txt", DeliverySource.UPLOAD, DeliveryState.RECEIVED, now(), len(content)
    )
    house.catalogue.write(lambda unit: announce(unit, [came]))
    control.send("answered")


def _look(service: ingest.service.IngestService, deadline: float) -> bool:
    while True:
        service.intake.look()
        status = service.intake.status
        if not status.left and not status.trouble:
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)


def _read(house: House, service: ingest.service.IngestService, deadline: float) -> bool:
    def all_read() -> bool:
        with house.catalogue.reading() as unit:
            counts = unit.records.counts()
        return not (counts.get(RecordState.RECEIVED) or counts.get(RecordState.READING))

    turn = service.pipeline._turn

    def turn_and_look() -> None:
        try:
            turn()
        finally:
            # Asked in the same thread: how often another one asks would be another number of calls each time.
            if time.monotonic() > deadline or all_read():
                service.pipeline.stop()
            elif not service.pipeline.status.records_in_hand:
                service.pipeline.nudge()  # not a second later

    service.pipeline._turn = turn_and_look  # type: ignore[method-assign]
    service.pipeline.run()
    return all_read()


def _index(house: House) -> None:
    engine = TantivyEngine(house.layout.index)
    indexer = Indexer(house.catalogue, engine, house.layout.index_lock)
    while indexer.step():
        pass
    engine.close()


class _Done(threading.Event):
    """Is set when nothing waits any more, or it is too late; asked where the writer would rest."""

    def __init__(self, house: House, deadline: float) -> None:
        super().__init__()
        self._house, self._deadline = house, deadline

    def wait(self, timeout: float | None = None) -> bool:
        if time.monotonic() > self._deadline or not waiting(self._house.catalogue):
            self.set()
        return self.is_set()


def _write_down(house: House, deadline: float) -> bool:
    """Sidecars, as the thread that writes them does, and the head of the chain, as the upkeep does."""
    writer(house.catalogue, house.layout).run(_Done(house, deadline))
    while time.monotonic() < deadline:
        try:
            write_head(house.catalogue, house.layout.chain_heads)
            break
        except (OSError, Unavailable):  # the upkeep's next turn
            continue
    return not waiting(house.catalogue)


class Taking:
    """A started process, which waits for `go`."""

    def __init__(self, work: Work) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        self.control, inner = context.Pipe()
        self.process = context.Process(target=take, args=(work, inner))
        self.process.start()
        inner.close()
        self.thread: int = self.control.recv()

    def go(self) -> None:
        self.control.send(None)

    def end(self, seconds: float = 150) -> tuple[int, list[object]]:
        """The exit code (negative: killed by that signal) and what it said. AssertionError if it hangs."""
        self.process.join(seconds)
        hung = self.process.exitcode is None
        if hung:
            self.process.kill()
            self.process.join()
        said: list[object] = []
        try:
            while self.control.poll():
                said.append(self.control.recv())
        except EOFError:
            pass
        self.control.close()
        assert not hung, "the process hangs"
        code = self.process.exitcode
        self.process.close()
        assert code is not None
        return code, said
