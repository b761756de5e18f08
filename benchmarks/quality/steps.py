"""What each step of making a page ready costs and gains: the same pages read with it and without it, in one run.

    python -m benchmarks.quality.steps [--pages 2] [--stock report] [--only "paper evened"]

For each step the pages are those that it is for, drawn and damaged as `benchmarks.quality` does it. Milliseconds: its
own processor time a page where it is taken. Words lost and letters wrong (percent), without it and with it.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from benchmarks.quality import damages
from benchmarks.quality.damages import DAMAGES, Damaged
from benchmarks.quality.drawing import DrawnPage, page_of
from benchmarks.quality.measures import Score
from benchmarks.quality.texts import STOCKS
from ingest.reading import improving, looks, ocr, sheet, tesseract
from ingest.reading.options import ReadingOptions
from ingest.reading.sheet import Pixels, Raster
from mappings.record import Page


def _faint_with_show_through(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """Faint print, and the back of the sheet hardly fainter."""
    ink, back = (255 - part.astype(np.float32) for part in (page.pixels, np.roll(page.pixels[:, ::-1], 40, 0)))
    return damages.plain(damages.noisy(damages.clipped(np.minimum(235 - ink * 0.35, 255 - back * 0.25)), rng, 5.0))


def _worn(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """A worn ribbon: fine strokes, broken here and there."""
    return damages.plain(damages.noisy(np.asarray(cv2.dilate(page.pixels, np.ones((3, 4))), np.uint8), rng, 3.0))


MORE: dict[str, damages.Damage] = {"faint, show-through": _faint_with_show_through, "worn": _worn}


@dataclass(frozen=True)
class Step:
    """A step: where it lives, what is there instead without it, and the damage and the kind of page that it is for."""

    home: Any
    name: str
    without: Callable[..., Any]
    damage: str
    table: bool = False


def _as_it_is(pixels: Pixels) -> Pixels:
    return pixels


def _unmoved(one: sheet.Sheet, _degrees: float) -> sheet.Sheet:
    return one


STEPS: dict[str, Step] = {
    "red over black": Step(
        improving, "gray_without_red_over_black", lambda rgb: cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), "stamp"
    ),
    "paper evened": Step(improving, "evened", _as_it_is, "shade"),
    "paper evened (back shows)": Step(improving, "evened", _as_it_is, "show-through"),
    "smoothed": Step(improving, "smoothed", _as_it_is, "noise"),
    "smoothed (fax)": Step(improving, "smoothed", _as_it_is, "fax"),
    "specks out": Step(improving, "without_specks", _as_it_is, "speckle"),
    "levelled": Step(sheet.Sheet, "rotated", _unmoved, "skew -7°"),
    "scaled": Step(ocr, "_factors", lambda _raster: (1.0, 1.0), "several"),
    "ruled lines out": Step(improving, "without_rules", _as_it_is, "clean", table=True),
    "second settings": Step(ocr, "_retried", lambda first, *_: first, "faint, show-through"),
    "second settings (worn)": Step(ocr, "_retried", lambda first, *_: first, "worn"),
    "others of doubtful words": Step(ocr, "with_alternatives", lambda reading, *_: reading, "worn"),
    "stamps": Step(ocr, "marks_and_words", lambda _r, _l, _c, reading, *_: ((), reading.words), "scan"),
    "turned": Step(tesseract, "upright_turn", lambda *_: 0, "upside down"),
    "skew measured": Step(looks.Look, "skew", lambda _look: 0.0, "skew 2°"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="What each step costs and gains.")
    parser.add_argument("--pages", type=int, default=2)
    parser.add_argument("--stock", choices=STOCKS, default="report")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    print(f"{'step':28} {'pages':22} {'ms':>7} {'lost without':>13} {'with':>7} {'CER without':>13} {'with':>7}")
    for name, step in STEPS.items():
        if not asked.only or name in asked.only.split(","):
            _tell(name, step, asked.stock, asked.pages)


def _tell(name: str, step: Step, stock: str, pages: int) -> None:
    scores = Score(), Score()
    spent, right, misread = [0.0], 0, 0
    for seed in range(pages):
        drawn = page_of(stock, seed, table=step.table)
        damage = MORE.get(step.damage) or DAMAGES[step.damage][0]
        damaged = damage(drawn, np.random.default_rng(seed))
        raster = Raster(damaged.pixels, (damaged.dpi, damaged.dpi), damaged.bilevel)
        for score, change in zip(scores, (_without(step), _timed(step, spent)), strict=True):
            with change:
                page = ocr.read_raster(raster, 1, ReadingOptions())
                score.add(drawn, damaged, page, 0.0)
        found, wrong = _among_others(drawn, page)  # of the reading with the step
        right, misread = right + found, misread + wrong
    without, with_it = scores
    kind = f"{step.damage}, table" if step.table else step.damage
    print(
        f"{name:28} {kind:22} {spent[0] * 1000 / pages:7.1f} {without.lost.percent:13.2f} {with_it.lost.percent:7.2f}"
        f" {without.letters.percent:13.2f} {with_it.letters.percent:7.2f}",
        flush=True,
    )
    if step.name == "with_alternatives":
        print(f"    of {misread} words misread, the right one is among what they could be too in {right}")


def _among_others(drawn: DrawnPage, page: Page) -> tuple[int, int]:
    """Words misread of which the truth stands among what they could be too, and all misread."""
    moves = Levenshtein.opcodes([word.text for word in drawn.words], [word.text for word in page.words])
    found = wrong = 0
    for move in moves:
        if move.tag != "replace" or move.src_end - move.src_start != move.dest_end - move.dest_start:
            continue
        pairs = zip(drawn.words[move.src_start : move.src_end], page.words[move.dest_start :], strict=False)
        for true, word in pairs:
            wrong += 1
            found += true.text.strip(",.;:%()").lower() in word.others.lower().split()
    return found, wrong


@contextmanager
def _without(step: Step) -> Iterator[None]:
    with mock.patch.object(step.home, step.name, step.without):
        yield


@contextmanager
def _timed(step: Step, spent: list[float]) -> Iterator[None]:
    """The step as it is, its time summed up."""
    function = getattr(step.home, step.name)

    def timed(*arguments: Any) -> Any:
        start = _processor()
        try:
            return function(*arguments)
        finally:
            spent[0] += _processor() - start

    with mock.patch.object(step.home, step.name, timed):
        yield


def _processor() -> float:
    """Seconds of this process and of what it ran."""
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


if __name__ == "__main__":
    main()
