"""What reads the pages: bare Tesseract, OCRmyPDF, ours. Each gives its pace and its processor time."""

from __future__ import annotations

import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from benchmarks.reading.pages import BenchPage
from ingest.handing import HandedFile
from ingest.reading import ReadingOptions, read_page
from ingest.sandbox import ReadingPool

LANGUAGE = "vie"
_ALONE = {"OMP_THREAD_LIMIT": "1"}


@dataclass(frozen=True)
class Pace:
    """`seconds` of the clock and `processor` seconds for so many pages."""

    pages: int
    seconds: float
    processor: float

    @property
    def per_minute(self) -> float:
        """Pages a minute."""
        return self.pages / self.seconds * 60


def _processor() -> float:
    """Seconds of this process and of its children that have ended."""
    both = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def _timed(pages: int, run: Callable[[], object]) -> Pace:
    before, start = _processor(), time.perf_counter()
    run()
    return Pace(pages, time.perf_counter() - start, _processor() - before)


def bare(pages: Sequence[BenchPage], workers: int) -> Pace:
    """One `tesseract … tsv` process a page, fed with gray images that need no decoding."""

    def one(page: BenchPage) -> None:
        target = str(page.image.with_suffix(""))
        command = ["tesseract", str(page.image), target, "-l", LANGUAGE, "--dpi", "300", "tsv"]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | _ALONE)

    def run() -> None:
        with ThreadPoolExecutor(workers) as threads:
            list(threads.map(one, pages))

    return _timed(len(pages), run)


def ours(pages: Sequence[BenchPage], workers: int) -> Pace:
    """Through the sandbox with processes that are warm, as they are when a storage room of paper is read.

    Without the processor time, which the kernel does not tell of processes shut in: `steps` has it.
    """
    with ReadingPool(workers, memory_mb=1024, page_seconds=120) as pool:
        _read(pool, [pages[0]] * workers)
        start = time.perf_counter()
        _read(pool, pages)
        return Pace(len(pages), time.perf_counter() - start, math.nan)


def _read(pool: ReadingPool, pages: Sequence[BenchPage]) -> None:
    options = ReadingOptions(languages=LANGUAGE)
    for future in [pool.submit(read_page, HandedFile(one.path), one.media_type, one.number, options) for one in pages]:
        future.result()


def ocrmypdf(program: Path, pages: Sequence[BenchPage], workers: int, more: Sequence[str]) -> Pace:
    """One run over one PDF of all pages, as it is quickest."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "given.pdf"), Path(folder, "made.pdf")
        images = [Image.open(page.image) for page in pages]
        images[0].save(given, save_all=True, append_images=images[1:], resolution=300, quality=95)
        command = [
            program,
            "-l",
            LANGUAGE,
            "--jobs",
            workers,
            "--output-type",
            "pdf",
            "--optimize",
            "0",
            *more,
            given,
            made,
        ]
        try:
            return _timed(len(pages), lambda: _run(command))
        except subprocess.CalledProcessError as error:
            sys.exit(error.stderr.decode("utf-8", "replace"))


def _run(command: Sequence[object]) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True, env=os.environ | _ALONE)


def found_ocrmypdf(asked: Path | None) -> Path | None:
    """Where it is, if it is on this machine."""
    found = shutil.which(asked or "ocrmypdf")
    return Path(found) if found else None
