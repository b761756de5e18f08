"""What a page image shows of its need: ink, skew, shading, rules, noise. Looked for on a small copy."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ingest.reading.sheet import Pixels

LOOK_DPI = 100
_MAX_SKEW = 12.0
_INK_CONTRAST = 50  # gray levels below the paper around it
_RULES = (LOOK_DPI, 1), (1, LOOK_DPI // 2)  # the shortest rules, across and down: width, height
_LEAST_TABLE = 0.06  # of the page
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
        ink = np.asarray(
            cv2.threshold(cv2.subtract(background, small), _INK_CONTRAST, 255, cv2.THRESH_BINARY)[1], np.uint8
        )
        low, high = np.percentile(background[::4, ::4], (5, 95))
        return cls(ink, (float(low), float(high)))

    def is_shaded(self) -> bool:
        """Whether the paper is uneven or gray, so that one threshold cannot part ink from paper."""
        return self.paper[0] < 200 or self.paper[1] - self.paper[0] > 25

    def is_blank(self, but: int = 0) -> bool:
        """Whether nothing on it (`but` so many) has the size of a letter, but for dust and marks of the binding.

        One page number is enough to make it a page that must be read.
        """
        return len(self._marks()) <= but

    def seal(self) -> tuple[float, float, float, float] | None:
        """Left, top, right, bottom (fractions) of all that is on it, if that lies in one spot of at most 6 cm."""
        marks = self._marks()
        if not len(marks):
            return None
        left, top = marks[:, :2].min(axis=0)
        right, bottom = (marks[:, :2] + marks[:, 2:]).max(axis=0)
        if max(right - left, bottom - top) > 6 / 2.54 * LOOK_DPI:
            return None
        height, width = self.ink.shape
        return left / width, top / height, right / width, bottom / height

    def _marks(self) -> np.ndarray:
        """Rows of left, top, width, height of connected ink that could be writing."""
        height, width = self.ink.shape
        _, _, stats, centres = cv2.connectedComponentsWithStats(self.ink, connectivity=8)
        left, top, across, down, area = stats[1:].T
        x, y = centres[1:].T
        small = (down < _LETTER) | (area < 8)
        cut = (left <= 1) | (top <= 1) | (left + across >= width - 1) | (top + down >= height - 1)
        near_edge = (np.minimum(x, width - x) < 0.09 * width) | (np.minimum(y, height - y) < 0.07 * height)
        # A punched hole: round, and as large as no letter is (5 mm and more).
        hole = near_edge & (area > 0.65 * across * down) & (np.minimum(across, down) > 0.18 * LOOK_DPI)
        return np.asarray(stats[1:][~(small | cut | hole), :4])

    def skew(self) -> float:
        """Degrees by which the lines fall to the right (clockwise), to a tenth; 0 where there are none."""
        down, across = np.nonzero(self._text_ink())
        if not down.size:
            return 0.0
        coarse = _best(across, down, np.arange(-_MAX_SKEW, _MAX_SKEW + 0.1, 0.5))
        return _best(across, down, np.arange(coarse - 0.5, coarse + 0.51, 0.1))

    def is_sideways(self) -> bool:
        """Whether the lines of text seem to run up or down the page."""
        ink = self._text_ink()
        return _sharpness(np.ascontiguousarray(ink.T)) > 1.6 * _sharpness(ink)

    def has_table(self) -> bool:
        """Whether long rules stand both across and down, around a good part of the page.

        A small box is no table: the stamp of arrival has one.
        """
        across, down = (cv2.morphologyEx(self.ink, cv2.MORPH_OPEN, _bar(size)) for size in _RULES)
        if _pieces(across) < 3 or _pieces(down) < 2:
            return False
        joined = cv2.dilate(cv2.bitwise_or(across, down), np.ones((5, 5), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
        sides = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
        areas = sides.prod(axis=1)[(sides > LOOK_DPI // 2).all(axis=1)]
        return bool(areas.sum() > _LEAST_TABLE * self.ink.size)

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
    # Paper changes slowly: a median of so wide a reach over all pixels would take as long as all other looking.
    height, width = gray.shape
    coarse = cv2.resize(lightest, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    coarse = cv2.blur(cv2.medianBlur(coarse, _coarse(reach)), (_coarse(reach),) * 2)
    return np.asarray(cv2.resize(coarse, gray.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def _coarse(reach: int) -> int:
    """A reach among pixels four times as wide; odd."""
    return max(3, reach // 4 | 1)


def _bar(size: tuple[int, int]) -> np.ndarray:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_RECT, size))


def _pieces(mask: np.ndarray) -> int:
    return int(cv2.connectedComponents(mask)[0]) - 1


def _best(across: np.ndarray, down: np.ndarray, angles: np.ndarray) -> float:
    """The angle at which the rows of ink (its pixels' places) are told apart best.

    Only the pixels with ink are turned: a tenth of the time that turning the image takes.
    """
    scores = []
    for angle in np.radians(angles):
        rows = np.rint(down * np.float32(np.cos(angle)) - across * np.float32(np.sin(angle))).astype(np.int32)
        counts = np.bincount(rows - rows.min())
        scores.append(int(np.square(np.diff(counts)).sum()))
    return float(angles[int(np.argmax(scores))])


def _sharpness(ink: Pixels) -> float:
    """How sharply rows with ink and rows without follow each other, whatever the width."""
    rows = cv2.reduce(ink, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()
    return float(np.square(np.diff(rows)).sum())
