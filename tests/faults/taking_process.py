"""A process that takes and reads what lies in a house, forked from one that has loaded everything already.

What happens on the disk happens in two threads whose order of calls is always the same: the main one (opening,
claiming, committing, removing, reading, indexing) and the one that stores originals. The parsing of files, which has
processes of its own otherwise, happens in the main thread: hundreds of starts would take too long.
"""

from __future__ import annotations

import logging
import multiprocessing
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import ingest.reading.dispatch
import ingest.recognising
import ingest.service
from archive.receiving import announce
from ingest.intake import taking
from kernel.clock import now
from kernel.errors import PageUnreadable, TangthuError
from mappings.record import Delivery, DeliverySource, DeliveryState, RecordState
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.indexer import Indexer
from tests.integration.house import AT_ONCE, House

_PAUSE = 0.005
PRELOADED = (ingest.reading.dispatch, ingest.recognising)


@dataclass(frozen=True, slots=True)
class Work:
    """`thread`: whose calls are looked at, `main` or `storing`. `seconds`: when to give up what does not go."""

    root: Path
    thread: str = "main"
    seconds: float = 20.0
    index: bool = False
    upload: bytes = b""
    storing_threads: int = 1


class _Here:
    """Calls at once what a reading process would."""

    def __init__(self, *_: object) -> None:
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


def take(work: Work, control: Connection) -> None:
    """Tells which thread to look at, waits for a word, works, tells what came of it: whether all is done."""
    logging.disable(logging.CRITICAL)
    ingest.service.ReadingPool = _Here  # type: ignore[assignment,misc]
    taking._STORING_THREADS = work.storing_threads
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

    def stop_at_the_end() -> None:
        while time.monotonic() < deadline and not all_read():
            time.sleep(_PAUSE)
        service.pipeline.stop()

    watching = threading.Thread(target=stop_at_the_end)
    watching.start()
    service.pipeline.run()
    watching.join()
    return all_read()


def _index(house: House) -> None:
    engine = TantivyEngine(house.layout.index)
    indexer = Indexer(house.catalogue, engine, house.layout.index_lock)
    while indexer.step():
        pass
    engine.close()


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

    def end(self, seconds: float = 60) -> tuple[int, list[object]]:
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
