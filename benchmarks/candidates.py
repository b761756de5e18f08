"""What each source tells of numbers and days written by hand: `python -m benchmarks.candidates [--pages 60]
[--stock report] [--real]`.

Papers with a number and day by hand are drawn, damaged and read. Beside each stands a register as an office has it:
so many numbers up to its own, given out on chance days of the year, of which the archive holds a part with number and
day confirmed. Files are named as offices name them: for three of five the name has the number, else a scanner's stamp,
now and then another number. Printed: how often the right value is the first, and among the first three, by the sources
that may speak. --real: the real scans, which have no register, so that only reading and file name speak.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from benchmarks.fields import REAL_SCANS, read_all, truths
from benchmarks.papers.drawing import Paper, paper_of
from benchmarks.papers.offices import OFFICES
from benchmarks.papers.reading import read_papers
from ingest.describing import describe
from kernel.clock import now
from mappings.record import DescribedField, Page, Record, RecordState, RecordView
from search_api.candidates.ranking import Candidate, Evidence, days, numbers
from search_api.candidates.series import Issued, series_of
from search_api.candidates.service import evidence_of

KEPT = 0.4
"""Of an office's numbers that the archive holds confirmed."""

BLANK: dict[str, object] = {"read": "", "day_read": "", "file_name": "", "series": (), "arrived": None, "signed": None}


def register(paper: Paper) -> list[Issued]:
    """What the archive holds of the paper's series."""
    rng = random.Random(f"register {paper.stock} {paper.seed}")
    year = date(paper.day.year, 1, 1)
    passed = (paper.day - year).days
    before = sorted(rng.randint(0, passed) for _ in range(paper.number - 1))
    rate = max(1.0, paper.number / max(1, passed))
    after = sorted(rng.randint(passed, 364) for _ in range(round(rate * (364 - passed))))
    offsets = [*enumerate(before, 1), *enumerate(after, paper.number + 1)]
    return series_of(Issued(number, year + timedelta(days=at)) for number, at in offsets if rng.random() < KEPT)


def file_name(paper: Paper) -> str:
    """As offices name their scans; one of five is named by another number than its own."""
    rng = random.Random(f"name {paper.stock} {paper.seed}")
    stamp = f"{datetime(2025, 5, 10, rng.randint(8, 16), rng.randint(0, 59)):%Y%m%d_%H%M%S}"
    short = paper.symbol.replace("/", "_")
    named = rng.random()
    if named < 0.6:
        return rng.choice((f"{paper.number}-{short}.pdf", f"{paper.number:02}_{short}.signed_{stamp}.pdf"))
    return f"scan_{stamp}.pdf" if named < 0.8 else f"{rng.randint(1, 60):02}.signed_{stamp}.pdf"


def view_of(fields: dict[str, DescribedField], page: Page, name: str) -> RecordView:
    """The record as the archive would hold it."""
    record = Record("0", 1, "0", 1, "image/tiff", name, RecordState.SEARCHABLE, 1, now(), 1, "office", "internal")
    return RecordView(record, fields, (page,))


def _masks() -> dict[str, tuple[str, ...]]:
    return {
        "read": ("read", "day_read"),
        "file name": ("file_name",),
        "series": ("series",),
        "series, read": ("series", "read", "day_read"),
        "series, arrival": ("series", "arrived"),
        "all": tuple(BLANK),
    }


def tell(title: str, cases: Iterable[tuple[Evidence, str]], rank: Callable[[Evidence], list[Candidate]]) -> None:
    """One table: by sources, how often the truth is the first, and among the first three."""
    found = list(cases)
    print(f"{title}: {len(found)} asked for")
    for name, kept in _masks().items():
        gone = {key: value for key, value in BLANK.items() if key not in kept}
        ranked = [([one.value for one in rank(replace(case, **gone))], truth) for case, truth in found]  # type: ignore[arg-type]
        first = sum(values[:1] == [truth] for values, truth in ranked)
        three = sum(truth in values for values, truth in ranked)
        count = max(1, len(found))
        print(f"  {name:16} first {100 * first / count:5.1f} %   among three {100 * three / count:5.1f} %")


def drawn(stock: str, pages: int) -> None:
    """The drawn papers."""
    cases: dict[str, list[tuple[Evidence, str]]] = {"number": [], "issued_on": []}
    silent, unseen = dict.fromkeys(cases, 0), dict.fromkeys(cases, 0)
    for paper, page in read_papers(paper_of(stock, seed, by_hand=True) for seed in range(pages)):
        fields = describe([page])
        evidence = evidence_of(view_of(fields, page, file_name(paper)), lambda _, page=page: page)
        rng = random.Random(f"arrival {paper.stock} {paper.seed}")
        arrived = paper.day + timedelta(days=rng.choice((0, 1, 1, 2, 2, 3, 4, 6)))
        evidence = replace(evidence, series=register(paper), arrived=arrived)
        for name, told in cases.items():
            field = fields.get(name)
            unseen[name] += field is None
            silent[name] += field is not None and not field.doubtful and field.value != paper.truth[name]
            if field is not None and field.doubtful:
                told.append((evidence, paper.truth[name]))
    print(f"{pages} papers with number and day by hand; wrong and not asked for: {silent}; not seen: {unseen}")
    tell("number", cases["number"], numbers)
    tell("day of issue", cases["issued_on"], days)


def real() -> None:
    """The real scans: no register, so only what was read and the file's name speak."""
    cases = []
    for path, truth in truths(REAL_SCANS):
        pages = read_all(path)
        fields = describe(pages)
        if "number" in fields and fields["number"].doubtful:
            view = view_of(fields, pages[0], path.name)
            cases.append((evidence_of(view, lambda _, page=pages[0]: page), truth["number"]))  # type: ignore[misc]
    tell("number on real scans", cases, numbers)


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description="What each source tells of numbers and days written by hand.")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--stock", choices=tuple(OFFICES), default="report")
    parser.add_argument("--real", action="store_true")
    asked = parser.parse_args()
    if asked.real:
        real()
    else:
        drawn(asked.stock, asked.pages)


if __name__ == "__main__":
    main()
