"""Scans with digital signatures, as offices get them: to be kept as PDF/A, and to be seen as before."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest

from ingest.reading.pdf import draw_page
from tests.unit.searchable.scans import found_by_pdfium, pdf_of, scan, signed
from tests.unit.searchable.test_searchable_pdf import PDF, TURNS, check_found, made

MARK = (330.0, 520.0, 480.0, 600.0)
"""On no word of the page, upright or turned."""


def seen(folder: Path, content: bytes) -> Any:
    path = folder / f"{len(content)}.pdf"
    path.write_bytes(content)
    return draw_page(str(path), 1, 1200, 200).astype(int)


@pytest.mark.parametrize("rotate", TURNS)
@pytest.mark.parametrize("crop", [(0, 0, 0, 0), (30, 50, 20, 10)])
def test_the_page_looks_as_before_and_holds_no_signature(tmp_path: Path, rotate: int, crop: Any) -> None:
    image, page = scan()
    content = signed(pdf_of(image, rotate, crop, left_turned=False), MARK)
    piece = made(tmp_path, content, PDF, page, rotate=rotate)
    assert piece.conforms
    before, after = seen(tmp_path, content), seen(tmp_path, piece.content)
    assert (before[:, :, 0] - before[:, :, 2] > 100).mean() > 0.005, "the mark is there"
    difference = np.abs(before - after).max(axis=2)
    assert (difference > 60).mean() < 0.0005  # edges, by a part of a pixel
    check_found(page, found_by_pdfium(piece.content), 0.9)
    with pikepdf.open(io.BytesIO(piece.content)) as pdf:
        assert not {"/AcroForm", "/Perms"} & set(pdf.Root.keys())
        assert "/Annots" not in pdf.pages[0].obj


def test_marks_that_hang_over_the_edge_or_show_nothing(tmp_path: Path) -> None:
    image, page = scan()
    content = signed(pdf_of(image, left_turned=False), (560.0, 700.0, 700.0, 900.0), (-90.0, -90.0, -20.0, -20.0))
    piece = made(tmp_path, content, PDF, page, marks=2)
    assert piece.conforms
    assert np.abs(seen(tmp_path, content) - seen(tmp_path, piece.content)).mean() < 1
    unseen = made(tmp_path, signed(pdf_of(image, left_turned=False), MARK, shown=False), PDF, page, marks=0)
    assert unseen.conforms
    with pikepdf.open(io.BytesIO(unseen.content)) as pdf:
        assert list(pdf.pages[0].obj.Resources.XObject.keys()) == ["/Im"]


def with_more(content: bytes, kind: str) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        page, form = pdf.pages[0].obj, pdf.Root.AcroForm
        if kind == "text field":
            form.Fields.append(pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="x"))
        elif kind == "note":
            page.Annots.append(
                pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9])
            )
        elif kind == "form of XML":
            form.XFA = pikepdf.String("x")
        elif kind == "no list":
            form.Fields = pikepdf.Name.None_
        else:
            page.Contents = pikepdf.Stream(pdf, b"/Im Do BT /F1 9 Tf (x) Tj ET")
        buffer = io.BytesIO()
        pdf.save(buffer)
        return buffer.getvalue()


@pytest.mark.parametrize("kind", ["text field", "note", "form of XML", "no list", "text"])
def test_with_more_than_scans_and_signatures_it_stays_as_it_is(tmp_path: Path, kind: str) -> None:
    image, page = scan()
    content = with_more(signed(pdf_of(image, left_turned=False), MARK), kind)
    piece = made(tmp_path, content, PDF, page, kind=kind)
    assert not piece.conforms
    assert np.array_equal(seen(tmp_path, content), seen(tmp_path, piece.content))
