"""What holds other records: a scan that was divided, a mail with attachments.

Its bytes and pages are theirs too. So whoever may not see one of them may not have the whole either, whatever rights
the whole itself was left with when those of a part were narrowed.
"""

from __future__ import annotations

from archive.attaching import attachments_of
from archive.dividing import division_of
from archive.unit_of_work import UnitOfWork
from mappings.record import Record, RecordState
from search_api.access.viewer import Viewer, may_see

_DEEPEST = 4
"""A mail in a mail, whose attachment is a scan that was divided."""


def is_all_seen(unit: UnitOfWork, record: Record, viewer: Viewer, *, its_bytes: bool, depth: int = 0) -> bool:
    """Whether a viewer may see all that stands in a record. `its_bytes`: the file itself is asked for.

    Of a mail only its file holds what is attached; of a scan its pages do too. Parts that were purged are nobody's.
    """
    held = [part for part, _ in _parts(unit, record)]
    if its_bytes or depth:
        told = attachments_of(unit, record.id)
        held += [one for _, one in told.record_ids] if told else []
    for one in held:
        part = unit.records.find(one)
        if part is None:
            continue
        seen = may_see(viewer, part) and depth < _DEEPEST
        if not seen or not is_all_seen(unit, part, viewer, its_bytes=its_bytes, depth=depth + 1):
            return False
    return True


def _parts(unit: UnitOfWork, record: Record) -> tuple[tuple[str, tuple[int, ...]], ...]:
    found = division_of(unit, record.id) if record.state is RecordState.DIVIDED else None
    return found.parts if found else ()
