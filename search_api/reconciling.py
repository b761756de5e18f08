"""Where the index and the catalogue differ, by walking both in accession order once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.catalogue import Catalogue
from archive.unit_of_work import UnitOfWork
from kernel.locks import exclusive
from search_api.engines.protocol import SearchEngine

_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """A record whose revision in the index is not that of the catalogue; None where it is not there at all."""

    record_id: str
    indexed: int | None
    current: int | None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a reconciliation found: records the index lacked, held in another revision, held for nothing."""

    missing: int
    stale: int
    extra: int


def differences(unit: UnitOfWork, indexed: Iterator[tuple[str, int]]) -> Iterator[Difference]:
    """All differences, streaming. The catalogue is asked for a single record only where the two walks part."""
    walk = _IndexWalk(unit, indexed)
    after = 0
    while rows := unit.records.revisions(after):
        for sequence, record_id, revision in rows:
            after = sequence
            yield from walk.extras_before(record_id, sequence)
            held = walk.take(record_id)
            if held != revision:
                yield Difference(record_id, held, revision)
    yield from walk.rest()


class _IndexWalk:
    """The index's records one by one, with a look at the next."""

    def __init__(self, unit: UnitOfWork, indexed: Iterator[tuple[str, int]]) -> None:
        self._unit = unit
        self._indexed = indexed
        # Where the next one stands in the catalogue, once that had to be asked; 0 if it is not there.
        self._sequence: int | None = None
        self._next = next(indexed, None)

    def take(self, record_id: str) -> int | None:
        """The indexed revision of this record if it is the next one."""
        if self._next is None or self._next[0] != record_id:
            return None
        revision = self._next[1]
        self._advance()
        return revision

    def extras_before(self, record_id: str, sequence: int) -> Iterator[Difference]:
        """Passes over what stands in the index before this record but is not in the catalogue."""
        while self._next is not None and self._next[0] != record_id:
            stands = self._stands()
            if stands > sequence:
                return
            if not stands:
                yield Difference(self._next[0], self._next[1], None)
            self._advance()

    def rest(self) -> Iterator[Difference]:
        """What is left when the catalogue has come to its end."""
        while self._next is not None:
            if not self._stands():
                yield Difference(self._next[0], self._next[1], None)
            self._advance()

    def _stands(self) -> int:
        if self._sequence is None and self._next is not None:
            self._sequence = self._unit.records.standing(self._next[0])
        return self._sequence or 0

    def _advance(self) -> None:
        self._next = next(self._indexed, None)
        self._sequence = None


def reconcile(catalogue: Catalogue, engine: SearchEngine, index_lock: Path) -> Reconciled:
    """Makes the outbox hold all that the index lacks and takes out of the index what is no record.

    The index heals by this after it was deleted, restored, or lost its latest writes; the catalogue
    after a restore too. EngineUnavailable if the engine does not answer.
    """
    found = {"missing": 0, "stale": 0, "extra": 0}
    with catalogue.reading() as unit:
        for part in _parts(differences(unit, engine.revisions())):
            _heal(catalogue, engine, index_lock, part)
            for difference in part:
                found[_kind(difference)] += 1
    return Reconciled(**found)


def _heal(catalogue: Catalogue, engine: SearchEngine, index_lock: Path, part: list[Difference]) -> None:
    with exclusive(index_lock):
        # Read again, under the lock: the walk's view may be old, and an indexer may have been at work.
        revisions = catalogue.write(lambda unit: _enter(unit, part))
        # The engine passes over a lower revision than it holds: such a record (a restored catalogue) must go out first.
        gone = [one.record_id for one in part if (one.indexed or 0) > revisions.get(one.record_id, -1)]
        if gone:
            engine.delete(gone)
            engine.commit()


def _enter(unit: UnitOfWork, part: list[Difference]) -> dict[str, int]:
    views = unit.records.views([one.record_id for one in part])
    revisions = {record_id: view.record.revision for record_id, view in views.items()}
    unit.outbox.put(revisions)
    return revisions


def _kind(difference: Difference) -> str:
    if difference.current is None:
        return "extra"
    return "missing" if difference.indexed is None else "stale"


def _parts(found: Iterator[Difference]) -> Iterator[list[Difference]]:
    part: list[Difference] = []
    for difference in found:
        part.append(difference)
        if len(part) == _AT_A_TIME:
            yield part
            part = []
    if part:
        yield part
