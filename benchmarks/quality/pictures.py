"""Hard pages with the boxes of what was read on them, as pictures to be looked at.

    python -m benchmarks.quality.pictures FOLDER [SCAN …]

Of the drawn pages one of each of ten damages, and the first page of each scan. Boxes: green for words read with
confidence, orange under 0.75, blue for seals and stamps.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.quality.__main__ import save
from benchmarks.quality.damages import DAMAGES
from benchmarks.quality.drawing import page_of
from ingest.handing import HandedFile
from ingest.reading import ReadingOptions, draw_page, read_page
from ingest.recognising import Limits, inspect
from ingest.sandbox import ReadingPool
from mappings.record import Box, Page

HARD = ("skew 10°", "upside down", "sideways", "noise", "blur", "several", "stamp", "show-through", "photo", "fax")
_WIDTH = 1400
_SURE = 0.75


def main() -> None:
    """Reads each, draws, saves."""
    parser = argparse.ArgumentParser(description="Hard pages with their boxes.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("scans", type=Path, nargs="*")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with ReadingPool(1, 1024, 120) as pool, tempfile.TemporaryDirectory() as scratch:
        for name, path in [*_drawn(Path(scratch)), *((scan.stem, scan) for scan in asked.scans)]:
            media_type = pool.submit(inspect, HandedFile(path), path.name, Limits(5000, 200)).result().media_type
            page = pool.submit(read_page, HandedFile(path), media_type, 1, ReadingOptions()).result()
            jpeg = pool.submit(draw_page, HandedFile(path), media_type, 1, _WIDTH, ReadingOptions()).result()
            target = asked.folder / f"{name}.png"
            _with_boxes(jpeg, page).save(target)
            print(f"{target}: {len(page.words)} words, confidence {page.confidence or 0:.2f}, {len(page.marks)} marks")


def _drawn(folder: Path) -> Iterator[tuple[str, Path]]:
    for number, name in enumerate(HARD):
        table = number % 2 == 1
        path = folder / f"{name}.tif"
        save(DAMAGES[name][0](page_of("report", number, table=table), np.random.default_rng(number)), path)
        yield f"{name}{', table' if table else ''}", path


def _with_boxes(jpeg: bytes, page: Page) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg)).convert("RGB")
    drawing = ImageDraw.Draw(image)

    def frame(box: Box, colour: str, width: int) -> None:
        corners = (box.x0 * image.width, box.y0 * image.height, box.x1 * image.width, box.y1 * image.height)
        drawing.rectangle(corners, outline=colour, width=width)

    for word in page.words:
        if word.box is not None:
            frame(word.box, "green" if (word.confidence or 0) >= _SURE else "darkorange", 2)
    for mark in page.marks:
        frame(mark.box, "blue", 4)
    return image


if __name__ == "__main__":
    main()
