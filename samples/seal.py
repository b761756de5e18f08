"""The red round seal and the ink of a signature, drawn."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageChops, ImageDraw

from samples.sheet import font, px

RED = (206, 38, 52)
BLUE = (38, 58, 150)


def _letters_around(layer: Image.Image, text: str, radius: float) -> None:
    """The text once around a circle, letters upright to the middle."""
    face = font(6.2, bold=True)
    middle = layer.width / 2
    for place, letter in enumerate(text):
        angle = 2 * math.pi * place / len(text) + math.pi * 0.75
        glyph = Image.new("L", (face.size * 2, face.size * 2), 0)
        ImageDraw.Draw(glyph).text((face.size, face.size), letter, font=face, fill=255, anchor="mm")
        glyph = glyph.rotate(-math.degrees(angle) - 90, resample=Image.Resampling.BICUBIC)
        x, y = middle + radius * math.cos(angle), middle + radius * math.sin(angle)
        layer.paste(RED, (round(x - face.size), round(y - face.size)), glyph)


def _star(radius: float, middle: float) -> list[tuple[float, float]]:
    points = []
    for place in range(10):
        reach = radius if place % 2 == 0 else radius * 0.4
        angle = math.pi * place / 5 - math.pi / 2
        points.append((middle + reach * math.cos(angle), middle + reach * math.sin(angle)))
    return points


def press_seal(page: Image.Image, text: str, x: int, y: int, rng: random.Random) -> None:
    """A seal of 34 mm around (x, y), a little turned, its ink over what is printed: paper takes the darker of both."""
    size = px(36)
    layer = Image.new("RGB", (size, size), "white")
    draw = ImageDraw.Draw(layer)
    edge = px(1)
    draw.ellipse((edge, edge, size - edge, size - edge), outline=RED, width=px(0.7))
    draw.ellipse((edge * 2.2, edge * 2.2, size - edge * 2.2, size - edge * 2.2), outline=RED, width=px(0.25))
    inner = px(8)
    draw.ellipse((inner, inner, size - inner, size - inner), outline=RED, width=px(0.3))
    draw.polygon(_star(px(7), size / 2), fill=RED)
    _letters_around(layer, text + " ", size / 2 - px(5))
    layer = layer.rotate(rng.uniform(-12, 12), fillcolor="white", resample=Image.Resampling.BICUBIC)
    corner = (x - size // 2, y - size // 2)
    _darken(page, layer, corner)


def sign(page: Image.Image, x: int, y: int, rng: random.Random) -> None:
    """A signature: one winding stroke of blue ink around (x, y)."""
    layer = Image.new("RGB", (px(52), px(24)), "white")
    draw = ImageDraw.Draw(layer)
    waves = [(rng.uniform(2, 9), rng.uniform(0, 6.3), rng.uniform(0.15, 0.45)) for _ in range(3)]
    points = []
    for step in range(160):
        share = step / 159
        rise = sum(size * math.sin(speed * step + start) for size, start, speed in waves) * (1 - 0.5 * share)
        sway = 4 * math.sin(0.31 * step)
        points.append((px(6 + 38 * share + sway * 0.4), px(12 + rise * 0.45)))
    draw.line(points, fill=BLUE, width=max(2, px(0.4)), joint="curve")
    _darken(page, layer, (x - layer.width // 2, y - layer.height // 2))


def _darken(page: Image.Image, layer: Image.Image, corner: tuple[int, int]) -> None:
    box = (corner[0], corner[1], corner[0] + layer.width, corner[1] + layer.height)
    page.paste(ImageChops.darker(page.crop(box), layer), corner)


def stamp_urgency(page: Image.Image, text: str, x: int, y: int) -> None:
    """The boxed red stamp of urgency around (x, y)."""
    face = font(14, bold=True)
    draw = ImageDraw.Draw(page)
    width = face.getlength(text) / 2 + px(4)
    draw.rectangle((x - width, y - px(5), x + width, y + px(5)), outline=RED, width=px(0.6))
    draw.text((x, y), text, font=face, fill=RED, anchor="mm")
