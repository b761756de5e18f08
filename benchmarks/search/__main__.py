"""What a question costs in an archive of many records, beside the bare engine in the same run.

    python -m benchmarks.search [--records 10000] [--engine tantivy|elasticsearch] [--questions 300] [--shards 1]
        [--folder FOLDER] [--core] [--save FILE]

Generated records of two pages, 250 syllables in all, lie in a SQLite catalogue with words and boxes; the index is built
by the product's own rebuild. Each stage is a process of its own. Bare engine: the same query and access filter, ten
hits and the total, no facets; with a range of days also three facets. Whole search: from the text of the question to
hits with their best pages, snippets and boxes, and eight facets. They take turns; the first 30 are not counted.
--folder keeps the archive for the next run, with the record of 1,000 pages that comes last; --core measures single
questions by the time of the asking process' cores instead of the clock, for a busy machine; --save keeps the figures
for benchmarks.search.scale.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from benchmarks.search.asking import AT_ONCE, Asked, ask_all, ask_at_once, ask_long, first_after_start, questions
from benchmarks.search.building import Built, build, index_bytes, text_bytes
from benchmarks.search.filling import fill, take_in, with_long_record
from benchmarks.search.places import Place, in_own_process
from tests.servers.elasticsearch import elasticsearch_url, fresh_alias

_LONG_PAGES = 1_000


@contextmanager
def _place(chosen: argparse.Namespace) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="tangthu-benchmark-") as temporary:
        folder = Path(chosen.folder or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if chosen.engine == "tantivy":
            yield Place(folder)
            return
        with fresh_alias(elasticsearch_url()) as alias:
            yield Place(folder, elasticsearch_url(), alias, chosen.shards)


def _built(place: Place) -> Built | None:
    """None where an earlier run has built it."""
    with place.opened() as (_, engine):
        there = engine.count()
    return None if there else in_own_process(build, place)


def _with_intake(place: Place, records: int, count: int) -> tuple[tuple[float, float], int]:
    """Ten at once while another process enters and indexes records; and how many it did."""
    stop = get_context("spawn").Manager().Event()
    taken: list[int] = []
    thread = threading.Thread(target=lambda: taken.append(in_own_process(take_in, place, stop)))
    thread.start()
    try:
        return in_own_process(ask_at_once, place, records, count), _end(stop, thread, taken)
    finally:
        stop.set()
        thread.join()


def _end(stop: threading.Event, thread: threading.Thread, taken: list[int]) -> int:
    stop.set()
    thread.join()
    return taken[0]


def _print(asked: Asked, core: bool) -> None:
    unit = "milliseconds of a core" if core else "milliseconds"
    print(f"\n{unit:42}{'engine p50':>11}{'p95':>8}{'whole p50':>11}{'p95':>8}{'ratio p95':>11}{'hits':>7}")
    for kind, row in asked.rows.items():
        ratio = row[3] / row[1] if row[1] else 0.0
        print(f"{kind:42}{row[0]:11.1f}{row[1]:8.1f}{row[2]:11.1f}{row[3]:8.1f}{ratio:11.1f}{asked.hits[kind]:7}")
    for what, (middle, high) in (("suggestions", asked.suggesting), (f"{AT_ONCE} at once", asked.at_once)):
        print(f"{what:42}{'':19}{middle:11.1f}{high:8.1f}")


def _print_ratios(asked: Asked) -> None:
    typical = asked.rows["3-6 words"]
    ranged = asked.rows["3-6 words, range of days and 3 facets"]
    everybody, few = asked.rows["3-6 words of 1 % of the records"], asked.rows["… by one who sees only these"]
    for what, one, other in (
        ("range of days and 3 facets over none", ranged, typical),
        ("rights to 1 % over rights to all", few, everybody),
    ):
        print(f"{what}, p95: engine {one[1] / other[1]:.2f}, whole {one[3] / other[3]:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--engine", choices=("tantivy", "elasticsearch"), default="tantivy")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--folder", default="")
    parser.add_argument("--save", default="")
    parser.add_argument("--core", action="store_true")
    chosen = parser.parse_args()
    with _place(chosen) as place:
        in_own_process(fill, place, chosen.records)
        built = _built(place)
        (first,) = questions(chosen.records, 1, 3, 6, seed=4)
        starting = in_own_process(first_after_start, place, first)
        asked = in_own_process(ask_all, place, chosen.records, chosen.questions, chosen.core)
        index, text = index_bytes(place), in_own_process(text_bytes, place)
        catalogue = (place.folder / "catalogue.sqlite").stat().st_size
        question = in_own_process(with_long_record, place, _LONG_PAGES)
        long = in_own_process(ask_long, place, question, chosen.questions // 10, chosen.core)
        asked.rows[f"the best pages of {_LONG_PAGES}"] = long.row()
        asked.hits[f"the best pages of {_LONG_PAGES}"] = long.hits
        quiet = in_own_process(ask_at_once, place, chosen.records, chosen.questions)
        busy, taken = _with_intake(place, chosen.records, chosen.questions)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout
    print(f"\n{chosen.records} records, {chosen.engine}, {chosen.shards} shard(s), commit {commit.strip()}, ", end="")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {chosen.questions} questions of each kind")
    _print(asked, chosen.core)
    _print_ratios(asked)
    print(f"{AT_ONCE} at once, p95 by the clock: alone {quiet[1]:.0f}, ", end="")
    print(f"while {taken} records came in {busy[1]:.0f}: {busy[1] / quiet[1]:.2f}")
    print(f"first question after a start: {starting * 1000:.0f} ms; ", end="")
    print(f"own memory after all: {asked.own_bytes / 1e6:.0f} MB")
    print(f"index over text: {index / 1e6:.0f} MB / {text / 1e6:.0f} MB = {index / text:.2f}")
    if built:
        rate = built.records / built.core_seconds
        print(f"build: {rate:.0f} records/s a core ({built.records / built.seconds:.0f} by the clock), ", end="")
        print(f"most memory {built.most_bytes / 1e6:.0f} MB")

    if chosen.save:
        kept = {
            "engine": chosen.engine,
            "records": chosen.records,
            "commit": commit.strip(),
            "index_bytes": index,
            "text_bytes": text,
            "catalogue_bytes": catalogue,
            "build_core_seconds": built.core_seconds if built else None,
            "rows": asked.rows,
        }
        Path(chosen.save).write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
