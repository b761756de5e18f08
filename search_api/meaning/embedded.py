"""The vectors of the embedded form: a folder of two files beside the index, any number of processes over it."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from kernel.durable import sync_folder
from kernel.errors import EngineUnavailable
from search_api.meaning.protocol import Near, Vector, Vectored
from search_api.meaning.slots import SLOT, Mapped, Writing, encoded, slot_of, stamp_of

LOG = logging.getLogger(__name__)

_PREFIX = "meaning-"


class EmbeddedVectors:
    """As `VectorSet`, in a folder named by the model's digest. Makes nothing before the first `put` or `check`.

    `nearest` is exact and knows no tokens. Safe over threads.
    """

    def __init__(self, index: Path, digest: str, dimension: int) -> None:
        """`index`: the folder of the embedded index."""
        self._folder = index / f"{_PREFIX}{digest}"
        self._dimension = dimension
        self._lock = threading.RLock()
        self._mapped: Mapped | None = None
        self._writing: Writing | None = None
        self._free: list[int] = []

    def put(self, rows: Sequence[Vectored]) -> None:
        """As `VectorSet`."""
        with self._writer() as writer:
            held = self._slots_of([row.id for row in rows])
            for row in rows:
                codes, length = encoded(row.vector, self._dimension)
                slot = slot_of(row, codes, length)
                at = held.get(row.id)
                if at is None:
                    at = self._free.pop() if self._free else writer.count
                    held[row.id] = at
                writer.write(at, slot, codes)

    def delete(self, ids: Sequence[str]) -> None:
        """As `VectorSet`."""
        with self._writer() as writer:
            for at in self._slots_of(ids).values():
                writer.clear(at)
                self._free.append(at)

    def commit(self) -> None:
        """As `VectorSet`."""
        with self._lock, _errors():
            if self._writing is not None:
                self._writing.sync()

    def revisions(self) -> Iterator[tuple[str, int]]:
        """As `VectorSet`."""
        mapped = self._current()
        if mapped is None:
            return
        slots = np.array(mapped.slots)
        slots = slots[slots["sequence"] > 0]
        for slot in slots[np.argsort(slots["sequence"], kind="stable")]:
            yield slot["id"].decode("ascii", "replace"), int(slot["revision"])

    def check(self) -> None:
        """As `VectorSet`: frees damaged slots, and a second one of the same record; removes other models' folders."""
        for folder in self._folder.parent.glob(f"{_PREFIX}*"):
            if folder != self._folder:
                shutil.rmtree(folder, ignore_errors=True)
        with self._writer() as writer:
            mapped = self._current()
            bad = mapped.unsound() if mapped is not None else []
            if bad:
                LOG.warning("%d vectors are damaged and are made anew", len(bad))
            for at in bad:
                writer.clear(at)
            writer.sync()
            self._free = _free_slots(self._current())

    def nearest(
        self, vector: Vector, limit: int, *, tokens: Sequence[str], among: Sequence[int] | None = None
    ) -> tuple[Near, ...]:
        """As `VectorSet`."""
        del tokens  # whoever asks has the index confirm each
        mapped = self._current()
        if mapped is None:
            return ()
        wanted = None if among is None else np.asarray(among, dtype=np.int64)
        with _errors():
            found = [(mapped.slots[at], cosine) for at, cosine in mapped.nearest(vector, limit, wanted)]
        return tuple(
            Near(slot["id"].decode("ascii", "replace"), int(slot["sequence"]), cosine) for slot, cosine in found
        )

    def close(self) -> None:
        """As `VectorSet`."""
        with self._lock:
            self._mapped = None
            if self._writing is not None:
                self._writing.close()
                self._writing = None

    def _current(self) -> Mapped | None:
        """Both files as they are now; None where there are none."""
        with self._lock, _errors():
            try:
                if self._mapped is None or self._mapped.stamp != stamp_of(self._folder):
                    self._mapped = Mapped(self._folder, self._dimension)
            except FileNotFoundError:
                self._mapped = None
            return self._mapped

    @contextmanager
    def _writer(self) -> Iterator[Writing]:
        with self._lock, _errors():
            if self._writing is None:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._writing = Writing(self._folder, self._dimension)
                sync_folder(self._folder)
                sync_folder(self._folder.parent)
                self._free = _free_slots(self._current())
            try:
                yield self._writing
            except BaseException:
                # After a full disk, say, nothing that is remembered of the files need be true.
                self.close()
                raise

    def _slots_of(self, ids: Sequence[str]) -> dict[str, int]:
        mapped = self._current()
        if mapped is None or not ids:
            return {}
        names = np.array([name.encode("ascii", "replace") for name in ids], dtype=SLOT["id"])
        found = np.flatnonzero(np.isin(mapped.slots["id"], names) & (mapped.slots["sequence"] > 0))
        return {mapped.slots["id"][at].decode("ascii"): int(at) for at in found}


def _free_slots(mapped: Mapped | None) -> list[int]:
    return [] if mapped is None else np.flatnonzero(mapped.slots["sequence"] == 0)[::-1].tolist()


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise EngineUnavailable(reason=f"the vectors: {error}") from error
