"""Searchable PDFs: the picture as it was, every word under it at its box, with the letters that it was read with."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ingest.reading.options import ReadingOptions
from ingest.searchable import PIECE_BYTES, Asked, Piece, make_piece
from kernel.errors import DamagedFile, NotFound, PageUnreadable, TooManyPixels
from mappings.record import Box, Page, PageState, ReadBy, Word
from tests.unit.searchable.scans import (
    DPI,
    drawn,
    found_by_pdfium,
    found_by_poppler,
    image_bytes,
    overlap,
    pdf_of,
    scan,
)

TURNS = (0, 90, 180, 270)
PDF, TIFF, JPEG, PNG = "application/pdf", "image/tiff", "image/jpeg", "image/png"


def made(folder: Path, content: bytes, media_type: str, *pages: Page, **more: Any) -> Piece:
    path = folder / "original"
    path.write_bytes(content)
    options = ReadingOptions(max_megapixels=more.pop("max_megapixels", 200))
    return make_piece(str(path), Asked(media_type, more.pop("title", "Quyết định"), str(more), pages), options, 0)


def check_found(page: Page, found: list[Any], least: float) -> None:
    # By their places: PDFium tells the words of a page that stands on its head from the last to the first.
    assert sorted(one.text for one in found) == sorted(word.text for word in page.words)
    for word in page.words:
        assert word.box is not None
        assert max(overlap(word.box, one.box) for one in found if one.text == word.text) >= least, word


def check_shown(content: bytes, image: Image.Image) -> None:
    shown = drawn(content, DPI)[: image.height, : image.width]  # the renderer rounds up to a pixel more
    ink = np.asarray(image) < 60
    assert shown[ink].mean() < 128 < 200 < shown[~ink].mean()  # resampled by a part of a pixel


@pytest.mark.parametrize("rotation", TURNS)
def test_each_word_of_an_image_is_found_at_its_box(tmp_path: Path, rotation: int) -> None:
    image, page = scan(rotation)
    content = made(tmp_path, image_bytes(image, "PNG"), PNG, page).content
    check_found(page, found_by_pdfium(content), 0.95)
    if rotation == 0:
        check_found(page, found_by_poppler(content, tmp_path), 0.95)


@pytest.mark.parametrize("rotation", TURNS)
@pytest.mark.parametrize("rotate", TURNS)
def test_each_word_of_a_pdf_is_found_at_its_box(tmp_path: Path, rotate: int, rotation: int) -> None:
    image, page = scan(rotation)
    piece = made(tmp_path, pdf_of(image, rotate, crop=(30, 50, 10, 20)), PDF, page)
    check_found(page, found_by_pdfium(piece.content), 0.95)
    assert not piece.conforms


@pytest.mark.parametrize("shaded", [False, True])
@pytest.mark.parametrize(
    ("mode", "kind", "media_type", "more"),
    [
        ("1", "TIFF", TIFF, {"compression": "group4"}),
        ("1", "PNG", PNG, {}),
        ("L", "TIFF", TIFF, {"compression": "tiff_lzw"}),
        ("L", "PNG", PNG, {}),
        ("RGB", "PNG", PNG, {}),
        ("P", "PNG", PNG, {}),
        ("L", "JPEG", JPEG, {}),
        ("RGB", "JPEG", JPEG, {"progressive": True}),
    ],
)
def test_the_picture_is_kept_pixel_by_pixel(
    tmp_path: Path, mode: str, kind: str, media_type: str, more: Any, shaded: bool
) -> None:
    image, page = scan()
    image = image.convert("RGB")
    image.paste((200, 30, 30), (100, 100, 160, 160))
    if shaded:
        image = Image.blend(image, Image.linear_gradient("L").resize(image.size).convert("RGB"), 0.3)
    original = image_bytes(image.convert(mode), kind, **more)
    content = made(tmp_path, original, media_type, page).content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        stored = pdf.pages[0].obj.Resources.XObject.Scan
        if kind == "JPEG":
            assert stored.read_raw_bytes() == original
        kept = pikepdf.PdfImage(stored).as_pil_image()
    with Image.open(io.BytesIO(original)) as before:
        assert np.array_equal(np.asarray(kept.convert("RGB")), np.asarray(before.convert("RGB")))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_stands_upright_with_its_bytes_untouched(tmp_path: Path, orientation: int) -> None:
    image, page = scan()
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that undoes what EXIF says
    stored = image.transpose(Image.Transpose(back[orientation])) if orientation > 1 else image
    exif = Image.Exif()
    exif[274] = orientation
    content = made(tmp_path, image_bytes(stored, "JPEG", exif=exif, quality=95), JPEG, page).content
    check_shown(content, image)
    check_found(page, found_by_pdfium(content), 0.95)


def test_a_jpeg_that_is_not_gray_or_colour_of_a_screen_is_kept_as_such(tmp_path: Path) -> None:
    image, page = scan()
    content = made(tmp_path, image_bytes(image.convert("CMYK"), "JPEG", quality=95), JPEG, page).content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        stored = pdf.pages[0].obj.Resources.XObject.Scan
        assert (stored.ColorSpace, stored.Filter) == (pikepdf.Name.DeviceGray, pikepdf.Name.FlateDecode)
    check_shown(content, image)


def test_a_tiff_of_many_pages_keeps_them_all_read_or_not(tmp_path: Path) -> None:
    images, pages = zip(*(scan(rotation, number) for number, rotation in enumerate((0, 90, 0), 1)), strict=True)
    content = image_bytes(images[0], "TIFF", save_all=True, append_images=images[1:], compression="tiff_deflate")
    failed = Page(2, PageState.FAILED, reason="page-timed-out")
    piece = made(tmp_path, content, TIFF, pages[0], failed, pages[2])
    check_found(pages[0], found_by_pdfium(piece.content, 1), 0.95)
    assert found_by_pdfium(piece.content, 2) == []
    check_found(pages[2], found_by_pdfium(piece.content, 3), 0.95)
    assert piece.conforms


def test_pages_of_a_pdf_are_kept_and_a_good_text_layer_is_left_alone(tmp_path: Path) -> None:
    image, page = scan()
    scanned = pdf_of(image)
    searchable = made(tmp_path, scanned, PDF, page).content
    told = replace(page, read_by=ReadBy.TEXT_LAYER)
    again = made(tmp_path, searchable, PDF, told, again=True).content
    assert len(found_by_pdfium(again)) == len(page.words)
    for before, after in ((scanned, searchable), (searchable, again)):
        assert np.array_equal(drawn(before, 80), drawn(after, 80))
        with pikepdf.open(io.BytesIO(before)) as one, pikepdf.open(io.BytesIO(after)) as other:
            scans = [each.pages[0].obj.Resources.XObject.Im.read_raw_bytes() for each in (one, other)]
            assert scans[0] == scans[1]
            assert one.pages[0].obj.get("/CropBox") == other.pages[0].obj.get("/CropBox")


def test_resources_that_pages_share_are_not_written_into(tmp_path: Path) -> None:
    image, page = scan()
    with pikepdf.open(io.BytesIO(pdf_of(image))) as pdf:
        pdf.Root.Pages.Resources = pdf.make_indirect(pdf.pages[0].obj.Resources)
        del pdf.pages[0].obj["/Resources"]
        pdf.pages.append(pdf.pages[0])
        buffer = io.BytesIO()
        pdf.save(buffer)
    content = made(tmp_path, buffer.getvalue(), PDF, page, replace(page, number=2, read_by=ReadBy.TEXT_LAYER)).content
    check_found(page, found_by_pdfium(content), 0.95)
    assert found_by_pdfium(content, 2) == []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert [sorted(one.obj.Resources.keys()) for one in pdf.pages] == [["/Font", "/XObject"], ["/XObject"]]


def test_nothing_acts_and_nothing_hides_in_what_is_made(tmp_path: Path) -> None:
    image, page = scan()
    with pikepdf.open(io.BytesIO(pdf_of(image))) as pdf:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.Root.OpenAction = script
        pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["x", script]))
        pdf.attachments["hidden.exe"] = b"MZ hidden"
        pdf.pages[0].obj.AA = pikepdf.Dictionary(O=script)
        launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=launch)
        uri = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org")
        kept = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=uri)
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(link), pdf.make_indirect(kept)])
        buffer = io.BytesIO()
        pdf.save(buffer, encryption=pikepdf.Encryption(owner="owner", user=""))
    content = made(tmp_path, buffer.getvalue(), PDF, page).content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert not pdf.is_encrypted
        assert len(pdf.attachments) == 0
        buffer = io.BytesIO()
        pdf.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    plain = buffer.getvalue()
    assert b"example.org" in plain
    for trace in (b"JavaScript", b"app.alert", b"Launch", b"cmd.exe", b"hidden", b"OpenAction", b"/AA"):
        assert trace not in plain, trace


def test_letters_of_all_planes_and_none_come_out_as_they_were_read(tmp_path: Path) -> None:
    texts = ("𠀋Đ", "a\ud800b", "ﬁ", "(\\)", "Ð")
    words = tuple(
        Word(text, 0, Box(0.1, 0.1 + line / 20, 0.3, 0.12 + line / 20), 0.9, line) for line, text in enumerate(texts)
    )
    image, page = scan()
    nothing = Word("x", 0, Box(0.5, 0.5, 0.5, 0.5), 0.9, 9), Word("nowhere", 0, None, 0.9, 10)
    content = made(tmp_path, image_bytes(image, "PNG"), PNG, replace(page, words=words + nothing)).content
    assert [one.text for one in found_by_poppler(content, tmp_path)] == ["𠀋Đ", "ab", "ﬁ", "(\\)", "Ð", "x"]


def test_the_same_words_make_the_same_bytes_and_pieces_make_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, page = scan()
    original = image_bytes(image, "PNG")
    first = made(tmp_path, original, PNG, page)
    second = made(tmp_path, original, PNG, page, other=True)
    assert (first.content, first.digest, first.size) == (second.content, second.digest, len(second.content))
    monkeypatch.setattr("ingest.searchable.making.PIECE_BYTES", 1000)
    asked, path = Asked(PNG, "Quyết định", "pieces", (page,)), str(tmp_path / "original")
    pieces = [make_piece(path, asked, ReadingOptions(), start) for start in range(0, first.size, 1000)]
    assert b"".join(piece.content for piece in pieces) == first.content
    assert PIECE_BYTES * 4 / 3 < 64 << 20, "an answer holds it"


def test_other_words_of_the_same_file_are_not_taken_for_those_of_before(tmp_path: Path) -> None:
    image, page = scan()
    path = tmp_path / "original.png"
    path.write_bytes(image_bytes(image, "PNG"))
    corrected = replace(page, words=(replace(page.words[0], text="MỚI"), *page.words[1:]))
    for key, read in (("1", page), ("2", corrected), ("1", page)):
        piece = make_piece(str(path), Asked(PNG, "", key, (read,)), ReadingOptions(), 0)
        assert found_by_pdfium(piece.content)[0].text == read.words[0].text


@pytest.mark.parametrize(
    ("content", "media_type", "error"),
    [
        (b"chu", "text/plain", NotFound),
        (b"\x89PNG\r\n\x1a\nnothing", PNG, DamagedFile),
        (b"%PDF-1.4 nothing", PDF, PageUnreadable),
    ],
)
def test_what_has_no_pages_makes_no_pdf(tmp_path: Path, content: bytes, media_type: str, error: type) -> None:
    with pytest.raises(error):
        made(tmp_path, content, media_type, scan()[1])


def test_a_pdf_of_other_pages_than_were_read_is_refused(tmp_path: Path) -> None:
    image, page = scan()
    with pytest.raises(PageUnreadable):
        made(tmp_path, pdf_of(image), PDF, page, replace(page, number=2))


def test_an_image_that_is_too_large_is_not_decoded(tmp_path: Path) -> None:
    image, page = scan()
    for kind, media_type in (("PNG", PNG), ("JPEG", JPEG)):
        with pytest.raises(TooManyPixels):
            made(tmp_path, image_bytes(image, kind), media_type, page, max_megapixels=1)


def changed(change: Callable[[pikepdf.Pdf, Any, Any], object]) -> bytes:
    """A PDF that is a scan and nothing else, with one change to the file, its page or its image."""
    with pikepdf.open(io.BytesIO(pdf_of(scan()[0], left_turned=False))) as pdf:
        page = pdf.pages[0].obj
        change(pdf, page, page.Resources.XObject.Im)
        buffer = io.BytesIO()
        pdf.save(buffer)
        return buffer.getvalue()


def draws(pdf: pikepdf.Pdf, page: Any, more: bytes) -> None:
    page.Contents = pikepdf.Stream(pdf, page.Contents.read_bytes() + b" " + more)


def put(holder: Any, name: str, value: Any) -> None:
    holder[name] = value


ANNOTATION = {"/Type": pikepdf.Name.Annot, "/Subtype": pikepdf.Name.Stamp, "/Rect": [0, 0, 9, 9]}
KEPT_FROM_PDFA: dict[str, Callable[[pikepdf.Pdf, Any, Any], object]] = {
    "text": lambda pdf, page, image: draws(pdf, page, b"BT /F1 9 Tf (x) Tj ET"),
    "inline image": lambda pdf, page, image: draws(pdf, page, b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI"),
    "graphics state": lambda pdf, page, image: draws(pdf, page, b"/G0 gs"),
    "shading": lambda pdf, page, image: draws(pdf, page, b"/S0 sh"),
    "other colours": lambda pdf, page, image: draws(pdf, page, b"0 0 0 1 k"),
    "restored too often": lambda pdf, page, image: draws(pdf, page, b"Q q"),
    "left turned": lambda pdf, page, image: draws(pdf, page, b"q"),
    "nested deeply": lambda pdf, page, image: draws(pdf, page, b"q " * 28 + b"Q " * 28),
    "endless content": lambda pdf, page, image: draws(pdf, page, b"q Q " * 20_000),
    "annotation": lambda pdf, page, image: put(page, "/Annots", pikepdf.Array([pikepdf.Dictionary(ANNOTATION)])),
    "form": lambda pdf, page, image: put(
        pdf.Root, "/AcroForm", pikepdf.Dictionary(Fields=[pikepdf.Dictionary(FT=pikepdf.Name.Tx)])
    ),
    "layers": lambda pdf, page, image: put(pdf.Root, "/OCProperties", pikepdf.Dictionary()),
    "soft mask": lambda pdf, page, image: put(image, "/SMask", pikepdf.Stream(pdf, b"x")),
    "ink colours": lambda pdf, page, image: put(image, "/ColorSpace", pikepdf.Name.DeviceCMYK),
    "JPEG 2000": lambda pdf, page, image: put(image, "/Filter", pikepdf.Name.JPXDecode),
    "LZW": lambda pdf, page, image: put(image, "/Filter", pikepdf.Array([pikepdf.Name.LZWDecode])),
    "no profile": lambda pdf, page, image: put(
        image, "/ColorSpace", pikepdf.Array([pikepdf.Name.ICCBased, pikepdf.Stream(pdf, b"no profile", N=3)])
    ),
    "no image": lambda pdf, page, image: put(image, "/Subtype", pikepdf.Name.Form),
    "no number": lambda pdf, page, image: put(image, "/BitsPerComponent", pikepdf.Name.Eight),
    "huge page": lambda pdf, page, image: put(page, "/MediaBox", pikepdf.Array([0, 0, 20_000, 20_000])),
}


@pytest.mark.parametrize("kind", KEPT_FROM_PDFA)
def test_a_pdf_with_more_than_scans_says_that_it_is_no_pdfa(tmp_path: Path, kind: str) -> None:
    page = scan()[1]
    piece = made(tmp_path, changed(KEPT_FROM_PDFA[kind]), PDF, page, kind=kind)
    assert not piece.conforms
    with pikepdf.open(io.BytesIO(piece.content)) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == ""


def test_a_pdf_of_scans_alone_says_that_it_is_pdfa(tmp_path: Path) -> None:
    page = scan()[1]
    piece = made(tmp_path, changed(lambda pdf, sheet, image: put(sheet, "/Thumb", image)), PDF, page)
    assert piece.conforms
    check_found(page, found_by_pdfium(piece.content), 0.95)
    with pikepdf.open(io.BytesIO(piece.content)) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "2B"
        assert "/Thumb" not in pdf.pages[0].obj
