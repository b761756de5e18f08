"""A machine that reads for another one: a Dask worker with a reading pool, and the scheduler between them."""

from __future__ import annotations

import asyncio
import logging
import signal
import tempfile
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any, cast

from distributed import Reschedule, Scheduler, Worker, get_worker

from ingest import answers
from ingest.sandbox import ReadingPool
from kernel.errors import TangthuError, Unavailable

LOG = logging.getLogger(__name__)

SCHEMES = {"dask": "tcp", "dask+tls": "tls"}
_AGAIN_SECONDS = 5.0
_CONNECT_SECONDS = "30s"
_QUIET = 30  # logging.WARNING: what Dask says of its own working is not for whoever reads our log


def place(address: str) -> str:
    """Dask's address of our dask://HOST:PORT or dask+tls://HOST:PORT."""
    scheme, _, rest = address.partition("://")
    return f"{SCHEMES[scheme]}://{rest}"


def answered(function: Callable[..., Any], arguments: tuple[object, ...], seconds: float | None) -> bytes:
    """The answer of a reading process of this worker, as `answers.outcome_from` opens it. Runs in a Dask worker."""
    pool = cast(ReadingWorker, get_worker()).reading
    try:
        return answers.answer_of(pool.submit(function, *arguments, seconds=seconds).result())
    except (CancelledError, Unavailable) as error:
        if isinstance(error, Unavailable) and not pool.closed:
            return answers.answer_of(None, error)  # e.g. a program is missing here
        raise Reschedule from error  # we are ending: another worker does it
    except TangthuError as error:
        return answers.answer_of(None, error)


class ReadingWorker(Worker):
    """A Dask worker that has a reading pool."""

    def __init__(self, address: str, reading: ReadingPool, **options: Any) -> None:
        self.reading = reading
        super().__init__(address, **options)


def work(address: str, reading: ReadingPool, threads: int) -> None:
    """Reads for the scheduler at dask://HOST:PORT until Ctrl-C or SIGTERM, and comes back to it when it was away."""
    asyncio.run(_until_stopped(lambda stop: _work(place(address), reading, threads, stop)))


def schedule(address: str) -> None:
    """Runs a scheduler at dask://HOST:PORT until Ctrl-C or SIGTERM. OSError if the address cannot be had."""
    asyncio.run(_until_stopped(lambda stop: _schedule(place(address), stop)))


async def _until_stopped(run: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    logging.getLogger("distributed").setLevel(_QUIET)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(stop)


async def _schedule(address: str, stop: asyncio.Event) -> None:
    scheme, _, rest = address.partition("://")
    host, _, port = rest.rpartition(":")
    async with Scheduler(host=host, port=int(port), protocol=f"{scheme}://", dashboard=False):
        await stop.wait()


async def _work(address: str, reading: ReadingPool, threads: int, stop: asyncio.Event) -> None:
    while not stop.is_set():
        once = asyncio.ensure_future(_work_once(address, reading, threads, stop))
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait({once, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            # What is being read ends now, and is read by another: the worker waits for it.
            await asyncio.to_thread(reading.close)
        try:
            await once
        except (OSError, TimeoutError) as error:
            LOG.warning("no scheduler at %s: %s", address, error)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping, _AGAIN_SECONDS)


async def _work_once(address: str, reading: ReadingPool, threads: int, stop: asyncio.Event) -> None:
    """From the connection to its end."""
    with tempfile.TemporaryDirectory(prefix="tangthu-worker-") as folder:
        options = {"nthreads": threads, "memory_limit": 0, "dashboard": False, "death_timeout": _CONNECT_SECONDS}
        async with ReadingWorker(address, reading, local_directory=folder, **options) as worker:
            finished = asyncio.ensure_future(worker.finished())
            stopping = asyncio.ensure_future(stop.wait())
            await asyncio.wait({finished, stopping}, return_when=asyncio.FIRST_COMPLETED)
            finished.cancel()
            stopping.cancel()
