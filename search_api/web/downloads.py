"""What of a record can be saved, apart from its original."""

from __future__ import annotations

from dataclasses import dataclass

from mappings.record import PageState, RecordView
from mappings.transcripts import has_places
from search_api.web.language import N_


@dataclass(frozen=True, slots=True)
class Download:
    """A link: its path below the record's in the API, its name, and what it is good for."""

    path: str
    title: str
    about: str


_TRANSCRIPTS = (
    Download("hocr", N_("Words with their places, hOCR"), N_("for programs that check and correct what was read")),
    Download("alto", N_("Words with their places, ALTO"), N_("for archive and library systems")),
)


def downloads_of(view: RecordView) -> tuple[Download, ...]:
    """Those that there is something in."""
    read = [page for page in view.pages if page.state is PageState.SEARCHABLE]
    return _TRANSCRIPTS if has_places(read) else ()
