"""Small changes to a page image, each made only where the page shows the need. Places never move here."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from ingest.reading.looks import paper_of
from ingest.reading.sheet import Pixels

_RED_EXCESS = 50  # how much more red than green and blue makes ink red
_MOSTLY = 0.7
_SMALL_SHARE = 0.0002  # of the page: less is dust


def gray_without_red_over_black(rgb: Pixels) -> Pixels:
    """Gray, with the red ink taken out where it lies over black (a seal over a name).

    Red ink that stands for itself (HỎA TỐC, an arrival stamp) stays: it is to be read.
    """
    gray = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    small = np.asarray(cv2.resize(rgb, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), np.uint8)
    red = _red(small)
    if red.mean() < _SMALL_SHARE * 255:
        return gray
    for left, top, right, bottom in _over_black(small, red):
        part = slice(4 * top, 4 * bottom), slice(4 * left, 4 * right)
        # The largest of the three channels: paper and red ink are light in it, black stays black.
        red_channel, green, blue = cv2.split(np.ascontiguousarray(rgb[part]))
        gray[part] = cv2.max(cv2.max(red_channel, green), blue)
    return gray


def is_red_ink(rgb: Pixels) -> bool:
    """Whether most of the ink in a piece of a page is red; where it is thick it looks dark."""
    channels = rgb.astype(np.int16)
    ink = channels.min(axis=2) < 150
    red = channels[..., 0] - np.maximum(channels[..., 1], channels[..., 2]) > 25
    return bool(ink.any()) and float(red[ink].mean()) > _MOSTLY


def _red(rgb: Pixels) -> Pixels:
    channels = rgb.astype(np.int16)
    excess = channels[..., 0] - np.maximum(channels[..., 1], channels[..., 2])
    return np.where(excess > _RED_EXCESS, 255, 0).astype(np.uint8)


def _over_black(rgb: Pixels, red: Pixels) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, right, bottom of the rectangles around connected red ink that hold black ink of some extent too."""
    black = (rgb.max(axis=2) < 110).astype(np.uint8)
    joined = cv2.dilate(red, np.ones((15, 15), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    for left, top, width, height, _ in stats[1:].tolist():
        if black[top : top + height, left : left + width].sum() > 0.02 * width * height:
            yield left, top, left + width, top + height


def evened(gray: Pixels) -> Pixels:
    """Paper to white, everywhere: the image divided by its paper, contrast stretched."""
    small = np.asarray(cv2.resize(gray, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA), np.uint8)
    paper = cv2.resize(paper_of(small, 9), gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(gray, paper, scale=255.0)
    # Ink that shows through from the back is light: everything above 85 % of the paper is paper.
    stretched = cv2.convertScaleAbs(cv2.subtract(even, np.full_like(even, 20)), alpha=255 / 195)
    return np.asarray(stretched, np.uint8)


def noise_of(gray: Pixels) -> float:
    """The standard deviation of what a 3 x 3 median takes away, in gray levels, where the page is paper."""
    height, width = gray.shape
    middle = np.ascontiguousarray(gray[height // 4 : height // 2, width // 4 : 3 * width // 4])
    difference = cv2.absdiff(middle, cv2.medianBlur(middle, 3))
    return float(np.median(difference)) * 1.48


def smoothed(gray: Pixels) -> Pixels:
    """Noise averaged away."""
    return np.asarray(cv2.GaussianBlur(gray, (0, 0), 1.2), np.uint8)


def without_specks(gray: Pixels) -> Pixels:
    """Salt and pepper taken out, if the page is full of it; else the page itself. For 300 dpi."""
    ink = _darker_than(gray, 128)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    tiny = stats[:, cv2.CC_STAT_AREA] <= 6  # a full stop at 8 points has some 25 pixels
    tiny[0] = False
    if tiny.sum() < 2000 or tiny.sum() < 0.7 * count:
        return gray
    specks = cv2.dilate(tiny.astype(np.uint8)[labels], np.ones((3, 3), np.uint8))
    return np.where(specks > 0, 255, gray).astype(np.uint8)


def looks_speckled(ink: Pixels) -> bool:
    """Whether most of the connected ink of a small copy is too small for letters."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    return count > 3000 and float((stats[1:, cv2.CC_STAT_AREA] <= 3).mean()) > 0.6


def without_rules(gray: Pixels) -> Pixels:
    """Long ruled lines painted white: Tesseract drops words between them. For 300 dpi."""
    ink = _darker_than(gray, 160)
    rules = np.zeros_like(ink)
    for size in ((150, 1), (1, 100)):
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, size)
        rules |= np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), np.uint8)
    wide = cv2.dilate(rules, np.ones((5, 5), np.uint8))
    return np.where(wide > 0, 255, gray).astype(np.uint8)


def _darker_than(gray: Pixels, level: int) -> Pixels:
    """Mask (255); in place of `np.where`, which takes eight bytes a pixel on its way."""
    return np.asarray(cv2.threshold(gray, level - 1, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
