"""What confirming teaches: `python -m benchmarks.teaching [--pages 60] [--stock report] [--confirm 50] [--show]`.

Papers of made-up offices are drawn, damaged so that words are misread, and read. Their fields are described once
before anything was taught, and once after the fields of other papers of the same offices were confirmed, in a
catalogue as people do it. Nothing is tuned on the stock `report`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from archive.catalogue import Catalogue
from archive.records import NewRecord
from benchmarks.fields import VERDICTS, verdict
from benchmarks.papers.drawing import Paper, paper_of
from benchmarks.papers.offices import OFFICES
from benchmarks.papers.reading import HARD, read_papers
from ingest.describing import describe
from ingest.describing.heeding import heed
from kernel.clock import now
from kernel.ids import new_id
from mappings.lessons import NOTHING, TAUGHT, Lessons
from mappings.record import DescribedField
from search_api.access.viewer import LOCAL
from search_api.correcting import CorrectionService

_FIRST_TAUGHT = 500_000
"""Seeds of the papers that teach: none of them is read."""


def taught(papers: list[Paper]) -> Lessons:
    """The lessons after the true fields of these papers were confirmed."""
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue.sqlite(Path(folder, "catalogue.sqlite"))
        corrections = CorrectionService(catalogue)
        for number, paper in enumerate(papers):
            record_id = new_id()
            new = NewRecord(record_id, f"{number:064}", 1, "image/tiff", "x.tif", now(), 1, "office", "internal")
            catalogue.write(lambda unit, new=new: unit.records.add([new]))  # type: ignore[misc]
            values = {name: value for name, value in paper.truth.items() if name in TAUGHT and value}
            corrections.correct(record_id, values, LOCAL)
        with catalogue.reading() as unit:
            lessons = unit.taught.lessons()
        catalogue.close()
        return lessons


def main() -> None:
    """Reads, describes twice, prints."""
    parser = argparse.ArgumentParser(description="What confirming fields teaches.")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--stock", choices=tuple(OFFICES), default="report")
    parser.add_argument("--confirm", type=int, default=50)
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    lessons = taught([paper_of(asked.stock, _FIRST_TAUGHT + seed) for seed in range(asked.confirm)])
    counts = {name: (Counter[str](), Counter[str]()) for name in TAUGHT}
    for paper, page in read_papers((paper_of(asked.stock, seed) for seed in range(asked.pages)), HARD):
        before = describe([page])
        tell(paper, before, lessons, counts, show=asked.show)
    head = "".join(f"{name:>16}" for name in VERDICTS)
    print(f"{asked.pages} pages, {asked.confirm} records confirmed\n{'field':10}{'':8}{head}")
    for name, (first, then) in counts.items():
        for when, found in (("before", first), ("after", then)):
            print(f"{name:10}{when:8}" + "".join(f"{found[column] or '':>16}" for column in VERDICTS))


def tell(
    paper: Paper,
    before: dict[str, DescribedField],
    lessons: Lessons,
    counts: dict[str, tuple[Counter[str], Counter[str]]],
    *,
    show: bool,
) -> None:
    """Counts what one paper's fields are, before and after."""
    after = heed(before, lessons)
    for name, found in counts.items():
        truth = paper.truth[name]
        verdicts = [verdict(fields.get(name), truth) for fields in (heed(before, NOTHING), after)]
        for counter, said in zip(found, verdicts, strict=True):
            counter[said] += 1
        if show and not set(verdicts) <= {"right", "none, rightly"}:
            values = [fields[name].value if name in fields else None for fields in (before, after)]
            print(f"{paper.seed}: {name}: {verdicts}: {values}; in truth {truth!r}", flush=True)


if __name__ == "__main__":
    main()
