"""Stamps: boxes with a few words in them, put on a page at any angle, in any ink, over print as often as not.

The OCR engine reads a page line by line and so misses what stands across them. Here a stamp is found by its frame, or
by red ink that makes a line of its own, cut out, set level, freed of what is printed in another ink, and read alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ingest.reading.inks import colourfulness
from ingest.reading.looks import LOOK_DPI
from ingest.reading.sheet import Pixels, Raster, Sheet
from mappings.record import Box

_CENTIMETRE = LOOK_DPI / 2.54
_LEAST_SIDE, _MOST_SIDE = 0.55 * _CENTIMETRE, 10 * _CENTIMETRE
_LEAST_LENGTH = 1.3 * _CENTIMETRE
_LEAST_AREA, _MOST_AREA = 1.2 * _CENTIMETRE**2, 60 * _CENTIMETRE**2
_SIDE_WIDTH = 5.0  # pixels that a side of a frame may stray
_LEAST_COVERED, _MEAN_COVERED = 0.55, 0.8  # of the weakest side of a frame, of all four
_LEAST_HOLE = 0.8 * _CENTIMETRE**2
_LEAST_FILLED = 0.85  # of the rectangle around a hole
_LINE_HEIGHTS = 0.3 * _CENTIMETRE, 2.0 * _CENTIMETRE
_JOINED = 21  # pixels: wider than the gap between the letters of a stamp, and between its words
_MOST = 4
_READ_DPI = 300
_RULE = 0.6  # centimetres: the shortest piece of a frame


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a stamp may be: middle, length and height in pixels of the small copy, and how far its lines fall to the
    right in degrees (-90..90). `framed`: a box is drawn around it; `inked`: it is not black.
    """

    middle: tuple[float, float]
    size: tuple[float, float]
    angle: float
    framed: bool
    inked: bool

    def box(self, shape: tuple[int, ...]) -> Box:
        """Around it, as fractions of the page."""
        xs, ys = cv2.boxPoints((self.middle, self.size, self.angle)).T
        height, width = shape[:2]
        xs, ys = np.clip(xs / width, 0, 1), np.clip(ys / height, 0, 1)
        return Box(*(round(float(side), 5) for side in (xs.min(), ys.min(), xs.max(), ys.max())))


def stamps(ink: Pixels, coloured: Pixels | None, red: Pixels | None) -> list[Stamp]:
    """The likeliest stamps in masks of all ink, of coloured and of red ink at LOOK_DPI, from the top down."""
    found: list[Stamp] = []
    if coloured is not None and red is not None:
        found += [*_frames(coloured, inked=True), *_closed_frames(coloured, inked=True)]
        found += _red_lines(red)
    found += [*_frames(ink, inked=False), *_closed_frames(ink, inked=False)]
    found += _level_frames(ink)
    apart: list[Stamp] = []
    for stamp in sorted(found, key=_weight, reverse=True):
        if not any(_covers(other, stamp) for other in apart):
            apart.append(stamp)
    return sorted(sorted(apart, key=_doubt)[:_MOST], key=_height)


def _weight(stamp: Stamp) -> float:
    """Of several in one place the larger is it: a word in capitals runs along its sides too.

    But the one found in its own ink, which is read without the print under it, though thinner lines make it smaller.
    """
    return stamp.size[0] * stamp.size[1] * (1.3 if stamp.inked else 1.0)


def _doubt(stamp: Stamp) -> tuple[bool, float]:
    """The least first: frames of another ink than print, whereas printed forms have black boxes; then from the top."""
    return not (stamp.framed and stamp.inked), _height(stamp)


def _height(stamp: Stamp) -> float:
    return stamp.middle[1]


def _covers(other: Stamp, stamp: Stamp) -> bool:
    reach = max(other.size) / 2
    return abs(other.middle[0] - stamp.middle[0]) < reach and abs(other.middle[1] - stamp.middle[1]) < reach


def _frames(ink: Pixels, *, inked: bool) -> Iterator[Stamp]:
    """Connected ink that runs along all four sides of the rectangle around it, at any angle."""
    joined = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    sized = (
        (sides.max(axis=1) > _LEAST_LENGTH) & (sides.max(axis=1) < 1.5 * _MOST_SIDE) & (sides.min(axis=1) > _LEAST_SIDE)
    )
    for number in np.flatnonzero(sized):
        left, top, width, height = stats[number, :4]
        down, across = np.nonzero(labels[top : top + height, left : left + width] == number)
        points = np.column_stack((across + left, down + top)).astype(np.float32)
        stamp = _around(points, framed=True, inked=inked)
        if stamp and _is_frame(points, stamp):
            yield stamp


def _closed_frames(ink: Pixels, *, inked: bool) -> Iterator[Stamp]:
    """Holes in the ink that are rectangles, one to a piece of ink: print may touch the frame from outside.

    Those of a table are many, and lie level.
    """
    contours, tree = cv2.findContours(cv2.dilate(ink, np.ones((3, 3), np.uint8)), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    found: dict[int, list[Stamp]] = {}
    for number, contour in enumerate(contours):
        parent = int(tree[0][number][3])
        if parent < 0 or cv2.contourArea(contour) < _LEAST_HOLE:
            continue
        stamp = _around(contour.reshape(-1, 2).astype(np.float32), framed=True, inked=inked)
        hole = stamp if stamp and cv2.contourArea(contour) > _LEAST_FILLED * stamp.size[0] * stamp.size[1] else None
        found.setdefault(parent, []).extend([hole] if hole else [])
    for holes in found.values():
        if len(holes) == 1 and min(holes[0].size) > _LEAST_SIDE:
            yield holes[0]


def _around(points: np.ndarray, *, framed: bool, inked: bool) -> Stamp | None:
    """The smallest rectangle around the points, if a stamp may have its size."""
    middle, _, _ = turned = cv2.minAreaRect(points)
    corners = cv2.boxPoints(turned)
    edges = corners[1] - corners[0], corners[2] - corners[1]
    along, across = sorted(edges, key=lambda edge: -float(np.hypot(*edge)))
    length, height = float(np.hypot(*along)), float(np.hypot(*across))
    if not _LEAST_LENGTH < length < _MOST_SIDE or not _LEAST_AREA < length * height < _MOST_AREA:
        return None
    angle = (float(np.degrees(np.arctan2(along[1], along[0]))) + 90) % 180 - 90
    return Stamp((float(middle[0]), float(middle[1])), (length, height), angle, framed, inked)


def _is_frame(points: np.ndarray, stamp: Stamp) -> bool:
    angle = np.radians(stamp.angle)
    across, down = (points - np.array(stamp.middle, np.float32)).T
    along = across * np.cos(angle) + down * np.sin(angle)
    beside = down * np.cos(angle) - across * np.sin(angle)
    if min(stamp.size) < _LEAST_SIDE:
        return False
    covered = []
    for place, other, reach, length in ((beside, along, stamp.size[1], stamp.size[0]), (along, beside, *stamp.size)):
        for sign in (-1, 1):
            near = np.abs(place - sign * reach / 2) < _SIDE_WIDTH
            covered.append(len(np.unique(other[near] // 4)) / max(1.0, length / 4))
    return min(covered) > _LEAST_COVERED and sum(covered) / 4 > _MEAN_COVERED


def _red_lines(red: Pixels) -> Iterator[Stamp]:
    """Red ink that makes a line of letters without a frame."""
    joined = cv2.morphologyEx(red, cv2.MORPH_CLOSE, np.ones((_JOINED, _JOINED), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for number in range(1, len(stats)):
        left, top, width, height, area = stats[number]
        if area < _LEAST_AREA / 2 or max(width, height) > _MOST_SIDE:
            continue
        down, across = np.nonzero(labels[top : top + height, left : left + width] == number)
        points = np.column_stack((across + left, down + top)).astype(np.float32)
        stamp = _around(points, framed=False, inked=True)
        if stamp and _LINE_HEIGHTS[0] < stamp.size[1] < _LINE_HEIGHTS[1] and stamp.size[0] > 1.8 * stamp.size[1]:
            yield stamp


def _level_frames(ink: Pixels) -> Iterator[Stamp]:
    """Small boxes of ruled lines that lie level; print may touch them."""
    least = round(_RULE * _CENTIMETRE)
    rules = [cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(size, np.uint8)) for size in ((1, 2 * least), (least, 1))]
    joined = cv2.dilate(cv2.bitwise_or(*rules), np.ones((5, 5), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for number in range(1, len(stats)):
        left, top, width, height = map(float, stats[number, :4])
        stamp = Stamp((left + width / 2, top + height / 2), (width, height), 0.0, framed=True, inked=False)
        if (
            height < _LEAST_SIDE
            or not _LEAST_LENGTH < width < _MOST_SIDE
            or not _LEAST_AREA < width * height < _MOST_AREA
        ):
            continue
        down, across = np.nonzero(labels == number)
        if _is_frame(np.column_stack((across, down)).astype(np.float32), stamp):
            yield stamp


def cut_out(raster: Raster, shape: Sequence[int], stamp: Stamp, turn: int) -> Sheet:
    """The stamp by itself, dark on white, level and the right way up on a page that `turn` sets upright.

    `shape`: of the small copy that it was found on.
    """
    height, width = raster.pixels.shape[:2]
    factors = width / shape[1], height / shape[0]
    middle = stamp.middle[0] * factors[0], stamp.middle[1] * factors[1]
    angle = stamp.angle if abs((stamp.angle + turn + 180) % 360 - 180) <= 90 else stamp.angle + 180
    scale = _READ_DPI / LOOK_DPI
    size = tuple(round(side * scale + 30) for side in stamp.size)
    forward = cv2.getRotationMatrix2D(middle, angle, scale / factors[0])
    forward[:, 2] += np.array(size) / 2 - np.array(middle)
    pixels = cv2.warpAffine(
        raster.pixels, forward, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255)
    )
    back = np.linalg.inv(np.vstack([forward, [0.0, 0.0, 1.0]]))
    return Sheet(_dark_on_white(np.asarray(pixels, np.uint8), stamp), np.diag([1 / width, 1 / height, 1.0]) @ back)


def _dark_on_white(pixels: Pixels, stamp: Stamp) -> Pixels:
    """Gray, without what is drawn around the words; of coloured ink without what is black."""
    if pixels.ndim == 3:
        gray = cv2.bitwise_not(colourfulness(pixels)) if stamp.inked else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    else:
        gray = pixels
    low, high = np.percentile(gray, (1, 85))
    stretched: Pixels = np.clip((gray.astype(np.float32) - low) * (255 / max(1.0, high - low)), 0, 255).astype(np.uint8)
    ink = np.asarray(cv2.threshold(stretched, 150, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    drawn = _outline(ink)
    for size in ((1, 120), (90, 1)) if stamp.framed else ():  # taller than letters, longer than strokes of capitals
        drawn |= np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(size, np.uint8)), np.uint8)
    stretched[cv2.dilate(drawn, np.ones((7, 7), np.uint8)) > 0] = 255
    return stretched


def _outline(ink: Pixels) -> Pixels:
    """What is drawn around the words: a frame, or the arrow that HỎA TỐC is often set in."""
    height, width = ink.shape
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    large = (stats[:, cv2.CC_STAT_WIDTH] > 0.6 * width) | (stats[:, cv2.CC_STAT_HEIGHT] > 0.85 * height)
    large[0] = False
    return np.where(large[labels], 255, 0).astype(np.uint8)
