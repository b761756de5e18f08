"""What a record's page shows of others like it."""

from __future__ import annotations

from dataclasses import dataclass

from mappings.record import RecordView
from search_api.access import Viewer
from search_api.likeness import LikenessService
from search_api.web.patience import patiently
from search_api.web.record_address import RecordAddress
from search_api.web.search_view import title_of


@dataclass(frozen=True, slots=True)
class ShownAlike:
    """A record to go to."""

    href: str
    issue_number: str | None
    issued_on: str | None
    title: str


def shown_alike(service: LikenessService, view: RecordView, viewer: Viewer) -> tuple[ShownAlike, ...]:
    """The most alike first; none rather than a page that comes late."""
    found = patiently(lambda: service.alike(view, viewer)) or ()
    return tuple(
        ShownAlike(
            str(RecordAddress(other.record.id)),
            other.issue_number,
            other.value("issued_on"),
            title_of(other.value("subject"), other.value("kind"), other.issue_number, other.record.file_name),
        )
        for other in (one.view for one in found)
    )
