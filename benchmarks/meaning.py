"""What finding by meaning costs: the set of vectors beside other ways to hold them, and a question beside words alone.

    python -m benchmarks.meaning [--vectors 100000] [--dimension 384] [--records 20000] [--questions 200]

Vectors by chance, of length 1, one thread. Beside ours (one byte a number, in files, every vector compared): numpy over
32-bit floats in memory, and usearch's graph (HNSW, one byte a number), if that is installed; it is no requirement of
ours. `found` is the share of the 50 truly nearest among the 50 told. Then generated records in the embedded engine:
3 to 6 neighbouring words asked by words alone and joined with 50 near ones (a model that takes no time, so what a real
one takes to read the question comes on top), by one who sees all and by one who sees 1 %.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is loaded

import numpy as np

from benchmarks.archives import WARM_UP, p95, tantivy
from benchmarks.generated_records import BRANCH, generated_records, questions
from benchmarks.retrieval.meant import Noise
from benchmarks.retrieval.pace import fill
from mappings.access import access_tokens
from search_api.access import Viewer, access_node
from search_api.engines.nodes import Node
from search_api.engines.protocol import SearchEngine, SearchRequest
from search_api.meaning.embedded import EmbeddedVectors
from search_api.meaning.joining import Joining
from search_api.meaning.protocol import Vector, Vectored
from search_api.query.answers import FACETS
from search_api.query.finding import find
from search_api.query.parsing import parse
from search_api.query.planning import plan

NEAREST = 50
ALL = Viewer("all", ("public", "internal", "unit:office", f"unit:{BRANCH}"))
FEW = Viewer("few", (f"unit:{BRANCH}",))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=int, default=100_000)
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=200)
    asked = parser.parse_args()
    _sets(asked.vectors, asked.dimension)
    _joined(asked.records, asked.questions)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")


def _sets(count: int, dimension: int) -> None:
    chance = np.random.default_rng(1)
    vectors = chance.standard_normal((count, dimension), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    wanted = vectors[:100] + 0.05 * chance.standard_normal((100, dimension), dtype=np.float32)
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    right = [set(np.argpartition(-(vectors @ one), NEAREST)[:NEAREST].tolist()) for one in wanted]
    print(f"{count} vectors of {dimension}\n{'':34} {'made, s':>8} {'MB':>7} {'p50 ms':>7} {'p95 ms':>7} {'found':>6}")
    _tell("numpy, 32-bit floats in memory", 0, vectors.nbytes, wanted, right, lambda one: _best(vectors @ one))
    with tempfile.TemporaryDirectory(prefix="tangthu-benchmark-") as name:
        _ours(Path(name), vectors, wanted, right)
    _graph(vectors, wanted, right)


def _ours(folder: Path, vectors: np.ndarray, wanted: np.ndarray, right: list[set[int]]) -> None:
    held = EmbeddedVectors(folder, "benchmark", vectors.shape[1])
    begun = time.perf_counter()
    for start in range(0, len(vectors), 1000):
        part = enumerate(vectors[start : start + 1000], start + 1)
        held.put([Vectored(f"{at:026d}", 1, at, (), vector) for at, vector in part])
    held.commit()
    seconds = time.perf_counter() - begun
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    def ask(one: Vector, among: Sequence[int] | None = None) -> list[int]:
        return [near.sequence - 1 for near in held.nearest(one, NEAREST, tokens=(), among=among)]

    _tell("ours, in files", seconds, size, wanted, right, ask)
    few = range(1, len(vectors), max(1, len(vectors) // 1000))
    _tell("ours, among 1,000", 0, size, wanted, None, lambda one: ask(one, few))
    begun = time.perf_counter()
    held.check()
    print(f"{'ours, all checksums read':34} {time.perf_counter() - begun:8.1f}")
    held.close()


def _graph(vectors: np.ndarray, wanted: np.ndarray, right: list[set[int]]) -> None:
    try:
        from usearch.index import Index  # noqa: PLC0415 - no requirement of ours
    except ImportError:
        print("usearch is not installed: no graph beside it")
        return
    graph = Index(ndim=vectors.shape[1], metric="cos", dtype="i8")
    begun = time.perf_counter()
    graph.add(np.arange(len(vectors)), vectors, threads=1)
    seconds = time.perf_counter() - begun
    with tempfile.TemporaryDirectory(prefix="tangthu-benchmark-") as name:
        path = Path(name) / "graph"
        begun = time.perf_counter()
        graph.save(path)
        print(f"{'usearch, written to disk as a whole':34} {time.perf_counter() - begun:8.1f}")
        size = path.stat().st_size
    ask = lambda one: graph.search(one, NEAREST, threads=1).keys.tolist()  # noqa: E731
    _tell("usearch, a graph", seconds, size, wanted, right, ask)


def _best(products: np.ndarray) -> list[int]:
    found: list[int] = np.argpartition(-products, NEAREST)[:NEAREST].tolist()
    return found


def _tell(
    name: str,
    made: float,
    size: int,
    wanted: np.ndarray,
    right: list[set[int]] | None,
    ask: Callable[[Vector], list[int]],
) -> None:
    told, seconds = [], []
    for one in wanted:
        begun = time.perf_counter()
        told.append(set(ask(one)))
        seconds.append(time.perf_counter() - begun)
    pairs = zip(told, right or told, strict=True)
    share = statistics.fmean(len(found & truly) / NEAREST for found, truly in pairs)
    figures = f"{1000 * statistics.median(seconds):7.1f} {1000 * p95(seconds):7.1f} {share:6.3f}"
    print(f"{name:34} {made:8.1f} {size / 1e6:7.1f} {figures}", flush=True)


def _joined(count: int, asked: int) -> None:
    views = list(generated_records(count))
    typed = list(questions(views[:2000], asked + WARM_UP))
    with tantivy() as engine, tempfile.TemporaryDirectory(prefix="tangthu-benchmark-") as name:
        fill(engine, iter(views))
        vectors, model = EmbeddedVectors(Path(name), "benchmark", Noise.dimension), Noise()
        records = iter(view.record for view in views)
        while part := list(islice(records, 1000)):
            made = model.passages([one.id for one in part])
            rows = [
                Vectored(one.id, one.revision, one.sequence, access_tokens(one.unit, one.access_class), vector)
                for one, vector in zip(part, made, strict=True)
            ]
            vectors.put(rows)
        vectors.commit()
        joining = Joining(engine, model, vectors)
        print(f"\n{count} records, 3-6 words, with facets{'':8} {'p50 ms':>7} {'p95 ms':>7}")
        for viewer in (ALL, FEW):
            for way in ("words alone", "joined"):
                seconds = [_seconds(engine, joining, one, viewer, way == "joined") for one in typed][WARM_UP:]
                figures = f"{1000 * statistics.median(seconds):7.1f} {1000 * p95(seconds):7.1f}"
                print(f"{way + ', sees ' + viewer.name:42} {figures}", flush=True)


def _seconds(engine: SearchEngine, joining: Joining, question: str, viewer: Viewer, joined: bool) -> float:
    begun = time.perf_counter()
    parsed = parse(question)
    planned, limit = plan(parsed), joining.first_of_words if joined else 10

    def request(node: Node) -> SearchRequest:
        return SearchRequest(node, access_node(viewer), limit=limit, facets=FACETS)

    if joined:
        words = joining.by_words(planned, request, partial=False)
        page = SearchRequest(planned.strict, access_node(viewer), limit=10)
        joining.joined(question, words, page, viewer.tokens)
    else:
        find(engine, planned, request)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
