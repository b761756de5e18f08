"""What a record's page says of mails: which records were attached to one, and to which mail a record was attached."""

from __future__ import annotations

from dataclasses import dataclass

from archive.attaching import attachments_of, mails_of
from archive.unit_of_work import UnitOfWork
from search_api.access import Viewer, views_with_bin
from search_api.web.division_view import OtherRecord, other_record, said
from search_api.web.rendering import Asking


@dataclass(frozen=True, slots=True)
class NotTakenView:
    """An attachment that stays in its mail alone, and why."""

    name: str
    title: str
    remedy: str


@dataclass(frozen=True, slots=True)
class AttachmentsView:
    """`attached`, `not_taken`: of a mail; `hidden`: those that the viewer may not see, or that were purged.

    `mails`: of a record that was attached to some.
    """

    attached: tuple[OtherRecord, ...]
    hidden: int
    not_taken: tuple[NotTakenView, ...]
    mails: tuple[OtherRecord, ...]


def attachments_view(unit: UnitOfWork, record_id: str, viewer: Viewer, asking: Asking) -> AttachmentsView:
    """All that there is to say of mails and what is attached to them that this viewer may see."""
    told = attachments_of(unit, record_id)
    attached = [one for _, one in told.record_ids] if told else []
    mails = mails_of(unit, [record_id]).get(record_id, ())
    seen, _ = views_with_bin(unit, [*attached, *mails], viewer)
    shown = tuple(other_record(seen[one]) for one in attached if one in seen)
    return AttachmentsView(
        attached=shown,
        hidden=len(attached) - len(shown),
        not_taken=tuple(
            NotTakenView(one.file_name, *said(one.reason, one.values, asking))
            for one in (told.not_taken if told else ())
        ),
        mails=tuple(other_record(seen[one]) for one in mails if one in seen),
    )
