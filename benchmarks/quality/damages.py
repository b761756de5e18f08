"""What befalls a page before it is read. Each takes a drawn page and gives its image as a file would hold it.

`Damaged.forward` maps a pixel of the drawn page to fractions of the damaged one, so that the truth of the words'
places goes with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.quality.drawing import DPI, DrawnPage
from ingest.reading.sheet import Affine, Pixels


@dataclass(frozen=True)
class Damaged:
    """An image (gray or RGB), its dpi, whether it is saved with one bit a pixel, and where its pixels come from."""

    pixels: Pixels
    forward: Affine
    dpi: int = DPI
    bilevel: bool = False


Damage = Callable[[DrawnPage, np.random.Generator], Damaged]


def _fractions(pixels: Pixels, matrix: Affine | None = None) -> Affine:
    height, width = pixels.shape[:2]
    return np.diag([1 / width, 1 / height, 1.0]) @ (np.eye(3) if matrix is None else matrix)


def plain(pixels: Pixels) -> Damaged:
    """Nothing moved."""
    return Damaged(pixels, _fractions(pixels))


def clipped(values: np.ndarray) -> Pixels:
    """Held to 0..255."""
    return np.clip(values, 0, 255).astype(np.uint8)


def noisy(pixels: Pixels, rng: np.random.Generator, deviation: float) -> Pixels:
    """With noise of so many gray levels."""
    return clipped(pixels + rng.normal(0, deviation, pixels.shape))


def _scanned(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Paper not quite white, edges a little soft, a little noise: what any scanner makes of a good page."""
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.7).astype(np.float32)
    return noisy(clipped(25 + soft * (222 / 255)), rng, 3.0)


def _warped(pixels: Pixels, matrix: Affine) -> Damaged:
    height, width = pixels.shape[:2]
    white = (255,) * (1 if pixels.ndim == 2 else 3)
    image = cv2.warpPerspective(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=white)
    return Damaged(np.asarray(image, np.uint8), _fractions(pixels, matrix))


def _rotation(pixels: Pixels, degrees: float) -> Affine:
    height, width = pixels.shape[:2]
    return np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), [0.0, 0.0, 1.0]])


def _shade(pixels: Pixels) -> Pixels:
    height, width = pixels.shape
    light = np.linspace(0.45, 1.0, width)[None, :] * np.linspace(1.0, 0.75, height)[:, None]
    return clipped(pixels * light)


def _specks(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    spotted = pixels.copy()
    count = pixels.size // 900
    rows, columns = rng.integers(0, pixels.shape[0] - 1, count), rng.integers(0, pixels.shape[1] - 1, count)
    for down, across in ((0, 0), (0, 1), (1, 0)):
        spotted[rows + down, columns + across] = np.where(rng.random(count) < 0.7, 0, 255)
    return spotted


def _stamped(pixels: Pixels) -> Pixels:
    """A round red seal over the text."""
    rgb = np.repeat(pixels[:, :, None], 3, axis=2)
    seal = np.zeros(pixels.shape, np.uint8)
    middle = (round(pixels.shape[1] * 0.62), round(pixels.shape[0] * 0.4))
    for radius, width in ((210, 12), (190, 4), (110, 4)):
        cv2.circle(seal, middle, radius, 255, width)
    for angle in range(0, 360, 12):
        x, y = (middle[i] + 150 * (np.cos, np.sin)[i](np.radians(angle)) for i in (0, 1))
        cv2.putText(seal, "ABUN"[angle % 4], (round(x) - 14, round(y) + 14), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 255, 4)
    red = np.array([205, 40, 45])
    return clipped(np.where(seal[:, :, None] > 0, rgb * (red / 255), rgb))


def clean(page: DrawnPage, _rng: np.random.Generator) -> Damaged:
    """As drawn."""
    return plain(page.pixels)


def scan(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """A good scan."""
    return plain(_scanned(page.pixels, rng))


def skew(degrees: float) -> Damage:
    """A good scan, laid in at an angle."""

    def damage(page: DrawnPage, rng: np.random.Generator) -> Damaged:
        return _warped(_scanned(page.pixels, rng), _rotation(page.pixels, degrees))

    return damage


def upside_down(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """A good scan the wrong way up."""
    return _warped(_scanned(page.pixels, rng), _rotation(page.pixels, 180))


def sideways(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """A good scan turned by a quarter."""
    pixels = np.ascontiguousarray(np.rot90(_scanned(page.pixels, rng)))
    back = np.array([[0, 1, 0], [-1, 0, page.pixels.shape[1]], [0, 0, 1]], np.float64)
    return Damaged(pixels, _fractions(pixels, back))


def noise(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """Strong noise."""
    return plain(noisy(clipped(30 + page.pixels * 0.8), rng, 28.0))


def blur(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """Out of focus."""
    return plain(noisy(np.asarray(cv2.GaussianBlur(page.pixels, (0, 0), 2.6), np.uint8), rng, 3.0))


def speckle(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """Salt and pepper, as from a dirty glass or a bad copy."""
    return plain(_specks(_scanned(page.pixels, rng), rng))


def stamp(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """A red seal over the text of a colour scan."""
    return plain(noisy(_stamped(_scanned(page.pixels, rng)), rng, 2.0))


def shade(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """Light that falls off to one side."""
    return plain(noisy(_shade(_scanned(page.pixels, rng)), rng, 2.0))


def show_through(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """The back of the sheet shows through."""
    back = cv2.GaussianBlur(np.ascontiguousarray(page.pixels[:, ::-1]), (0, 0), 1.5)
    shift = np.roll(back, 21, axis=0).astype(np.float32)
    return plain(_scanned(clipped(np.minimum(page.pixels, 255 - (255 - shift) * 0.28)), rng))


def photo(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """Taken with a telephone: perspective, uneven light, a little blur."""
    height, width = page.pixels.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners + np.array([[90, 60], [-40, 20], [-120, -70], [50, -30]], np.float32)
    soft = np.asarray(cv2.GaussianBlur(page.pixels, (0, 0), 1.0), np.uint8)
    warped = _warped(soft, cv2.getPerspectiveTransform(corners, seen))
    return Damaged(noisy(_shade(warped.pixels), rng, 4.0), warped.forward)


def fax(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """200 dpi, one bit a pixel."""
    small = cv2.resize(_scanned(page.pixels, rng), None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    bits = np.where(np.asarray(small) > 150, 255, 0).astype(np.uint8)
    return Damaged(bits, _fractions(bits, np.diag([2 / 3, 2 / 3, 1.0])), dpi=200, bilevel=True)


def several(page: DrawnPage, rng: np.random.Generator) -> Damaged:
    """Askew, shaded and noisy at once, at 200 dpi."""
    turned = _warped(_scanned(page.pixels, rng), _rotation(page.pixels, 2.0))
    shaded = noisy(_shade(turned.pixels), rng, 8.0)
    small = np.asarray(cv2.resize(shaded, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA), np.uint8)
    return Damaged(small, turned.forward, dpi=200)


DAMAGES: dict[str, tuple[Damage, float]] = {
    "clean": (clean, 0.5),
    "scan": (scan, 0.5),
    "skew 2°": (skew(2.0), 0.5),
    "skew -7°": (skew(-7.0), 0.5),
    "skew 10°": (skew(10.0), 0.5),
    "upside down": (upside_down, 0.5),
    "sideways": (sideways, 0.5),
    "stamp": (stamp, 0.5),
    "shade": (shade, 0.5),
    "speckle": (speckle, 0.5),
    "noise": (noise, 0.5),
    "several": (several, 0.5),
    "show-through": (show_through, 1.0),
    "photo": (photo, 1.0),
    "blur": (blur, 1.0),
    "fax": (fax, 2.0),
}
"""By name: how it is done, and the most character errors in percent that a plain page may have after it."""
