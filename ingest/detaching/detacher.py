"""Takes attachments out of a mail and makes them safe, before any row tells of them.

They come out of a reading process piece by piece into a folder of the archive, are looked at like any file that comes
in, and are stored as originals. What cannot be taken as a record stays in the mail alone, and the mail says so.
"""

from __future__ import annotations

import shutil
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
from ingest.dividing.pieces import write_pieces
from ingest.handing import HandedFile
from ingest.intake.naming import displayable, shortened
from ingest.options import Pool, Taking
from ingest.reading.words import page_of_text
from ingest.recognising import Inspection, inspect
from kernel.errors import (
    AttachmentsNotRead,
    PageUnreadable,
    ReaderDied,
    Refused,
    TooLarge,
    Unavailable,
)
from kernel.ids import new_id
from kernel.paper_errors import NotTakenOut
from mappings.record import DeliverySource, Page, PageState, Record

_SECONDS = 60.0
_LONGEST_NAME = 200  # bytes
_HEADING = "Tệp đính kèm, mỗi tệp là một văn bản / Attachments, each a record of its own:"


@dataclass(frozen=True, slots=True)
class Detached:
    """A mail whose attachments are stored and not yet entered. `paths`: their files, as `arrivals`."""

    mail: Record
    arrivals: tuple[Arrival, ...]
    not_taken: tuple[NotTaken, ...]
    originals: Originals
    folder: Path
    paths: tuple[Path, ...]

    def enter(self, work: UnitOfWork) -> None:
        """Writes all rows. OSError, Unavailable if bytes that are gone cannot be stored."""
        attach(work, self.mail, self.arrivals, self.not_taken)
        if not self.not_taken:
            work.pages.save(self.mail.id, [self._page()])
        # From here on, our rows keep every purge from these bytes; one that came before them may have removed some.
        purged = work.bin.purged_digests([one.digest for one in self.arrivals])
        for arrival, path in zip(self.arrivals, self.paths, strict=True):
            if arrival.digest in purged:
                self.originals.store(path)

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
        for attached in _checked(listed):
            name = shortened(displayable(attached.untrusted_name).replace("/", "_"), _LONGEST_NAME)
            target = folder / str(attached.number)
            try:
                seen = self._take_out(mail, path, attached, target)
            except (Refused, PageUnreadable) as error:
                not_taken.append(NotTaken(name, error.code, error.values))
                target.unlink(missing_ok=True)
                continue
            self._still_open()
            stored = self._originals.store(target)
            arrivals.append(_arrival(mail, name, stored.digest, stored.size, seen))
            paths.append(target)
        return Detached(mail, tuple(arrivals), tuple(not_taken), self._originals, folder, tuple(paths))

    def _take_out(self, mail: Record, path: Path, attached: Attached, target: Path) -> Inspection:
        def ask(offset: int) -> object:
            return self._ask(attached_piece, HandedFile(path), mail.media_type, attached.number, offset)

        with target.open("wb") as stream:
            size = write_pieces(ask, stream)
        if size > self._taking.max_bytes:
            raise TooLarge(megabytes=self._taking.max_bytes >> 20)
        if not size:
            raise NotTakenOut
        seen = self._ask(inspect, HandedFile(target), attached.untrusted_name, self._taking.limits)
        if not isinstance(seen, Inspection):
            raise ReaderDied
        return seen

    def _ask(self, function: Callable[..., Any], *arguments: object) -> Any:
        try:
            return self._pool.submit(function, *arguments, seconds=_SECONDS).result()
        except CancelledError as error:  # we are closing
            raise Unavailable from error


def _checked(untrusted: object) -> tuple[Attached, ...]:
    if not isinstance(untrusted, tuple) or not all(isinstance(one, Attached) for one in untrusted):
        raise ReaderDied
    if [one.number for one in untrusted] != list(range(len(untrusted))):
        raise ReaderDied
    return untrusted


def _arrival(mail: Record, name: str, digest: str, size: int, seen: Inspection) -> Arrival:
    return Arrival(
        delivery_id=new_id(),
        file_name=name,
        source=DeliverySource.ATTACHMENT,
        received_at=mail.received_at,
        digest=digest,
        size=size,
        media_type=seen.media_type,
        page_count=seen.page_count,
    )
