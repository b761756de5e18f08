"""Scanned pages as pictures in a PDF, without loss where the format allows it.

- JPEG: its own bytes; turned by its EXIF tag by the way it is placed.
- Black and white: CCITT group 4. Gray and colour: Flate. Both decode to the very pixels that were read; samples of 16
  bits are brought to 8, transparency lies over white.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image

from ingest.reading import raster
from ingest.reading.sheet import Pixels
from ingest.recognising import JPEG

_STRIP_OFFSETS, _ROWS_PER_STRIP, _STRIP_BYTES = 273, 278, 279  # TIFF 6.0
_ORIENTATION = 274
_UP = 2  # PNG's filter (RFC 2083, 6.4)
_SAMPLED = 16  # one row of so many is packed to see how
_RGB_IDS = (82, 71, 66)  # "RGB": components that are not YCbCr, which DCTDecode would take them for

# Where the unit square of a stored picture goes on the unit square of the page as seen, by EXIF orientation
# (JEITA CP-3451, 4.6.4): a b c d e f of a PDF matrix.
_TURNS = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and the matrix that puts it upright on a square of one unit."""

    drawn: pikepdf.Stream
    turn: tuple[int, int, int, int, int, int] = _TURNS[1]


def picture_of(pdf: pikepdf.Pdf, path: str, media_type: str, number: int, max_megapixels: int) -> Picture:
    """Page `number` of an image file. Errors as `raster.load_page`."""
    if media_type == JPEG and (kept := _jpeg_as_it_is(pdf, path, max_megapixels)):
        return kept
    page = raster.load_page(path, number, max_megapixels)
    return Picture(_bilevel(pdf, page.pixels) if page.bilevel else shaded(pdf, page.pixels))


def _jpeg_as_it_is(pdf: pikepdf.Pdf, path: str, max_megapixels: int) -> Picture | None:
    """None for one that a PDF would show in other colours."""
    with raster.opened(path, 1, max_megapixels) as image:
        layers = getattr(image, "layer", ())
        if image.mode not in {"L", "RGB"} or tuple(one[0] for one in layers) == _RGB_IDS:
            return None
        size, mode = image.size, image.mode
        turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1), _TURNS[1])
    return Picture(_stream(pdf, Path(path).read_bytes(), size, gray=mode == "L", Filter=pikepdf.Name.DCTDecode), turn)


def _bilevel(pdf: pikepdf.Pdf, pixels: Pixels) -> pikepdf.Stream:
    """White is 1 in what libtiff writes of Pillow's pictures, and comes out as 1 again."""
    height, width = pixels.shape
    buffer = io.BytesIO()
    whole = {_ROWS_PER_STRIP: height}
    Image.fromarray(pixels).convert("1", dither=Image.Dither.NONE).save(
        buffer, "TIFF", compression="group4", tiffinfo=whole
    )
    with Image.open(buffer, formats=["TIFF"]) as written:
        tags = written.tag_v2  # type: ignore[attr-defined]
        (place,), (length,) = tags[_STRIP_OFFSETS], tags[_STRIP_BYTES]
    coded = buffer.getvalue()[place : place + length]
    how = pikepdf.Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=True)
    filtered = {"Filter": pikepdf.Name.CCITTFaxDecode, "DecodeParms": how}
    return _stream(pdf, coded, (width, height), gray=True, bits=1, **filtered)


def shaded(pdf: pikepdf.Pdf, pixels: Pixels) -> pikepdf.Stream:
    """A picture of these pixels; gray if there is no colour in it."""
    if (
        pixels.ndim == 3
        and np.array_equal(pixels[:, :, 0], pixels[:, :, 1])
        and np.array_equal(pixels[:, :, 1], pixels[:, :, 2])
    ):
        pixels = np.ascontiguousarray(pixels[:, :, 0])
    height, width = pixels.shape[:2]
    colours = 1 if pixels.ndim == 2 else 3
    flat = pixels.reshape(height, width * colours)
    rows = _rows(flat)
    how = pikepdf.Dictionary(Predictor=15, Colors=colours, BitsPerComponent=8, Columns=width)
    filtered = {"Filter": pikepdf.Name.FlateDecode, "DecodeParms": how}
    return _stream(
        pdf, zlib.compress(np.ascontiguousarray(rows).data, 6), (width, height), gray=colours == 1, **filtered
    )


def _rows(flat: Pixels) -> Pixels:
    """The rows with the number of their PNG filter before each (RFC 2083, 6): as they are, or their difference to the

    row above, whichever packs better in the middle of the page: noise is doubled by a difference.
    """
    height, width = flat.shape
    rows = np.zeros((2, height, width + 1), np.uint8)
    rows[0, :, 1:] = rows[1, :, 1:] = flat
    rows[1, :, 0] = _UP
    np.subtract(flat[1:], flat[:-1], out=rows[1, 1:, 1:])
    middle = slice(height // 2, height // 2 + max(1, height // _SAMPLED))
    return min(rows, key=lambda one: len(zlib.compress(np.ascontiguousarray(one[middle]).data, 1)))


def _stream(
    pdf: pikepdf.Pdf, coded: bytes, size: tuple[int, int], *, gray: bool, bits: int = 8, **filtered: object
) -> pikepdf.Stream:
    return pikepdf.Stream(
        pdf,
        coded,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=size[0],
        Height=size[1],
        BitsPerComponent=bits,
        ColorSpace=pikepdf.Name.DeviceGray if gray else pikepdf.Name.DeviceRGB,
        **filtered,
    )
