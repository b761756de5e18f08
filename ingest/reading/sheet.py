"""A page image on its way to the OCR engine, which never forgets where its pixels come from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from mappings.record import Box

Pixels = npt.NDArray[np.uint8]
Affine = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Raster:
    """A page as a person sees it: uint8, height x width (gray) or height x width x 3 (RGB).

    `dpi`: across and down. `bilevel`: it was black and white only.
    """

    pixels: Pixels
    dpi: tuple[float, float]
    bilevel: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        height, width = self.pixels.shape[:2]
        return width / self.dpi[0] * 72, height / self.dpi[1] * 72


@dataclass(frozen=True, slots=True)
class Sheet:
    """A gray image and `to_seen`, the 3 x 3 affine map from its pixels to fractions of the page as seen."""

    pixels: Pixels
    to_seen: Affine

    @classmethod
    def of(cls, pixels: Pixels) -> Sheet:
        """The sheet that is the whole page as seen."""
        height, width = pixels.shape
        return cls(pixels, np.diag([1.0 / width, 1.0 / height, 1.0]))

    def with_pixels(self, pixels: Pixels) -> Sheet:
        """The same places, other gray values. The shape must be the same."""
        return replace(self, pixels=pixels)

    def scaled(self, across: float, down: float) -> Sheet:
        """Scaled by two factors; averaging when it shrinks."""
        height, width = self.pixels.shape
        new_width, new_height = max(1, round(width * across)), max(1, round(height * down))
        how = cv2.INTER_AREA if across * down < 1 else cv2.INTER_CUBIC
        pixels = cv2.resize(self.pixels, (new_width, new_height), interpolation=how)
        back = np.diag([width / new_width, height / new_height, 1.0])
        return Sheet(np.asarray(pixels, np.uint8), self.to_seen @ back)

    def turned(self, clockwise: int) -> Sheet:
        """Turned by 0, 90, 180 or 270 degrees clockwise."""
        height, width = self.pixels.shape
        # A pixel (x, y) of the turned image lies at these places of this one.
        back = {
            0: [[1, 0, 0], [0, 1, 0]],
            90: [[0, 1, 0], [-1, 0, height]],
            180: [[-1, 0, width], [0, -1, height]],
            270: [[0, -1, width], [1, 0, 0]],
        }[clockwise]
        pixels = np.ascontiguousarray(np.rot90(self.pixels, -clockwise // 90))
        return Sheet(pixels, self.to_seen @ np.array([*back, [0, 0, 1]], np.float64))

    def cut(self, left: float, right: float) -> Sheet:
        """What lies between two places across, told as fractions of the width; from top to bottom."""
        width = self.pixels.shape[1]
        first, last = round(left * width), max(round(left * width) + 1, round(right * width))
        back = np.array([[1, 0, first], [0, 1, 0], [0, 0, 1]], np.float64)
        return Sheet(np.ascontiguousarray(self.pixels[:, first:last]), self.to_seen @ back)

    def rotated(self, degrees: float) -> Sheet:
        """Rotated about its centre by a small angle, clockwise; same size, new corners white."""
        height, width = self.pixels.shape
        forward = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
        pixels = cv2.warpAffine(
            self.pixels,
            forward,
            (width, height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=255,
        )
        back = np.linalg.inv(np.vstack([forward, [0.0, 0.0, 1.0]]))
        return Sheet(np.asarray(pixels, np.uint8), self.to_seen @ back)

    def box_seen(self, left: float, top: float, width: float, height: float) -> Box:
        """A rectangle of this image as the box around it on the page as seen, held to the page."""
        across, down = [left, left + width] * 2, [top, top, top + height, top + height]
        xs, ys, _ = np.clip(self.to_seen @ np.array([across, down, [1.0] * 4]), 0.0, 1.0)
        return Box(*(round(float(side), 5) for side in (xs.min(), ys.min(), xs.max(), ys.max())))
