"""What a person waits for: a search with its hits' pages, snippets and boxes, beside the bare engine in the same run.

    python -m benchmarks.queries [--records 10000] [--queries 300]

Generated records of two pages lie in a SQLite catalogue with their words and boxes, and in each engine. Questions: 3 to
6 neighbouring words of a record, half of them typed without diacritics; then an issue number; then nothing (the
newest). Each is asked of the engine alone (the same query, access filter and six facets) and, right after, of the
search service. One question at a time; the first 30 are not counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from analyzers.streams import analyse
from archive.catalogue import Catalogue
from archive.records import NewRecord
from archive.unit_of_work import UnitOfWork
from benchmarks.engines import WARM_UP, elasticsearch, fill, p95, tantivy
from benchmarks.generated_records import generated_records, questions
from mappings.index_document import IndexDocument, index_document
from mappings.record import RecordState, RecordView
from search_api.access import LOCAL, access_node
from search_api.engines.protocol import SearchEngine, SearchRequest, Sort
from search_api.query.answers import FACETS, SearchQuery
from search_api.query.parsing import parse
from search_api.query.planning import plan
from search_api.query.search import SearchService
from tests.records import words_of

_IN_ONE_TRANSACTION = 200

Figures = dict[str, dict[str, list[float]]]
"""Kind of question to who was asked to seconds."""


def fill_catalogue(catalogue: Catalogue, views: Iterator[RecordView]) -> list[IndexDocument]:
    """Enters the records with their words; returns what an engine must hold of them."""
    documents: list[IndexDocument] = []
    while part := list(islice(views, _IN_ONE_TRANSACTION)):
        with catalogue.writing() as unit:
            for view in part:
                _enter(unit, view)
            unit.commit()
        with catalogue.reading() as unit:
            entered = unit.records.views([view.record.id for view in part], pages=True)
        documents += [index_document(entered[view.record.id]) for view in part]
    return documents


def _enter(unit: UnitOfWork, view: RecordView) -> None:
    record = view.record
    unit.records.add(
        [
            NewRecord(
                record.id,
                record.digest,
                record.size,
                record.media_type,
                record.file_name,
                record.received_at,
                record.page_count,
                record.unit,
                record.access_class,
            )
        ]
    )
    unit.pages.await_reading({record.id: record.page_count})
    unit.pages.save(record.id, [replace(page, words=words_of(page.text)) for page in view.pages])
    unit.records.describe(record.id, view.fields)
    unit.records.finish(record.id, RecordState.SEARCHABLE)


def asked(views: Sequence[RecordView], count: int) -> dict[str, list[str]]:
    """The questions, by kind."""
    words = [
        " ".join(analyse(question).folded) if number % 2 else question
        for number, question in enumerate(questions(list(views), count))
    ]
    numbers = [view.issue_number or "" for view in islice(views, count)]
    return {"3-6 words": words, "an issue number": numbers, "nothing: the newest": [""] * count}


def measure(catalogue: Catalogue, engine: SearchEngine, wanted: dict[str, list[str]]) -> Figures:
    """One engine's figures."""
    service = SearchService(catalogue, engine)
    figures: Figures = {}
    for kind, texts in wanted.items():
        bare: list[float] = []
        whole: list[float] = []
        for number, text in enumerate(texts):
            planned = plan(parse(text))
            sort = Sort.RELEVANCE if planned.ranked else Sort.NEWEST
            request = SearchRequest(planned.strict, access_node(LOCAL), sort=sort, facets=FACETS)
            query = SearchQuery(q=text)
            # Who comes first finds the engine's caches cold: they take turns.
            pair = [(bare, lambda r=request: engine.search(r)), (whole, lambda q=query: service.search(q, LOCAL))]
            for seconds, work in pair if number % 2 else reversed(pair):
                taken = timed(work)
                if number >= WARM_UP:
                    seconds.append(taken)
        figures[kind] = {"engine": bare, "search": whole}
    return figures


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def print_table(count: int, measured: dict[str, Figures]) -> None:
    """Both engines side by side, each bare and as the whole search."""
    print(
        f"{count} records of two pages, {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f} at the end; milliseconds"
    )
    columns = [(name, who) for name in measured for who in ("engine", "search")]
    print(f"{'':26}" + "".join(f"{f'{name}, {who}':>24}" for name, who in columns))
    for kind in next(iter(measured.values())):
        for label, figure in (("p50", statistics.median), ("p95", p95)):
            row = [1000 * figure(measured[name][kind][who]) for name, who in columns]
            print(f"{f'{kind}, {label}':26}" + "".join(f"{one:24.1f}" for one in row))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=300)
    chosen = parser.parse_args()
    wanted = asked(list(generated_records(min(chosen.records, 2_000))), chosen.queries + WARM_UP)
    measured: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory(prefix="tangthu-benchmark-") as folder:
        catalogue = Catalogue.sqlite(Path(folder) / "catalogue.sqlite")
        documents = fill_catalogue(catalogue, generated_records(chosen.records))
        for name, opened in (("tantivy", tantivy), ("elasticsearch", elasticsearch)):
            with opened() as engine:
                fill(engine, documents)
                measured[name] = measure(catalogue, engine, wanted)
        catalogue.close()
    print_table(chosen.records, measured)


if __name__ == "__main__":
    main()
