"""Which new index is being filled: noted beside the index lock, so that the next rebuild goes on where one was killed.

Only what the note names is gone on with, and only by who holds the lock of rebuilding: a lock dies with its process, so
nobody fills that index any more. A second rebuild at the same time fills an index of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kernel.durable import write_file
from kernel.errors import EngineUnavailable, Unavailable
from kernel.locks import exclusive_if_free
from search_api.engines.protocol import Generation, SearchEngine


def purge_mark(index_lock: Path) -> Path:
    """The file that tells of the latest purge whose words the index may still hold."""
    return index_lock.with_name("index.purged")


@contextmanager
def generation_to_fill(engine: SearchEngine, index_lock: Path) -> Iterator[Generation]:
    """The index that an ended rebuild has left, else a new one; removed if the block fails.

    It stays, to be gone on with, after a kill and where only the work was ended: the service stops, the catalogue is
    away. One that was begun before the latest purge holds what must go, and is not gone on with.
    """
    with exclusive_if_free(index_lock.with_name("rebuilding.lock")) as alone:
        note = _Note(index_lock) if alone else None
        generation = (note.left(engine) if note else None) or engine.new_generation()
        if note:
            note.write(generation.name)
        try:
            yield generation
        except BaseException as error:
            if note and _only_ended(error):
                generation.leave()
                raise
            # Of a switch that failed nobody knows how far it came: the engine asks before it removes.
            generation.discard()
            if note:
                note.remove()
            raise
        if note:
            note.remove()


def _only_ended(error: BaseException) -> bool:
    """Whether what was filled so far is as good as it was."""
    if isinstance(error, EngineUnavailable):
        return False
    return isinstance(error, Unavailable | KeyboardInterrupt)


class _Note:
    def __init__(self, index_lock: Path) -> None:
        self._path = index_lock.with_name("index.rebuilding")
        self._purged = _text(purge_mark(index_lock))

    def left(self, engine: SearchEngine) -> Generation | None:
        """The generation that this note names, if it can be gone on with."""
        name, _, purged = _text(self._path).partition("\n")
        generation = engine.resume_generation(name) if name else None
        if generation is not None and purged != self._purged:
            generation.discard()
            return None
        return generation

    def write(self, name: str) -> None:
        write_file(self._path, f"{name}\n{self._purged}".encode())

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
