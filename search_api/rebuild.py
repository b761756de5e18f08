"""The whole index anew, streaming from the catalogue, while searching and indexing go on with the old one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive.catalogue import Catalogue
from archive.outbox import Pending
from kernel.locks import exclusive
from kernel.progress import Progress, silent
from search_api.batches import BATCH_RECORDS, batches
from search_api.begun import generation_to_fill
from search_api.engines.protocol import Generation, SearchEngine
from search_api.reconciling import differences

COMMIT_RECORDS = 10_000
"""Records between two commits of a new index: so many a kill costs at the most."""

_LOOKED_BACK = 1000


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many records the new index holds, and which it refused: id to reason."""

    records: int
    refused: dict[str, str]


def rebuild(catalogue: Catalogue, engine: SearchEngine, index_lock: Path, progress: Progress = silent) -> Rebuilt:
    """Fills a new generation and switches to it; on any failure the old one stays as it was.

    Streaming, in accession order. What a killed or stopped rebuild has committed is gone on with
    (`search_api.begun`). Outside the index lock but for the last difference and the switch, so that new records are
    found meanwhile. EngineUnavailable if the engine does not answer.
    """
    with generation_to_fill(engine, index_lock) as generation:
        filling = _Filling(catalogue, generation)
        filling.fill(progress)
        # Once before the lock, so that under it there is little left to analyse.
        filling.catch_up()
        with exclusive(index_lock):
            # What changes from here on stays in the outbox, which only a holder of the lock empties.
            filling.catch_up()
            generation.switch()
            filling.settle_refusals()
    return Rebuilt(filling.held, {record_id: reason for record_id, (_, reason) in filling.refused.items()})


@dataclass(slots=True)
class _Filling:
    """A generation on its way to equal the catalogue. `refused`: id to (revision, reason)."""

    catalogue: Catalogue
    generation: Generation
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)
    held: int = 0

    def fill(self, progress: Progress) -> None:
        with self.catalogue.reading() as unit:
            total = sum(unit.records.counts().values())
        done, after = self._filled_before()
        committed = done
        progress(done, max(done, total))
        for record_ids in self._ids(after):
            self._put(record_ids)
            done += len(record_ids)
            if done - committed >= COMMIT_RECORDS:
                self.generation.commit()
                committed = done
            progress(done, max(done, total))
        self.generation.commit()

    def _filled_before(self) -> tuple[int, int]:
        """How many records the generation holds already, and the accession number of the last of them.

        Whatever it lacks before that, or holds as it was then, is found by `catch_up`.
        """
        count, last = 0, deque[str](maxlen=_LOOKED_BACK)
        for record_id, _ in self.generation.revisions():
            count += 1
            last.append(record_id)
        with self.catalogue.reading() as unit:
            # One that has gone to the bin since has no place any more.
            places = (unit.records.standing(record_id) for record_id in reversed(last))
            return count, next((place for place in places if place), 0)

    def catch_up(self) -> None:
        """Brings in what has changed since; the catalogue as it is now decides."""
        with self.catalogue.reading() as unit:
            different = list(differences(unit, self.generation.revisions()))
        unknown = [one for one in different if self._refused_revision(one.record_id) != one.current]
        # The generation passes over lower revisions: those that went back must go out first.
        self.generation.delete([one.record_id for one in unknown if one.indexed is not None])
        self._put([one.record_id for one in unknown if one.current is not None])
        self.generation.commit()
        self.held = sum(1 for _ in self.generation.revisions())

    def settle_refusals(self) -> None:
        """What was set aside under the old index is not so any more, unless the new one refused it too."""
        with self.catalogue.writing() as unit:
            former = [Pending(one.record_id, one.revision) for one in unit.outbox.all_set_aside(_ALL)]
            unit.outbox.done([one for one in former if one.record_id not in self.refused])
            present = unit.records.views(list(self.refused))
            refused = [
                (Pending(record_id, revision), reason)
                for record_id, (revision, reason) in self.refused.items()
                # One that has changed since waits in the outbox already, to be tried again.
                if record_id in present and present[record_id].record.revision == revision
            ]
            unit.outbox.put({pending.record_id: pending.revision for pending, _ in refused})
            unit.outbox.set_aside(refused)
            unit.commit()

    def _ids(self, after: int) -> Iterator[list[str]]:
        while True:
            with self.catalogue.reading() as unit:
                rows = unit.records.revisions(after, BATCH_RECORDS)
            if not rows:
                return
            after = rows[-1][0]
            yield [record_id for _, record_id, _ in rows]

    def _put(self, record_ids: Sequence[str]) -> None:
        for batch in batches(self.catalogue, record_ids):
            refusals = [*batch.refused, *self.generation.put(batch.documents)]
            for record_id in batch.revisions:
                self.refused.pop(record_id, None)
            self.refused.update({one.id: (batch.revisions[one.id], one.reason) for one in refusals})
            if batch.vanished:
                self.generation.delete(batch.vanished)

    def _refused_revision(self, record_id: str) -> int:
        return self.refused.get(record_id, (-1, ""))[0]


_ALL = 1_000_000
