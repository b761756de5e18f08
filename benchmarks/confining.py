"""What it costs to shut reading processes in: the same pages read in bubblewrap, under limits only, and by a bare call.

    python -m benchmarks.confining [FOLDER] [--rounds N] [--pages N]

One process each, warm, in turn page by page and in changing order, so that what else the machine does falls on all of
them alike. Bare: `read_page` in this process, without a child, limits or handing over. Pages that need OCR are told
apart from pages whose text layer is taken: those take milliseconds, and what is lost by handing over shows there.
Needs a machine with nothing else to do: the scheduler gives processes of a session of their own another share.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pages import PageOfFile, default_folder, pages_of
from ingest.confining import Confinement, confinement
from ingest.handing import HandedFile
from ingest.reading import ReadingOptions, read_page
from ingest.sandbox import ReadingPool
from mappings.record import Page, ReadBy

_OPTIONS = ReadingOptions()
_BARE = "bare call"
_STARTS = 5

Way = Callable[[PageOfFile], Page]


@dataclass
class Times:
    """Seconds by way, one for each reading of a page: the same pages in the same order for every way."""

    by_way: dict[str, list[float]]

    def line(self, way: str) -> str:
        """A way beside the bare call: of sums, and of the readings of one page in one round."""
        mine, bare = self.by_way[way], self.by_way[_BARE]
        extra = [1000 * (one - other) for one, other in zip(mine, bare, strict=True)]
        share = sum(mine) / sum(bare) - 1
        return (
            f"  {way:12} {1000 * statistics.mean(mine):8.1f} ms a page {100 * share:+6.1f} %"
            f"   median of the differences {statistics.median(extra):+7.2f} ms"
        )


def by_call(page: PageOfFile) -> Page:
    """In this process."""
    return read_page(page.path, page.media_type, page.number, _OPTIONS)


def by_pool(pool: ReadingPool) -> Way:
    """In the pool's process."""

    def read(page: PageOfFile) -> Page:
        return pool.submit(read_page, HandedFile(page.path), page.media_type, page.number, _OPTIONS).result()

    return read


def compare(pages: Sequence[PageOfFile], ways: dict[str, Way], rounds: int) -> dict[ReadBy, Times]:
    """The times of each way, by how a page is read. The order of the ways turns with every page."""
    found: dict[ReadBy, Times] = {}
    names = list(ways)
    for turn in range(rounds):
        for number, page in enumerate(pages):
            first = (turn + number) % len(names)
            for name in names[first:] + names[:first]:
                start = time.perf_counter()
                read_by = ways[name](page).read_by
                seconds = time.perf_counter() - start
                found.setdefault(read_by, Times({way: [] for way in names})).by_way[name].append(seconds)
    return found


def start_seconds(confined: Confinement) -> float:
    """How long a new process takes to its first answer: the median of a few."""
    taken = []
    for _ in range(_STARTS):
        with ReadingPool(1, memory_mb=1024, page_seconds=120, confined=confined) as pool:
            start = time.perf_counter()
            pool.submit(sum, (1, 2)).result()
            taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=12, help="so many, spread over the folder")
    asked = parser.parse_args()
    confinements = [Confinement.LIMITS]
    if confinement() is Confinement.BUBBLEWRAP:
        confinements.append(Confinement.BUBBLEWRAP)
    else:
        print("bubblewrap is missing or not allowed on this machine: limits only")
    os.environ["OMP_THREAD_LIMIT"] = "1"  # as reading processes have it
    print(f"reading pages of {asked.folder.name} …", flush=True)
    with ExitStack() as stack:
        ways: dict[str, Way] = {_BARE: by_call}
        for one in confinements:
            pool = stack.enter_context(ReadingPool(1, memory_mb=1024, page_seconds=120, confined=one))
            ways[str(one)] = by_pool(pool)
        pages = pages_of(asked.folder, pool)
        pages = pages[:: max(1, len(pages) // asked.pages)]
        compare(pages[:2], ways, 1)  # warms them
        found = compare(pages, ways, asked.rounds)
    for read_by, times in found.items():
        readings = len(times.by_way[_BARE])
        print(
            f"{asked.folder.name}: read by {read_by}, {readings // asked.rounds} pages, {asked.rounds} rounds in turn"
        )
        for way in ways:
            print(times.line(way))
    print("a new process, until it answers (once in 2,000 calls, after a minute of rest, or after a kill)")
    for one in confinements:
        print(f"  {one!s:12} {1000 * start_seconds(one):8.1f} ms")


if __name__ == "__main__":
    main()
