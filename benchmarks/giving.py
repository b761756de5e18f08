"""What it costs to give results away, beside the bare search in the same run.

    python -m benchmarks.giving [--records 10000]

Generated records of two pages lie in a SQLite catalogue and in tantivy. Told in milliseconds of this process' cores, as
others may work on the machine (median), and as a ratio to a search with all of its facets for the same question: the
histogram, more like this. Then records a second of a CSV and an XLSX table of all of them, questions a second of a
list, and what it takes to put 200 new records before 100 saved searches. One thing at a time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import islice

from archive.catalogue import Catalogue
from benchmarks.archives import archive_of
from benchmarks.generated_records import generated_records, questions
from mappings.record import RecordView
from search_api.access import LOCAL
from search_api.engines.protocol import SearchEngine
from search_api.giving.columns import Speaking
from search_api.giving.found import give_table
from search_api.giving.tables import TableForm
from search_api.likeness import LikenessService
from search_api.lists.answering import answer_list
from search_api.lists.questions import Question, QuestionList
from search_api.query.answers import SearchQuery
from search_api.query.over_time import over_time
from search_api.query.search import SearchService
from search_api.saved.alerting import AT_A_TIME, Alerter

_TO = Speaking("vi", "http://localhost:8000")
_SEARCHES = 100
_WARM_UP = 10


def milliseconds(works: list[Callable[[], object]]) -> float:
    taken: list[float] = []
    for work in works:
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return 1000 * statistics.median(taken[_WARM_UP:])


def table_rate(search: SearchService, form: TableForm) -> tuple[float, int]:
    """Records a second, and how many bytes they make."""
    begun = time.process_time()
    given = give_table(search, SearchQuery(), LOCAL, form, _TO)
    size = sum(map(len, given.pieces))
    return min(given.total, given.most) / (time.process_time() - begun), size


def alert_seconds(catalogue: Catalogue, search: SearchService, texts: list[str]) -> float:
    """To put `AT_A_TIME` records before `_SEARCHES` saved searches, entering what fits."""
    with catalogue.writing() as unit:
        for number, text in enumerate(islice(texts, _SEARCHES)):
            unit.saved_searches.add("A", str(number), {"q": text.split()[0]})
        rows = unit.records.revisions(0, AT_A_TIME)
        unit.alerts.await_news({record_id: revision for _, record_id, revision in rows}, newly_read=True)
        unit.outbox.done(unit.outbox.pending(1_000_000))
        unit.commit()
    begun = time.process_time()
    assert Alerter(catalogue, search, lambda _: LOCAL).step() == AT_A_TIME
    return time.process_time() - begun


def measure(catalogue: Catalogue, engine: SearchEngine, views: list[RecordView]) -> Iterator[str]:
    search, likeness = SearchService(catalogue, engine), LikenessService(catalogue, engine)
    texts = list(questions(views, 100 + _WARM_UP))
    words = [SearchQuery(q=text) for text in texts]
    bare = milliseconds([lambda q=query: search.search(q, LOCAL) for query in words])  # type: ignore[misc]
    yield f"{'search with its facets':28}{bare:10.1f} ms"
    for name, works in (
        ("histogram", [lambda q=query: over_time(search, q, LOCAL) for query in words]),  # type: ignore[misc]
        ("histogram of everything", [lambda: over_time(search, SearchQuery(), LOCAL)] * 30),
        ("more like this", [lambda v=view: likeness.alike(v, LOCAL) for view in views[:60]]),  # type: ignore[misc]
    ):
        taken = milliseconds(list(works))
        yield f"{name:28}{taken:10.1f} ms{taken / bare:8.2f} x"
    for form in TableForm:
        rate, size = table_rate(search, form)
        yield f"{form.upper():28}{rate:10,.0f} records/s{size / 1e6:8.1f} MB"
    asked = QuestionList(tuple(Question(number, text) for number, text in enumerate(texts, 1)), cut=False)
    begun = time.process_time()
    rows = sum(1 for _ in answer_list(search, asked, LOCAL, _TO)) - 1
    yield f"{'a list of questions':28}{rows / (time.process_time() - begun):10,.0f} questions/s"
    seconds = alert_seconds(catalogue, search, texts)
    yield f"{f'{AT_A_TIME} records, {_SEARCHES} searches':28}{1000 * seconds:10.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    chosen = parser.parse_args()
    with archive_of(chosen.records) as (catalogue, engine):
        print(f"{chosen.records} records; {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")
        for line in measure(catalogue, engine, list(generated_records(min(chosen.records, 500)))):
            print(line, flush=True)


if __name__ == "__main__":
    main()
