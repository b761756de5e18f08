"""The way in as one thing to start and stop: intake and reading, each in a thread, one owner for both."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import TracebackType

from archive.catalogue import Catalogue
from archive.layout import Layout
from archive.originals import Originals
from archive.spool import Spool
from ingest.describing import describe
from ingest.dividing.divider import Divider
from ingest.intake.claiming import DropClaims, SpoolClaims
from ingest.intake.inspecting import Inspector
from ingest.intake.intake import Doors, Intake, IntakeStatus
from ingest.intake.rejecting import Rejections
from ingest.intake.taking import Taker, TakingOptions
from ingest.options import PipelineOptions, PipelineStatus, Pool, Taking
from ingest.pipeline import Pipeline
from ingest.reading import ReadingOptions
from ingest.recognising import Limits
from ingest.sandbox import ReadingPool
from kernel.locks import Owner
from mappings.record import RecordState
from mappings.record_types import RecordTypes, builtin_types

_OCR_SHARE = 0.9
"""Of the time for a page: OCR ends by itself then, and keeps what it has; only what does not end is killed."""
INCOMING, REJECTED, CLAIMED = "incoming", "rejected", ".claimed"
_DRAIN_POLL_SECONDS = 0.05
_CLOSE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How to take and read. Seconds, megabytes (`memory_mb` of a reading process), bytes, megapixels.

    `workers`: reading processes here, or the dask://HOST:PORT of a scheduler whose workers read.
    """

    workers: int | str = 1
    memory_mb: int = 1024
    page_seconds: float = 115.0
    max_bytes: int = 500 * 1024 * 1024
    max_pages: int = 5000
    max_megapixels: int = 200
    settle_seconds: float = 2.0
    rescan_seconds: float = 5.0
    unit: str = "office"
    access_class: str = "internal"
    reading: ReadingOptions = field(default_factory=ReadingOptions)
    types: RecordTypes = field(default_factory=builtin_types)


@dataclass(frozen=True, slots=True)
class IngestStatus:
    """How the way in stands in this process."""

    intake: IntakeStatus
    pipeline: PipelineStatus


def _pipeline_options(options: IngestOptions) -> PipelineOptions:
    ocr_seconds = min(options.reading.page_seconds, _OCR_SHARE * options.page_seconds)
    reading = replace(options.reading, page_seconds=ocr_seconds)
    return PipelineOptions(reading, describe=partial(describe, types=options.types))


def _reading_pool(options: IngestOptions) -> Pool:
    if isinstance(options.workers, int):
        return ReadingPool(options.workers, options.memory_mb, options.page_seconds)
    from ingest.elsewhere import DaskPool  # noqa: PLC0415 - who reads here needs no Dask

    return DaskPool(options.workers)


class IngestService:
    """Takes what comes into `drop/incoming` and the spool, and reads it. `close` ends it; use `with`."""

    def __init__(
        self,
        catalogue: Catalogue,
        originals: Originals,
        layout: Layout,
        drop: Path,
        options: IngestOptions,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """Makes the folders that are missing. `drop` must be on one file system; it may be another than the data's.

        `ended` is called, from any thread, if taking or reading ends unasked.
        """
        self._ended = ended
        layout.prepare()
        spool = Spool(layout.spool)
        originals.sweep()
        spool.sweep()
        self._catalogue = catalogue
        self._owner = Owner(layout.owners)
        (drop / INCOMING).mkdir(parents=True, exist_ok=True)
        self._drop_claims = DropClaims(drop / CLAIMED, self._owner)
        self._spool_claims = SpoolClaims(layout.spool / CLAIMED, self._owner)
        # Inspecting has a process of its own: a file is made safe while others are being read. It is killed over a
        # file that takes long, and the file after that must not wait until the parsers are loaded again.
        self._inspecting = ReadingPool(1, options.memory_mb, options.page_seconds, spares=True)
        self._patient = ReadingPool(1, options.memory_mb, options.page_seconds)
        self._reading = _reading_pool(options)
        limits = Limits(options.max_pages, options.max_megapixels)
        # Cut here, wherever pages are read: many pieces of one file, from one process that has it at hand.
        divider = Divider(catalogue, originals, self._patient, layout.dividing, Taking(options.max_bytes, limits))
        self.pipeline = Pipeline(catalogue, originals, self._reading, self._owner, _pipeline_options(options), divider)
        self._taker = Taker(
            catalogue,
            originals,
            Rejections(drop / REJECTED, layout.data / "rejecting.lock"),
            Inspector(self._inspecting, limits, options.page_seconds, self._patient),
            TakingOptions(options.max_bytes, options.unit, options.access_class),
        )
        self.intake = Intake(
            Doors(drop / INCOMING, self._drop_claims, spool, self._spool_claims),
            self._taker,
            options.settle_seconds,
            options.rescan_seconds,
            taken=self.pipeline.nudge,
        )
        self._threads: list[threading.Thread] = []
        self._closed = False

    def __enter__(self) -> IngestService:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def owner_id(self) -> str:
        """The id of this process as an owner of claims."""
        return self._owner.id

    @property
    def status(self) -> IngestStatus:
        """How it stands now."""
        return IngestStatus(self.intake.status, self.pipeline.status)

    def nudge(self) -> None:
        """Something was put into the drop or the spool: look at once."""
        self.intake.nudge()

    def start(self) -> None:
        """Starts taking and reading in the background. Again has no effect."""
        if self._threads or self._closed:
            return
        loops = (("intake", self.intake.run), ("pipeline", self.pipeline.run))
        self._threads = [threading.Thread(target=self._run, args=(loop,), name=name) for name, loop in loops]
        for thread in self._threads:
            thread.start()

    def _run(self, loop: Callable[[], None]) -> None:
        try:
            loop()
        finally:
            if not self._closed:
                self._ended()

    def run(self, stop: threading.Event) -> None:
        """Takes and reads until `stop` is set, then closes."""
        self.start()
        try:
            stop.wait()
        finally:
            self.close()

    def drain(self, timeout: float) -> bool:
        """Takes and reads until nothing is left, in the drop, the spool and the catalogue.

        False if something still is after `timeout` seconds, or if the service was closed. What another
        living process is reading is waited for.
        """
        self.start()
        deadline = time.monotonic() + timeout
        # The look that runs now may have passed by what came since.
        enough = self.intake.status.looks + 2
        self.nudge()
        while not self._closed:
            if self._is_empty(enough):
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(_DRAIN_POLL_SECONDS)
        return False

    def _is_empty(self, enough: int) -> bool:
        status = self.intake.status
        if status.looks < enough:
            self.nudge()
            return False
        if status.left or status.trouble:
            return False
        with self._catalogue.reading() as work:
            counts = work.records.counts()
        return not (counts.get(RecordState.RECEIVED) or counts.get(RecordState.READING))

    def close(self) -> None:
        """Ends the batch in hand, waits shortly for pages being read, gives the rest back. Idempotent."""
        if self._closed:
            return
        self._closed = True
        self.intake.stop()
        self.pipeline.stop()
        for thread in self._threads:
            thread.join(_CLOSE_SECONDS)
        self._patient.close()
        self._inspecting.close()  # an inspection that takes long is given up, and done again by the next process
        for thread in self._threads:
            thread.join()
        self._taker.close()
        self._reading.close()
        self._drop_claims.close()
        self._spool_claims.close()
        self._owner.close()
