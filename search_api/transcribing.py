"""Transcripts of records: their words as they stand in the catalogue when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from archive.catalogue import Catalogue
from kernel.errors import NotFound
from mappings.record import Page, Record
from mappings.transcripts import FORMS, Form, FormKind, has_places
from search_api.access import Viewer


@dataclass(frozen=True, slots=True)
class Transcript:
    """`pieces` are made while they are sent: a record of a thousand pages is never whole in memory."""

    name: str
    kind: FormKind
    pieces: Iterator[bytes]


class Transcripts:
    """Of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def transcript(self, record_id: str, form: Form, viewer: Viewer, page: int | None = None) -> Transcript:
        """All pages of a record, or one of them.

        NotFound: no such record or page for this viewer, or, for a form that tells places, a file without them. A
        record that is purged while its pieces are made ends them by NotFound too.
        """
        with self._catalogue.reading() as unit:
            view = unit.records.view(record_id, viewer.tokens)
        pages = [one for one in view.pages if page in (None, one.number)]
        kind = FORMS[form]
        if (page is not None and not pages) or (kind.placed and not has_places(pages)):
            raise NotFound(id=f"{record_id}/{form}" if page is None else f"{record_id}/pages/{page}/{form}")
        read = self._read(view.record, [one.number for one in pages])
        return Transcript(name_of(view.record, kind.ending, page), kind, kind.write(view.record, read))

    def _read(self, record: Record, numbers: Sequence[int]) -> Iterator[Page]:
        for number in numbers:
            # A page at a time: whoever loads slowly holds no transaction open.
            with self._catalogue.reading() as unit:
                page = unit.pages.page(record.id, number)
            yield page


def name_of(record: Record, ending: str, page: int | None = None) -> str:
    """The name to save something under that was made from a record: that of its file, with another ending."""
    stem = PurePath(record.file_name).stem or record.id
    return f"{stem}-{page}{ending}" if page else f"{stem}{ending}"
