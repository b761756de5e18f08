"""What it costs to read doubtful words again: by Tesseract's program, and by its library with the model loaded.

    python -m benchmarks.doubtful_words [FILE] [--rounds 6]

As many words of one page as are read again at most, cut out as they are in reading; both ways in turn, processor time
of this process and of the programs that it starts; told is whether both say the same.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from ingest.reading import ReadingOptions, alternatives, pdf, tesseract
from ingest.reading.tesseract import Deadline

SAMPLE = Path(__file__).parent.parent / "samples" / "scans" / "01-quyet-dinh-to-so-hoa.pdf"
_SECONDS = 600


def pieces_of(path: Path, languages: str) -> list[alternatives.Pixels]:
    """The longest words of the first page."""
    with pdf._page(str(path), 1) as page:
        pixels = pdf._pixels(page, 300)
    words = tesseract.read_words(pixels, languages, Deadline.after(_SECONDS), None)
    longest = sorted(words, key=lambda word: -len(word.text))[: alternatives._MOST_WORDS]
    return [alternatives._cut(pixels, word.spot) for word in longest]


def processor() -> float:
    """Seconds of this process and of those that it started and that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--rounds", type=int, default=6)
    asked = parser.parse_args()
    os.environ["OMP_THREAD_LIMIT"] = "1"  # as in reading processes
    languages = ReadingOptions().languages
    pieces = pieces_of(asked.file, languages)
    ways: dict[str, Callable[..., list[str]]] = {
        "program": tesseract._read_alone_by_program,
        "library": tesseract.read_alone,
    }
    tesseract.read_alone(pieces, languages, Deadline.after(_SECONDS), None)  # loads the model
    spent: dict[str, list[float]] = {name: [] for name in ways}
    said = {}
    for _ in range(asked.rounds):
        for name, way in ways.items():
            begun = processor()
            hocr = way(pieces, languages, Deadline.after(_SECONDS), None)
            spent[name].append(processor() - begun)
            said[name] = [alternatives._alone(one) for one in hocr]
    for name, seconds in spent.items():
        print(f"{len(pieces)} words by the {name}: {statistics.median(seconds):.3f} s of processor time (median)")
    print(f"both say {'the same' if said['program'] == said['library'] else 'something ELSE'}")
    print(f"{os.getloadavg()[0]:.1f} processes at work on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
