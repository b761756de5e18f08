"""What rights cost: the same question of one who sees all and of those who see less, in turns in one run.

    python -m benchmarks.search.rights [--records 100000] [--engine tantivy|elasticsearch] [--questions 200]
        [--folder FOLDER]

The archive is that of benchmarks.search. Four ask each question one after the other, who comes first changes from
question to question: one who sees every record, one who sees 99 of a hundred, one who sees a single one of a hundred,
and one for whom the filter is taken out of the query, as if there were no rights at all.
All is measured in milliseconds of the asking process' cores (of Elasticsearch by the clock, as it works elsewhere),
through the whole search with its facets; the first 30 questions are not counted. A ratio is of the sums, so that no
single question decides it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import time
from collections.abc import Callable, Sequence

from archive.catalogue import Catalogue
from benchmarks.search.__main__ import _built, _place
from benchmarks.search.asking import WARM_UP, quantiles, questions, timed, typed
from benchmarks.search.filling import fill
from benchmarks.search.places import ALL, FEW, Place, in_own_process
from search_api import likeness as alike_ones
from search_api.access import Viewer, access_node
from search_api.engines.nodes import Everything, Node
from search_api.engines.protocol import SearchRequest
from search_api.likeness import LikenessService
from search_api.query import search as searching
from search_api.query import suggesting
from search_api.query.answers import SearchQuery
from search_api.query.over_time import over_time
from search_api.query.parsing import parse
from search_api.query.planning import plan
from search_api.query.search import SearchService
from search_api.query.suggesting import Suggester

MOST = Viewer("most", ("public", "internal", "unit:office"))
"""One who sees 99 records of a hundred."""

FREE = Viewer("free", ALL.tokens)
"""One who sees every record because nothing is asked of the index."""

ASKERS = (ALL, MOST, FEW, FREE)

Ask = Callable[[str, Viewer], object]
Rows = dict[str, dict[str, list[float]]]


def in_turns(ask: Ask, texts: Sequence[str], clock: Callable[[], float]) -> dict[str, list[float]]:
    """Seconds of each asker for each text."""
    taken: dict[str, list[float]] = {asker.name: [] for asker in ASKERS}
    for number, text in enumerate(texts):
        first = number % len(ASKERS)
        for asker in (*ASKERS[first:], *ASKERS[:first]):
            seconds = timed(lambda asker=asker, text=text: ask(text, asker), clock)
            if number >= WARM_UP:
                taken[asker.name].append(seconds)
    return taken


def without_filter(viewer: Viewer, leaving: Sequence[int] = ()) -> Node:
    """`access_node`, but nothing for FREE."""
    return Everything() if viewer.name == FREE.name else access_node(viewer, leaving)


def _take_filter_out() -> None:
    """In this process: of the one who is free alone. What is found is looked at in the catalogue all the same."""
    for module in (searching, suggesting, alike_ones):
        module.access_node = without_filter  # type: ignore[attr-defined]


def measured(place: Place, records: int, count: int) -> Rows:
    """Every kind of question, by kind and asker."""
    clock = time.perf_counter if place.url else time.process_time
    count += WARM_UP
    _take_filter_out()
    with place.opened() as (catalogue, engine):
        service, suggester = SearchService(catalogue, engine), Suggester(catalogue, engine)
        likeness = LikenessService(catalogue, engine)
        with catalogue.reading() as unit:
            ids = [record_id for _, record_id, _ in unit.records.revisions(limit=count)]

        def search(text: str, viewer: Viewer) -> object:
            return service.search(SearchQuery(q=text), viewer)

        def alike(record_id: str, viewer: Viewer) -> object:
            with catalogue.reading() as unit:
                view = unit.records.view(record_id)
            return likeness.alike(view, viewer)

        def bare(text: str, viewer: Viewer) -> object:
            return engine.search(SearchRequest(plan(parse(text)).strict, without_filter(viewer)))

        asked: dict[str, tuple[Ask, Sequence[str]]] = {
            "3-6 words": (search, list(questions(records, count, 3, 6, seed=5))),
            "3-6 words, the engine alone": (bare, list(questions(records, count, 3, 6, seed=5))),
            "25 words": (search, list(questions(records, count, 25, 25, seed=6))),
            "nothing: the newest": (search, [""] * count),
            "over time": (
                lambda text, viewer: over_time(service, SearchQuery(q=text), viewer, None),
                list(questions(records, count, 2, 3, seed=7)),
            ),
            "suggestions": (suggester.suggest, list(typed(records, count))),
            "alike": (alike, ids),
            "how the house stands, counts": (
                lambda _, viewer: _counts(catalogue, viewer),
                [""] * (WARM_UP + 10),
            ),
        }
        return {kind: in_turns(ask, texts, clock) for kind, (ask, texts) in asked.items()}


def _counts(catalogue: Catalogue, viewer: Viewer) -> object:
    with catalogue.reading() as unit:
        return unit.records.counts(viewer.tokens), unit.pages.counts(viewer.tokens)


def _print(rows: Rows) -> None:
    heads = "".join(f"{asker.name + ' p50':>10}{'p95':>8}" for asker in ASKERS)
    print(f"{'milliseconds':32}{heads}{'most/all':>10}{'few/all':>9}{'all/free':>10}{'most/free':>11}")
    for kind, taken in rows.items():
        told = "".join(f"{middle:10.1f}{high:8.1f}" for middle, high in (quantiles(taken[one.name]) for one in ASKERS))
        everything = sum(taken[ALL.name])
        most, few, free = (sum(taken[asker.name]) for asker in (MOST, FEW, FREE))
        print(f"{kind:32}{told}{most / everything:10.2f}{few / everything:9.2f}", end="")
        print(f"{everything / free:10.2f}{most / free:11.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--engine", choices=("tantivy", "elasticsearch"), default="tantivy")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--folder", default="")
    chosen = parser.parse_args()
    with _place(chosen) as place:
        in_own_process(fill, place, chosen.records)
        _built(place)
        rows = in_own_process(measured, place, chosen.records, chosen.questions)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout
    print(f"\n{chosen.records} records, {chosen.engine}, commit {commit.strip()}, {os.cpu_count()} cores, ", end="")
    print(f"load {os.getloadavg()[0]:.1f}; {chosen.questions} questions of each kind")
    _print(rows)


if __name__ == "__main__":
    main()
