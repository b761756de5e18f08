"""Cuts pages out of PDF and TIFF files, and hands the cut file out in pieces. Runs in a reading process only."""

from __future__ import annotations

import hashlib
import os
import struct
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf

from ingest.dividing import PIECE_BYTES, Piece
from ingest.dividing.tiff_pages import cut_tiff
from ingest.handing import identity
from ingest.recognising import PDF, TIFF
from kernel.errors import DamagedFile, TruncatedFile
from kernel.paper_errors import NotDivided

_NOT_CUT = (
    pikepdf.PdfError,
    pikepdf.PasswordError,
    DamagedFile,
    TruncatedFile,
    struct.error,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    IndexError,
    RuntimeError,
    OverflowError,
)
"""What the parsers raise over files that are not as they ought to be."""


_LEADING_AWAY = ("/AA", "/B", "/StructParents", "/PieceInfo", "/AF")
_LEADING_AWAY_OF_MARKS = ("/A", "/AA", "/Dest", "/Parent", "/Popup", "/IRT", "/P", "/StructParent")


class _Cut:
    """A cut file in the folder of this process."""

    def __init__(self, name: str) -> None:
        self.name, self.size = name, Path(name).stat().st_size
        with Path(name).open("rb") as stream:
            self.digest = hashlib.file_digest(stream, "sha256").hexdigest()

    def __del__(self) -> None:
        Path(self.name).unlink(missing_ok=True)


_cut: dict[tuple[object, ...], _Cut] = {}
"""The last one: its pieces are asked for one after the other."""


def piece(path: str, media_type: str, page_count: int, numbers: tuple[int, ...], offset: int) -> Piece:
    """As `ingest.dividing.cut_piece`."""
    key = (identity(path), numbers)
    if key not in _cut:
        _cut.clear()
        _cut[key] = _make(path, media_type, page_count, numbers)
    cut = _cut[key]
    with Path(cut.name).open("rb") as stream:
        stream.seek(offset)
        return Piece(stream.read(PIECE_BYTES), cut.size, cut.digest)


def _make(path: str, media_type: str, page_count: int, numbers: tuple[int, ...]) -> _Cut:
    handle, name = tempfile.mkstemp(suffix=".part")
    try:
        with os.fdopen(handle, "wb") as target:
            if media_type == PDF:
                _cut_pdf(path, page_count, numbers, target)
            elif media_type == TIFF:
                cut_tiff(path, page_count, numbers, target)
            else:
                raise NotDivided
        return _Cut(name)
    except _NOT_CUT as error:
        Path(name).unlink(missing_ok=True)
        raise NotDivided from error
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _cut_pdf(path: str, page_count: int, numbers: tuple[int, ...], target: BinaryIO) -> None:
    """The pages with all that they show, their streams as they are. Bookmarks and the like stay with the whole."""
    with pikepdf.open(path, suppress_warnings=True) as whole, pikepdf.new() as cut:
        if len(whole.pages) != page_count:
            raise NotDivided
        for number in numbers:
            cut.pages.append(whole.pages[number - 1])
        for page in cut.pages:
            _alone(page.obj)
        # Pages that share their resources would bring the pictures of all the others along.
        cut.remove_unreferenced_resources()
        cut.save(
            target,
            deterministic_id=True,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )


def _alone(page: Any) -> None:
    """Takes away what leads to other pages: it would bring them along."""
    for name in _LEADING_AWAY:
        if name in page:
            del page[name]
    for mark in page.get("/Annots", pikepdf.Array()):
        if isinstance(mark, pikepdf.Dictionary):
            for name in _LEADING_AWAY_OF_MARKS:
                if name in mark:
                    del mark[name]
