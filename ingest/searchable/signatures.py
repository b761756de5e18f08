"""What digital signatures show, as pictures of the page: in a changed copy they hold no more, their marks stay.

A mark is made of fonts, forms and transparency, of which a PDF/A must know everything. So it is drawn as a person sees
it, with what lies below it, at the resolution of a scan; all else of the page stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pikepdf

from ingest.reading.pdf import draw_as_it_lies
from ingest.reading.sheet import Pixels
from ingest.searchable.pictures import shaded
from ingest.searchable.places import Rectangle, box, inherited, visible

SIGNED_ROOT_KEYS: Final = frozenset({"/AcroForm", "/Perms", "/DSS"})
SIGNED_PAGE_KEYS: Final = frozenset({"/Annots"})
_DPI = 300.0
_MOST_FIELDS = 500


def only_signatures(pdf: pikepdf.Pdf) -> bool:
    """Whether the file has a form, and this and all annotations are signatures without exception. Changes nothing."""
    try:
        form = pdf.Root.get("/AcroForm")
        if not isinstance(form, pikepdf.Dictionary) or "/XFA" in form:
            return False
        fields = list(form.get("/Fields", pikepdf.Array()))
        marks = [mark for page in pdf.pages for mark in _annotations(page)]
        return len(fields) + len(marks) <= _MOST_FIELDS and all(map(_is_signature, [*fields, *marks]))
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError):
        return False  # of other types than it ought to be


def flatten(pdf: pikepdf.Pdf, path: str) -> None:
    """Puts a picture of each mark on its page and takes the signatures away; for a file of `only_signatures`.

    `path`: the same file. Raises PageUnreadable.
    """
    for number, page in enumerate(pdf.pages, start=1):
        marks = [place for mark in _annotations(page) if (place := _place(page, mark))]
        if marks:
            _draw(pdf, page, draw_as_it_lies(path, number, _DPI), marks)
        if "/Annots" in page.obj:
            del page.obj["/Annots"]
    for name in SIGNED_ROOT_KEYS:
        if name in pdf.Root:
            del pdf.Root[name]


def _annotations(page: pikepdf.Page) -> Iterator[Any]:
    yield from page.obj.get("/Annots", pikepdf.Array())


def _is_signature(field: Any) -> bool:
    """A field without fields below it, or its widget (ISO 32000-1, 12.7.4.5)."""
    kind = field.get("/FT") or field.get("/Parent", pikepdf.Dictionary()).get("/FT")
    return bool(kind == pikepdf.Name.Sig) and field.get("/Subtype", pikepdf.Name.Widget) == pikepdf.Name.Widget


def _place(page: pikepdf.Page, mark: Any) -> Rectangle | None:
    """Where it lies on what is seen of the page; None if it shows nothing, as a signature may."""
    place, seen = box(mark.get("/Rect")), visible(page)
    if place is None or "/AP" not in mark:
        return None
    left, bottom, right, top = (*map(max, place[:2], seen[:2]), *map(min, place[2:], seen[2:]))
    return (left, bottom, right, top) if left < right and bottom < top else None


def _draw(pdf: pikepdf.Pdf, page: pikepdf.Page, pixels: Pixels, marks: list[Rectangle]) -> None:
    words = []
    for number, mark in enumerate(marks):
        (left, bottom, right, top), picture = _cut(pixels, visible(page), mark)
        name = f"/TangthuMark{number}"
        _own_images(page)[name] = shaded(pdf, picture)
        matrix = " ".join(f"{value:.4f}" for value in (right - left, 0, 0, top - bottom, left, bottom))
        words.append(f"q {matrix} cm {name} Do Q")
    # What the page draws may leave it turned or clipped.
    page.contents_add(pikepdf.Stream(pdf, b"q"), prepend=True)
    page.contents_add(pikepdf.Stream(pdf, f"Q {' '.join(words)}".encode("ascii")))


def _cut(pixels: Pixels, seen: Rectangle, mark: Rectangle) -> tuple[Rectangle, Pixels]:
    """The whole pixels around a mark, and where they lie on the page."""
    height, width = pixels.shape[:2]
    across, up = (seen[2] - seen[0]) / width, (seen[3] - seen[1]) / height
    first, last = int((mark[0] - seen[0]) / across), int(np.ceil((mark[2] - seen[0]) / across))
    high, low = int((seen[3] - mark[3]) / up), int(np.ceil((seen[3] - mark[1]) / up))
    place = seen[0] + first * across, seen[3] - low * up, seen[0] + last * across, seen[3] - high * up
    return place, np.ascontiguousarray(pixels[high:low, first:last])


def _own_images(page: pikepdf.Page) -> Any:
    """The page's images, in a dictionary that no other page shares."""
    told = inherited(page, "/Resources")
    resources = pikepdf.Dictionary(told) if isinstance(told, pikepdf.Dictionary) else pikepdf.Dictionary()
    images = resources.get("/XObject")
    resources.XObject = pikepdf.Dictionary(images) if isinstance(images, pikepdf.Dictionary) else pikepdf.Dictionary()
    page.obj.Resources = resources
    return page.obj.Resources.XObject
