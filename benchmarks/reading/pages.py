"""The pages of the run: drawn and damaged ones, and those of a folder of scans that need OCR."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.pages import PageOfFile, pages_of, write_images
from benchmarks.quality.__main__ import save
from benchmarks.quality.damages import DAMAGES
from benchmarks.quality.drawing import page_of
from ingest.handing import HandedFile
from ingest.reading import ReadingOptions, read_page
from ingest.recognising import TIFF
from ingest.sandbox import ReadingPool
from mappings.record import ReadBy

PLAIN = ("clean", "scan")
"""Damages that call for no step."""


@dataclass(frozen=True)
class BenchPage:
    """A page of a file as we are given it, and the same as a gray image of 300 dpi for the other programs."""

    path: Path
    media_type: str
    number: int
    image: Path


def drawn(folder: Path, damages: Sequence[str], stock: str, each: int) -> list[BenchPage]:
    """`each` plain pages of each damage and as many with a table, but for PLAIN ones, saved as the scanner would."""
    return list(_drawn(folder, damages, stock, each))


def _drawn(folder: Path, damages: Sequence[str], stock: str, each: int) -> Iterator[BenchPage]:
    for name in damages:
        for table in (False,) if name in PLAIN else (False, True):
            for seed in range(each):
                path = folder / f"{len(list(folder.iterdir())):04}.tif"
                save(DAMAGES[name][0](page_of(stock, seed, table=table), np.random.default_rng(seed)), path)
                yield BenchPage(path, TIFF, 1, _as_gray(path))


def _as_gray(path: Path) -> Path:
    """The same pixels in gray, in a file that takes no time to decode."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("L"))
    target = path.with_suffix(".pgm")
    cv2.imwrite(str(target), pixels)
    return target


def scanned(folder: Path, scans: Path) -> list[BenchPage]:
    """The pages of a folder of scans that our reading takes to OCR and finds words on."""
    with ReadingPool(1, memory_mb=1024, page_seconds=120) as pool:
        pages = [page for page in pages_of(scans, pool) if _is_read_by_ocr(page, pool)]
    images = [folder / f"scan-{place:04}.pgm" for place in range(len(pages))]
    write_images(pages, images)
    return [
        BenchPage(Path(page.path), page.media_type, page.number, image)
        for page, image in zip(pages, images, strict=True)
    ]


def _is_read_by_ocr(page: PageOfFile, pool: ReadingPool) -> bool:
    read = pool.submit(read_page, HandedFile(page.path), page.media_type, page.number, ReadingOptions()).result()
    return read.read_by is ReadBy.OCR and bool(read.words)
