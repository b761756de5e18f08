"""The coloured ink of a page, and the round red seal among it. Looked for on a small copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from ingest.reading.looks import LOOK_DPI
from ingest.reading.sheet import Pixels, Raster
from mappings.record import Box

_COLOUR = 60  # levels between the strongest and the weakest channel: yellowed paper has up to 50
_BLACK = 110  # levels of the strongest channel
_RED = 45  # levels of red above both other channels
_MOST_COLOURED = 0.2  # of the page: more is a picture, or coloured paper
_LEAST_RED = 40  # pixels of the small copy
_SEAL_DPI = 50
_SEAL_INCHES = 2.4 / 2.54, 5.2 / 2.54  # across: seals of offices have 3 to 4.2 cm, wet ones blur
_SECTORS = 36
_LEAST_RING = 0.45  # of the sectors of the ring that must bear ink
_RING = 0.06  # of the radius, inward and outward
_MOST_OUTSIDE = 0.5  # of the ink of the ring: more is a frame around the circle
_INKED = 60  # of 255: how much of a pixel of the small copy
_BLUR = 0.5


@dataclass(frozen=True, slots=True)
class Inks:
    """Masks (255) of black ink, and of coloured and of red ink without the seals; the seals, the surest first.

    All at LOOK_DPI.
    """

    black: Pixels
    coloured: Pixels
    red: Pixels
    seals: tuple[Box, ...]

    @classmethod
    def of(cls, raster: Raster) -> Inks | None:
        """Those of a coloured page, None of a gray one."""
        if raster.pixels.ndim != 3:
            return None
        rgb = small_copy(raster)
        every, only_red = coloured(rgb), red(rgb)
        found = seals(only_red)
        strongest = cv2.max(cv2.max(rgb[..., 0], rgb[..., 1]), rgb[..., 2])
        dark = np.asarray(cv2.threshold(strongest, _BLACK, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
        black = np.where(colourfulness(rgb) < _COLOUR, dark, 0).astype(np.uint8)
        return cls(black, without(every, found), without(only_red, found), found)


def without(mask: Pixels, round_seals: Iterable[Box]) -> Pixels:
    """A mask without what lies in some round seals."""
    height, width = mask.shape
    left = mask.copy()
    for box in round_seals:
        middle = round((box.x0 + box.x1) / 2 * width), round((box.y0 + box.y1) / 2 * height)
        axes = round((box.x1 - box.x0) * 0.57 * width), round((box.y1 - box.y0) * 0.57 * height)
        cv2.ellipse(left, middle, axes, 0, 0, 360, 0, -1)
    return left


def small_copy(raster: Raster) -> Pixels:
    """The coloured page at LOOK_DPI."""
    height, width = raster.pixels.shape[:2]
    size = (max(1, round(width * LOOK_DPI / raster.dpi[0])), max(1, round(height * LOOK_DPI / raster.dpi[1])))
    return np.asarray(cv2.resize(raster.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def coloured(rgb: Pixels) -> Pixels:
    """Mask (255) of ink that is not black; empty where the whole page is coloured."""
    mask = np.asarray(cv2.threshold(colourfulness(rgb), _COLOUR, 255, cv2.THRESH_BINARY)[1], np.uint8)
    return mask if mask.mean() < _MOST_COLOURED * 255 else np.zeros_like(mask)


def colourfulness(rgb: Pixels) -> Pixels:
    """Levels between the strongest and the weakest channel: black ink and white paper have none."""
    red, green, blue = cv2.split(np.ascontiguousarray(rgb))
    strongest, weakest = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    return np.asarray(cv2.subtract(strongest, weakest), np.uint8)


def red(rgb: Pixels) -> Pixels:
    """Mask (255) of red ink."""
    first, green, blue = cv2.split(np.ascontiguousarray(rgb))
    excess = cv2.subtract(first, cv2.max(green, blue))
    return np.asarray(cv2.threshold(excess, _RED, 255, cv2.THRESH_BINARY)[1], np.uint8)


def seals(red_ink: Pixels) -> tuple[Box, ...]:
    """The round seals in a mask of red ink at LOOK_DPI, as fractions of the page, the surest first."""
    if cv2.countNonZero(red_ink) < _LEAST_RED:
        return ()
    factor = _SEAL_DPI / LOOK_DPI
    ink = cv2.resize(red_ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    small, large = (round(inches * _SEAL_DPI / 2) for inches in _SEAL_INCHES)
    found = cv2.HoughCircles(
        cv2.GaussianBlur(ink, (0, 0), 1.0),
        cv2.HOUGH_GRADIENT,
        dp=1,
        minDist=2 * small,
        param1=100,
        param2=14,
        minRadius=small,
        maxRadius=large,
    )
    height, width = ink.shape
    circles = [] if found is None else [tuple(map(float, circle[:2])) for circle in found[0]]
    sized = ((x, y, _radius(ink, x, y, range(large, small - 1, -1))) for x, y in circles)
    return tuple(
        Box(
            max(0.0, (x - radius) / width),
            max(0.0, (y - radius) / height),
            min(1.0, (x + radius) / width),
            min(1.0, (y + radius) / height),
        )
        for x, y, radius in _apart((x, y, radius) for x, y, radius in sized if radius)
    )


def _radius(ink: Pixels, x: float, y: float, radii: Iterable[int]) -> float:
    """Of the outermost ring of ink about a place, with hardly any ink outside; 0 if there is none."""
    down, across = np.nonzero(ink > _INKED)
    away = np.hypot(across - x, down - y)
    sector = ((np.arctan2(down - y, across - x) / (2 * np.pi) + 0.5) * _SECTORS).astype(int)
    for radius in radii:
        ring = np.abs(away - radius) < _RING * radius
        if len(np.unique(sector[ring])) >= _LEAST_RING * _SECTORS:
            outside = (away > (1 + 2 * _RING) * radius) & (away < 1.5 * radius)
            return radius + _BLUR if int(outside.sum()) < _MOST_OUTSIDE * int(ring.sum()) else 0.0
    return 0.0


def _apart(circles: Iterable[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """Those that do not lie on one that is surer."""
    kept: list[tuple[float, ...]] = []
    for circle in circles:
        if all(np.hypot(circle[0] - other[0], circle[1] - other[1]) > other[2] for other in kept):
            kept.append(circle)
    return kept
