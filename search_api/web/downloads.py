"""What of a record can be saved, apart from its original."""

from __future__ import annotations

from dataclasses import dataclass

from mappings.record import PageState, RecordView
from mappings.transcripts import has_places
from search_api.searchable_pdfs import SearchablePdfs, is_shown
from search_api.web.language import N_


@dataclass(frozen=True, slots=True)
class Download:
    """A link: its path below the record's in the API, its name, and what it is good for."""

    path: str
    title: str
    about: str


_SEARCHABLE = "searchable-pdf"
_PDF = Download(
    _SEARCHABLE, N_("Searchable PDF"), N_("the pages as they are, with words that can be searched and copied")
)
_PDFA = Download(
    _SEARCHABLE, N_("Searchable PDF"), N_("PDF/A-2b, to be kept for long, with words that can be searched and copied")
)
_NO_PDFA = Download(
    _SEARCHABLE, N_("Searchable PDF"), N_("no PDF/A: the original holds what that does not allow; else it is whole")
)
_TRANSCRIPTS = (
    Download("hocr", N_("Words with their places, hOCR"), N_("for programs that check and correct what was read")),
    Download("alto", N_("Words with their places, ALTO"), N_("for archive and library systems")),
)


def downloads_of(view: RecordView, pdfs: SearchablePdfs | None) -> tuple[Download, ...]:
    """Those that there is something in."""
    read = [page for page in view.pages if page.state is PageState.SEARCHABLE]
    if not has_places(read):
        return ()
    return (_pdf(view, pdfs), *_TRANSCRIPTS) if pdfs and is_shown(view.record.media_type) else _TRANSCRIPTS


def _pdf(view: RecordView, pdfs: SearchablePdfs) -> Download:
    """What it is can be told of an image at once, of a PDF once it was made."""
    kept = pdfs.kept(view.record)
    if kept is None:
        return _PDFA if view.record.media_type.startswith("image/") else _PDF
    return _PDFA if kept.conforms else _NO_PDFA
