"""Digits as a hand writes them: strokes through a few points, each time a little different. Made here, no font."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise

from PIL import ImageDraw

Point = tuple[float, float]


def _arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    """Points of an ellipse's part, degrees clockwise from the right."""
    steps = max(4, round(abs(end - start) / 24))
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


# Several ways of writing each digit; each a list of strokes in a box from (0, 0) to (0.6, 1).
_SHAPES: dict[str, list[list[list[Point]]]] = {
    "0": [[_arc(0.3, 0.5, 0.26, 0.48, -70, 300)]],
    "1": [[[(0.12, 0.3), (0.34, 0.03), (0.32, 1.0)]], [[(0.3, 0.02), (0.3, 1.0)]]],
    "2": [
        [[*_arc(0.3, 0.27, 0.25, 0.25, -170, 35), (0.1, 0.95), (0.58, 0.93)]],
        [[*_arc(0.3, 0.25, 0.24, 0.23, -160, 60), (0.06, 0.9), (0.2, 0.8), (0.36, 0.98), (0.6, 0.9)]],
    ],
    "3": [[[*_arc(0.27, 0.27, 0.25, 0.24, -150, 85), *_arc(0.27, 0.73, 0.28, 0.26, -80, 150)]]],
    "4": [
        [[(0.36, 0.02), (0.04, 0.62), (0.6, 0.6)], [(0.42, 0.35), (0.4, 1.0)]],
        [[(0.08, 0.05), (0.08, 0.5), (0.56, 0.48)], [(0.5, 0.05), (0.46, 1.0)]],
    ],
    "5": [[[(0.54, 0.04), (0.14, 0.06), (0.1, 0.45), *_arc(0.28, 0.7, 0.27, 0.28, -120, 150)]]],
    "6": [[[(0.46, 0.02), (0.16, 0.45), *_arc(0.31, 0.72, 0.24, 0.26, -190, 170)]]],
    "7": [
        [[(0.04, 0.08), (0.56, 0.06), (0.22, 1.0)]],
        [[(0.04, 0.08), (0.56, 0.06), (0.24, 1.0)], [(0.16, 0.5), (0.52, 0.48)]],
    ],
    "8": [[[*_arc(0.3, 0.25, 0.2, 0.23, 60, -240), *_arc(0.3, 0.73, 0.25, 0.26, -120, 240)]]],
    "9": [[[*_arc(0.3, 0.28, 0.23, 0.26, -20, -350), (0.5, 0.5), (0.36, 1.0)]]],
}


def write(drawing: ImageDraw.ImageDraw, text: str, left: float, top: float, height: float, rng: random.Random) -> float:
    """Writes digits from `left`, `height` pixels high, and tells where it ended."""
    slant, pen = rng.uniform(-0.05, 0.3), rng.randint(5, 9)
    for sign in text:
        tall = height * rng.uniform(0.85, 1.15)
        wide = tall * rng.uniform(0.8, 1.15)
        rise = rng.uniform(-0.08, 0.08) * height
        strokes = rng.choice(_SHAPES[sign])
        for stroke in strokes:
            points = [
                (
                    left + wide * (x + rng.gauss(0, 0.018)) + slant * (1 - y) * tall,
                    top + rise + tall * (y + rng.gauss(0, 0.018)),
                )
                for x, y in stroke
            ]
            drawing.line(_smooth(points), fill=rng.randint(20, 90), width=pen, joint="curve")
        left += wide * rng.uniform(0.62, 0.8)
    return left


def _smooth(points: Sequence[Point]) -> list[Point]:
    """Corners cut twice (Chaikin 1974): a pen does not turn sharply."""
    line = list(points)
    for _ in range(2):
        cut = [line[0]]
        for (ax, ay), (bx, by) in pairwise(line):
            cut += [(0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by), (0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by)]
        line = [*cut, line[-1]]
    return line
