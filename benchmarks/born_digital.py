"""Pages whose text layer is good, read as the reading processes read them: pages a second of processor time.

Compared in the same run with pdfplumber, by its words of the same pages. The file is a sample of ours that was never
paper, its pages repeated: `python -m benchmarks.born_digital [--pages 200] [FILE]`.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pikepdf

from ingest.reading import ReadingOptions, read_page
from ingest.recognising import PDF
from mappings.record import ReadBy

SAMPLE = Path(__file__).parent.parent / "samples" / "scans" / "11-nghi-quyet-ban-dien-tu.pdf"


def repeated(file: Path, pages: int, target: Path) -> None:
    """The file's pages over and over, each a page of its own."""
    with pikepdf.open(file) as source, pikepdf.new() as made:
        for number in range(pages):
            made.pages.append(source.pages[number % len(source.pages)])
        made.save(target)


def ours(path: Path, pages: int) -> int:
    """Words of all pages, each read by itself as the pipeline asks for them."""
    read = [read_page(str(path), PDF, number, ReadingOptions()) for number in range(1, pages + 1)]
    if any(page.read_by is not ReadBy.TEXT_LAYER for page in read):
        raise SystemExit("a page has no good text layer")
    return sum(len(page.words) for page in read)


def plumbed(path: Path, pages: int) -> int:
    """Words of all pages by pdfplumber."""
    found = 0
    with pdfplumber.open(path) as document:
        for page in document.pages[:pages]:
            found += len(page.extract_words())
            page.close()
    return found


def timed(work: Callable[[Path, int], int], path: Path, pages: int) -> tuple[float, int]:
    """(Seconds of processor time, words)."""
    begun = time.process_time()
    words = work(path, pages)
    return time.process_time() - begun, words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--pages", type=int, default=200)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "repeated.pdf")
        repeated(chosen.file, chosen.pages, path)
        ours(path, 1)  # imports, the table of syllables
        for name, work in (("tangthu", ours), ("pdfplumber's words alone", plumbed)):
            seconds, words = timed(work, path, chosen.pages)
            print(f"{name:26} {chosen.pages / seconds:7.0f} pages/s of processor time, {words} words")


if __name__ == "__main__":
    main()
