"""What Tesseract really makes of Vietnamese: counts of what was read instead of what stood there.

    python -m benchmarks.retrieval.fitting [--pages 40] [--to benchmarks/retrieval/misreadings.json]

Pages with the words of pyvi's list, drawn by `benchmarks.quality`, then damaged (a bad copy: small, blurred, noisy,
faint) and read as the service reads them. Pages with more than 15 % of the letters wrong are left out: there it is
layout that fails. The truth and what was read are aligned letter by letter; edits beside each other are one misreading
of up to three letters.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from benchmarks.generated_records import Words
from benchmarks.quality.damages import Damaged, clipped, noisy, plain
from benchmarks.quality.drawing import DrawnPage, page_with
from benchmarks.retrieval.noise import MISREADINGS
from ingest.reading.ocr import read_raster
from ingest.reading.options import ReadingOptions
from ingest.reading.sheet import Raster

_MOST_LETTERS = 3
_WORST = 0.15
_LEAST_COUNT = 2
_SEEDS = 4_000  # apart from those of any page that is measured elsewhere


def damaged(page: DrawnPage, seed: int) -> Damaged:
    """A bad copy, each worse in its own way."""
    rng = np.random.default_rng(seed)
    scale = float(rng.uniform(0.25, 0.37))
    ink = (255 - page.pixels.astype(np.float32)) * float(rng.uniform(0.45, 1.0))
    soft = cv2.GaussianBlur(clipped(245 - ink), (0, 0), float(rng.uniform(1.2, 2.8)))
    small = np.asarray(cv2.resize(soft, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    rough = noisy(small, rng, float(rng.uniform(2, 16)))
    if seed % 3 == 0:
        level = float(np.mean(rough)) - float(rng.uniform(30, 60))
        rough = np.where(rough > level, 255, 0).astype(np.uint8)
    whole = plain(rough)
    return Damaged(whole.pixels, whole.forward, dpi=round(300 * scale), bilevel=seed % 3 == 0)


def read(seed: int) -> tuple[str, str]:
    """(the truth, what was read) of one page."""
    words, chance = Words(_SEEDS + seed), random.Random(_SEEDS + seed)
    sentences = [_dressed(words.text(chance.randint(14, 30)).replace("\n", " "), chance) for _ in range(24)]
    page = page_with(sentences, seed)
    bad = damaged(page, seed)
    found = read_raster(Raster(bad.pixels, (bad.dpi, bad.dpi), bad.bilevel), 1, ReadingOptions())
    return page.text, " ".join(unicodedata.normalize("NFC", found.text).split())


def _dressed(text: str, chance: random.Random) -> str:
    """As in a record: a capital first, a number, a day or an amount here and there."""
    number = chance.choice(
        ("", f" {chance.randrange(10, 5000)}", f" ngày {chance.randrange(1, 29)}/{chance.randrange(1, 13)}/2019")
    )
    return f"{text[:1].upper()}{text[1:]}{number}."


def misreadings(truth: str, told: str) -> Iterator[tuple[str, str]]:
    """(what stood there, what was read) of each misreading; "" and a letter where one was made up."""
    stood, instead, end = "", "", -1
    for move in Levenshtein.opcodes(truth, told):
        if move.tag == "equal":
            continue
        if move.src_start != end:
            if stood or instead:
                yield stood, instead
            stood = instead = ""
        stood, instead = stood + truth[move.src_start : move.src_end], instead + told[move.dest_start : move.dest_end]
        end = move.src_end
    if stood or instead:
        yield stood, instead


def counted(pages: Sequence[tuple[str, str]]) -> dict[str, object]:
    """The table: misreadings with their counts, and how often each letter stood there."""
    wrong: Counter[tuple[str, str]] = Counter()
    letters: Counter[str] = Counter()
    for truth, told in pages:
        letters.update(truth)
        wrong.update(pair for pair in misreadings(truth, told) if max(map(len, pair)) <= _MOST_LETTERS)
    kept = [[stood, instead, count] for (stood, instead), count in wrong.most_common() if count >= _LEAST_COUNT]
    return {"pages": len(pages), "letters": dict(letters.most_common()), "misreadings": kept}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--to", type=Path, default=MISREADINGS)
    asked = parser.parse_args()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        pages = list(threads.map(read, range(asked.pages)))
    rates = [Levenshtein.normalized_distance(truth, told) for truth, told in pages]
    kept = [page for page, rate in zip(pages, rates, strict=True) if rate <= _WORST]
    table = counted(kept)
    lines = (f'"{name}": {json.dumps(part, ensure_ascii=False)}' for name, part in table.items())
    asked.to.write_text("{" + ",\n".join(lines) + "}\n", "utf-8")
    told = " ".join(f"{100 * rate:.1f}" for rate in sorted(rates))
    print(f"letters wrong by page, percent: {told}\n{len(kept)} pages kept; {len(table['misreadings'])} misreadings")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
