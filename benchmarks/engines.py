"""Both search engines over the same generated records, in one run.

    python -m benchmarks.engines [--records 10000] [--queries 300]

Indexing: ready-made documents, in batches of 200 with a commit at the end of every tenth, as a rebuild does. Our own
analysis is timed apart: it is the same for both. Queries: 3 to 6 neighbouring words of a record, half of them typed
without diacritics, planned as the search page plans them, with the access filter; then the same with a range of
days and three facets. One query at a time; the first 30 are not counted.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from analyzers.streams import analyse
from benchmarks.generated_records import generated_records, questions
from mappings.index_document import IndexDocument, index_document
from mappings.record import RecordView
from search_api.engines.elasticsearch_engine import ElasticsearchEngine
from search_api.engines.nodes import AnyOf, Range, Term, Unscored
from search_api.engines.protocol import SearchEngine, SearchRequest, Sort
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.query.parsing import parse
from search_api.query.planning import plan
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias

BATCH = 200
BATCHES_A_COMMIT = 10
WARM_UP = 30
ACCESS = Unscored(AnyOf((Term("access", "public"), Term("access", "internal"))))


@dataclass(frozen=True)
class Measured:
    """Seconds of indexing, and of each query by the kind of query."""

    indexing: float
    queries: dict[str, list[float]]
    hits: int


def requests(records: Sequence[RecordView], count: int) -> dict[str, list[SearchRequest]]:
    """The same questions in four ways."""
    typed = [
        " ".join(analyse(question).folded) if number % 2 else question
        for number, question in enumerate(questions(list(records), count + WARM_UP))
    ]
    plain = [SearchRequest(plan(parse(question)).strict, ACCESS) for question in typed]
    span = {"issued_on": Range("issued_on", at_least=17_000, at_most=19_500)}
    return {
        "3-6 words, all must occur": plain,
        "… + range of days + 3 facets": [
            replace(one, filters=span, facets=("kind", "issuer", "year")) for one in plain
        ],
        "… any of them, newest first": [
            replace(one, query=plan(parse(question)).loose or one.query, sort=Sort.NEWEST)
            for one, question in zip(plain, typed, strict=True)
        ],
    }


def fill(engine: SearchEngine, documents: Sequence[IndexDocument]) -> float:
    """Seconds to index them all."""
    begun = time.perf_counter()
    generation = engine.new_generation()
    for number, start in enumerate(range(0, len(documents), BATCH), 1):
        if generation.put(documents[start : start + BATCH]):
            raise RuntimeError("a generated record was refused")
        if number % BATCHES_A_COMMIT == 0:
            generation.commit()
    generation.switch()
    return time.perf_counter() - begun


def measure(
    engine: SearchEngine, documents: Sequence[IndexDocument], asked: dict[str, list[SearchRequest]]
) -> Measured:
    """One engine's figures."""
    indexing = fill(engine, documents)
    hits = 0
    queries: dict[str, list[float]] = {}
    for kind, wanted in asked.items():
        queries[kind] = []
        for number, request in enumerate(wanted):
            begun = time.perf_counter()
            results = engine.search(request)
            if number >= WARM_UP:
                queries[kind].append(time.perf_counter() - begun)
                hits += results.total
    return Measured(indexing, queries, hits)


@contextmanager
def tantivy() -> Iterator[SearchEngine]:
    folder = Path(tempfile.mkdtemp(prefix="tangthu-benchmark-"))
    engine = TantivyEngine(folder / "index")
    try:
        yield engine
    finally:
        engine.close()
        shutil.rmtree(folder)


@contextmanager
def elasticsearch() -> Iterator[SearchEngine]:
    with fresh_alias(elasticsearch_url()) as alias:
        engine = ElasticsearchEngine([elasticsearch_url()], alias)
        yield engine
        engine.close()


def timed(work: Callable[[], list[IndexDocument]]) -> tuple[list[IndexDocument], float]:
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


def p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def print_table(count: int, analysing: dict[str, float], measured: dict[str, Measured]) -> None:
    """Both engines side by side."""
    print(f"{count} records of about 250 syllables, {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f} at the end")
    for how, seconds in analysing.items():
        print(f"analysis {how}: {count / seconds:.0f} records/s")
    print(f"\n{'':34}" + "".join(f"{name:>18}" for name in measured))
    print(f"{'indexing, records/s':34}" + "".join(f"{count / one.indexing:18.0f}" for one in measured.values()))
    for kind in next(iter(measured.values())).queries:
        for label, figure in (("p50", statistics.median), ("p95", p95)):
            figures = [1000 * figure(one.queries[kind]) for one in measured.values()]
            print(f"{kind + ', ' + label + ' ms':34}" + "".join(f"{one:18.1f}" for one in figures))
    print(f"{'hits in all':34}" + "".join(f"{one.hits:18}" for one in measured.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=300)
    chosen = parser.parse_args()
    sample = list(islice(generated_records(chosen.records), 2_000))
    _, without_words = timed(lambda: [index_document(view, words=False) for view in sample])
    documents, whole = timed(lambda: [index_document(view) for view in generated_records(chosen.records)])
    analysing = {
        "without pyvi (2,000 records, scaled)": without_words * chosen.records / len(sample),
        "with pyvi, making up the records included": whole,
    }
    asked = requests(sample, chosen.queries)
    measured = {}
    for name, opened in (("tantivy", tantivy), ("elasticsearch", elasticsearch)):
        with opened() as engine:
            measured[name] = measure(engine, documents, asked)
    print_table(chosen.records, analysing, measured)


if __name__ == "__main__":
    main()
