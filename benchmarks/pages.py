"""Pages a minute: bare Tesseract, and our reading of the same pages on the same cores, in one run.

    python -m benchmarks.pages [FOLDER]

Bare: gray 300 dpi images that are on disk already, one `tesseract … tsv` process a core, one thread each: no rendering,
no looking, no boxes mapped. Ours: from the file to words with boxes, through the sandbox. Pages whose text layer we
take need no OCR; so they are left out of both, unless `with_text_layers`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2

from ingest.confining import Confinement
from ingest.handing import HandedFile
from ingest.reading import ReadingOptions, read_page
from ingest.recognising import DRAWABLE, Limits, inspect
from ingest.sandbox import ReadingPool
from kernel.errors import TangthuError
from mappings.record import PageState, ReadBy

LIMITS = Limits(max_pages=5000, max_megapixels=200)
CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class PageOfFile:
    """A page to read."""

    path: str
    media_type: str
    number: int


@dataclass(frozen=True)
class Pace:
    """How fast pages were read."""

    pages: int
    seconds: float

    @property
    def per_minute(self) -> float:
        """Pages a minute."""
        return self.pages / self.seconds * 60


def default_folder() -> Path:
    """The real scans where they lie beside the checkout, else the shipped samples."""
    scans = CHECKOUT.parent / "shared" / "scans"
    return scans if scans.is_dir() else CHECKOUT / "samples"


def pages_of(folder: Path, pool: ReadingPool) -> list[PageOfFile]:
    """Every page with an image of the files in a folder."""
    found = []
    for path in sorted(entry for entry in folder.rglob("*") if entry.is_file()):
        try:
            inspection = pool.submit(inspect, HandedFile(path), path.name, LIMITS, seconds=60).result()
        except TangthuError as error:
            print(f"left out: {path.name}: {error}", file=sys.stderr)
            continue
        if inspection.media_type in DRAWABLE:
            found += [PageOfFile(str(path), inspection.media_type, n + 1) for n in range(inspection.page_count)]
    return found


def ours(pages: Sequence[PageOfFile], pool: ReadingPool, options: ReadingOptions) -> tuple[Pace, list[PageOfFile]]:
    """Our pace, and those of the pages that were read by OCR."""
    start = time.perf_counter()
    futures = [pool.submit(read_page, HandedFile(page.path), page.media_type, page.number, options) for page in pages]
    read = [future.result() for future in futures]
    seconds = time.perf_counter() - start
    by_ocr = [
        page
        for page, result in zip(pages, read, strict=True)
        if result.read_by is ReadBy.OCR and result.state is not PageState.BLANK
    ]
    return Pace(len(pages), seconds), by_ocr


def write_image(page: PageOfFile, target: str) -> None:
    """The page as a gray image of 300 dpi. Runs in a reading process."""
    from ingest.reading import pdf, raster  # noqa: PLC0415 - parsers: only there

    if Path(page.path).suffix.lower() == ".pdf":
        with pdf._page(page.path, page.number) as opened:
            pixels = pdf._pixels(opened, 300)
    else:
        pixels = raster.load_page(page.path, page.number, 200).pixels
        pixels = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.ndim == 3 else pixels
    cv2.imwrite(target, pixels)


def write_images(pages: Sequence[PageOfFile], images: Sequence[Path]) -> None:
    """The pages as images, in a process that may write where it is told to."""
    with ReadingPool(1, memory_mb=1024, page_seconds=120, confined=Confinement.LIMITS) as pool:
        for page, image in zip(pages, images, strict=True):
            pool.submit(write_image, page, str(image)).result()


def bare(images: Sequence[Path], workers: int, languages: str) -> Pace:
    """The pace of the program alone."""
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}

    def one(image: Path) -> None:
        command = ["tesseract", str(image), str(image.with_suffix("")), "-l", languages, "--dpi", "300", "tsv"]
        subprocess.run(command, check=True, capture_output=True, env=environment)

    start = time.perf_counter()
    with ThreadPoolExecutor(workers) as threads:
        list(threads.map(one, images))
    return Pace(len(images), time.perf_counter() - start)


def compare(folder: Path, workers: int, languages: str = "vie") -> tuple[Pace, Pace, Pace]:
    """Bare on the pages that need OCR; ours on the same; ours on all pages."""
    options = ReadingOptions(languages=languages)
    with ReadingPool(workers, memory_mb=1024, page_seconds=120) as pool, tempfile.TemporaryDirectory() as work:
        pages = pages_of(folder, pool)
        everything, by_ocr = ours(pages, pool, options)  # warms the processes too
        images = [Path(work, f"{n}.png") for n in range(len(by_ocr))]
        write_images(by_ocr, images)
        alone = bare(images, workers, languages)
        same, _ = ours(by_ocr, pool, options)
    return alone, same, everything


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default_folder()
    workers = os.cpu_count() or 1
    if not folder.is_dir():
        sys.exit(f"no such folder: {folder}")
    alone, same, everything = compare(folder, workers)
    print(f"{folder.name}: {everything.pages} pages, {alone.pages} of them need OCR; {workers} processes")
    print(f"bare tesseract (gray 300 dpi images, tsv)   {alone.per_minute:7.1f} pages/min")
    print(f"our reading of the same pages               {same.per_minute:7.1f} pages/min")
    print(f"ratio                                       {same.per_minute / alone.per_minute:7.2f}")
    print(f"our reading of all pages                    {everything.per_minute:7.1f} pages/min")


if __name__ == "__main__":
    # By its importable name: the reading processes look up `write_image` there, and have another __main__.
    from benchmarks.pages import main as run

    run()
