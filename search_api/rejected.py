"""Files that were not taken: who may know of them, and what is done about each: again, another instead, settled."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from archive.catalogue import Catalogue
from archive.deliveries import DeliveryRow
from archive.receiving import announce
from archive.rejected_files import RejectedFiles
from archive.rejected_rows import How, became, settle
from archive.spool import Spool
from archive.unit_of_work import UnitOfWork
from kernel.clock import now
from kernel.errors import BadValue, NotFound, TangthuError
from kernel.ids import new_id
from kernel.upload_errors import AlreadySettled, RejectedFileGone
from mappings.record import DeliveryState
from search_api.access.policy import Permission
from search_api.access.viewer import Viewer, expect
from search_api.room import LEAVE_FREE_MB, telling_of_the_disk

LOG = logging.getLogger(__name__)

LONGEST_NOTE = 500
"""Letters of what somebody says about a file."""

_ROUND_SECONDS = 300.0
_SEEN = (DeliveryState.REJECTED, DeliveryState.SETTLED)


@dataclass(frozen=True, slots=True)
class RejectedService:
    """Safe over threads and processes. `office`: the unit of what is handed in for none."""

    catalogue: Catalogue
    spool: Spool
    files: RejectedFiles
    office: str = "office"

    def open(self, viewer: Viewer, limit: int, before: str | None = None) -> list[DeliveryRow]:
        """Those that nobody has settled, of units whose intake they watch, the newest first."""
        with self.catalogue.reading() as unit:
            return unit.rejected.open(units_watched(viewer, self.office), limit, before)

    def count(self, viewer: Viewer) -> int:
        """How many those are."""
        with self.catalogue.reading() as unit:
            return unit.rejected.count(units_watched(viewer, self.office))

    def find(self, viewer: Viewer, untrusted_id: str) -> DeliveryRow:
        """One that was not taken, settled or not; NotFound for one that they may not know of too."""
        with self.catalogue.reading() as unit:
            row = unit.deliveries.find(untrusted_id)
        if row is None or row.delivery.state not in _SEEN or not viewer.may(Permission.WATCH_INTAKE, self._unit(row)):
            raise NotFound(id=untrusted_id[:64])
        return row

    def expect_open(self, viewer: Viewer, untrusted_id: str) -> DeliveryRow:
        """One that nobody has settled, asked for by who may hand in for its unit. NotAllowed, AlreadySettled."""
        row = self.find(viewer, untrusted_id)
        expect(viewer, Permission.ADD, self._unit(row))
        if row.delivery.state is DeliveryState.SETTLED:
            raise AlreadySettled(id=row.delivery.id)
        return row

    def file(self, viewer: Viewer, untrusted_id: str) -> tuple[DeliveryRow, Path]:
        """Its bytes. RejectedFileGone."""
        row = self.find(viewer, untrusted_id)
        expect(viewer, Permission.ADD, self._unit(row))
        return row, self._path(row)

    def retry(self, viewer: Viewer, untrusted_id: str) -> str:
        """Hands the same bytes in again, for the same unit; the new delivery's id. RejectedFileGone, AlreadySettled."""
        row = self.expect_open(viewer, untrusted_id)
        self._path(row)
        fresh = replace(
            row.delivery, id=new_id(), state=DeliveryState.RECEIVED, received_at=now(), digest=None, reason=None
        )

        def enter(work: UnitOfWork) -> None:
            settle(work, row.delivery.id, How.RETRIED, viewer.name, became=fresh.id)
            announce(work, (fresh,), row.unit)

        self.catalogue.write(enter)
        with telling_of_the_disk(LEAVE_FREE_MB):
            self.files.hand_in_again(row.delivery.id, self.spool, fresh.id, fresh.file_name)
        return fresh.id

    def replaced(self, viewer: Viewer, untrusted_id: str, delivery_id: str) -> None:
        """Says that this delivery was handed in instead. AlreadySettled."""
        self._settle(viewer, untrusted_id, How.REPLACED, "", delivery_id)

    def settle(self, viewer: Viewer, untrusted_id: str, untrusted_note: str) -> None:
        """Says that nothing more is to be done about it, and why. BadValue, AlreadySettled."""
        note = " ".join(untrusted_note.encode("utf-8", "ignore").decode().split())
        if not 1 <= len(note) <= LONGEST_NOTE:
            raise BadValue(name="note", value=note[:50], expected=f"1-{LONGEST_NOTE}")
        self._settle(viewer, untrusted_id, How.SETTLED, note, "")

    def _settle(self, viewer: Viewer, untrusted_id: str, how: How, note: str, other: str) -> None:
        row = self.expect_open(viewer, untrusted_id)
        self.catalogue.write(lambda work: settle(work, row.delivery.id, how, viewer.name, note, other))
        with telling_of_the_disk(LEAVE_FREE_MB):
            self.files.put_by(row.delivery.id)

    def run(self, stop: threading.Event) -> None:
        """Ends moves that a kill has cut off, until `stop`."""
        while not stop.is_set():
            try:
                self.see_through()
            except (TangthuError, OSError) as error:  # the disk or the database is away: the next round tries again
                LOG.warning("files that were not taken could not be looked after: %s", error)
            stop.wait(_ROUND_SECONDS)

    def see_through(self) -> int:
        """Ends the moves of files whose deliveries are settled; how many."""
        ended = 0
        for delivery_id in self.files.noted():
            with self.catalogue.reading() as unit:
                row = unit.deliveries.find(delivery_id)
            if row is None or row.delivery.state is not DeliveryState.SETTLED:
                continue
            if became(row):
                self.files.hand_in_again(delivery_id, self.spool, became(row), row.delivery.file_name)
            else:
                self.files.put_by(delivery_id)
            ended += 1
        return ended

    def _path(self, row: DeliveryRow) -> Path:
        path = self.files.find(row.delivery.id)
        if path is None or path.is_symlink() or not path.is_file():
            raise RejectedFileGone(id=row.delivery.id)
        return path

    def _unit(self, row: DeliveryRow) -> str:
        return row.unit or self.office


def units_watched(viewer: Viewer, office: str) -> list[str | None] | None:
    """Whose rejected files they may know of; None: everybody's. `office`: the unit of what is handed in for none."""
    rights, watch = viewer.rights, Permission.WATCH_INTAKE
    if rights is None or watch in rights.everywhere:
        return None
    units: list[str | None] = list(rights.units(watch))
    return [*units, None] if office in units else units
