"""Where an archive of the benchmark is, so that every stage can open it in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from archive.catalogue import Catalogue
from search_api.access import Viewer
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import SearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.indexer import Indexer

ALL = Viewer("all", ("public", "internal", "unit:office", "unit:branch"))
"""One who sees every record."""

FEW = Viewer("few", ("unit:branch",))
"""One who sees one record of a hundred."""


@dataclass(frozen=True)
class Place:
    """A folder with the catalogue, and the engine: `url` empty for tantivy in the folder, else Elasticsearch."""

    folder: Path
    url: str = ""
    alias: str = ""
    shards: int = 1

    @property
    def lock(self) -> Path:
        """The lock of the index."""
        return self.folder / "index.lock"

    def engine(self) -> SearchEngine:
        """Opened anew."""
        if self.url:
            return ElasticsearchEngine([self.url], self.alias, shards=self.shards)
        return TantivyEngine(self.folder / "index")

    def catalogue(self) -> Catalogue:
        """Opened anew."""
        return Catalogue.sqlite(self.folder / "catalogue.sqlite")

    @contextmanager
    def opened(self) -> Iterator[tuple[Catalogue, SearchEngine]]:
        """Both, while the block runs."""
        catalogue, engine = self.catalogue(), self.engine()
        try:
            yield catalogue, engine
        finally:
            engine.close()
            catalogue.close()

    def index(self) -> None:
        """Brings the whole outbox into the index."""
        with self.opened() as (catalogue, engine):
            indexer = Indexer(catalogue, engine, self.lock)
            while indexer.step():
                pass


def in_own_process(work: Callable[..., Any], *values: Any) -> Any:
    """What a new process says that does just this: with memory of its own, and with nothing warm."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *values).result()
