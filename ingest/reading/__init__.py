"""Reading: what a page says, word for word, with the place of each word.

These three run in a reading process (`ReadingPool.submit(read_page, …)`). The parsers are loaded there only:
importing this package costs its caller nothing, and no hostile byte meets a parser in the caller.
"""

from __future__ import annotations

from ingest.reading.options import ReadingOptions
from kernel.errors import TangthuError
from mappings.record import Page, PageState

__all__ = ["ReadingOptions", "draw_page", "failed_page", "read_page"]


def read_page(path: str, media_type: str, number: int, options: ReadingOptions) -> Page:
    """Page `number` (from 1) of the file at `path`, whose type `recognising.inspect` has told.

    The page is SEARCHABLE, BLANK, or FAILED with reason `no-words` (there is something on it that
    could not be read). Raises PageTimedOut, PageUnreadable, TooManyPixels, DamagedFile, EncryptedFile,
    ToolMissing, and NotFound for a page that the file does not have.
    """
    from ingest.reading.dispatch import read_page as read  # noqa: PLC0415 - loads the parsers

    return read(path, media_type, number, options)


def draw_page(path: str, media_type: str, number: int, width_px: int, options: ReadingOptions | None = None) -> bytes:
    """A JPEG of page `number` as a person sees it, `width_px` wide (held to 64..3000).

    Raises NotFound for a page that is not there or has no image (text files), and else as `read_page`.
    """
    from ingest.reading.dispatch import draw_page as draw  # noqa: PLC0415 - loads the parsers

    return draw(path, media_type, number, width_px, options or ReadingOptions())


def failed_page(number: int, error: TangthuError, *, has_image: bool = True) -> Page:
    """The page that is kept when reading it raised `error`."""
    return Page(number=number, state=PageState.FAILED, reason=error.code, has_image=has_image)
