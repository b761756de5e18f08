"""Separator sheets: how many are read after each damage, and what the look for them costs.

    python -m benchmarks.separators [FOLDER] [--sheets N]

The damages are those of `benchmarks.quality`, with which the sheets were not made. FOLDER: scans on which nothing may
be taken for a sheet; without it only drawn pages are looked at.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium

from benchmarks.quality.damages import DAMAGES, Damaged
from benchmarks.quality.drawing import DPI, DrawnPage, page_of
from benchmarks.quality.texts import STOCKS
from ingest.reading import ReadingOptions, separators
from ingest.reading.looks import Look
from ingest.reading.ocr import _prepared, read_raster
from ingest.reading.sheet import Raster
from mappings.record import PageState
from mappings.separators import SeparatorSheet, SheetKind, payload_of
from search_api.separator_sheets import sheet_image

_DOSSIERS = ("", "HS-15", "01/2024/ĐĐ-QH Quy hoạch, kế hoạch sử dụng đất huyện", "x" * 80)


def main() -> None:
    """Prints one table and the cost."""
    asking = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asking.add_argument("folder", nargs="?", type=Path)
    asking.add_argument("--sheets", type=int, default=6, help="of each damage")
    asked = asking.parse_args()
    print(f"{'damage':14} read of  wrong  ms a sheet (median; OCR is left out)")
    for name in DAMAGES:
        _tell(name, asked.sheets)
    _tell_cost([*_drawn_pages(), *(_scanned_pages(asked.folder) if asked.folder else ())])


def _sheets(count: int) -> Iterator[SeparatorSheet]:
    made = [SeparatorSheet(SheetKind.START, dossier) for dossier in _DOSSIERS]
    made += [SeparatorSheet(SheetKind.BACKS), SeparatorSheet(SheetKind.START, "HS-7", "Quyết định")]
    return itertools.islice(itertools.cycle(made), count)


def _tell(name: str, count: int) -> None:
    right = wrong = 0
    took: list[float] = []
    for seed, sheet in enumerate(_sheets(count)):
        page = DrawnPage(np.asarray(sheet_image(sheet).convert("L"), np.uint8))
        damaged = _raster(DAMAGES[name][0](page, np.random.default_rng(seed)))
        began = time.perf_counter()
        read = read_raster(damaged, 1, ReadingOptions())
        took.append(1000 * (time.perf_counter() - began))
        right += read.state is PageState.SEPARATOR and read.text == payload_of(sheet)
        wrong += read.state is PageState.SEPARATOR and read.text != payload_of(sheet)
    print(f"{name:14} {right:4d} {count:2d} {wrong:6d}  {statistics.median(took):8.0f}", flush=True)


def _tell_cost(pages: list[Raster]) -> None:
    looks, codes, taken = [], [], 0
    for raster in pages:
        sheet, look = _prepared(raster)
        Look.at(sheet.pixels, DPI)
        began = time.perf_counter()
        square = separators.square_in(look.ink)
        looks.append(1000 * (time.perf_counter() - began))
        if square is not None:
            began = time.perf_counter()
            taken += separators.payload_in(sheet.pixels, square) is not None
            codes.append(1000 * (time.perf_counter() - began))
    print(
        f"\n{len(pages)} ordinary pages: the look takes {statistics.median(looks):.2f} ms (median), "
        f"{max(looks):.2f} ms (most); a code was sought on {len(codes)} of them"
        f"{f' ({max(codes):.0f} ms at most)' if codes else ''}, taken for a sheet: {taken}"
    )


def _drawn_pages() -> list[Raster]:
    plain = [page_of(stock, seed, table=bool(seed % 2)) for seed, stock in enumerate([*STOCKS, *STOCKS])]
    ways = [DAMAGES[name][0] for name in ("clean", "stamp", "fax", "photo", "speckle")]
    return [_raster(way(page, np.random.default_rng(1))) for page in plain for way in ways]


def _scanned_pages(folder: Path) -> Iterator[Raster]:
    for path in sorted(folder.glob("*.pdf")):
        document = pdfium.PdfDocument(path)
        for page in document:
            bitmap = page.render(scale=DPI / 72, grayscale=True)
            yield Raster(np.array(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, bitmap.width), (DPI, DPI))
        document.close()


def _raster(damaged: Damaged) -> Raster:
    return Raster(damaged.pixels, (damaged.dpi, damaged.dpi), damaged.bilevel)


if __name__ == "__main__":
    main()
