"""Everything that parses bytes from outside runs in a child process with limits, and never in ours.

Each reading process is owned by one thread of the pool, for four reasons:
- the kernel's "die with your parent" is tied to the thread that started the child, so that thread must outlive it;
- every child has a pipe of its own: one killed in the middle of a message cannot block the others;
- the owner can kill the child's whole process group, with the OCR engine that it may be running;
- the owner removes the child's temp folder however the child ended.

What else a child is shut in by is told in `confining`, how it is handed the files that it reads in `handing`.
"""

from __future__ import annotations

import logging
import os
import pickle
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ingest import answers, handing, messages, sandboxed
from ingest.confining import SHUT_IN, Confinement, bubblewrapped, confinement, import_path, narrow_environment
from kernel.errors import FileUnreadable, PageTimedOut, ReaderDied, TangthuError, Unavailable

LOG = logging.getLogger(__name__)

START_SECONDS = 60.0
_END_SECONDS = 5.0
_LAST_WORDS_BYTES = 2000
_PIPE_BYTES = 1 << 16
_BLINK_SECONDS = 0.001  # the least that a socket takes for a time limit
IDLE_SECONDS = 60.0  # an idle process gives its memory back
CALLS_PER_PROCESS = 2000  # then a fresh one, against what libraries leak
FOLDER_PREFIX = "tangthu-reading-"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Call:
    """A function to be called in a reading process, and where its outcome goes."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    seconds: float
    future: Future[Any] = field(default_factory=Future)


class ReadingPool:
    """`workers` reading processes, each bounded in memory, time, file size and life span.

    `memory_mb`: what a process may hold, with its libraries. `page_seconds`: the time limit of a
    call that names none. `confined`: what else holds them; by default the best that this machine allows.
    `spares`: whether each has another one started beside it, so that a call after one that was killed need not
    wait for the libraries to load. Processes start when first needed and end when idle. Thread-safe.
    """

    def __init__(
        self,
        workers: int,
        memory_mb: int,
        page_seconds: float,
        confined: Confinement | None = None,
        *,
        spares: bool = False,
    ) -> None:
        self._memory_mb = memory_mb
        self._spares = spares
        self._confined = confined or confinement()
        self._page_seconds = page_seconds
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._live: set[_Process] = set()
        self.workers = workers
        _sweep_orphaned_folders()
        self._threads = [threading.Thread(target=self._serve, name=f"reading-{n}", daemon=True) for n in range(workers)]
        for thread in self._threads:
            thread.start()

    def submit(self, function: Callable[..., T], *arguments: object, seconds: float | None = None) -> Future[T]:
        """`function(*arguments)` in a reading process; both must be importable and picklable there.

        Files that it is to read are `handing.HandedFile` among the arguments; it may see no others.

        The future holds the result, or the TangthuError that the function raised, or PageTimedOut
        (over `seconds`, counted from the start of the call), ReaderDied (memory limit, crash),
        FileUnreadable (the function failed, and we could not open a file that it was to read), or
        CancelledError if the pool was closed meanwhile: then nothing is known, and it is to be done again.
        Raises Unavailable if the pool is closed.
        """
        call = _Call(function, arguments, self._page_seconds if seconds is None else seconds)
        with self._lock:
            if self._closed:
                raise Unavailable
            self._calls.put(call)
        return call.future

    @property
    def closed(self) -> bool:
        """Whether it takes no more calls."""
        with self._lock:
            return self._closed

    def close(self) -> None:
        """Ends every process at once; calls that wait or run end in CancelledError. Idempotent."""
        with self._lock:
            self._closed = True
            for process in self._live:
                process.kill()
        self._cancel_waiting()
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _cancel_waiting(self) -> None:
        while True:
            try:
                call = self._calls.get_nowait()
            except queue.Empty:
                return
            if call:
                call.future.cancel()
                call.future.set_running_or_notify_cancel()

    def _serve(self) -> None:
        """The life of one owner thread: take a call, have a process, do it."""
        # Inherited by the children: Ctrl-C in the terminal must not reach them even before they are set up.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        seat = _Seat()
        while True:
            try:
                call = self._calls.get(timeout=IDLE_SECONDS if seat.process else None)
            except queue.Empty:
                self._leave(seat)
                continue
            if call is None:
                self._leave(seat)
                return
            if call.future.set_running_or_notify_cancel():
                self._do(call, seat)

    def _do(self, call: _Call, seat: _Seat) -> None:
        """Does one call; the process stays in its seat if it can do another."""
        try:
            process = self._seated(seat)
            call.future.set_result(process.call(call))
        except TangthuError as error:
            gone = seat.process is None or seat.process.broken  # after a mere refusal it is as good as before
            if gone:
                self._end(seat)
            call.future.set_exception(CancelledError() if gone and self._closed else error)
        except Exception as error:  # e.g. arguments that cannot be pickled: the caller's mistake, not ours to hide
            self._end(seat)
            call.future.set_exception(error)

    def _seated(self, seat: _Seat) -> _Process:
        """The process of a seat, ready for a call: the same as before, or the spare, or a new one."""
        if seat.process is None or not seat.process.fit():
            self._end(seat)
            seat.process, seat.spare = seat.spare, None
            if seat.process is None or not seat.process.fit():
                self._end(seat)
                seat.process = self._started()
            self._await(seat)
        if self._spares and seat.spare is None:
            seat.spare = self._started()
        return seat.process

    def _started(self) -> _Process:
        """A process that loads its libraries now."""
        process = _Process(self._memory_mb, self._confined)
        with self._lock:
            self._live.add(process)
            if self._closed:
                process.kill()
        return process

    def _await(self, seat: _Seat) -> None:
        try:
            if seat.process:
                seat.process.wait_until_ready()
        except ReaderDied:
            self._end(seat)
            raise

    def _end(self, seat: _Seat) -> None:
        """Empties the seat; the spare stays.

        The kernel may take seconds to clear a killed process away. Where a spare stands ready nobody waits for that;
        else we do, so that the next one finds the memory free.
        """
        process, seat.process = seat.process, None
        if process is None:
            return
        with self._lock:
            self._live.discard(process)
        if not self._spares:
            process.end()
            return
        ending = threading.Thread(target=process.end, name="ending", daemon=True)
        ending.start()
        seat.ending = [*(one for one in seat.ending if one.is_alive()), ending]

    def _leave(self, seat: _Seat) -> None:
        """Ends both, and waits until they are gone: idle, or the pool is closed."""
        self._end(seat)
        seat.process, seat.spare = seat.spare, None
        self._end(seat)
        for ending in seat.ending:
            ending.join()
        seat.ending = []


@dataclass(slots=True)
class _Seat:
    """What an owner thread has: the process that it asks, and one that takes its place at once when it is gone.

    `ending`: what clears former ones away.
    """

    process: _Process | None = None
    spare: _Process | None = None
    ending: list[threading.Thread] = field(default_factory=list)


class _Process:
    """One reading process with its pipe and its temp folder. Used by its owner thread; `kill` by any."""

    def __init__(self, memory_mb: int, confined: Confinement) -> None:
        self.broken = False
        self._shut_in = confined is Confinement.BUBBLEWRAP
        self._calls = 0
        self._folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-")).resolve()
        ours, theirs = os.pipe(), os.pipe()
        self._inbox, self._outbox = ours[0], theirs[1]
        os.set_blocking(self._outbox, False)
        self._channel, channel = socket.socketpair()
        try:
            self._child = self._spawn(memory_mb, theirs[0], ours[1], channel.fileno())
        finally:
            os.close(theirs[0])
            os.close(ours[1])
            channel.close()

    def _spawn(self, memory_mb: int, read_from: int, write_to: int, channel: int) -> subprocess.Popen[bytes]:
        environment = narrow_environment() | {
            "PYTHONPATH": import_path(),
            "TMPDIR": str(self._folder),
            # One process is one core: libraries that start a thread per core only get in each other's way.
            **dict.fromkeys(("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        }
        if self._shut_in:
            environment[SHUT_IN] = "1"
        # Shut in, it cannot see us: bubblewrap sees to it that it ends with us.
        parent = 0 if self._shut_in else os.getpid()
        arguments = [str(number) for number in (read_from, write_to, channel, memory_mb, parent)]
        before = bubblewrapped(self._folder) if self._shut_in else []
        return subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [*before, sys.executable, "-P", "-m", sandboxed.__name__, *arguments],
            env=environment,
            pass_fds=(read_from, write_to, channel),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,  # until it is ready: then it has nowhere to write to
            start_new_session=True,  # no Ctrl-C from the terminal, and a group to kill as a whole
        )

    def wait_until_ready(self) -> None:
        """Returns once the libraries are loaded and the limits set. Raises ReaderDied."""
        try:
            with self._held_to(START_SECONDS, ReaderDied()) as deadline:
                self._receive(deadline)
        except ReaderDied:
            LOG.warning("a reading process did not start: %r", self._last_words())
            raise
        finally:
            if self._child.stderr:
                self._child.stderr.close()

    def _last_words(self) -> bytes:
        """What it wrote of its start, as far as the pipe held it; in the log by its escapes, for it may be anything."""
        if self._child.stderr is None:
            return b""
        os.set_blocking(self._child.stderr.fileno(), False)
        try:
            return os.read(self._child.stderr.fileno(), _PIPE_BYTES)[-_LAST_WORDS_BYTES:]
        except BlockingIOError:  # it lives, and has said nothing
            return b""

    def fit(self) -> bool:
        """Whether it can take another call."""
        return not self.broken and self._calls < CALLS_PER_PROCESS and self._child.poll() is None

    def call(self, call: _Call) -> Any:
        """The function's result. Raises its TangthuError, PageTimedOut, ReaderDied or FileUnreadable."""
        self._calls += 1
        with self._held_to(call.seconds, PageTimedOut(seconds=round(call.seconds))) as deadline:
            unopened = self._ask((call.function, call.arguments, call.seconds), deadline)
            outcome = self._receive(deadline)
        if outcome.trace:
            LOG.warning("a reading process failed: %s", outcome.trace)
        if outcome.error and unopened and not isinstance(outcome.error, (PageTimedOut, ReaderDied)):
            # It had nothing to read: that is the trouble of our machine, not the page's fault.
            raise FileUnreadable(reason=unopened.strerror or str(unopened)) from unopened
        if outcome.error:
            raise outcome.error
        return outcome.result

    @contextmanager
    def _held_to(self, seconds: float, late: TangthuError) -> Iterator[float]:
        """The deadline of what is said to it and by it; `late` if that is over, ReaderDied if it is gone."""
        try:
            yield time.monotonic() + seconds
        except TimeoutError:
            LOG.warning("a reading process took over %s s and was killed", seconds)
            self.broken = True
            raise late from None
        except (EOFError, OSError):
            self.broken = True
            raise ReaderDied from None

    def _ask(self, asked: tuple[Any, ...], deadline: float) -> OSError | None:
        """Asks; returns why a file of the call was not handed."""
        if self._shut_in:
            request, paths = handing.packed(asked)
            with handing.opened(paths) as descriptors:
                self._channel.settimeout(max(_BLINK_SECONDS, deadline - time.monotonic()))
                handing.hand(self._channel, descriptors)
            messages.send(self._outbox, bytes([len(paths)]) + request, deadline)
            return next((one for one in descriptors if isinstance(one, OSError)), None)
        messages.send(self._outbox, b"\0" + pickle.dumps(asked), deadline)
        with handing.opened(handing.packed(asked)[1]) as descriptors:  # it opens them itself: whether we could tells
            return next((one for one in descriptors if isinstance(one, OSError)), None)

    def _receive(self, deadline: float) -> answers.Outcome:
        return answers.outcome_from(messages.receive(self._inbox, answers.MAX_ANSWER_BYTES, deadline))

    def kill(self) -> None:
        """Ends the process and all that it started."""
        if self._child.returncode is not None:
            return  # already reaped: its number may belong to somebody else by now
        for end in (os.killpg, os.kill):  # the group exists only once the child has come that far
            try:
                end(self._child.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def end(self) -> None:
        """Kills, reaps and cleans up."""
        self.kill()
        self._child.wait()
        if self._shut_in:
            self._wait_for_the_inner_one()
        os.close(self._inbox)
        os.close(self._outbox)
        self._channel.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait_for_the_inner_one(self) -> None:
        """Killed is the outer process of bubblewrap; the kernel then ends what is in it, and so our pipe."""
        with suppress(OSError):
            messages.await_end(self._inbox, time.monotonic() + _END_SECONDS)


def _sweep_orphaned_folders() -> None:
    """Removes temp folders whose owner was itself killed and could not."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*-*"):
        owner = folder.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
        if owner.isdecimal() and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            shutil.rmtree(folder, ignore_errors=True)
