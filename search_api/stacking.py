"""Photos that have come one by one become one record: a PDF in their order, handed in as any upload."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.coming import Coming
from kernel.errors import BadRequest, Unavailable
from kernel.upload_errors import UploadMoved
from search_api.access.viewer import Viewer
from search_api.photos import MOST_PHOTOS, PhotoMeasuring, PhotoPdf
from search_api.resuming import ResumableUploads

_PIECE = 4 << 20


@dataclass(frozen=True, slots=True)
class Stacking:
    """Safe over threads and processes."""

    uploads: ResumableUploads
    measuring: PhotoMeasuring | None

    def join(self, viewer: Viewer, untrusted_ids: Sequence[str], untrusted_name: str) -> str:
        """The delivery of these photos as one PDF; the same if it is asked for again after an answer that was lost.

        NotFound, BadRequest (none, too many, one that is not whole), UnknownType and others of `PhotoMeasuring`, and
        of `ResumableUploads.begin`.
        """
        if not 1 <= len(untrusted_ids) <= MOST_PHOTOS or len(set(untrusted_ids)) != len(untrusted_ids):
            raise BadRequest(what=f"photos: 1-{MOST_PHOTOS}")
        first = self.uploads.find(viewer, untrusted_ids[0])
        joined = self.uploads.joined(first)
        if joined is None or not joined.complete:
            sheets = [first, *(self.uploads.find(viewer, one) for one in untrusted_ids[1:])]
            joined = self._joined(viewer, sheets, untrusted_name)
        delivery_id = self.uploads.finish(joined)
        # The first stays until it expires: it knows what the stack became.
        for untrusted_id in untrusted_ids[1:]:
            self.uploads.forget(viewer, untrusted_id)
        return delivery_id

    def _joined(self, viewer: Viewer, sheets: Sequence[Coming], untrusted_name: str) -> Coming:
        if not all(one.complete and one.announced.stack and one.delivery_id is None for one in sheets):
            raise BadRequest(what="photos: Upload-Offset")
        if self.measuring is None:
            raise Unavailable
        try:
            pdf = PhotoPdf(self.measuring.photos([self.uploads.path(one) for one in sheets]))
        except FileNotFoundError as error:
            raise UploadMoved from error
        joined = self.uploads.begin(viewer, sheets[0].announced.unit, pdf.length, f"{untrusted_name}.pdf")
        self.uploads.note_joined(sheets[0], joined)
        for piece in _gathered(pdf.pieces()):
            joined = self.uploads.append(joined, piece)
        return joined


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, some megabytes at a time: each time the disk is waited for."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= _PIECE:
            yield bytes(held)
            held.clear()
    yield bytes(held)
