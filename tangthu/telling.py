"""What goes on in this process, told to all others: `archive.watchers`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType

from archive.watchers import Standing, ToldFile, ToldTrouble, Watchers
from ingest.intake.trouble import Trouble
from ingest.service import IngestService
from kernel.bilingual import Bilingual
from kernel.clock import now
from search_api.indexer import Indexer

LOG = logging.getLogger(__name__)

PERIOD_SECONDS = 2.0
_INDEXING = Bilingual("Việc đưa văn bản vào tìm kiếm bị gián đoạn", "Bringing records into the search is interrupted")
_INDEXING_REMEDY = Bilingual(
    "Văn bản vẫn được giữ và hệ thống tự thử lại; nếu vẫn lỗi, báo người quản trị",
    "The records are kept and it is tried again by itself; if it stays, tell the administrator",
)


class Teller:
    """Tells every two seconds how taking, reading and indexing stand, if that has changed. Use with `with`."""

    def __init__(self, watchers: Watchers, ingest: IngestService, indexer: Indexer) -> None:
        self._watchers = watchers
        self._ingest = ingest
        self._indexer = indexer
        self._told: Standing | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="telling", daemon=True)

    def __enter__(self) -> Teller:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()
        self._watchers.forget(self._ingest.owner_id)

    def _run(self) -> None:
        while True:
            try:
                self._tell()
            except Exception as error:  # a full disk; what it would have told is in the log already
                LOG.warning("how it stands cannot be told: %s", error)
            if self._stopping.wait(PERIOD_SECONDS):
                return

    def _tell(self) -> None:
        standing = self._standing()
        if self._told is None or replace(standing, at=self._told.at) != self._told:
            self._watchers.tell(self._ingest.owner_id, standing)
            self._told = standing

    def _standing(self) -> Standing:
        intake = self._ingest.status.intake
        return Standing(
            at=now(),
            waiting=intake.waiting,
            held_count=intake.held,
            held=tuple(ToldFile(one.name, one.tries, one.trouble.title) for one in intake.held_files),
            passed_over_count=intake.passed_over_count,
            passed_over=intake.passed_over,
            blind=intake.watching_reason,
            troubles=tuple(self._troubles()),
        )

    def _troubles(self) -> Iterator[ToldTrouble]:
        status = self._ingest.status
        if status.intake.trouble:
            yield _told("intake", status.intake.trouble)
        if status.pipeline.trouble:
            yield _told("reading", status.pipeline.trouble)
        if said := self._indexer.status.trouble:
            last = next((one for one in (self._told.troubles if self._told else ()) if one.part == "indexing"), None)
            since = last.at if last and last.detail == said else now()
            yield ToldTrouble("indexing", since, _INDEXING, _INDEXING_REMEDY, said)


def _told(part: str, trouble: Trouble) -> ToldTrouble:
    return ToldTrouble(part, trouble.at, trouble.title, trouble.remedy, trouble.detail)
