"""Files told by their bytes: what is taken, and why the rest is not."""

import io
import random
import struct
import zipfile
import zlib

import docx
import openpyxl
import pikepdf
import pytest
from PIL import Image

from ingest.recognising import DOCX, EML, JPEG, PDF, PNG, TIFF, TXT, XLSX, Limits, inspect
from kernel.errors import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    TooLarge,
    TooManyPages,
    TooManyPixels,
    TruncatedFile,
    UnknownType,
)
from tests.unit.reading import pages, pdfs

LIMITS = Limits(max_pages=50, max_megapixels=40)
MAIL = "From: An <an@songxanh.example>\r\nTo: Bình <binh@songxanh.example>\r\nSubject: Báo cáo\r\n\r\nKính gửi anh.\r\n"


def picture(format, **options):
    noise = random.Random(5)
    image = Image.new("L", (400, 560), "white")
    for _ in range(4000):
        image.putpixel((noise.randrange(400), noise.randrange(560)), 0)
    return pages.encoded(image, format, **options)


def word_file():
    document = docx.Document()
    document.add_paragraph("Quyết định về việc chỉnh lý tài liệu")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def sheet_file():
    book = openpyxl.Workbook()
    book.active.append(["STT", "Số ký hiệu"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def zipped(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def repacked(package, **changes):
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    return zipped(**(parts | {name: change(parts[name]) for name, change in changes.items()}))


def look(tmp_path, content, name="scan.bin", limits=LIMITS):
    path = tmp_path / "stored"
    path.write_bytes(content)
    return inspect(str(path), name, limits)


WHOLE = {
    "pdf": (pdfs.born_digital, PDF, ".pdf"),
    "pdf after a mail header": (lambda: b"\r\n" * 20 + pdfs.born_digital(), PDF, ".pdf"),
    "tiff": (lambda: picture("TIFF"), TIFF, ".tif"),
    "big tiff": (lambda: picture("TIFF", big_tiff=True), TIFF, ".tif"),
    "jpeg": (lambda: picture("JPEG"), JPEG, ".jpg"),
    "progressive jpeg": (lambda: picture("JPEG", progressive=True), JPEG, ".jpg"),
    "png": (lambda: picture("PNG"), PNG, ".png"),
    "docx": (word_file, DOCX, ".docx"),
    "xlsx": (sheet_file, XLSX, ".xlsx"),
    "utf-8": ("Quyết định".encode, TXT, ".txt"),
    "utf-8 with mark": (lambda: "Quyết định".encode("utf-8-sig"), TXT, ".txt"),
    "utf-16": (lambda: "Quyết định số 5".encode("utf-16"), TXT, ".txt"),
    "utf-16 without mark": (lambda: ("Quyết định của Ủy ban " * 9).encode("utf-16-be"), TXT, ".txt"),
    "windows-1258": (lambda: "Quyê\u0301t đi\u0323nh".encode("cp1258"), TXT, ".txt"),
    "mail": (MAIL.encode, EML, ".eml"),
}


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("name", ["van-ban", "lie.exe", "lie.pdf"])
def test_a_whole_file_is_known_by_its_bytes_whatever_its_name(tmp_path, kind, name):
    make, media_type, extension = WHOLE[kind]
    found = look(tmp_path, make(), name)
    assert (found.media_type, found.extension, found.page_count) == (media_type, extension, 1)


def test_pages_are_counted(tmp_path):
    page = pages.draw(("Một",)).image.resize((248, 351))
    assert look(tmp_path, pdfs.scanned(*[page] * 7, dpi=30)).page_count == 7
    assert look(tmp_path, pages.encoded(page, "TIFF", save_all=True, append_images=[page] * 4)).page_count == 5
    assert look(tmp_path, ("Một dòng chữ khá dài của văn bản.\n" * 400).encode()).page_count == 5


def test_an_empty_file(tmp_path):
    with pytest.raises(EmptyFile):
        look(tmp_path, b"")


@pytest.mark.parametrize("kind", ["tiff", "big tiff", "jpeg", "progressive jpeg", "png", "docx", "xlsx"])
@pytest.mark.parametrize("kept", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_a_file_without_its_end_is_truncated_wherever_it_is_cut(tmp_path, kind, kept):
    content = WHOLE[kind][0]()
    with pytest.raises(TruncatedFile):
        look(tmp_path, content[: max(20, int(len(content) * kept))])


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_scanned_pdf_cut_in_its_pages_is_truncated(tmp_path, kept):
    content = pdfs.scanned(*[Image.frombytes("L", (300, 400), random.Random(n).randbytes(120_000)) for n in range(3)])
    with pytest.raises(TruncatedFile):
        look(tmp_path, content[: int(len(content) * kept)])


def test_a_pdf_that_lost_only_its_table_of_objects_is_taken(tmp_path):
    content = pdfs.born_digital()
    assert look(tmp_path, content[: content.rindex(b"startxref")]).page_count == 1


def test_a_pdf_cut_within_its_newest_version_is_truncated(tmp_path):
    older = pdfs.born_digital()
    newer = older + b"\n90 0 obj\n<< /Type /Annot /Contents (" + b"x" * 500
    with pytest.raises(TruncatedFile):
        look(tmp_path, newer)


def test_the_first_three_bytes_of_a_pdf_are_a_truncated_pdf(tmp_path):
    with pytest.raises(TruncatedFile):
        look(tmp_path, b"%PD", "quyet-dinh.pdf")


def test_a_mail_without_its_last_boundary_is_truncated(tmp_path):
    head = b"From: a@b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=xyz\r\n\r\n"
    with pytest.raises(TruncatedFile):
        look(tmp_path, head + b"--xyz\r\nContent-Type: text/plain\r\n\r\nhalf of it")


@pytest.mark.parametrize("kind", ["tiff", "jpeg", "png", "docx", "pdf"])
def test_a_file_that_is_but_its_first_bytes_and_rubbish_is_refused(tmp_path, kind):
    content = WHOLE[kind][0]()
    with pytest.raises((DamagedFile, TruncatedFile)):
        look(tmp_path, content[:8] + random.Random(1).randbytes(3000))


def test_a_png_with_a_changed_byte_is_damaged(tmp_path):
    content = bytearray(picture("PNG"))
    content[len(content) // 2] ^= 0xFF
    with pytest.raises(DamagedFile):
        look(tmp_path, bytes(content))


def test_passwords_are_told(tmp_path):
    locked = pdfs.changed(pdfs.born_digital(), lambda _: None, encryption=pikepdf.Encryption(user="x", owner="y"))
    with pytest.raises(EncryptedFile):
        look(tmp_path, locked)
    office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    with pytest.raises(EncryptedFile):
        look(tmp_path, office, "bao-cao.docx")


@pytest.mark.parametrize(
    "content",
    [
        random.Random(2).randbytes(5000),
        b"\x7fELF" + bytes(200),
        b"MZ\x90\x00" + bytes(200),
        b"<svg><text>x</text></svg>",
        b"<!DOCTYPE note><p>x</p>",
        b"<?xml version='1.0'?><a/>",
        b"%!PS-Adobe-3.0",
        b"GIF89a" + bytes(100),
        zipped(**{"a.txt": "b"}),
    ],
    ids=["noise", "elf", "exe", "svg", "doctype", "xml", "ps", "gif", "zip"],
)
def test_what_is_none_of_ours_is_unknown_even_under_a_good_name(tmp_path, content):
    with pytest.raises(UnknownType):
        look(tmp_path, content, "quyet-dinh.pdf")


def test_more_pages_than_the_limit(tmp_path):
    page = Image.new("L", (30, 40), "white")
    many = [page] * 51
    for content in (
        pdfs.scanned(*many),
        pages.encoded(page, "TIFF", save_all=True, append_images=many),
        b"x\n" * 200_000,
    ):
        with pytest.raises(TooManyPages):
            look(tmp_path, content)


def png_header(width, height):
    """A PNG that claims a size; its few bytes of pixels are never to be looked at."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def test_more_pixels_than_the_limit_are_told_from_the_header(tmp_path):
    with pytest.raises(TooManyPixels):
        look(tmp_path, png_header(30_000, 30_000))
    with pytest.raises(TooManyPixels):
        look(tmp_path, pages.encoded(Image.new("1", (9000, 9000)), "TIFF", compression="group4"))
    with pytest.raises(TooManyPixels):
        look(tmp_path, pages.encoded(Image.new("L", (9000, 9000)), "JPEG"))


def test_a_tiff_whose_pages_point_in_a_circle_ends(tmp_path):
    content = bytearray(picture("TIFF"))
    first = struct.unpack_from("<I", content, 4)[0]
    entries = struct.unpack_from("<H", content, first)[0]
    struct.pack_into("<I", content, first + 2 + 12 * entries, first)
    assert look(tmp_path, bytes(content)).page_count == 1


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    bomb = repacked(word_file(), **{"word/document.xml": lambda xml: xml + b" " * (160 * 1024 * 1024)})
    assert len(bomb) < 1_000_000
    with pytest.raises(TooLarge):
        look(tmp_path, bomb)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_in_an_office_file_are_refused(tmp_path, encoding):
    def with_entity(xml):
        text = xml.decode().split("?>", 1)[1]
        declared = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        return (f'<?xml version="1.0" encoding="{encoding}"?>{declared}' + text.replace("chỉnh", "&e;")).encode(
            encoding
        )

    with pytest.raises(DamagedFile):
        look(tmp_path, repacked(word_file(), **{"word/document.xml": with_entity}))
