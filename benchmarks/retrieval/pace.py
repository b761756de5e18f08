"""What finding takes, and took when all words had to occur: the same questions to one index, taking turns.

    python -m benchmarks.retrieval.pace [--records 20000] [--questions 150]

Generated records of 250 words in the embedded engine. Questions: 3 to 6, 10 and 25
neighbouring words of a record, and 10 words of two records. Milliseconds of processor time (one thread), without and
with all facets: p50 and p95 of asking for all words first and for any only where nothing fits, then of asking as the
search does now. In the end the size of the index beside that of the text.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from benchmarks.archives import WARM_UP, p95
from benchmarks.generated_records import generated_records, questions
from benchmarks.retrieval.ways import found_by
from mappings.index_document import index_document
from mappings.record import RecordView
from search_api.engines.protocol import SearchEngine
from search_api.engines.tantivy_engine import TantivyEngine
from search_api.query.answers import FACETS

_BATCH = 500


def asked(views: Sequence[RecordView], count: int) -> dict[str, list[str]]:
    """The questions by kind."""
    chance = random.Random(3)

    def piece(length: int) -> str:
        words = chance.choice(views).pages[0].text.split()
        start = chance.randrange(max(1, len(words) - length))
        return " ".join(words[start : start + length])

    return {
        "3-6 words": list(questions(list(views), count)),
        "10 words": [piece(10) for _ in range(count)],
        "10 words of two records": [f"{piece(5)} {piece(5)}" for _ in range(count)],
        "25 words": [piece(25) for _ in range(count)],
    }


def formerly(engine: SearchEngine, question: str, facets: tuple[str, ...]) -> None:
    """All words must occur; any of them only where nothing fits."""
    if not found_by(engine, question, facets=facets, whole=True).total:
        now(engine, question, facets)


def now(engine: SearchEngine, question: str, facets: tuple[str, ...]) -> None:
    """As the search asks."""
    found_by(engine, question, facets=facets)


def measured(engine: SearchEngine, texts: Sequence[str], facets: tuple[str, ...]) -> tuple[list[float], list[float]]:
    """Seconds of both; who comes first finds the caches cold, so they take turns."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for number, text in enumerate(texts):
        order = (0, 1) if number % 2 else (1, 0)
        for which in order:
            taken = _timed((formerly, now)[which], engine, text, facets)
            if number >= WARM_UP:
                seconds[which].append(taken)
    return seconds


def _timed(work: Callable[..., None], *arguments: object) -> float:
    begun = time.process_time()
    work(*arguments)
    return time.process_time() - begun


def fill(engine: SearchEngine, views: Iterator[RecordView]) -> int:
    """Indexes them; bytes of their text."""
    generation, size = engine.new_generation(), 0
    while part := list(islice(views, _BATCH)):
        generation.put([index_document(view) for view in part])
        size += sum(len(page.text.encode()) for view in part for page in view.pages)
    generation.switch()
    return size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=150)
    chosen = parser.parse_args()
    wanted = asked(list(generated_records(2_000)), chosen.questions + WARM_UP)
    with tempfile.TemporaryDirectory(prefix="tangthu-benchmark-") as folder:
        engine = TantivyEngine(Path(folder))
        size = fill(engine, generated_records(chosen.records))
        print(f"{chosen.records} records{'':20}{'formerly: p50':>16}{'p95':>8}{'now: p50':>12}{'p95':>8}")
        for name, facets in (("", ()), (", facets", FACETS)):
            for kind, texts in wanted.items():
                former, present = measured(engine, texts, facets)
                figures = [1000 * figure(one) for one in (former, present) for figure in (statistics.median, p95)]
                print(
                    f"{kind + name:34}"
                    + "".join(f"{one:{room}.1f}" for one, room in zip(figures, (16, 8, 12, 8), strict=True))
                )
        held = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        print(f"index {held / size:.2f} of the text; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")
        engine.close()


if __name__ == "__main__":
    main()
