"""Searchable PDFs of records, made when first asked for and kept on disk to be given again.

The words are read from the catalogue when one is made, and its name holds the record's revision: words that were read
again, or corrected, make another one.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from archive.catalogue import Catalogue
from kernel.errors import NotFound, Unavailable
from kernel.ids import new_id
from mappings.record import Page, PageState, Record, RecordState
from search_api.access import Viewer
from search_api.kept_files import KeptFiles
from search_api.waiting import WaitingRoom

LOG = logging.getLogger(__name__)

MOST_WAITING = 3
"""Requests that wait while one is made for: each holds one of the server's threads (40), and it may take minutes."""

PROFILE = "PDF/A-2b"

_MAKER = 1  # another number makes all anew
_MOST_BYTES = 4 << 30
_CONFORMS, _PLAIN = "a", "p"
_READ = frozenset({RecordState.SEARCHABLE, RecordState.PARTLY_SEARCHABLE})


def is_shown(media_type: str) -> bool:
    """Whether files of this type have pages to be seen."""
    return media_type == "application/pdf" or media_type.startswith("image/")


class PdfMaker(Protocol):
    """Makes PDFs. Errors: NotFound if the file has no pages to be seen, PageUnreadable and its like, Unavailable."""

    def write(self, record: Record, pages: Sequence[Page], target: BinaryIO) -> bool:
        """Writes the PDF of a record with these pages (and their words) into `target`; whether it is PDF/A-2b."""


@dataclass(frozen=True, slots=True)
class MadePdf:
    """A PDF on disk, of this record. `conforms`: it is PDF/A-2b; else a plain PDF that can be searched."""

    record: Record
    path: Path
    conforms: bool


class SearchablePdfs:
    """Of one catalogue, kept in a folder; when room runs out, those made longest ago go. Safe over threads."""

    def __init__(self, catalogue: Catalogue, maker: PdfMaker, folder: Path, most_bytes: int = _MOST_BYTES) -> None:
        self._catalogue = catalogue
        self._maker = maker
        self._folder = folder
        self._files = KeptFiles(folder)
        self._most_bytes = most_bytes
        self._waiting = WaitingRoom(MOST_WAITING)
        self._lock = threading.Lock()  # one is made at a time: there is one process that makes them

    def pdf(self, record_id: str, viewer: Viewer) -> MadePdf:
        """The PDF of a record as it is in the catalogue now.

        NotFound: no such record for this viewer, or one that is not read yet, or has no pages to be seen. Busy if too
        many wait already. Else as `PdfMaker`.
        """
        with self._catalogue.reading() as unit:
            record = unit.records.by_id(record_id, viewer.tokens)
        if not is_shown(record.media_type) or record.state not in _READ:
            raise NotFound(id=f"{record_id}/searchable-pdf")
        if kept := self.kept(record):
            return kept
        with self._waiting.place(), self._lock:
            return self._made(record_id, viewer)

    def kept(self, record: Record) -> MadePdf | None:
        """The PDF of a record, if it was made before."""
        for conforms in (True, False):
            path = self._path(record, conforms=conforms)
            if path.exists():
                return MadePdf(record, path, conforms)
        return None

    def _made(self, record_id: str, viewer: Viewer) -> MadePdf:
        with self._catalogue.reading() as unit:
            record = unit.records.by_id(record_id, viewer.tokens)
            if kept := self.kept(record):  # another one waited for it too
                return kept
            pages = unit.pages.of_record(record_id, words=True)
        if not any(page.state is PageState.SEARCHABLE for page in pages):
            raise NotFound(id=f"{record_id}/searchable-pdf")
        made = self._write(record, pages)
        # Asked after it is kept: a purge that is committed later removes it itself.
        with self._catalogue.reading() as unit:
            still = unit.records.find(record_id)
        if still is None:
            self._files.remove(record.digest)
            raise NotFound(id=record_id)
        if made is None:
            raise Unavailable
        return made

    def _write(self, record: Record, pages: Sequence[Page]) -> MadePdf | None:
        """None if it was taken away before it was finished: by a purge, or for want of room."""
        place = self._path(record, conforms=True)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = place.with_name(f"{record.digest}-{new_id()}.part")  # a purge finds by the digest what a kill has left
        try:
            with part.open("wb") as stream:
                conforms = self._maker.write(record, pages, stream)
                stream.flush()
                os.fsync(stream.fileno())  # a name without its bytes would be given out as a PDF
            self._files.prune(self._most_bytes)
            self._files.remove_finished(record.digest)  # of other words
            path = self._path(record, conforms=conforms)
            part.replace(path)
        except FileNotFoundError:
            return None
        finally:
            part.unlink(missing_ok=True)
        LOG.info("a searchable PDF was made of record %s: %s", record.id, PROFILE if conforms else "no PDF/A")
        return MadePdf(record, path, conforms)

    def _path(self, record: Record, *, conforms: bool) -> Path:
        kind = _CONFORMS if conforms else _PLAIN
        return self._folder / record.digest[:2] / f"{record.digest}-{record.revision}-{_MAKER}{kind}.pdf"
