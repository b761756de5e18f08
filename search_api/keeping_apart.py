"""Records that are kept apart because a page may bear the mark of a state secret: for the archivists named for it."""

from __future__ import annotations

from dataclasses import dataclass

from archive.catalogue import Catalogue
from archive.disposing import person, reason
from archive.quarantining import page_marked, release
from archive.unit_of_work import UnitOfWork
from kernel.errors import NotFound
from mappings.record import Record, RecordState
from search_api.access import Viewer


@dataclass(frozen=True, slots=True)
class KeptApart:
    """A record that is kept apart. `page`: that may bear the mark; None: it contains a record that is kept apart."""

    record: Record
    page: int | None


class KeepingApart:
    """Lists and releases. Safe over threads. Whoever is not named for it finds nothing there."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def all(self, viewer: Viewer) -> tuple[KeptApart, ...]:
        """What is kept apart, the latest first; nothing for one who may not see it."""
        if not viewer.keeps_secrets:
            return ()
        with self._catalogue.reading() as unit:
            return tuple(KeptApart(one, page_marked(unit, one.id)) for one in unit.records.kept_apart())

    def release(self, record_id: str, untrusted_by: str, untrusted_why: str, viewer: Viewer) -> None:
        """A false alarm: the record is as it was, and read anew. BadValue, NotFound, NotKeptApart."""
        by, why = person(untrusted_by), reason(untrusted_why)

        def work(unit: UnitOfWork) -> None:
            found = unit.records.by_id(record_id, viewer.tokens)
            if found.state is RecordState.QUARANTINED and not viewer.keeps_secrets:
                raise NotFound(id=record_id)
            release(unit, record_id, by, why)

        self._catalogue.write(work)
