"""What a page image shows of its need: ink, skew, shading, rules, noise. Looked for on a small copy."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ingest.reading.sheet import Pixels

LOOK_DPI = 100
_MAX_SKEW = 8.0
_INK_CONTRAST = 50  # gray levels below the paper around it
_LETTER = 5  # pixels at LOOK_DPI: the height of a dot-less letter of 5 points


@dataclass(frozen=True, slots=True)
class Look:
    """`ink`: uint8 mask (255 = ink) at LOOK_DPI. `paper`: gray level of the paper, its lowest and highest tenth."""

    ink: Pixels
    paper: tuple[float, float]

    @classmethod
    def at(cls, pixels: Pixels, dpi: float) -> Look:
        """A look at a gray image of `dpi`."""
        factor = min(1.0, LOOK_DPI / dpi)
        small = np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
        background = paper_of(small, 15)
        ink = np.where(background.astype(np.int16) - small > _INK_CONTRAST, 255, 0).astype(np.uint8)
        low, high = np.percentile(background[::4, ::4], (5, 95))
        return cls(ink, (float(low), float(high)))

    def is_shaded(self) -> bool:
        """Whether the paper is uneven or gray, so that one threshold cannot part ink from paper."""
        return self.paper[0] < 200 or self.paper[1] - self.paper[0] > 25

    def is_blank(self) -> bool:
        """Whether nothing on it has the size of a letter, but for dust and marks of the binding at its edges.

        One page number is enough to make it a page that must be read.
        """
        return not self._marks()

    def seal(self) -> tuple[float, float, float, float] | None:
        """Left, top, right, bottom (fractions) of all that is on it, if that lies in one spot of at most 6 cm."""
        marks = self._marks()
        if not marks:
            return None
        left, top = min(mark[0] for mark in marks), min(mark[1] for mark in marks)
        right, bottom = max(mark[0] + mark[2] for mark in marks), max(mark[1] + mark[3] for mark in marks)
        if max(right - left, bottom - top) > 6 / 2.54 * LOOK_DPI:
            return None
        height, width = self.ink.shape
        return left / width, top / height, right / width, bottom / height

    def _marks(self) -> list[tuple[int, int, int, int]]:
        """Left, top, width, height of connected ink that could be writing."""
        marks = []
        height, width = self.ink.shape
        _, _, stats, centres = cv2.connectedComponentsWithStats(self.ink, connectivity=8)
        for (left, top, across, down, area), (x, y) in zip(stats[1:], centres[1:], strict=True):
            if down < _LETTER or area < 8:
                continue
            cut = left <= 1 or top <= 1 or left + across >= width - 1 or top + down >= height - 1
            near_edge = min(x, width - x) < 0.09 * width or min(y, height - y) < 0.07 * height
            # A punched hole: round, and as large as no letter is (5 mm and more).
            hole = near_edge and area > 0.65 * across * down and min(across, down) > 0.18 * LOOK_DPI
            if not cut and not hole:
                marks.append((int(left), int(top), int(across), int(down)))
        return marks

    def skew(self) -> float:
        """Degrees by which the lines fall to the right (clockwise), to a tenth; 0 where there are none."""
        ink = self._text_ink()
        if not ink.any():
            return 0.0
        coarse = _best(ink, np.arange(-_MAX_SKEW, _MAX_SKEW + 0.1, 0.5))
        return float(_best(ink, np.arange(coarse - 0.5, coarse + 0.51, 0.1)))

    def is_sideways(self) -> bool:
        """Whether the lines of text seem to run up or down the page."""
        ink = self._text_ink()
        return _sharpness(np.ascontiguousarray(ink.T)) > 1.6 * _sharpness(ink)

    def has_table(self) -> bool:
        """Whether long rules stand both across and down."""
        across = _rules(self.ink, (LOOK_DPI, 1))
        down = _rules(self.ink, (1, LOOK_DPI // 2))
        return across >= 3 and down >= 2

    def _text_ink(self) -> Pixels:
        """The ink without the page's edges and without what is too large for a letter: pictures, shadows."""
        height, width = self.ink.shape
        ink = self.ink.copy()
        count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
        large = (stats[:, cv2.CC_STAT_HEIGHT] > height // 8) | (stats[:, cv2.CC_STAT_WIDTH] > width // 3)
        large[0] = False
        if count > 1 and large.any():
            ink[large[labels]] = 0
        return ink


def paper_of(gray: Pixels, reach: int) -> Pixels:
    """The paper without what is written on it: the lightest within `reach` pixels, smoothed."""
    lightest = cv2.dilate(gray, np.ones((reach, reach), np.uint8))
    return np.asarray(cv2.blur(cv2.medianBlur(lightest, reach | 1), (reach, reach)), np.uint8)


def _rules(ink: Pixels, size: tuple[int, int]) -> int:
    """How many straight rules of at least `size` (width, height) there are."""
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, size)
    return int(cv2.connectedComponents(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel))[0]) - 1


def _best(ink: Pixels, angles: np.ndarray) -> float:
    """The angle at which the rows of ink are told apart best."""
    height, width = ink.shape
    scores = []
    for angle in angles:
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(angle), 1.0)
        scores.append(_sharpness(np.asarray(cv2.warpAffine(ink, matrix, (width, height)), np.uint8)))
    return float(angles[int(np.argmax(scores))])


def _sharpness(ink: Pixels) -> float:
    """How sharply rows with ink and rows without follow each other, whatever the width."""
    rows = cv2.reduce(ink, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()
    return float(np.square(np.diff(rows)).sum())
