"""Deleting as the API, the page and the command line do it: for a viewer, with names and reasons that are checked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from archive import disposing
from archive.catalogue import Catalogue
from archive.disposing import BytePlaces, person, reason
from archive.unit_of_work import UnitOfWork
from kernel.disposal_errors import SecondPersonNeeded
from kernel.errors import Unavailable
from mappings.record import Discarded, Record, Tombstone
from search_api.access import Viewer

LOG = logging.getLogger(__name__)

T = TypeVar("T")


class DisposalService:
    """Discards, restores, purges. Safe over threads. Each raises NotFound for a record that the viewer may not see."""

    def __init__(self, catalogue: Catalogue, places: BytePlaces) -> None:
        self._catalogue = catalogue
        self._places = places

    def discard(self, record_id: str, untrusted_by: str, untrusted_why: str, viewer: Viewer) -> Discarded:
        """Puts a record into the bin. BadValue (a name or reason is missing or too long), InBin."""
        by, why = person(untrusted_by), reason(untrusted_why)

        def work(unit: UnitOfWork) -> Discarded:
            _seen(unit, record_id, viewer)
            return disposing.discard(unit, record_id, by, why)

        return self._catalogue.write(_once(work, lambda unit: unit.bin.among([record_id]).get(record_id)))

    def restore(self, record_id: str, untrusted_by: str, viewer: Viewer) -> None:
        """Takes a record out of the bin. BadValue, NotInBin."""
        by = person(untrusted_by)

        def work(unit: UnitOfWork) -> bool:
            _seen(unit, record_id, viewer)
            disposing.restore(unit, record_id, by)
            return True

        self._catalogue.write(_once(work, lambda unit: not unit.bin.among([record_id])))

    def ask_purge(self, record_id: str, untrusted_by: str, viewer: Viewer) -> Discarded:
        """The first person's word for a purge; one that was given before stays. BadValue, NotInBin, DeliveredAgain."""
        by = person(untrusted_by)

        def work(unit: UnitOfWork) -> Discarded:
            _seen(unit, record_id, viewer)
            return disposing.ask_purge(unit, record_id, by)

        return self._catalogue.write(work)

    def confirm_purge(self, record_id: str, untrusted_by: str, viewer: Viewer) -> Tombstone:
        """The second person's word: the record is gone when this returns.

        BadValue, NotInBin, DeliveredAgain, PurgeNotAsked, SecondPersonNeeded.
        """
        by = person(untrusted_by)

        def work(unit: UnitOfWork) -> Tombstone:
            _seen(unit, record_id, viewer)
            return disposing.confirm_purge(unit, record_id, by)

        return self._purge(record_id, work)

    def purge(self, record_id: str, untrusted_by: str, untrusted_second: str, viewer: Viewer) -> Tombstone:
        """Both words at once, for two who sit at one machine. As `ask_purge` and `confirm_purge`: all of it or nothing.

        Who asked before counts as the first.
        """
        by, second = person(untrusted_by), person(untrusted_second, "second")
        if disposing.same_person(by, second):
            raise SecondPersonNeeded(name=by)

        def work(unit: UnitOfWork) -> Tombstone:
            _seen(unit, record_id, viewer)
            disposing.ask_purge(unit, record_id, by)
            return disposing.confirm_purge(unit, record_id, second)

        return self._purge(record_id, work)

    def finish(self) -> None:
        """Removes what purges before a kill or a failing disk have left."""
        self._remove_bytes()

    def _purge(self, record_id: str, work: Callable[[UnitOfWork], Tombstone]) -> Tombstone:
        try:
            return self._catalogue.write(_once(work, lambda unit: unit.bin.tombstones([record_id]).get(record_id)))
        finally:  # whatever became of the answer: a purge may be committed
            self._remove_bytes()

    def _remove_bytes(self) -> None:
        try:
            disposing.remove_bytes(self._catalogue, *self._places)
        except (OSError, Unavailable):
            # The purge itself is committed: the bytes are no record's any more, and the upkeep removes them.
            LOG.exception("bytes of purged records could not be removed yet")


def _once(work: Callable[[UnitOfWork], T], kept: Callable[[UnitOfWork], object]) -> Callable[[UnitOfWork], T]:
    """Makes `work` safe to repeat: if its commit was done and only the answer to that lost, it is done already.

    `kept`: what the catalogue holds of what `work` returned.
    """
    made: list[T] = []

    def repeatable(unit: UnitOfWork) -> T:
        if not made or kept(unit) != made[-1]:
            made.append(work(unit))
        return made[-1]

    return repeatable


def _seen(unit: UnitOfWork, record_id: str, viewer: Viewer) -> Record:
    return unit.records.by_id(record_id, viewer.tokens)
