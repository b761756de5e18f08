"""A PDF/A-2b of the pages of an image file, with their words."""

from __future__ import annotations

import pikepdf

from ingest.reading.options import ReadingOptions
from ingest.searchable import Asked
from ingest.searchable.archival import name_colours, name_kind
from ingest.searchable.fonts import fill_font
from ingest.searchable.lettering import Codes, Sheet, layer
from ingest.searchable.pictures import picture_of
from ingest.searchable.saving import save
from mappings.record import Page

_LARGEST, _SMALLEST = 14_400.0, 3.0  # units of a page's side (ISO 19005-2, 6.1.13)
_A4 = (595.0, 842.0)
_HERE = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def pdf_of_images(path: str, asked: Asked, options: ReadingOptions, target: str) -> bool:
    """Writes it to `target`; whether it is PDF/A-2b, which it always is."""
    codes = Codes()
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(pikepdf.Dictionary())
        for page in asked.pages:
            picture = picture_of(pdf, path, asked.media_type, page.number, options.max_megapixels)
            width, height = _extent(page)
            a, b, c, d, e, f = (number * side for number, side in zip(picture.turn, (width, height) * 3, strict=True))
            shown = f"q {a:.4f} {b:.4f} {c:.4f} {d:.4f} {e:.4f} {f:.4f} cm /Scan Do Q\n".encode()
            words = layer(page, Sheet(width, height, _HERE, "Words"), codes)
            resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=pdf.make_indirect(picture.drawn)))
            if words:
                resources.Font = pikepdf.Dictionary(Words=font)
            sheet = pikepdf.Dictionary(
                Type=pikepdf.Name.Page,
                MediaBox=pikepdf.Array([0, 0, round(width, 4), round(height, 4)]),
                Resources=resources,
                Contents=pdf.make_indirect(pikepdf.Stream(pdf, words + shown)),
            )
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(sheet)))
        if codes.count > 1:
            fill_font(pdf, font, codes)
        name_colours(pdf)
        name_kind(pdf, asked.title, conforms=True)
        save(pdf, target)
    return True


def _extent(page: Page) -> tuple[float, float]:
    """In points, held to what a page may be. One that could not be read has none of its own."""
    width, height = (page.width, page.height) if page.width > 0 and page.height > 0 else _A4
    scale = min(1.0, _LARGEST / max(width, height))
    return max(_SMALLEST, width * scale), max(_SMALLEST, height * scale)
