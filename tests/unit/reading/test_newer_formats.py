"""WebP, JPEG 2000, PPTX, ODT, RTF and HTML: known by their bytes, counted, held to limits, and read."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from benchmarks import old_encodings
from ingest.reading import ReadingOptions, draw_page, read_page
from ingest.reading.rtf import rtf_text
from ingest.recognising import HTML, JPEG_2000, ODT, PPTX, RTF, WEBP, Limits, inspect
from kernel.errors import (
    DamagedFile,
    EncryptedFile,
    NotFound,
    PicturesNotRead,
    TooLarge,
    TooManyPages,
    TooManyPixels,
    TruncatedFile,
    UnknownType,
)
from mappings.record import PageState, ReadBy
from tests.unit.reading import packages, pages

GOOD = "Căn cứ Luật Tổ chức chính quyền địa phương, Ủy ban nhân dân huyện giao các phòng hướng dẫn chỉnh lý tài liệu."
LIMITS = Limits(max_pages=50, max_megapixels=40)
PLAIN_ODT = packages.odt("<text:p>Kính gửi</text:p>")
PLAIN_PPTX = packages.pptx([packages.slide("Kính gửi")])


@pytest.fixture
def stored(tmp_path):
    def store(content):
        path = tmp_path / "stored"
        path.write_bytes(content)
        return str(path)

    return store


@pytest.fixture
def inspected(stored):
    return lambda content, name="x": inspect(stored(content), name, LIMITS)


@pytest.fixture
def read(stored):
    def text(content, number=1):
        path = stored(content)
        media_type = inspect(path, "x", LIMITS).media_type
        return read_page(path, media_type, number, ReadingOptions())

    return text


def picture(form, **options):
    image = Image.effect_noise((400, 560), 60)
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


EXIF = Image.Exif()
EXIF[0x0131] = "scanner"  # with tags, a WebP has the extended form


def webp(**options):
    return picture("WEBP", **options)


def jpeg_2000(**options):
    return picture("JPEG2000", **options)


# ---- pictures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "media_type", "extension"),
    [
        (webp(), WEBP, ".webp"), (webp(lossless=True), WEBP, ".webp"), (webp(exif=EXIF), WEBP, ".webp"),
        (jpeg_2000(), JPEG_2000, ".jp2"), (jpeg_2000(no_jp2=True), JPEG_2000, ".jp2"),
    ],
    ids=["lossy", "lossless", "extended", "jp2", "codestream"],
)  # fmt: skip
def test_pictures_are_known_by_their_bytes(inspected, content, media_type, extension):
    found = inspected(content, "x.pdf")
    assert (found.media_type, found.extension, found.page_count) == (media_type, extension, 1)


@pytest.mark.parametrize("form", ["WEBP", "JPEG2000"])
def test_their_pages_are_read_and_drawn(stored, read, form):
    buffer = io.BytesIO()
    pages.draw().image.save(buffer, form)
    page = read(buffer.getvalue())
    assert (page.state, page.read_by) == (PageState.SEARCHABLE, ReadBy.OCR)
    assert "QUYẾT ĐỊNH" in page.text
    media_type = WEBP if form == "WEBP" else JPEG_2000
    drawn = Image.open(io.BytesIO(draw_page(stored(buffer.getvalue()), media_type, 1, 300)))
    assert drawn.width == 300
    with pytest.raises(NotFound):
        read_page(stored(buffer.getvalue()), media_type, 2, ReadingOptions())


@pytest.mark.parametrize("content", [webp(), webp(lossless=True), jpeg_2000(), jpeg_2000(no_jp2=True)])
@pytest.mark.parametrize("share", [0.0005, 0.01, 0.5, 0.9, 0.999])
def test_pictures_that_are_cut_off_are_known(inspected, content, share):
    with pytest.raises(TruncatedFile):
        inspected(content[: max(12, int(len(content) * share))])


def with_size(content, width, height):
    """A JPEG 2000 that tells another size in its codestream."""
    place = content.index(b"\xff\x4f\xff\x51") + 8
    return content[:place] + struct.pack(">II", width, height) + content[place + 8 :]


def animated():
    buffer = io.BytesIO()
    frames = [Image.effect_noise((60, 60), 50) for _ in range(3)]
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def extended(width, height):
    content = bytearray(webp(exif=EXIF))
    content[24:30] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (animated(), UnknownType),
        (extended(16000, 16000), TooManyPixels),
        (extended(100, 100), DamagedFile),  # not the size of the picture within
        (webp().replace(b"VP8 ", b"ALPH", 1), DamagedFile),
        (with_size(jpeg_2000(), 30000, 30000), TooManyPixels),
        (with_size(jpeg_2000(no_jp2=True), 30000, 30000), TooManyPixels),
        (with_size(jpeg_2000(), 0, 0), DamagedFile),
        (with_size(jpeg_2000(), 1, 1), DamagedFile),
    ],
    ids=["animated", "canvas", "small-canvas", "no-picture", "boxed", "bare", "empty", "two-sizes"],
)
def test_hostile_pictures_are_turned_away(stored, inspected, content, error):
    with pytest.raises(error):
        inspected(content)
        media_type = inspect(stored(content), "x", LIMITS).media_type
        read_page(stored(content), media_type, 1, ReadingOptions())


def test_transparency_stands_over_white(stored):
    pixels = np.zeros((200, 200, 4), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(buffer, "WEBP", lossless=True)
    drawn = Image.open(io.BytesIO(draw_page(stored(buffer.getvalue()), WEBP, 1, 100)))
    assert np.asarray(drawn).min() > 250


# ---- PPTX, ODT -------------------------------------------------------------------------------------------------------


def test_a_presentation_gives_its_slides_in_the_order_shown_with_their_notes(inspected, read):
    table = (
        '<a:tbl xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:tr><a:tc><a:p><a:r><a:t>STT</a:t></a:r>'
        "</a:p></a:tc><a:tc><a:p><a:r><a:t>Tên</a:t></a:r></a:p></a:tc></a:tr></a:tbl>"
    )
    content = packages.pptx(
        [packages.slide("Trang cuối"), packages.slide("Báo cáo", "Quý IV", more=table), packages.slide()],
        notes={2: packages.slide("Ghi chú")},
        order=[2, 3, 1],
    )
    found = inspected(content)
    assert (found.media_type, found.extension, found.page_count) == (PPTX, ".pptx", 2)
    assert read(content, 1).text.split() == ["Báo", "cáo", "Quý", "IV", "STT", "Tên", "Ghi", "chú"]
    assert read(content, 1).text.split("\n")[:2] == ["Báo cáo", "Quý IV"]
    assert read(content, 2).text == "Trang cuối"


def test_an_open_document_gives_heads_paragraphs_and_tables(inspected, read):
    body = (
        "<text:tracked-changes><text:p>đã xóa</text:p></text:tracked-changes>"
        "<text:h>Tiêu <text:span>đề</text:span></text:h>"
        '<text:p>Một<text:tab/>hai<text:s text:c="2"/>ba<text:line-break/>bốn</text:p>'
        "<table:table><table:table-row><table:table-cell><text:p>A1</text:p></table:table-cell>"
        "<table:table-cell><text:p>B</text:p><text:p>1</text:p></table:table-cell></table:table-row></table:table>"
    )
    content = packages.odt(body, styles="<style:header><text:p>Sở Nội vụ</text:p></style:header>")
    found = inspected(content)
    assert (found.media_type, found.extension, found.page_count) == (ODT, ".odt", 1)
    text = read(content).text
    assert text.split("\n")[:4] == ["Sở Nội vụ", "Tiêu đề", "Một\thai  ba", "bốn"]
    assert text.split("\n")[4].split() == ["A1", "B", "1"]
    assert "xóa" not in text


@pytest.mark.parametrize("place", ["Pictures/a.png", "Object 1/content.xml"])
def test_what_lies_in_an_open_document_unread_is_told(inspected, read, place):
    content = packages.odt("<text:p>Kính gửi</text:p>", **{place: b"<x/>"})
    assert inspected(content).page_count == 2
    with pytest.raises(PicturesNotRead):
        read(content, 2)


def test_pictures_of_slides_are_told(inspected):
    assert inspected(packages.pptx([packages.slide("Ảnh")], **{"ppt/media/image1.png": b"?"})).page_count == 2


_BOMB = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (PLAIN_ODT[: len(PLAIN_ODT) // 2], TruncatedFile),
        (PLAIN_PPTX[: len(PLAIN_PPTX) // 2], TruncatedFile),
        (packages.odt("<text:p>"), DamagedFile),
        (packages.odt("", **{"content.xml": _BOMB + "<a>&x;</a>"}), DamagedFile),
        (packages.odt("<text:p>" * 20_000 + "</text:p>" * 20_000), DamagedFile),
        (packages.odt("", **{"META-INF/manifest.xml": "<manifest:encryption-data/>"}), EncryptedFile),
        (packages.odt("<text:p>x</text:p>", **{"more.xml": b" " * (151 << 20)}), TooLarge),
        (packages.zipped({"mimetype": ODT}), UnknownType),
        (packages.zipped({"mimetype": ODT + "-template", "content.xml": "<a/>"}), UnknownType),
        (packages.pptx([packages.slide("x")], **{"ppt/presentation.xml": _BOMB + "<a>&x;</a>"}), DamagedFile),
        (packages.pptx([packages.slide("x")], **{"ppt/_rels/presentation.xml.rels": "<a/>"}), DamagedFile),
        (packages.pptx(["<a"]), DamagedFile),
        (packages.pptx([packages.slide(f"Trang {n}") for n in range(60)]), TooManyPages),
    ],
    ids=[
        "odt-cut", "pptx-cut", "odt-no-xml", "odt-entity", "odt-deep", "odt-encrypted", "odt-bomb", "no-content",
        "template", "pptx-entity", "pptx-no-slides", "slide-no-xml", "pptx-pages",
    ],
)  # fmt: skip
def test_hostile_packages_are_turned_away(inspected, content, error):
    with pytest.raises(error):
        inspected(content)


def test_spaces_by_the_million_are_a_few(read):
    assert len(read(packages.odt('<text:p>a<text:s text:c="999999999"/>b</text:p>')).text) < 200


def test_a_slide_is_told_only_once_and_never_from_outside_the_package(read, inspected):
    climbing = packages.pptx([packages.slide("x")], notes={1: packages.slide("y")}).replace(b"x", b"x")
    assert read(climbing).text.split() == ["x", "y"]
    repeated = packages.pptx([packages.slide("Một")], order=[1] * 500)
    assert inspected(repeated).page_count == 1


# ---- RTF -------------------------------------------------------------------------------------------------------------


def test_rtf_is_read_in_every_way_of_writing_a_letter(inspected, read):
    body = (
        rb"{\info{\title Kh\'f4ng}}{\header\pard D\'f2ng \'f0\'e0u\par}\pard "
        + packages.rtf_letters("Kính gửi: Ủy ban {nhân} dân")
        + rb"\par{\b Q}uy{\*\bkmkstart x}{\i ' }\f1 \'ea\'ec\par\trowd A1\cell B1\cell\row\f0 x\emdash y\line z\page "
        + rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt \u272?\'97\uc0\u224 xong}}"
    )  # fmt: skip
    fonts = r"{\f0\fnil\fcharset0 Times;}{\f1\fcharset163{\*\panose 02}Arial{\*\falt X};}"
    content = packages.rtf(body, fonts)
    found = inspected(content)
    assert (found.media_type, found.extension, found.page_count) == (RTF, ".rtf", 2)
    lines = read(content).text.split("\n")
    assert lines[1] == "Kính gửi: Ủy ban {nhân} dân"
    assert lines[2] == "Quy' ế"
    assert [line.strip() for line in lines[3:]] == ["A1\tB1", "x—y", "z"]
    assert read(content, 2).text == "Đ—àxong"


@pytest.mark.parametrize(("name", "font"), [("TCVN3", ".VnTime"), ("VNI", "VNI-Times"), ("TCVN3", "Arial")])
def test_rtf_in_old_fonts_becomes_unicode(read, name, font):
    encoded = b"".join(
        b"\\'%02x" % code if code > 126 else bytes([code]) for code in old_encodings.ENCODERS[name](GOOD)
    )
    content = packages.rtf(
        rb"\pard\f1 " + encoded + rb"\par\f0 t\'e1m l\'e1 c\'e1", rf"{{\f0 Times;}}{{\f1\fcharset0 {font};}}"
    )
    old, new = read(content).text.split("\n")
    assert old.lower() == GOOD.lower()
    assert new == "tám lá cá"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (packages.rtf(b"Xin")[:-1], TruncatedFile),
        (rb"{\rtf1 {{{", TruncatedFile),
        (b"{\\rtf1 " + b"{" * 1_000_000, DamagedFile),
        (packages.rtf(rb"Trang\page " * 60), TooManyPages),
        (packages.rtf(rb"\bin99999999999 x"), TruncatedFile),
    ],
    ids=["cut", "open", "deep", "pages", "bin"],
)
def test_hostile_rtf_is_turned_away(inspected, content, error):
    with pytest.raises(error):
        inspected(content)


def test_pictures_and_files_in_rtf_are_told_and_their_bytes_no_text(inspected, read):
    content = packages.rtf(rb"Xin{\pict\pngblip 89504e47}ch\'e0o {\object{\*\objdata 0102}}\bin5 }}}}}nh\'e9")
    assert inspected(content).page_count == 2
    assert read(content).text == "Xinchào nhé"


def test_what_is_no_rtf_within_rtf_is_passed_over(stored):
    body = rb"a\'zz\u99999999 b\f999999 c\uc-5 d\fcharset9 \'"
    assert rtf_text(stored(packages.rtf(body + rb" e"))).startswith("a")


# ---- HTML ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "opening",
    [
        "<!DOCTYPE html>",
        "<HTML>",
        "\ufeff<!-- x --><!-- y -->\n<html lang=vi>",
        '<?xml version="1.0"?>\n<!doctype HTML><html>',
    ],
)
def test_html_is_read_as_a_person_sees_it(inspected, read, opening):
    content = f"{opening}<head><title>x</title><style>p{{}}</style></head><p>Kính <b>gửi</b></p><script>f()</script>"
    content += "<table><tr><td>STT<td>Tên</table><p>&#7910;y ban"
    found = inspected(content.encode())
    assert (found.media_type, found.extension, found.page_count) == (HTML, ".html", 1)
    assert read(content.encode()).text == "Kính gửi\nSTT Tên\nỦy ban"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (GOOD.encode(), "utf-8"),
        (old_encodings.to_windows_1258(GOOD), "windows-1258"),
        (old_encodings.to_windows_1258(GOOD), ""),
        (old_encodings.to_windows_1258(GOOD), "utf-8"),  # told wrong
        (old_encodings.to_tcvn3(GOOD), "iso-8859-1"),
        (old_encodings.to_vni(GOOD), "x-user-defined"),
        (GOOD.encode(), "zlib"),
    ],
)
def test_html_in_any_encoding_is_read(read, content, told):
    page = read(f'<html><meta http-equiv="Content-Type" content="text/html; charset={told}"><p>'.encode() + content)
    assert page.text.lower() == GOOD.lower()


def test_an_encoding_that_html_tells_is_believed_where_the_bytes_say_nothing(read):
    page = read("<html><meta charset=windows-1251><p>Москва</p>".encode("cp1251"))
    assert page.text == "Москва"


def test_pictures_within_html_are_told(inspected):
    assert inspected(b"<html><img src=x.png><p>Xin").page_count == 1
    assert inspected(b"<html><img src='data:image/png;base64,AAAA'><p>Xin").page_count == 2


@pytest.mark.parametrize(
    "content", ["<svg><p>x</p></svg>", "<?xml version='1.0'?><a>x</a>", "<!-- x", "%!PS-Adobe", "<!DOCTYPE svg>"]
)
def test_other_markup_is_not_taken_for_a_page(content):
    from ingest.recognising import _is_html  # noqa: PLC0415 - the question alone

    assert not _is_html(content.encode())
