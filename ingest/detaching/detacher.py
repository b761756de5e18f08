"""Takes attachments out of a mail and makes them safe, before any row tells of them.

They come out of a reading process piece by piece into a folder of the archive and are looked at like any file that
comes in; they become originals within the transaction that enters their rows. What cannot be taken as a record stays in
the mail alone, and the mail says so.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.attaching import NotTaken, attach
from archive.originals import Originals
from archive.receiving import Arrival
from archive.unit_of_work import UnitOfWork
from ingest.detaching import Attached, attached_piece, attached_to
from ingest.dividing.pieces import store_as, write_pieces
from ingest.handing import HandedFile
from ingest.intake.naming import displayable, shortened
from ingest.options import Pool, Taking
from ingest.reading.words import page_of_text
from ingest.recognising import Inspection, inspect
from kernel.clock import now
from kernel.errors import (
    AttachmentsNotRead,
    PageTimedOut,
    PageUnreadable,
    ReaderDied,
    Refused,
    Unavailable,
)
from kernel.ids import new_id
from kernel.paper_errors import NotTakenOut
from mappings.record import DeliverySource, Page, PageState, Record

_SECONDS = 60.0
_MOST_SECONDS = 600.0  # of one mail: what is left then stays in it
_LONGEST_NAME = 200  # bytes
_HEADING = "Tệp đính kèm, mỗi tệp là một văn bản / Attachments, each a record of its own:"


# Not frozen: what is frozen can come out of a reading process (`answers`), and this removes its folder.
@dataclass(slots=True, eq=False)
class Detached:
    """A mail whose attachments are taken out, neither stored nor entered. `paths`: their files, as `arrivals`."""

    mail: Record
    arrivals: tuple[Arrival, ...]
    not_taken: tuple[NotTaken, ...]
    originals: Originals
    folder: Path
    paths: tuple[Path, ...]

    def enter(self, work: UnitOfWork) -> None:
        """Writes all rows and stores the attachments. OSError, Unavailable, DigestMismatch."""
        attach(work, self.mail, self.arrivals, self.not_taken)
        if not self.not_taken:
            work.pages.save(self.mail.id, [self._page()])
        # After the rows: from there on they keep every purge from these bytes.
        for arrival, path in zip(self.arrivals, self.paths, strict=True):
            store_as(self.originals, path, arrival.digest)

    def _page(self) -> Page:
        """In the place of the one that said that they are not read."""
        names = "\n".join(f"- {one.file_name}" for one in self.arrivals)
        return page_of_text(self.mail.page_count, f"{_HEADING}\n{names}")

    def close(self) -> None:
        """The rows are committed, or will never be: the files are wanted no more."""
        shutil.rmtree(self.folder, ignore_errors=True)


def are_attached(last: Page) -> bool:
    """Whether a mail's last page says that something attached is not read."""
    return last.state is PageState.FAILED and last.reason == AttachmentsNotRead.code


class Detacher:
    """Takes attachments out of mails of one archive. `still_open` raises once nothing more is to be begun."""

    def __init__(self, originals: Originals, pool: Pool, taking: Taking, still_open: Callable[[], None]) -> None:
        self._originals = originals
        self._pool = pool
        self._taking = taking
        self._still_open = still_open

    def detach(self, mail: Record, path: Path, folder: Path) -> Detached:
        """`path`: the mail as a file of this machine; `folder`: an empty one. The caller removes it on errors.

        Raises TooManyAttached, PageUnreadable, Unavailable, OSError.
        """
        listed = self._ask(attached_to, HandedFile(path), mail.media_type)
        arrivals: list[Arrival] = []
        not_taken: list[NotTaken] = []
        paths: list[Path] = []
        end = time.monotonic() + _MOST_SECONDS
        for attached in _checked(listed):
            self._still_open()
            name = shortened(displayable(attached.untrusted_name).replace("/", "_"), _LONGEST_NAME)
            target = folder / str(attached.number)
            try:
                if time.monotonic() > end:
                    raise PageTimedOut(seconds=round(_MOST_SECONDS))
                digest, size, seen = self._take_out(mail, path, attached, target)
            except (Refused, PageUnreadable) as error:
                not_taken.append(NotTaken(name, error.code, error.values))
                target.unlink(missing_ok=True)
                continue
            arrivals.append(_arrival(name, digest, size, seen))
            paths.append(target)
        return Detached(mail, tuple(arrivals), tuple(not_taken), self._originals, folder, tuple(paths))

    def _take_out(self, mail: Record, path: Path, attached: Attached, target: Path) -> tuple[str, int, Inspection]:
        def ask(offset: int) -> object:
            return self._ask(attached_piece, HandedFile(path), mail.media_type, attached.number, offset)

        with target.open("wb") as stream:
            digest, size = write_pieces(ask, stream, self._taking.max_bytes)
        if not size:
            raise NotTakenOut
        seen = self._ask(inspect, HandedFile(target), attached.untrusted_name, self._taking.limits)
        if not isinstance(seen, Inspection):
            raise ReaderDied
        return digest, size, seen

    def _ask(self, function: Callable[..., Any], *arguments: object) -> Any:
        try:
            return self._asked_twice(function, *arguments)
        except CancelledError as error:  # we are closing
            raise Unavailable from error

    def _asked_twice(self, function: Callable[..., Any], *arguments: object) -> Any:
        """A death may be the machine's fault: the second time, a call that cannot fail tells whose it is."""
        try:
            return self._pool.submit(function, *arguments, seconds=_SECONDS).result()
        except ReaderDied:
            try:
                return self._pool.submit(function, *arguments, seconds=_SECONDS).result()
            except ReaderDied as error:
                self._probe(error)
                raise

    def _probe(self, error: ReaderDied) -> None:
        try:
            self._pool.submit(bool).result()
        except PageUnreadable:  # reading processes do not even start
            raise Unavailable(reason=error.code) from error


def _checked(untrusted: object) -> tuple[Attached, ...]:
    if not isinstance(untrusted, tuple) or not all(isinstance(one, Attached) for one in untrusted):
        raise ReaderDied
    if [one.number for one in untrusted] != list(range(len(untrusted))):
        raise ReaderDied
    return untrusted


def _arrival(name: str, digest: str, size: int, seen: Inspection) -> Arrival:
    return Arrival(
        delivery_id=new_id(),
        file_name=name,
        source=DeliverySource.ATTACHMENT,
        received_at=now(),
        digest=digest,
        size=size,
        media_type=seen.media_type,
        page_count=seen.page_count,
    )
