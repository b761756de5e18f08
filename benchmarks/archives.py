"""An archive of generated records for a benchmark: catalogue and engine in a folder that is gone in the end."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from archive.catalogue import Catalogue
from benchmarks.search.filling import fill
from benchmarks.search.places import Place
from search_api.engines.protocol import SearchEngine
from search_api.rebuild import rebuild
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias

WARM_UP = 30


@contextmanager
def archive_of(records: int, *, elasticsearch: bool = False) -> Iterator[tuple[Catalogue, SearchEngine]]:
    """Records of two pages with words and boxes in SQLite, the index built by the product's own rebuild."""
    with a_place(elasticsearch=elasticsearch) as place:
        fill(place, records)
        with place.opened() as (catalogue, engine):
            rebuild(catalogue, engine, place.lock)
            yield catalogue, engine


@contextmanager
def a_place(*, elasticsearch: bool = False) -> Iterator[Place]:
    """An empty one."""
    with tempfile.TemporaryDirectory(prefix="tangthu-benchmark-") as folder:
        if not elasticsearch:
            yield Place(Path(folder))
            return
        with fresh_alias(elasticsearch_url()) as alias:
            yield Place(Path(folder), elasticsearch_url(), alias)


@contextmanager
def tantivy() -> Iterator[SearchEngine]:
    """One without an index."""
    with a_place() as place, place.opened() as (_, engine):
        yield engine


@contextmanager
def elasticsearch() -> Iterator[SearchEngine]:
    """One without an index."""
    with a_place(elasticsearch=True) as place, place.opened() as (_, engine):
        yield engine


def timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds, by the wall's clock or another one."""
    begun = clock()
    work()
    return clock() - begun


def p95(seconds: Sequence[float]) -> float:
    """The 95th percentile; of at least two."""
    return statistics.quantiles(seconds, n=20)[-1]
