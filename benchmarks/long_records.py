"""Which pages of a very long record hold what was looked for, and what that costs.

    python -m benchmarks.long_records [--pages 1000] [--questions 100]

One generated record of so many pages of 250 syllables, words and boxes included, lies in a SQLite catalogue.
Questions: 3 to 6 neighbouring words of one of its pages, half of them typed without diacritics; beside it, in the same
run, such questions of a record of two pages. Told, in milliseconds of processor time (others may work on the machine),
are the reading of the record's pages from the catalogue and the marking (best pages and snippets);
and how often the page that a question was taken from is among those shown.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from analyzers.streams import analyse
from archive.catalogue import Catalogue
from benchmarks.archives import p95
from benchmarks.generated_records import Words, generated_records, questions
from benchmarks.search.filling import enter
from mappings.record import Page, RecordView
from search_api.query.marking import ALONE, MarkedRecord, mark
from search_api.query.parsing import parse

WARM_UP = 5
T = TypeVar("T")


def long_record(view: RecordView, count: int, syllables: int) -> RecordView:
    """A record like this one with so many pages."""
    words, first = Words(random.Random(77)), view.pages[0]
    pages = tuple(replace(first, number=number, text=words.text(syllables)) for number in range(1, count + 1))
    return replace(view, record=replace(view.record, page_count=count), pages=pages)


def asked_of(pages: Sequence[Page], view: RecordView, count: int) -> list[tuple[str, int]]:
    """Questions, and the page that each was taken from."""
    made: list[tuple[str, int]] = []
    for number in range(count):
        page = pages[number * 7919 % len(pages)]
        text = next(questions([replace(view, pages=(page,))], 1, seed=number))
        made.append((" ".join(analyse(text).folded) if number % 2 else text, page.number))
    return made


def timed(times: list[float], work: Callable[[], T]) -> T:
    begun = time.thread_time()
    result = work()
    times.append(time.thread_time() - begun)
    return result


def measure(catalogue: Catalogue, record_id: str, asked: list[tuple[str, int]]) -> str:
    """One line of the table."""
    times: tuple[list[float], ...] = ([], [])
    shown = 0
    for question, page in asked:
        with catalogue.reading() as unit:
            view = timed(times[0], lambda u=unit: u.records.views([record_id], pages=True))[record_id]  # type: ignore[misc]
        parsed, subject = parse(question), view.value("subject") or ""
        marked = timed(times[1], lambda p=parsed, s=subject, v=view: _shown(mark(p, s, v.pages, ALONE)))  # type: ignore[misc]
        shown += page in {one.page.number for one in marked.pages}
    figures = [f"{1000 * figure(one[WARM_UP:]):8.1f}" for one in times for figure in (median, p95)]
    whole = [sum(one) for one in zip(*times, strict=True)][WARM_UP:]
    return "".join([*figures, f"{1000 * median(whole):8.1f}{1000 * p95(whole):8.1f}", f"{shown:>8}/{len(asked)}"])


def _shown(marked: MarkedRecord) -> MarkedRecord:
    for page in marked.pages:
        assert page.snippet
    return marked


def median(seconds: Sequence[float]) -> float:
    return statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--questions", type=int, default=100)
    chosen = parser.parse_args()
    views = list(generated_records(2))
    long = long_record(replace(views[0], record=replace(views[0].record, access_class="internal")), chosen.pages, 250)
    short = replace(views[1], record=replace(views[1].record, access_class="internal"))
    with tempfile.TemporaryDirectory(prefix="tangthu-benchmark-") as folder:
        catalogue = Catalogue.sqlite(Path(folder) / "catalogue.sqlite")
        with catalogue.connection_for_moving() as connection:
            enter(connection, [long, short])
            connection.commit()
        # What the benchmark itself holds is no part of a service: the collector need not walk over it.
        gc.collect()
        gc.freeze()
        print(f"{os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}; milliseconds of processor time, p50 and p95")
        heads = "".join(f"{one:>16}" for one in ("reading", "marking", "together"))
        print(f"{'':14}{heads}{'page shown':>12}")
        for name, view in ((f"{chosen.pages} pages", long), ("2 pages", short)):
            asked = asked_of(view.pages, view, chosen.questions)
            print(f"{name:14}{measure(catalogue, view.record.id, asked)}")
        catalogue.close()


if __name__ == "__main__":
    main()
