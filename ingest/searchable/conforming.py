"""Can a PDF be made PDF/A-2b without changing what its pages show? Only one that is scans and nothing else.

Nothing is guessed: all that a page is made of must be on the lists below, each of which ISO 19005-2 allows with sRGB as
the output intent. Fonts, forms, annotations, layers and transparency are not; such a file becomes a plain PDF.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from PIL import ImageCms

from ingest.searchable.signatures import SIGNED_PAGE_KEYS, SIGNED_ROOT_KEYS

_PAGE_KEYS = frozenset({"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/UserUnit"})
_PAGE_KEYS_THAT_SHOW = frozenset({"/Annots", "/AF"})
_ROOT_KEYS = frozenset({"/Type", "/Pages", "/Outlines", "/Dests", "/Names", "/PageLabels", "/Lang"})
_ROOT_KEYS_THAT_SHOW = frozenset({"/OCProperties", "/AcroForm", "/Perms", "/DSS"})
_IMAGE_KEYS = frozenset(
    {"/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent"}
    | {"/Filter", "/DecodeParms", "/Decode", "/ImageMask", "/Mask"}
)
_IMAGE_KEYS_THAT_SHOW = frozenset({"/SMask", "/SMaskInData", "/Matte", "/OC", "/Alternates", "/OPI", "/F"})
_FILTERS = frozenset({"/DCTDecode", "/CCITTFaxDecode", "/FlateDecode", "/JBIG2Decode", "/RunLengthDecode"})
_OPERATORS = frozenset(
    {"q", "Q", "cm", "Do"}
    | {"re", "m", "l", "h", "W", "W*", "n", "f", "F", "f*"}
    | {"g", "G", "rg", "RG", "w", "J", "j", "M", "d"}
)
_MOST_CONTENT_BYTES = 64 << 10  # a scan is shown by a hundred
_DEEPEST = 28  # of q (ISO 19005-2, 6.1.13)
_SIDES = (3.0, 14_400.0)
_PROFILE_HEAD = 128
_DEVICE = frozenset({"/DeviceGray", "/DeviceRGB"})


def is_scans_only(pdf: pikepdf.Pdf, *, signed: bool = False) -> bool:
    """Whether every page shows images and filled areas in known colours, and nothing else. Changes nothing.

    `signed`: there are marks of signatures besides, and no other forms and annotations: they are not looked at.
    """
    on_root, on_pages = _ROOT_KEYS_THAT_SHOW, _PAGE_KEYS_THAT_SHOW
    if signed:
        on_root, on_pages = on_root - SIGNED_ROOT_KEYS, on_pages - SIGNED_PAGE_KEYS
    if any(name in pdf.Root for name in on_root):
        return False
    try:
        return all(_is_scan(page.obj, on_pages) for page in pdf.pages)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, OverflowError):
        return False  # of other types than it ought to be: that is no PDF/A


def strip(pdf: pikepdf.Pdf) -> None:
    """Leaves of a file that is scans only what its pages show, and its bookmarks."""
    _keep(pdf.Root, _ROOT_KEYS)
    for page in pdf.pages:
        _keep(page.obj, _PAGE_KEYS)
        resources = page.obj.get("/Resources", pikepdf.Dictionary())
        _keep(resources, frozenset({"/XObject", "/Font"}))  # fonts: ours alone, as the pages use none
        for image in resources.get("/XObject", pikepdf.Dictionary()).values():
            _keep(image, _IMAGE_KEYS | {"/Length"})


def drop_fonts(pdf: pikepdf.Pdf) -> None:
    """Of a file that is scans only: fonts that no page uses."""
    for page in pdf.pages:
        resources = page.obj.get("/Resources")
        if isinstance(resources, pikepdf.Dictionary) and "/Font" in resources:
            del resources["/Font"]


def _keep(holder: Any, names: frozenset[str]) -> None:
    for name in set(holder.keys()) - names:
        del holder[name]


def _is_scan(page: Any, keys_that_show: frozenset[str]) -> bool:
    if any(name in page and len(page[name]) for name in keys_that_show):
        return False
    resources = page.get("/Resources")
    images = resources.get("/XObject", pikepdf.Dictionary()) if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(images, pikepdf.Dictionary) or not all(_is_plain_image(one) for one in images.values()):
        return False
    return _has_sane_sides(page) and _draws_plainly(page)


def _has_sane_sides(page: Any) -> bool:
    box = page.get("/MediaBox")
    if not isinstance(box, pikepdf.Array) or len(box) != 4:
        return False
    left, bottom, right, top = (float(number) for number in box)
    return all(_SIDES[0] <= side <= _SIDES[1] for side in (abs(right - left), abs(top - bottom)))


def _draws_plainly(page: Any) -> bool:
    content = _content(page)
    if content is None:
        return False
    depth = 0
    for operator in _operators(content):
        depth += {"q": 1, "Q": -1}.get(operator, 0)
        # Ours is drawn one deeper.
        if operator not in _OPERATORS or not 0 <= depth < _DEEPEST:
            return False
    return depth == 0


def _operators(content: bytes) -> Iterator[str]:
    with pikepdf.new() as alone:
        for instruction in pikepdf.parse_content_stream(pikepdf.Stream(alone, content)):
            inline = isinstance(instruction, pikepdf.ContentStreamInlineImage)
            yield "BI" if inline else str(instruction.operator)


def _content(page: Any) -> bytes | None:
    """What draws the page; None if it is long, or packed in a way that PDF/A does not know."""
    contents = page.get("/Contents")
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents] if contents is not None else []
    unpacked: list[bytes] = []
    for part in parts:
        if not isinstance(part, pikepdf.Stream) or "/F" in part:
            return None
        unpacked.append(_unpacked(part))
        if sum(map(len, unpacked)) > _MOST_CONTENT_BYTES:
            return None
    return b"\n".join(unpacked)


def _unpacked(part: Any) -> bytes:
    """As much of it as tells that it is too long: a few bytes may stand for gigabytes."""
    raw, packed = bytes(part.read_raw_bytes()), part.get("/Filter")
    too_long = bytes(_MOST_CONTENT_BYTES + 1)
    if isinstance(packed, pikepdf.Array) and len(packed) == 1:
        packed = packed[0]
    if packed is None:
        return raw
    if packed != pikepdf.Name.FlateDecode or "/DecodeParms" in part:
        return too_long
    try:
        return zlib.decompressobj().decompress(raw, _MOST_CONTENT_BYTES + 1)
    except zlib.error:
        return too_long


def _is_plain_image(image: Any) -> bool:
    if not isinstance(image, pikepdf.Stream) or image.get("/Subtype") != pikepdf.Name.Image:
        return False
    if any(name in image for name in _IMAGE_KEYS_THAT_SHOW):
        return False
    packed = image.get("/Filter", pikepdf.Array())
    filters = list(packed) if isinstance(packed, pikepdf.Array) else [packed]
    if not {str(one) for one in filters} <= _FILTERS:
        return False
    if "/Mask" in image and not isinstance(image["/Mask"], pikepdf.Array):
        return False
    if image.get("/ImageMask", False) is True:
        return int(image.get("/BitsPerComponent", 1)) == 1 and "/ColorSpace" not in image
    return int(image.get("/BitsPerComponent", 0)) in {1, 2, 4, 8, 16} and _is_known_colour(image.get("/ColorSpace"))


def _is_known_colour(space: Any) -> bool:
    if isinstance(space, pikepdf.Name):
        return str(space) in _DEVICE
    if not isinstance(space, pikepdf.Array) or len(space) < 2:
        return False
    if space[0] == pikepdf.Name.Indexed:
        return len(space) == 4 and space[1] != space and _is_known_base(space[1])
    return space[0] == pikepdf.Name.ICCBased and _is_sound_profile(space[1])


def _is_known_base(space: Any) -> bool:
    """Of a palette, which has no palette itself."""
    palette = isinstance(space, pikepdf.Array) and len(space) > 0 and space[0] == pikepdf.Name.Indexed
    return not palette and _is_known_colour(space)


def _is_sound_profile(untrusted: Any) -> bool:
    """An ICC profile of up to version 4 for as many colours as the file says (ISO 19005-2, 6.2.4.2)."""
    if not isinstance(untrusted, pikepdf.Stream):
        return False
    spaces = {1: b"GRAY", 3: b"RGB "}
    profile = _profile(untrusted)
    head = profile[:_PROFILE_HEAD]
    sound = len(head) == _PROFILE_HEAD and head[36:40] == b"acsp" and 2 <= head[8] <= 4
    if not sound or head[12:16] not in {b"scnr", b"mntr", b"prtr", b"spac"}:
        return False
    if head[16:20] != spaces.get(int(untrusted.get("/N", 0))) or int.from_bytes(head[:4], "big") != len(profile):
        return False
    try:
        ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (ImageCms.PyCMSError, OSError):
        return False
    return True


def _profile(stream: Any) -> bytes:
    raw, packed = bytes(stream.read_raw_bytes()), stream.get("/Filter")
    if packed is None:
        return raw
    if packed != pikepdf.Name.FlateDecode or "/DecodeParms" in stream:
        return b""
    try:
        return zlib.decompressobj().decompress(raw, 8 << 20)
    except zlib.error:
        return b""
