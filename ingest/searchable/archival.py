"""What makes a PDF one to keep: PDF/A-2b (ISO 19005-2), its colours told, its kind named, nothing in it that acts."""

from __future__ import annotations

import functools
from typing import Any, Final

import pikepdf
from PIL import ImageCms

_PROFILE: Final = "sRGB"
_DATE = slice(24, 36)  # of a profile's header (ICC.1:2010, 7.2): when it was made
_MADE = bytes.fromhex("07ea 0001 0001 0000 0000 0000")  # the first of 2026: the same bytes each time
_NAMES_THAT_ACT = ("/JavaScript", "/EmbeddedFiles", "/AlternatePresentations", "/Renditions")
_ROOT_THAT_ACTS = ("/OpenAction", "/AA", "/AF", "/Collection", "/NeedsRendering", "/Requirements")
_HARMLESS_ACTIONS = ("/GoTo", "/URI", "/Named")


@functools.cache
def profile() -> bytes:
    """The ICC profile of sRGB, as Pillow's LittleCMS makes it."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile(_PROFILE)).tobytes()
    return made[: _DATE.start] + _MADE + made[_DATE.stop :]


def name_colours(pdf: pikepdf.Pdf) -> None:
    """Says that the colours of the pages are those of sRGB (ISO 19005-2, 6.2.3)."""
    kept = pikepdf.Stream(pdf, profile(), N=3, Alternate=pikepdf.Name.DeviceRGB)
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier=pikepdf.String(_PROFILE),
        Info=pikepdf.String(_PROFILE),
        DestOutputProfile=pdf.make_indirect(kept),
    )
    pdf.Root.OutputIntents = pikepdf.Array([pdf.make_indirect(intent)])


def name_kind(pdf: pikepdf.Pdf, untrusted_title: str, *, conforms: bool) -> None:
    """Writes the metadata anew: the title, and that it is PDF/A-2b if it is. What the file said of itself goes."""
    if "/Info" in pdf.trailer:
        del pdf.trailer.Info
    if "/Metadata" in pdf.Root:
        del pdf.Root.Metadata
    title = "".join(letter if letter.isprintable() else " " for letter in untrusted_title).strip()
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = title or "tangthu"
        metadata["xmp:CreatorTool"] = "tangthu"
        if conforms:
            metadata["pdfaid:part"] = "2"
            metadata["pdfaid:conformance"] = "B"


def still(pdf: pikepdf.Pdf) -> None:
    """Takes out all that acts when it is opened or touched, and files within the file."""
    for name in _ROOT_THAT_ACTS:
        _drop(pdf.Root, name)
    for name in _NAMES_THAT_ACT:
        _drop(pdf.Root.get("/Names"), name)
    form = pdf.Root.get("/AcroForm")
    for name in ("/XFA", "/CO", "/NeedAppearances"):
        _drop(form, name)
    for thing in pdf.objects:
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            _still(thing)


def _still(thing: Any) -> None:
    """Of any object: actions by themselves, and those on a touch that do more than go somewhere."""
    _drop(thing, "/AA")
    for name in ("/A", "/PA", "/Next"):
        action = thing.get(name)
        if isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) not in _HARMLESS_ACTIONS:
            _drop(thing, name)
    _drop(thing, "/JS")
    _drop(thing, "/EF")


def _drop(holder: Any, name: str) -> None:
    if isinstance(holder, (pikepdf.Dictionary, pikepdf.Stream)) and name in holder:
        del holder[name]
