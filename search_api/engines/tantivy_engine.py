"""The embedded engine: tantivy in this process, any number of processes over one folder.

The folder holds generations as subfolders and the file `current`, which names the one that answers and is
replaced in one step. Readers look at both at each search, so that commits and switches of another process are seen
without a message between them.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from kernel.clock import now
from kernel.durable import write_file
from kernel.errors import EngineUnavailable, IndexOutdated
from kernel.ids import new_id
from mappings.index_document import IndexDocument
from search_api.engines.embedded.generation import EmbeddedIndex, engine_errors
from search_api.engines.nodes import Node
from search_api.engines.protocol import EngineResults, Refusal, SearchRequest

_POINTER = "current"
_WRITER_LOCK = ".tantivy-writer.lock"
_PREFIX = "generation-"
# A switch between reading the pointer and opening what it names: the next look finds the new one.
_ATTEMPTS = 5
_YOUNG_SECONDS = 600.0


class TantivyGeneration:
    """As `Generation`. Its writer stays open until it is switched to or discarded."""

    def __init__(self, engine: TantivyEngine, index: EmbeddedIndex) -> None:
        self._engine = engine
        self._index = index
        # The writer's lock marks the folder as alive from the beginning.
        index.delete(())

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self._index.folder.name

    def put(self, documents: Sequence[IndexDocument]) -> tuple[Refusal, ...]:
        """As `SearchEngine.put`, into this generation."""
        return self._index.put(documents)

    def delete(self, ids: Sequence[str]) -> None:
        """As `SearchEngine.delete`, in this generation."""
        self._index.delete(ids)

    def commit(self) -> None:
        """Makes everything so far durable and readable by `revisions`."""
        self._index.commit(release=False)

    def revisions(self) -> Iterator[tuple[str, int]]:
        """(id, revision) of each record in it, in accession order."""
        return self._index.revisions()

    def switch(self) -> None:
        """From now on this generation answers; the former one is removed."""
        self._index.commit(release=True)
        self._engine.point_to(self._index)

    def leave(self) -> None:
        """Lets go of it as last committed."""
        self._index.close()

    def discard(self) -> None:
        """Removes it, unless it answers by now: what failed may have failed after the switch."""
        if self._engine.may_answer(self._index):
            self._index.close()
        else:
            self._index.remove()


class TantivyEngine:
    """As `SearchEngine`, in `folder`. `read_only`: refuses to write, for processes that only search.

    It pages to any depth; by relevance each page costs more the deeper it lies (`DEEPEST_BY_RELEVANCE`). Totals are
    always exact. `commit` lets go of the writer, so that processes can take turns under the index lock.
    """

    def __init__(self, folder: Path, read_only: bool = False) -> None:
        self._folder = folder
        self._read_only = read_only
        self._lock = threading.RLock()
        self._open: EmbeddedIndex | None = None

    def put(self, documents: Sequence[IndexDocument]) -> tuple[Refusal, ...]:
        """As `SearchEngine.put`."""
        return self._writable().put(documents)

    def delete(self, ids: Sequence[str]) -> None:
        """As `SearchEngine.delete`."""
        self._writable().delete(ids)

    def commit(self) -> None:
        """As `SearchEngine.commit`."""
        with self._lock:
            if self._open is not None:
                self._open.commit(release=True)

    def search(self, request: SearchRequest) -> EngineResults:
        """As `SearchEngine.search`."""
        for _ in range(_ATTEMPTS - 1):
            index = self._current()
            try:
                return index.search(request) if index else _nothing(request)
            except EngineUnavailable:
                # Its folder may have gone with a switch; any other trouble is still there at the last attempt.
                if self._pointed_name() == (index.folder.name if index else None):
                    raise
        index = self._current()
        return index.search(request) if index else _nothing(request)

    def frequencies(self, field: str, terms: Sequence[str], access: Node) -> Mapping[str, int]:
        """As `SearchEngine.frequencies`."""
        index = self._current()
        return index.frequencies(field, terms, access) if index else dict.fromkeys(terms, 0)

    def revisions(self) -> Iterator[tuple[str, int]]:
        """As `SearchEngine.revisions`."""
        index = self._current()
        return index.revisions() if index else iter(())

    def count(self) -> int | None:
        """As `SearchEngine.count`."""
        index = self._current()
        return index.count() if index else None

    def check(self, *, anew: bool = False) -> None:
        """As `SearchEngine.check`."""
        index = self._current()
        if index:
            index.check(anew=anew)

    def new_generation(self) -> TantivyGeneration:
        """As `SearchEngine.new_generation`. What a killed process has left of its own is removed."""
        self._refuse_if_read_only()
        self._sweep()
        return TantivyGeneration(self, EmbeddedIndex.create(self._new_folder()))

    def resume_generation(self, name: str) -> TantivyGeneration | None:
        """As `SearchEngine.resume_generation`."""
        self._refuse_if_read_only()
        if not _is_name(name) or name == self._pointed_or_damaged() or not (self._folder / name).is_dir():
            return None
        try:
            index = EmbeddedIndex(self._folder / name)
            index.check(anew=True)
            return TantivyGeneration(self, index)
        except EngineUnavailable:
            return None

    def ping(self) -> None:
        """EngineUnavailable if the index cannot be read. An archive without an index yet is well."""
        self._current()

    def close(self) -> None:
        """Lets go of files; what was not committed is dropped."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def point_to(self, index: EmbeddedIndex) -> None:
        """Makes this generation the one that answers, durably, and removes the former one."""
        with self._lock, engine_errors():
            former = self._pointed_or_damaged()
            write_file(self._folder / _POINTER, index.folder.name.encode("ascii"))
            if self._open is not None:
                self._open.close()
            self._open = index
            if former and former != index.folder.name:
                shutil.rmtree(self._folder / former, ignore_errors=True)

    def may_answer(self, index: EmbeddedIndex) -> bool:
        """Whether searches are led to this generation; also if that cannot be told."""
        try:
            return self._pointed_name() == index.folder.name
        except EngineUnavailable:
            return True

    def _writable(self) -> EmbeddedIndex:
        self._refuse_if_read_only()
        with self._lock:
            index = self._current()
            if index is None:
                index = EmbeddedIndex.create(self._new_folder())
                self.point_to(index)
            return index

    def _refuse_if_read_only(self) -> None:
        if self._read_only:
            raise EngineUnavailable(reason="opened for reading only")

    def _current(self) -> EmbeddedIndex | None:
        """The generation that answers now; None before the first."""
        with self._lock:
            for _ in range(_ATTEMPTS):
                name = self._pointed_name()
                if name is None or (self._open is not None and self._open.folder.name == name):
                    return self._open if name else None
                if self._open is not None:
                    self._open.close()
                    self._open = None
                with suppress(_Switched):
                    self._open = self._opened(name)
            if self._open is None:
                raise EngineUnavailable(reason="the index changes without end")
            return self._open

    def _opened(self, name: str) -> EmbeddedIndex:
        try:
            return EmbeddedIndex(self._folder / name)
        except EngineUnavailable:
            # Also found damaged: half of its folder may be gone already.
            if self._pointed_name() != name:
                raise _Switched from None
            raise

    def _pointed_name(self) -> str | None:
        try:
            name = (self._folder / _POINTER).read_text("ascii")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise EngineUnavailable(reason=str(error)) from error
        # The name becomes a path: only one of ours will do.
        if not _is_name(name):
            raise IndexOutdated(reason="the file 'current' of the index is damaged")
        return name

    def _new_folder(self) -> Path:
        return self._folder / f"{_PREFIX}{new_id()}"

    def _sweep(self) -> None:
        """Removes generations that neither answer nor are being filled."""
        pointed = self._pointed_or_damaged()
        for folder in self._folder.glob(f"{_PREFIX}*"):
            if folder.name != pointed and not _is_being_filled(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def _pointed_or_damaged(self) -> str | None:
        try:
            return self._pointed_name()
        except EngineUnavailable:
            return None


class _Switched(Exception):
    """The pointer moved while its generation was being opened."""


def _is_name(name: str) -> bool:
    return name.startswith(_PREFIX) and name.removeprefix(_PREFIX).isalnum()


def _is_being_filled(folder: Path) -> bool:
    try:
        descriptor = os.open(folder / _WRITER_LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        # No writer yet: just being made by somebody, or left by a kill in that very moment.
        return _age_seconds(folder) < _YOUNG_SECONDS
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _age_seconds(folder: Path) -> float:
    try:
        return now().timestamp() - folder.stat().st_mtime
    except OSError:
        return 0.0


def _nothing(request: SearchRequest) -> EngineResults:
    return EngineResults((), 0, True, dict.fromkeys(request.facets, ()), False)
