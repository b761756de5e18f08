"""Papers damaged and read as the service reads them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.papers.drawing import Paper, draw
from benchmarks.quality.damages import DAMAGES, Damage, Damaged
from benchmarks.quality.drawing import DrawnPage
from ingest.reading import ReadingOptions, read_page
from ingest.recognising import TIFF
from mappings.record import Page

Read = tuple[Paper, Page]


def worn(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """A copy of a copy: thin strokes are lost, thick ones run together, at 150 dpi."""
    small = cv2.resize(page.pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), 0.9).astype(np.float32)
    uneven = cv2.GaussianBlur(rng.normal(0, 1, small.shape).astype(np.float32), (0, 0), 3.0) * 90
    bits = np.where(soft + uneven > 165, 245, 20)
    pixels = np.clip(cv2.GaussianBlur(bits.astype(np.float32), (0, 0), 0.6), 0, 255).astype(np.uint8)
    return Damaged(pixels, np.diag([1 / small.shape[1], 1 / small.shape[0], 1.0]), dpi=150)


WEAR: dict[str, Damage] = {
    **{name: DAMAGES[name][0] for name in ("scan", "skew 2°", "stamp", "speckle", "several", "show-through")},
    **{name: DAMAGES[name][0] for name in ("photo", "blur", "fax", "shade")},
    "worn": worn,
}
"""What befalls papers, by name; a paper's seed chooses."""

HARD = ("fax", "blur", "worn", "several", "photo")
"""Those after which words are misread."""


def read_papers(papers: Iterable[Paper], wear: Iterable[str] = tuple(WEAR)) -> Iterator[Read]:
    """Each paper with its page as read, in the order of the papers, on all cores."""
    names = tuple(wear)
    with ProcessPoolExecutor(os.cpu_count(), initializer=_one_thread) as pool:
        yield from pool.map(_read, ((paper, names[paper.seed % len(names)]) for paper in papers))


def _one_thread() -> None:
    os.environ["OMP_THREAD_LIMIT"] = "1"


def _read(job: tuple[Paper, str]) -> Read:
    paper, name = job
    damaged = WEAR[name](draw(paper), np.random.default_rng(paper.seed))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page.tif")
        image = Image.fromarray(damaged.pixels)
        image = image.convert("1") if damaged.bilevel else image
        image.save(path, compression="group4" if damaged.bilevel else None, dpi=(damaged.dpi, damaged.dpi))
        return paper, read_page(str(path), TIFF, 1, ReadingOptions())
