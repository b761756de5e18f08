"""Makes the vectors equal the catalogue, behind the index and never in its way.

A record is found by its words as soon as the indexer has it; its vector comes when the model has time. What the indexer
has learned is told here; at the start, after any trouble and now and then all is compared, so that whatever was lost,
damaged, restored or missed heals by itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from archive.catalogue import Catalogue
from kernel.errors import EngineUnavailable, Unavailable
from kernel.locks import exclusive_if_free
from mappings.record import RecordView
from search_api.meaning.passages import passage_of
from search_api.meaning.protocol import Embedder, Vector, Vectored, VectorSet
from search_api.reconciling import differences

LOG = logging.getLogger(__name__)

RECORDS_AT_A_TIME = 16
"""Records whose vectors are made together; the work ends between two such batches."""

IDLE_SECONDS = 0.5
COMPARE_SECONDS = 600.0
"""Between two comparisons of all vectors with the catalogue."""

_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 1.0, 60.0
_MOST_TOLD = 10_000


class Follower:
    """Of one process; of several the one with the lock works, and the others wait for it to end."""

    def __init__(
        self,
        catalogue: Catalogue,
        embedder: Embedder,
        vectors: VectorSet,
        lock: Path,
        compare_seconds: float = COMPARE_SECONDS,
    ) -> None:
        self._catalogue = catalogue
        self._embedder = embedder
        self._vectors = vectors
        self._lock = lock
        self._compare_seconds = compare_seconds
        self._told: dict[str, None] = {}
        self._telling = threading.Lock()
        self._told_too_many = False
        self._compare_at = 0.0
        self._failures = 0

    def tell(self, record_ids: Iterable[str]) -> None:
        """These have changed, or are gone. Returns at once; from any thread."""
        with self._telling:
            self._told |= dict.fromkeys(record_ids)
            if len(self._told) > _MOST_TOLD:
                # A comparison finds them all, and does not have to be remembered one by one.
                self._told.clear()
                self._told_too_many = True

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set; outlives whatever goes wrong."""
        while not stop.is_set():
            with exclusive_if_free(self._lock) as alone:
                if alone:
                    self._run_alone(stop)
            stop.wait(IDLE_SECONDS)

    def _run_alone(self, stop: threading.Event) -> None:
        checked = False
        while not stop.is_set():
            try:
                if not checked:
                    self._vectors.check()
                    checked, self._compare_at = True, 0.0
                worked = self.step(stop)
                self._failures = 0
            except Exception as error:  # one that ended without a word would leave records unfound by meaning
                checked = False
                stop.wait(self._failed(error))
                continue
            if not worked:
                stop.wait(IDLE_SECONDS)

    def step(self, stop: threading.Event | None = None) -> int:
        """What was told of, or, when it is time, all that differs; how many records were dealt with."""
        ending = stop or threading.Event()
        with self._telling:
            told, self._told = list(self._told), {}
            compare = self._told_too_many or time.monotonic() >= self._compare_at
            self._told_too_many = False
        if not compare:
            return self._bring_in(told, ending)
        done = self._compare(ending)
        self._compare_at = time.monotonic() + self._compare_seconds
        return done

    def _compare(self, ending: threading.Event) -> int:
        with self._catalogue.reading() as unit:
            different = [one.record_id for one in differences(unit, self._vectors.revisions())]
        if len(different) > RECORDS_AT_A_TIME:
            LOG.info("%d records wait for their vectors", len(different))
        return self._bring_in(different, ending)

    def _bring_in(self, record_ids: Sequence[str], ending: threading.Event) -> int:
        done = 0
        for start in range(0, len(record_ids), RECORDS_AT_A_TIME):
            if ending.is_set():
                break
            part = record_ids[start : start + RECORDS_AT_A_TIME]
            with self._catalogue.reading() as unit:
                views = unit.records.views(part, pages=True, boxes=False)
            # While the model works no transaction is open.
            rows = self.vectored(list(views.values()))
            if gone := [one for one in part if one not in views]:
                self._vectors.delete(gone)
            self._vectors.put(rows)
            self._vectors.commit()
            done += len(part)
        return done

    def vectored(self, views: Sequence[RecordView]) -> list[Vectored]:
        """These records as a set of vectors holds them. EngineUnavailable."""
        passages = [passage_of(view) for view in views]
        made = iter(self._embedded([one for one in passages if one]))
        return [
            Vectored(
                view.record.id,
                view.record.revision,
                view.record.sequence,
                view.record.tokens,
                next(made) if passage else None,
            )
            for view, passage in zip(views, passages, strict=True)
        ]

    def _embedded(self, passages: Sequence[str]) -> list[Vector | None]:
        """A vector each; None for one that the model cannot take, which must not hold up all others."""
        try:
            return list(self._embedder.passages(passages))
        except EngineUnavailable:
            made = [self._embedded_alone(one) for one in passages]
            if all(one is None for one in made):
                raise  # the model fails, not a text
            return made

    def _embedded_alone(self, passage: str) -> Vector | None:
        try:
            return self._embedder.passages([passage])[0]
        except EngineUnavailable as error:
            LOG.warning("a record stays without a vector: %s", error)
            return None

    def _failed(self, error: Exception) -> float:
        """Notes it; seconds to wait."""
        if isinstance(error, Unavailable):
            LOG.warning("vectors wait: %s", error)
        else:
            LOG.exception("making vectors failed and will be tried again")
        self._failures += 1
        return min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2.0 ** min(self._failures - 1, 10))
