"""Engines for one run of a benchmark, filled with ready-made documents."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mappings.index_document import IndexDocument
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.protocol import SearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias

BATCH = 200
BATCHES_A_COMMIT = 10
WARM_UP = 30


def fill(engine: SearchEngine, documents: Sequence[IndexDocument]) -> float:
    """Seconds to index them all, as a rebuild does."""
    begun = time.perf_counter()
    generation = engine.new_generation()
    for number, start in enumerate(range(0, len(documents), BATCH), 1):
        if generation.put(documents[start : start + BATCH]):
            raise RuntimeError("a generated record was refused")
        if number % BATCHES_A_COMMIT == 0:
            generation.commit()
    generation.switch()
    return time.perf_counter() - begun


@contextmanager
def tantivy() -> Iterator[SearchEngine]:
    """In a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="tangthu-benchmark-"))
    engine = TantivyEngine(folder / "index")
    try:
        yield engine
    finally:
        engine.close()
        shutil.rmtree(folder)


@contextmanager
def elasticsearch() -> Iterator[SearchEngine]:
    """Behind an alias of its own."""
    with fresh_alias(elasticsearch_url()) as alias:
        engine = ElasticsearchEngine([elasticsearch_url()], alias)
        yield engine
        engine.close()


def p95(seconds: Sequence[float]) -> float:
    """Of at least two."""
    return statistics.quantiles(seconds, n=20)[-1]
