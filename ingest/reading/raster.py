"""One page of a TIFF, JPEG, PNG, WebP or JPEG 2000 as a person sees it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ingest.reading.sheet import Pixels, Raster
from kernel.errors import DamagedFile, NotFound, TooManyPixels

Image.MAX_IMAGE_PIXELS = None  # we hold our own limit, before any pixel is decoded
_FORMATS = ("TIFF", "JPEG", "PNG", "WEBP", "JPEG2000")
_A4_INCHES = 11.69


def load_page(path: str, number: int, max_megapixels: int) -> Raster:
    """Page `number` (from 1), in gray or RGB, upright by its EXIF tag, transparency over white.

    Raises NotFound, TooManyPixels (before decoding), DamagedFile.
    """
    with opened(path, number, max_megapixels) as image:
        dpi = resolution(image)
        bilevel = image.mode == "1"
        before = image.size
        seen = ImageOps.exif_transpose(image)
        if seen.size != before:
            dpi = dpi[1], dpi[0]
        return Raster(_pixels(seen), dpi, bilevel)


@contextmanager
def opened(path: str, number: int, max_megapixels: int) -> Iterator[Image.Image]:
    """The image file at page `number`, not yet decoded. Errors as `load_page`, also those within the block."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a scanner's odd tags are not worth a line in the log
            with Image.open(path, formats=_FORMATS) as image:
                _go_to(image, number)
                check_pixels(image.width, image.height, max_megapixels)
                yield image
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, KeyError, IndexError, TypeError) as error:
        raise DamagedFile from error  # Pillow has no error of its own for most of what it meets


def _go_to(image: Image.Image, number: int) -> None:
    if number == 1:
        return
    if image.format != "TIFF" or number < 1:
        raise NotFound(id=f"page {number}")
    try:
        image.seek(number - 1)
    except EOFError as error:
        raise NotFound(id=f"page {number}") from error


def check_pixels(width: int, height: int, max_megapixels: int) -> None:
    """Raises TooManyPixels."""
    if width * height > max_megapixels * 1_000_000:
        raise TooManyPixels(megapixels=round(width * height / 1_000_000), limit=max_megapixels)


def resolution(image: Image.Image) -> tuple[float, float]:
    """Dots per inch across and down; where the file says none or nonsense, as if the longer side were A4's."""
    try:
        across, down = (float(value) for value in image.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ZeroDivisionError):
        across = down = 0.0
    if all(50 <= value <= 2400 for value in (across, down)):
        longest = max(image.width / across, image.height / down)
        # 72 and 96 are what programs write that do not know; only a page of some sane size makes them credible.
        if 2 <= longest <= (60 if min(across, down) >= 150 else 20):
            return across, down
    guessed = max(image.width, image.height) / _A4_INCHES
    return guessed, guessed


def _pixels(image: Image.Image) -> Pixels:
    """Gray or RGB, 8 bits."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        return _eight_bits(np.asarray(image))
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.new("RGB", image.size, "white")
        image.paste(rgba, mask=rgba.getchannel("A"))
    if image.mode not in {"1", "L", "RGB"}:
        image = image.convert("RGB")
    if image.mode == "1":
        image = image.convert("L")
    return np.asarray(image, np.uint8)


def _eight_bits(values: np.ndarray) -> Pixels:
    """16 bits to 8 by their full range; floats and larger integers by the range that they use."""
    values = values.astype(np.float32)
    high = float(values.max(initial=0.0))
    scale = 65535.0 if 255 < high <= 65535 else max(high, 255.0)
    return np.clip(values * (255.0 / scale), 0, 255).astype(np.uint8)
