"""How well damaged pages are read, beside bare Tesseract on the same images, in one run.

    python -m benchmarks.quality [--pages 4] [--stock report] [--only scan,fax] [--no-bare] [--save FILE]
        [--against FILE]

For each damage so many plain pages and so many with tables are drawn, damaged, saved as a file and read as the service
reads them, in a reading process. Percent of: letters wrong (CER), words wrong (WER, and without diacritics), words
that stand nowhere on the page, words read right whose box is off (IoU under 0.5). --save keeps the table as JSON;
--against compares with one that was kept and ends with 1 if anything has become worse.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.quality.damages import DAMAGES, Damaged
from benchmarks.quality.drawing import DrawnPage, page_of
from benchmarks.quality.measures import Score
from benchmarks.quality.texts import STOCKS
from ingest.handing import HandedFile
from ingest.reading import ReadingOptions, read_page
from ingest.recognising import TIFF
from ingest.sandbox import ReadingPool
from kernel.errors import TangthuError
from mappings.record import Page, PageState

_LEAST_RECALL = 98.5  # percent of the words of pages with tables
_PLACED = 98.0  # percent of the words read right
_WORSE = 0.1  # percent points that are chance


def main() -> None:
    """Reads, prints, compares."""
    asked = _asked()
    names = [name for name in DAMAGES if not asked.only or name in asked.only.split(",")]
    scores: dict[str, dict[str, Score]] = {"tangthu": {}, "tesseract": {}}
    _head()
    workers = asked.workers
    with ReadingPool(workers, 1024, 120) as pool, ThreadPoolExecutor(workers) as threads:
        for name in names:
            for table in (False, True):
                kind = f"{name}, table" if table else name
                jobs = [(asked.stock, seed, table, name, pool, asked.bare) for seed in range(asked.pages)]
                ours, bare = Score(), Score()
                for drawn, damaged, read, seconds, stock in threads.map(lambda job: _read(*job), jobs):
                    ours.add(drawn, damaged, read, seconds)
                    if stock is not None:
                        bare.add(drawn, damaged, stock, 0.0)
                scores["tangthu"][kind] = ours
                scores["tesseract"][kind] = bare
                _tell(kind, ours, bare if asked.bare else None, None if table else DAMAGES[name][1])
    _conclude(scores["tangthu"], asked)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How well damaged pages are read.")
    parser.add_argument("--pages", type=int, default=4, help="plain pages, and as many with tables, of each damage")
    parser.add_argument("--stock", choices=STOCKS, default="report")
    parser.add_argument("--only", default="", help="damages, by comma")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--no-bare", dest="bare", action="store_false")
    parser.add_argument("--save", type=Path)
    parser.add_argument("--against", type=Path)
    return parser.parse_args()


Read = tuple[DrawnPage, Damaged, Page, float, Page | None]


def _read(stock: str, seed: int, table: bool, name: str, pool: ReadingPool, bare: bool) -> Read:
    drawn = page_of(stock, seed, table=table)
    damaged = DAMAGES[name][0](drawn, np.random.default_rng(seed))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page.tif")
        save(damaged, path)
        began = time.monotonic()
        try:
            page = pool.submit(read_page, HandedFile(path), TIFF, 1, ReadingOptions()).result()
        except TangthuError as error:
            page = Page(1, PageState.FAILED, reason=error.code)
        seconds = time.monotonic() - began
        stock_page = _bare(path) if bare else None
    return drawn, damaged, page, seconds, stock_page


def save(damaged: Damaged, path: Path) -> None:
    image = Image.fromarray(damaged.pixels)
    dpi = (damaged.dpi, damaged.dpi)
    if damaged.bilevel:
        image.convert("1").save(path, compression="group4", dpi=dpi)
    else:
        image.save(path, dpi=dpi)


def _bare(path: Path) -> Page:
    """What Tesseract makes of the file as it is."""
    told = subprocess.run(
        ["tesseract", str(path), "-", "-l", "vie"],
        capture_output=True,
        check=False,
        timeout=300,
        env=os.environ | {"OMP_THREAD_LIMIT": "1"},
    )
    return Page(1, PageState.SEARCHABLE, text=told.stdout.decode("utf-8", "replace"))


def _head() -> None:
    print(
        f"{'damage':22} {'CER':>6} {'WER':>6} {'bare':>6} {'lost':>6} {'off':>6} {'s':>5}   bare tesseract: CER, lost"
    )


def _tell(kind: str, ours: Score, bare: Score | None, most: float | None) -> None:
    held = _held(ours, most)
    row = f"{kind:22} {ours.letters.percent:6.2f} {ours.words.percent:6.2f} {ours.bare.percent:6.2f} "
    row += f"{ours.lost.percent:6.2f} {ours.places.percent:6.2f} {ours.seconds / max(1, ours.pages):5.1f}"
    beside = f"   {bare.letters.percent:6.2f} {bare.lost.percent:6.2f}" if bare else ""
    print(f"{row}{beside}{'' if held else '   NOT HELD'}", flush=True)


def _held(score: Score, most: float | None) -> bool:
    if score.failed or 100 - score.places.percent < _PLACED:
        return False
    return 100 - score.lost.percent >= _LEAST_RECALL if most is None else score.letters.percent <= most


def _conclude(scores: dict[str, Score], asked: argparse.Namespace) -> None:
    table = {kind: _figures(score) for kind, score in scores.items()}
    if asked.save:
        asked.save.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if asked.against:
        worse = list(_worse(table, json.loads(asked.against.read_text(encoding="utf-8"))))
        print("\n".join(worse) or "nothing has become worse")
        sys.exit(bool(worse))


def _figures(score: Score) -> dict[str, float]:
    counts = {"CER": score.letters, "WER": score.words, "bare": score.bare, "lost": score.lost, "off": score.places}
    return {name: round(count.percent, 3) for name, count in counts.items()}


def _worse(now: dict[str, Any], before: dict[str, Any]) -> Iterator[str]:
    for kind in now.keys() & before.keys():
        for name, figure in now[kind].items():
            if figure > before[kind][name] + _WORSE:
                yield f"{kind}: {name} {before[kind][name]} -> {figure}"


if __name__ == "__main__":
    main()
