"""Searchable PDFs, made where all bytes from outside are parsed: in the sandbox."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import CancelledError
from typing import BinaryIO

from archive.originals import Originals
from ingest.handing import HandedFile
from ingest.reading import ReadingOptions
from ingest.sandbox import ReadingPool
from ingest.searchable import Asked, Piece, make_piece
from kernel.errors import ReaderDied, Unavailable
from mappings.record import Page, Record

_SECONDS, _SECONDS_A_PAGE = 30.0, 2.0


class SandboxedPdfs:
    """Implements `search_api.searchable_pdfs.PdfMaker` by a reading process."""

    def __init__(self, pool: ReadingPool, originals: Originals, options: ReadingOptions) -> None:
        self._pool = pool
        self._originals = originals
        self._options = options

    def write(self, record: Record, pages: Sequence[Page], target: BinaryIO) -> bool:
        """Writes the PDF into an open file, a piece after the other; whether it is PDF/A-2b.

        Errors: as `ingest.searchable.make_piece`, PageTimedOut, ReaderDied, Unavailable when closed.
        """
        asked = Asked(record.media_type, record.file_name, f"{record.digest}-{record.revision}", pages)
        digest = hashlib.sha256()
        with self._originals.local(record.digest) as path:
            first = piece = self._piece(str(path), asked, 0)
            done = 0
            while True:
                target.write(piece.content)
                digest.update(piece.content)
                done += len(piece.content)
                if done >= first.size or not piece.content:
                    break
                piece = self._piece(str(path), asked, done)
        if done != first.size or digest.hexdigest() != first.digest:
            raise ReaderDied  # what it said of the whole is not what it gave
        return first.conforms

    def _piece(self, path: str, asked: Asked, offset: int) -> Piece:
        seconds = _SECONDS + _SECONDS_A_PAGE * len(asked.pages)
        made = self._pool.submit(make_piece, HandedFile(path), asked, self._options, offset, seconds=seconds)
        try:
            return made.result()
        except CancelledError as error:
            raise Unavailable from error
