"""Pages a minute of the whole pipeline over bare Tesseract, on the same pages and cores, in one run.

    python -m benchmarks.pipeline [FOLDER] [--rounds N]

Whole: files dropped into the watched folder until every record is searchable and the index knows it: settling (0 s
here), digest, fsync, catalogue, rendering, looking, OCR, describing, analysis, index. Bare: gray 300 dpi images that
are on disk already, one `tesseract … tsv` process a core. Pages with a text layer are read by ours and not by the
bare program, and do not count in either.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.pages import Pace, PageOfFile, bare, default_folder, ours, pages_of, write_images
from ingest.reading import ReadingOptions
from ingest.sandbox import ReadingPool
from mappings.record import ReadBy
from tangthu.bootstrap import House, open_house, working
from tangthu.settings import Settings

_DRAIN_SECONDS = 3600


def whole(folder: Path, workers: int) -> Pace:
    """The pace of the whole pipeline over the files of a folder, counted in pages that were read by OCR."""
    with tempfile.TemporaryDirectory() as work:
        drop = Path(work, "drop")
        settings = Settings(data=Path(work, "data"), drop=drop, workers=workers, settle_seconds=0, rescan_seconds=1)
        with open_house(settings) as house, working(house) as ingest:
            start = time.perf_counter()
            for path in sorted(entry for entry in folder.iterdir() if entry.suffix.lower() != ".jsonl"):
                part = drop / f"{path.name}.part"
                shutil.copyfile(path, part)
                part.replace(drop / "incoming" / path.name)
            ingest.drain(_DRAIN_SECONDS)
            while _index_waits(house):
                time.sleep(0.02)
            seconds = time.perf_counter() - start
            return Pace(_pages_by_ocr(house), seconds)


def _index_waits(house: House) -> bool:
    with house.catalogue.reading() as unit:
        return unit.outbox.waiting() > 0


def _pages_by_ocr(house: House) -> int:
    with house.catalogue.reading() as unit:
        ids = [record_id for record_id, _ in unit.records.all_revisions()]
        pages = [page for found in unit.pages.of_records(ids).values() for page in found]
    return sum(page.read_by is ReadBy.OCR and bool(page.text) for page in pages)


def _images(pages: Sequence[PageOfFile], work: Path) -> list[Path]:
    images = [work / f"{number}.pgm" for number in range(len(pages))]
    write_images(pages, images)
    return images


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder())
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    workers = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as work:
        with ReadingPool(workers, memory_mb=1024, page_seconds=120) as pool:
            _, by_ocr = ours(pages_of(asked.folder, pool), pool, ReadingOptions())
            images = _images(by_ocr, Path(work))
        ratios = []
        print(f"{len(images)} pages that need OCR, {workers} cores; in turn, {asked.rounds} rounds")
        for _ in range(asked.rounds):
            alone, through = bare(images, workers, "vie"), whole(asked.folder, workers)
            ratios.append(through.per_minute / alone.per_minute)
            print(
                f"bare tesseract {alone.per_minute:6.1f} pages/min   whole pipeline {through.per_minute:6.1f} pages/min"
                f"   ratio {ratios[-1]:.2f}"
            )
    print(f"ratio: median {statistics.median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f} (aim 0.9)")


if __name__ == "__main__":
    main()
