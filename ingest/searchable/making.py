"""Makes searchable PDFs and hands them out in pieces. Runs in a reading process only."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import pikepdf

from ingest.handing import identity
from ingest.reading.options import ReadingOptions
from ingest.recognising import DRAWABLE, PDF
from ingest.searchable import PIECE_BYTES, Asked, Piece
from ingest.searchable.of_images import pdf_of_images
from ingest.searchable.of_pdfs import searchable_pdf
from kernel.errors import EncryptedFile, NotFound, PageUnreadable


class _Made:
    """The last PDF that was made, in the folder of this process."""

    def __init__(self, name: str, conforms: bool) -> None:
        self.name, self.conforms = name, conforms
        self.size = Path(name).stat().st_size
        with Path(name).open("rb") as stream:
            self.digest = hashlib.file_digest(stream, "sha256").hexdigest()

    def __del__(self) -> None:
        Path(self.name).unlink(missing_ok=True)


_made: dict[tuple[object, ...], _Made] = {}
"""The last one, by file and words: its pieces are asked for one after the other."""


def piece(path: str, asked: Asked, options: ReadingOptions, offset: int) -> Piece:
    """As `ingest.searchable.make_piece`."""
    key = (identity(path), asked.key)
    if key not in _made:
        _made.clear()
        _made[key] = _make(path, asked, options)
    made = _made[key]
    with Path(made.name).open("rb") as stream:
        stream.seek(offset)
        return Piece(stream.read(PIECE_BYTES), made.size, made.digest, made.conforms)


def _make(path: str, asked: Asked, options: ReadingOptions) -> _Made:
    if asked.media_type not in DRAWABLE:
        raise NotFound(id="pdf")
    handle, name = tempfile.mkstemp(suffix=".pdf")
    os.close(handle)
    try:
        if asked.media_type == PDF:
            conforms = searchable_pdf(path, asked, name)
        else:
            conforms = pdf_of_images(path, asked, options, name)
        return _Made(name, conforms)
    except pikepdf.PasswordError as error:
        Path(name).unlink(missing_ok=True)
        raise EncryptedFile from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, OverflowError) as error:
        Path(name).unlink(missing_ok=True)
        raise PageUnreadable from error
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
