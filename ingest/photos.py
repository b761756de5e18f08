"""What must be known of photos (JPEG) to lay them into a PDF as they are. Runs in a reading process."""

from __future__ import annotations

from kernel.errors import DamagedFile, TooManyPixels, UnknownType

_TURNS = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
"""Degrees clockwise by the orientation that EXIF tells; that one is mirrored, which no camera does, is not heeded."""
_ORIENTATION = 0x0112
_CHANNELS = {"L": 1, "RGB": 3, "CMYK": 4}


def measure_photos(paths: tuple[str, ...], max_megapixels: int) -> tuple[tuple[int, int, int, int], ...]:
    """(width, height, channels, degrees to turn) of each. UnknownType if one is no JPEG, DamagedFile, TooManyPixels."""
    return tuple(_measure(path, max_megapixels) for path in paths)


def _measure(path: str, max_megapixels: int) -> tuple[int, int, int, int]:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - in the reading process alone

    try:
        with Image.open(path, formats=("JPEG", "MPO")) as picture:
            width, height = picture.size
            if width * height > max_megapixels * 1_000_000:
                raise TooManyPixels(megapixels=width * height // 1_000_000, limit=max_megapixels)
            channels = _CHANNELS.get(picture.mode)
            turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1), 0)
            picture.load()  # cut off in the middle is cut off for good
    except UnidentifiedImageError as error:
        raise UnknownType from error
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, Image.DecompressionBombError) as error:
        raise DamagedFile from error
    if channels is None:
        raise UnknownType
    return width, height, channels, turn
