"""Other settings for a page that was read badly: what helps some such pages and would harm most others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np

from ingest.reading import improving
from ingest.reading.sheet import Pixels, Sheet

_SMALLER = 2 / 3


def settings(sheet: Sheet) -> Iterator[Sheet]:
    """The sheet made ready in other ways, the one that helps most pages first; made as they are asked for.

    `python -m benchmarks.quality.steps` prints what they gain and costs.
    """
    for change in SETTINGS.values():
        yield change(sheet)


def _with(change: Callable[[Pixels], Pixels]) -> Callable[[Sheet], Sheet]:
    return lambda sheet: sheet.with_pixels(change(sheet.pixels))


def _thicker(gray: Pixels) -> Pixels:
    """Strokes that are broken or too fine joined."""
    return np.asarray(cv2.erode(gray, np.ones((3, 3), np.uint8)), np.uint8)


def _smaller(sheet: Sheet) -> Sheet:
    """Noise and broken strokes averaged away; letters lose what the OCR engine does not need."""
    return sheet.scaled(_SMALLER, _SMALLER)


SETTINGS: dict[str, Callable[[Sheet], Sheet]] = {
    "paper evened": _with(improving.evened),
    "strokes thicker": _with(_thicker),
    "smaller": _smaller,
}
