"""Pages whose text layer is good, read as the reading processes read them: pages a second of processor time.

Compared in the same run with the way that pages took before, where the slower parser is asked for every one (now: where
there is a doubt), and with pdfplumber's words alone; the words of both ways are compared too. The file is a sample of
ours that was never paper, its pages repeated: `python -m benchmarks.born_digital [--pages 200] [--rounds 3] [FILE]`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pikepdf

from ingest.reading import ReadingOptions, letters, read_page
from ingest.recognising import PDF
from mappings.record import ReadBy

SAMPLE = Path(__file__).parent.parent / "samples" / "scans" / "11-nghi-quyet-ban-dien-tu.pdf"


def repeated(file: Path, pages: int, target: Path) -> None:
    """The file's pages over and over, each a page of its own."""
    with pikepdf.open(file) as source, pikepdf.new() as made:
        for number in range(pages):
            made.pages.append(source.pages[number % len(source.pages)])
        made.save(target)


def ours(path: Path, pages: int) -> list[str]:
    """Words of all pages, each read by itself as the pipeline asks for them."""
    read = [read_page(str(path), PDF, number, ReadingOptions()) for number in range(1, pages + 1)]
    if any(page.read_by is not ReadBy.TEXT_LAYER for page in read):
        raise SystemExit("a page has no good text layer")
    return [word.text for page in read for word in page.words]


def doubting(path: Path, pages: int) -> list[str]:
    """The same where every page is doubtful, so that the slower parser is asked."""
    quick, letters.words_of = letters.words_of, lambda _page, _text: None
    try:
        return ours(path, pages)
    finally:
        letters.words_of = quick


def plumbed(path: Path, pages: int) -> list[str]:
    """Words of all pages by pdfplumber."""
    found: list[str] = []
    with pdfplumber.open(path) as document:
        for page in document.pages[:pages]:
            found += (word["text"] for word in page.extract_words())
            page.close()
    return found


def timed(work: Callable[[Path, int], list[str]], path: Path, pages: int) -> tuple[float, list[str]]:
    """(Seconds of processor time, words)."""
    begun = time.process_time()
    words = work(path, pages)
    return time.process_time() - begun, words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    ways = {"tangthu": ours, "the slower parser for each": doubting, "pdfplumber's words alone": plumbed}
    paces: dict[str, list[float]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "repeated.pdf")
        repeated(chosen.file, chosen.pages, path)
        ours(path, 1)  # imports, the table of syllables
        for _ in range(chosen.rounds):
            words = {}
            for name, work in ways.items():
                seconds, words[name] = timed(work, path, chosen.pages)
                paces[name].append(chosen.pages / seconds)
    for name, found in paces.items():
        rounds = " ".join(f"{pace:.0f}" for pace in found)
        print(
            f"{name:28} {statistics.median(found):7.0f} pages/s of processor time ({rounds}), {len(words[name])} words"
        )
    same = "the same" if words["tangthu"] == words["the slower parser for each"] else "NOT the same"
    print(f"words of the first two: {same}; {os.getloadavg()[0]:.1f} processes at work on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
