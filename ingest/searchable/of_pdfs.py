"""A PDF with its own pages as they are, and our words under those that were read from their picture."""

from __future__ import annotations

from typing import Any

import pikepdf

from ingest.searchable import Asked
from ingest.searchable.archival import name_colours, name_kind, still
from ingest.searchable.conforming import drop_fonts, is_scans_only, strip
from ingest.searchable.fonts import fill_font
from ingest.searchable.lettering import Codes, Sheet, layer
from ingest.searchable.places import inherited, visible
from ingest.searchable.saving import save
from ingest.searchable.signatures import flatten, only_signatures
from kernel.errors import PageUnreadable
from mappings.record import Page, ReadBy


def searchable_pdf(path: str, asked: Asked, target: str) -> bool:
    """Writes it to `target`; whether it is PDF/A-2b. PageUnreadable if its pages are not those that were read."""
    codes = Codes()
    with pikepdf.open(path, suppress_warnings=True) as pdf:
        if len(pdf.pages) != len(asked.pages):
            raise PageUnreadable
        signed = only_signatures(pdf)
        conforms = is_scans_only(pdf, signed=signed)
        if conforms and signed:
            flatten(pdf, path)
        if conforms:
            drop_fonts(pdf)
        font = pdf.make_indirect(pikepdf.Dictionary())
        for page in asked.pages:
            # A good text layer is left alone: a second one would be found twice.
            if page.read_by is ReadBy.OCR and page.words:
                _add_words(pdf, pdf.pages[page.number - 1], page, font, codes)
        if codes.count > 1:
            fill_font(pdf, font, codes)
        still(pdf)
        if conforms:
            strip(pdf)
            name_colours(pdf)
        name_kind(pdf, asked.title, conforms=conforms)
        save(pdf, target)
    return conforms


def _add_words(pdf: pikepdf.Pdf, sheet: pikepdf.Page, page: Page, font: Any, codes: Codes) -> None:
    fonts = _own_fonts(sheet)
    name = next(name for number in range(len(fonts) + 1) if f"/{(name := f'TangthuWords{number}')}" not in fonts)
    fonts[f"/{name}"] = font
    words = layer(page, _seen(sheet, name), codes)
    # Before all else: what comes after may leave the page turned or clipped, and unseen words lie under nothing.
    sheet.contents_add(pikepdf.Stream(pdf, words), prepend=True)


def _own_fonts(sheet: pikepdf.Page) -> Any:
    """The page's fonts, in a dictionary that no other page shares."""
    told = inherited(sheet, "/Resources")
    resources = pikepdf.Dictionary(told) if isinstance(told, pikepdf.Dictionary) else pikepdf.Dictionary()
    fonts = resources.get("/Font")
    resources.Font = pikepdf.Dictionary(fonts) if isinstance(fonts, pikepdf.Dictionary) else pikepdf.Dictionary()
    sheet.obj.Resources = resources
    return sheet.obj.Resources.Font


def _seen(sheet: pikepdf.Page, font: str) -> Sheet:
    """The page as a person sees it: cropped, and turned by /Rotate (ISO 32000-1, 7.7.3.3)."""
    left, bottom, right, top = visible(sheet)
    width, height = right - left, top - bottom
    turn = inherited(sheet, "/Rotate")
    turned = int(turn) % 360 if isinstance(turn, int) else 0
    across = (height, width) if turned in {90, 270} else (width, height)
    to_page = {
        90: (0.0, 1.0, -1.0, 0.0, right, bottom),
        180: (-1.0, 0.0, 0.0, -1.0, right, top),
        270: (0.0, -1.0, 1.0, 0.0, left, top),
    }.get(turned, (1.0, 0.0, 0.0, 1.0, left, bottom))
    return Sheet(*across, to_page, font)
