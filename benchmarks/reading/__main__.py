"""Pages a minute, processor time by step and memory of our reading, beside bare Tesseract and OCRmyPDF, in one run.

    python -m benchmarks.reading [--pages 1] [--stock report] [--only scan,fax] [--scans FOLDER] [--workers 1,2]
        [--ocrmypdf PROGRAM]

Three sets: drawn pages that call for no step, drawn pages with each damage (plain and with a table), and the pages of
the scans beside the checkout that need OCR. Bare: gray 300 dpi images on disk, `tesseract … tsv`, one process a page.
OCRmyPDF: one run over one PDF of all these images, plain, and with deskew, rotate-pages and, if unpaper is there,
clean; left out where it is not installed (it is no part of the lock: an environment of its own will do). Ours: from
the file to words with boxes, through a sandbox whose processes are warm. Ratios are of processor time a page, which
others at work on the machine disturb least; those of pages a minute stand beside them.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.pages import default_folder
from benchmarks.quality.damages import DAMAGES
from benchmarks.quality.texts import STOCKS
from benchmarks.reading.pages import PLAIN, BenchPage, drawn, scanned
from benchmarks.reading.programs import Pace, bare, found_ocrmypdf, ocrmypdf, ours
from benchmarks.reading.steps import measured


def main() -> None:
    asked = _asked()
    workers = [int(one) for one in asked.workers.split(",")]
    program = found_ocrmypdf(asked.ocrmypdf)
    if program is None:
        print("OCRmyPDF is not installed: its rows are left out")
    names = [name for name in DAMAGES if not asked.only or name in asked.only.split(",")]
    with tempfile.TemporaryDirectory() as work:
        for title, pages in _sets(Path(work), names, asked):
            if pages:
                _tell(title, pages, workers, program)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How fast pages are read.")
    parser.add_argument("--pages", type=int, default=1, help="of each damage, plain and with a table")
    parser.add_argument("--stock", choices=STOCKS, default="report")
    parser.add_argument("--only", default="", help="damages, by comma")
    parser.add_argument("--scans", type=Path, default=default_folder())
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--ocrmypdf", type=Path, help="the program, if it is not on the path")
    return parser.parse_args()


def _sets(work: Path, names: Sequence[str], asked: argparse.Namespace) -> list[tuple[str, list[BenchPage]]]:
    folders = [work / name for name in ("plain", "damaged", "scans")]
    for folder in folders:
        folder.mkdir()
    plain = [name for name in names if name in PLAIN]
    damaged = [name for name in names if name not in PLAIN]
    return [
        ("drawn, no step needed", drawn(folders[0], plain, asked.stock, 4 * asked.pages)),
        ("drawn and damaged", drawn(folders[1], damaged, asked.stock, asked.pages)),
        (f"scans of {asked.scans.name}", scanned(folders[2], asked.scans) if asked.scans.is_dir() else []),
    ]


def _tell(title: str, pages: Sequence[BenchPage], workers: Sequence[int], program: Path | None) -> None:
    print(f"\n{title}: {len(pages)} pages", flush=True)
    steps = measured(pages)
    processor = sum(seconds for seconds, _ in steps["steps"].values())
    for count in workers:
        alone = bare(pages, count)
        _row("bare tesseract", count, alone, alone)
        _row("tangthu", count, replace(ours(pages, count), processor=processor), alone)
        if program:
            _row("ocrmypdf", count, ocrmypdf(program, pages, count, []), alone)
            more = ["--deskew", "--rotate-pages", *(["--clean"] if shutil.which("unpaper") else [])]
            _row(f"ocrmypdf {' '.join(more)}", count, ocrmypdf(program, pages, count, more), alone)
    _tell_steps(steps, len(pages))


def _row(name: str, workers: int, pace: Pace, alone: Pace) -> None:
    per_page, bare_per_page = (one.processor / one.pages for one in (pace, alone))
    by_processor, by_clock = bare_per_page / per_page, pace.per_minute / alone.per_minute
    print(
        f"{name:46} {workers} workers {pace.per_minute:7.1f} pages/min  {per_page:6.2f} CPU s/page"
        f"   of bare: {by_processor:5.2f} by processor, {by_clock:5.2f} by the clock",
        flush=True,
    )


def _tell_steps(told: dict[str, Any], pages: int) -> None:
    print("  processor time of ours, ms a page and calls:")
    for step, (seconds, calls) in told["steps"].items():
        print(f"    {step:24} {seconds * 1000 / pages:8.1f} {calls or '':>6}")
    held = told["megabytes"]
    print(f"  at most {held['process']:.0f} MB in the process, {held['Tesseract']:.0f} MB in its Tesseract")


if __name__ == "__main__":
    # By its importable name: reading processes look up what they are to run there.
    from benchmarks.reading.__main__ import main as run

    run()
