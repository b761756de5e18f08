"""A scan of several records, parted by separator sheets, is cut into one file a record.

`planning` says which pages go where, from what was read; `cutting` cuts, in a reading process; `divider` sees to it.
Why parts are files of their own: docs/decisions/0025-separator-sheets.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PIECE_BYTES = 24 << 20
"""What one answer carries of a cut file."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of a cut file, and what is known of the whole of it: its size and its SHA-256."""

    content: bytes
    size: int
    digest: str


def cut_piece(path: str, media_type: str, page_count: int, numbers: Sequence[int], offset: int) -> Piece:
    """These pages (from 1, in this order) of the file at `path` as a file of the same type, from `offset` on.

    What is in the file stays as it is: nothing is decoded or packed anew. The same pages of the same file make the
    same bytes. Raises NotDivided for a file that cannot be cut so, or that has not `page_count` pages.
    """
    from ingest.dividing.cutting import piece  # noqa: PLC0415 - loads the parsers

    return piece(path, media_type, page_count, tuple(numbers), offset)
