"""Sees to it that a scan is cut, beside the loop that reads, and that its parts are safe before any row tells of them.

The parts are cut in reading processes and come out of them piece by piece into a folder of the archive. They become
originals within the transaction that enters their rows, so that none is there without a row for longer than that; the
folder stays until it is committed. After a kill the scan is planned and cut again, to the same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePath

from archive.attaching import mails_of
from archive.catalogue import Catalogue
from archive.dividing import CutPart, divide
from archive.originals import Originals
from archive.unit_of_work import UnitOfWork
from ingest.detaching import MAILS
from ingest.detaching.detacher import Detached, Detacher, are_attached
from ingest.dividing import cut_piece
from ingest.dividing.pieces import store_as, write_pieces
from ingest.dividing.planning import Part, Plan, is_divided, planned
from ingest.handing import HandedFile
from ingest.options import Pool, Taking
from kernel.errors import ReaderDied, TooLarge, Unavailable
from kernel.paper_errors import NotDivided
from mappings.record import Page, PageState, Record

_SECONDS, _SECONDS_A_PAGE = 60.0, 1.0
_MOST_TIMES, _ROOM_BESIDE = 2, 16 << 20  # bytes of all parts together, over those of the scan
_DEEPEST_MAIL = 5  # of mails that were forwarded as attachments again and again


# Not frozen: what is frozen can come out of a reading process (`answers`), and this removes its folder.
@dataclass(slots=True, eq=False)
class Divided:
    """A scan that is cut, its parts neither stored nor entered. `folder`: their files, by number from 1."""

    record: Record
    plan: Plan
    parts: tuple[CutPart, ...]
    originals: Originals
    folder: Path

    def enter(self, work: UnitOfWork) -> int:
        """Writes all rows and stores the parts; the scan's new revision. OSError, Unavailable, DigestMismatch."""
        revision = divide(work, self.record, self.parts, self.plan.separators, collated=self.plan.collated)
        # After the rows: from there on they keep every purge from these bytes.
        for number, part in enumerate(self.parts, 1):
            store_as(self.originals, self.folder / str(number), part.digest)
        return revision

    def close(self) -> None:
        """The rows are committed, or will never be: the files are wanted no more."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Divider:
    """Divides the scans of one archive, one at a time. `close` ends it."""

    def __init__(
        self,
        catalogue: Catalogue,
        originals: Originals,
        pool: Pool,
        folder: Path | None,
        taking: Taking | None = None,
    ) -> None:
        """`folder`: for parts on their way; None: nothing is divided. `taking`: what is taken out of a mail at most."""
        self._catalogue = catalogue
        self._originals = originals
        self._pool = pool
        self._folder = folder
        self._detacher = Detacher(originals, pool, taking or Taking(), self._still_open)
        self._thread = ThreadPoolExecutor(1, "dividing")
        self._closed = False

    def is_wanted(self, record: Record, known: Mapping[int, Page]) -> bool:
        """Whether there is a separator sheet in a record all of whose pages are read, or something attached to it.

        `known`: some of them, among them all that are not saved yet, and the last.
        """
        if self._folder is None:
            return False
        if record.media_type in MAILS:
            return record.page_count in known and are_attached(known[record.page_count]) and not self._is_deep(record)
        if len(known) == record.page_count or is_divided(list(known.values())):
            return is_divided(list(known.values()))
        with self._catalogue.reading() as work:
            return PageState.SEPARATOR in work.pages.progress([record.id])[record.id]

    def _is_deep(self, mail: Record) -> bool:
        """Whether it came in a mail that came in a mail, and so on: hostile ones may be nested a hundred deep."""
        outer = mail.id
        with self._catalogue.reading() as work:
            for _ in range(_DEEPEST_MAIL):
                mails = mails_of(work, [outer]).get(outer)
                if not mails:
                    return False
                outer = mails[0]
        return True

    def begin(self, record: Record, path: Path, known: Mapping[int, Page]) -> Future[Divided | Detached]:
        """Begins to cut; `path`: the file as one of this machine, for as long as it takes; `known`: as `is_wanted`.

        The future ends in NotDivided or a branch of it (it stays whole), ReaderDied, PageTimedOut, Unavailable, or
        OSError.
        """
        return self._thread.submit(self._begin, record, path, dict(known))

    def close(self) -> None:
        """Gives up what is not stored yet: it is cut again by the next process. The thread ends with the pool."""
        self._closed = True
        self._thread.shutdown(wait=False, cancel_futures=True)

    def sweep(self) -> None:
        """Removes what a kill has left of scans that are no longer waiting to be divided."""
        if self._folder is None or not self._folder.is_dir():
            return
        try:
            with self._catalogue.reading() as work:
                left = [path for path in self._folder.iterdir() if not work.records.is_open(path.name)]
        except Unavailable:  # the next process sweeps
            return
        for path in left:
            shutil.rmtree(path, ignore_errors=True)

    def _begin(self, record: Record, path: Path, known: Mapping[int, Page]) -> Divided | Detached:
        if self._folder is None:
            raise AssertionError("nothing is divided here")
        folder = self._folder / record.id
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        try:
            if record.media_type in MAILS:
                return self._detacher.detach(record, path, folder)
            return self._divide(record, path, known, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _divide(self, record: Record, path: Path, known: Mapping[int, Page], folder: Path) -> Divided:
        with self._catalogue.reading() as work:
            saved = work.pages.of_record(record.id)
        plan = planned([known.get(page.number, page) for page in saved])
        parts: list[CutPart] = []
        room = _MOST_TIMES * record.size + _ROOM_BESIDE
        for number, part in enumerate(plan.parts, 1):
            self._still_open()
            parts.append(self._cut(record, path, part, folder, number, room))
            room -= parts[-1].size
        return Divided(record, plan, tuple(parts), self._originals, folder)

    def _still_open(self) -> None:
        if self._closed:
            raise Unavailable

    def _cut(self, record: Record, path: Path, part: Part, folder: Path, number: int, room: int) -> CutPart:
        with (folder / str(number)).open("wb") as stream:
            try:
                digest, size = write_pieces(lambda offset: self._piece(record, path, part, offset), stream, room)
            except TooLarge as error:  # the parts hold far more than the whole: each has what belongs to the others
                raise NotDivided from error
        if not size:
            raise ReaderDied
        name = PurePath(record.file_name)
        shown = f"{name.stem} - {number}{name.suffix}"
        return CutPart(shown, digest, size, part.numbers, part.sheet)

    def _piece(self, record: Record, path: Path, part: Part, offset: int) -> object:
        seconds = _SECONDS + _SECONDS_A_PAGE * len(part.numbers)
        arguments = HandedFile(path), record.media_type, record.page_count, part.numbers, offset
        try:
            return self._pool.submit(cut_piece, *arguments, seconds=seconds).result()
        except CancelledError as error:  # we are closing
            raise Unavailable from error
