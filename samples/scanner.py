"""What a scanner makes of a sheet: paper tone, uneven light, noise, a slight skew, JPEG."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from samples.sheet import DPI

JPEG_QUALITY = 42


def scanned(sheet: Image.Image, rng: np.random.Generator, skew: float) -> Image.Image:
    """The sheet as a colour scan, turned by `skew` degrees."""
    tone = (250, 249, 244)
    turned = sheet.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor="white")
    soft = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.5)), dtype=np.float32)
    height, width = soft.shape[:2]
    light = 1 - 0.025 * np.linspace(0, 1, width, dtype=np.float32)[None, :, None] ** 2
    page = soft / 255 * np.array(tone, dtype=np.float32) * light
    page += rng.normal(0, 1.6, (height, width, 1)).astype(np.float32)
    return Image.fromarray(np.clip(page, 0, 255).astype(np.uint8))


def two_tone(page: Image.Image) -> Image.Image:
    """As an old office scanner stores it: black and white."""
    return page.convert("L").point(lambda value: 255 if value > 165 else 0).convert("1", dither=Image.Dither.NONE)


def save_pdf(pages: list[Image.Image], path: Path) -> None:
    """An image-only PDF, each page a JPEG."""
    pages[0].save(
        path,
        save_all=True,
        append_images=pages[1:],
        resolution=DPI,
        quality=JPEG_QUALITY,
        creationDate=None,
        modDate=None,
    )


def save_jpeg(page: Image.Image, path: Path) -> None:
    """One page as a JPEG with its resolution."""
    held = BytesIO()
    page.save(held, "JPEG", quality=JPEG_QUALITY + 10, dpi=(DPI, DPI))
    path.write_bytes(held.getvalue())


def save_tiff(pages: list[Image.Image], path: Path) -> None:
    """A multi-page TIFF, fax-compressed."""
    bilevel = [two_tone(page) for page in pages]
    bilevel[0].save(path, save_all=True, append_images=bilevel[1:], compression="group4", dpi=(DPI, DPI))
