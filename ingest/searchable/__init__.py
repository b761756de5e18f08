"""A searchable PDF of a record: the pages as they are in the original, under them, unseen, the words as they were read.

Runs in a reading process (`ReadingPool.submit(make_piece, …)`); the parsers are loaded there only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.reading.options import ReadingOptions
from mappings.record import Page

PIECE_BYTES = 24 << 20
"""What one answer carries of a PDF; a long record has many."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a PDF is wanted of. `key`: another one for other words of the same file. `title`: as people see it.

    `pages`: all of the record in order, with their words.
    """

    media_type: str
    title: str
    key: str
    pages: Sequence[Page]


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of a PDF, and what is known of the whole: its size, its SHA-256, whether it is PDF/A-2b."""

    content: bytes
    size: int
    digest: str
    conforms: bool


def make_piece(path: str, asked: Asked, options: ReadingOptions, offset: int) -> Piece:
    """The PDF of the file at `path`, from `offset` on, at most PIECE_BYTES of it.

    The same words and file make the same bytes, so that another process can go on with it. Raises NotFound for a file
    that has no pages to be seen, PageUnreadable, TooManyPixels, DamagedFile, EncryptedFile.
    """
    from ingest.searchable.making import piece  # noqa: PLC0415 - loads the parsers

    return piece(path, asked, options, offset)
