"""The unseen font as a PDF holds it."""

from __future__ import annotations

import pikepdf

from ingest.searchable.lettering import Codes
from ingest.searchable.unseen import ADVANCE, ASCENT, DESCENT, NAME, glyphs_of, program


def fill_font(pdf: pikepdf.Pdf, font: pikepdf.Dictionary, codes: Codes) -> None:
    """Makes `font` the font of these codes: embedded, with a map by which each letter is copied as it was read."""
    name = pikepdf.Name(f"/{NAME}")
    file = pikepdf.Stream(pdf, program(), Length1=len(program()))
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=name,
        Flags=4,  # symbolic: its codes are its own
        FontBBox=pikepdf.Array([0, DESCENT, ADVANCE, ASCENT]),
        ItalicAngle=0,
        Ascent=ASCENT,
        Descent=DESCENT,
        CapHeight=ASCENT,
        StemV=80,
        FontFile2=pdf.make_indirect(file),
    )
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=ADVANCE,
        CIDToGIDMap=pdf.make_indirect(pikepdf.Stream(pdf, glyphs_of(codes.count))),
    )
    for key, value in {
        "/Type": pikepdf.Name.Font,
        "/Subtype": pikepdf.Name.Type0,
        "/BaseFont": name,
        "/Encoding": pikepdf.Name("/Identity-H"),
        "/DescendantFonts": pikepdf.Array([pdf.make_indirect(descendant)]),
        "/ToUnicode": pdf.make_indirect(pikepdf.Stream(pdf, codes.to_unicode())),
    }.items():
        font[key] = value
