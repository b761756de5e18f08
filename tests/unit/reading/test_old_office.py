"""DOC and XLS: read through LibreOffice, within bubblewrap only, and never in part without a word of it."""

import io
import struct

import docx
import openpyxl
import pytest
from PIL import Image

from ingest.confining import Confinement
from ingest.handing import HandedFile
from ingest.reading import ReadingOptions, read_page
from ingest.reading.compound import CompoundFile
from ingest.recognising import DOC, XLS, Limits, inspect
from ingest.sandbox import ReadingPool
from kernel.errors import DamagedFile, EncryptedFile, PicturesNotRead, TruncatedFile, UnknownType
from kernel.reading_errors import OldOfficeFile
from tests.servers.old_office import old
from tests.unit.reading import pages

LIMITS = Limits(100, 50)
OPTIONS = ReadingOptions()


@pytest.fixture(scope="module")
def pool():
    with ReadingPool(1, memory_mb=1024, page_seconds=115, confined=Confinement.BUBBLEWRAP) as made:
        yield made


def saved(thing):
    buffer = io.BytesIO()
    thing.save(buffer)
    return buffer.getvalue()


def document(picture=False):
    made = docx.Document()
    made.add_paragraph("ỦY BAN NHÂN DÂN TỈNH BÌNH ĐỊNH")
    made.add_paragraph().add_run("C\u00e9ng ho\u00b5 x\u00b7 h\u00e9i chñ nghÜa ViÖt Nam").font.name = ".VnTime"
    cell = made.add_table(rows=1, cols=2).rows[0].cells[1]
    cell.text = "Sổ đăng ký công văn đến"
    if picture:
        made.add_picture(io.BytesIO(pages.encoded(Image.new("L", (600, 600), 90), "PNG")))
    return old(saved(made), "docx", "doc")


def workbook():
    made = openpyxl.Workbook()
    made.active.append(["Số đến", "Trích yếu"])
    made.create_sheet("Quý II").append([15, "Về việc chỉnh lý hồ sơ"])
    return old(saved(made), "xlsx", "xls")


def inspected(pool, tmp_path, content, name):
    (tmp_path / name).write_bytes(content)
    return pool.submit(inspect, HandedFile(tmp_path / name), name, LIMITS).result()


def read(pool, tmp_path, content, media_type, number=1):
    (tmp_path / "stored").write_bytes(content)
    return pool.submit(read_page, HandedFile(tmp_path / "stored"), media_type, number, OPTIONS).result()


def test_a_document_is_known_and_read_with_its_old_fonts_and_tables(pool, tmp_path):
    seen = inspected(pool, tmp_path, document(), "tên nói dối.xls")
    assert (seen.media_type, seen.extension, seen.page_count) == (DOC, ".doc", 1)
    text = read(pool, tmp_path, document(), DOC).text
    for wanted in ("ỦY BAN NHÂN DÂN TỈNH BÌNH ĐỊNH", "hội chủ nghĩa Việt Nam", "Sổ đăng ký công văn đến"):
        assert wanted in text


def test_a_workbook_is_known_and_read_with_all_its_sheets(pool, tmp_path):
    seen = inspected(pool, tmp_path, workbook(), "sổ.xls")
    assert (seen.media_type, seen.extension) == (XLS, ".xls")
    text = read(pool, tmp_path, workbook(), XLS).text
    assert "Trích yếu" in text
    assert "Về việc chỉnh lý hồ sơ" in text


def test_two_files_after_each_other_are_not_taken_for_one_another(pool, tmp_path):
    for content, media_type, wanted in ((document(), DOC, "BÌNH ĐỊNH"), (workbook(), XLS, "Trích yếu")) * 2:
        assert wanted in read(pool, tmp_path, content, media_type).text


def test_a_picture_inside_is_told_as_a_page_that_is_not_read(pool, tmp_path):
    assert inspected(pool, tmp_path, document(picture=True), "a.doc").page_count == 2
    with pytest.raises(PicturesNotRead):
        read(pool, tmp_path, document(picture=True), DOC, number=2)


def test_files_under_a_password_are_told(pool, tmp_path):
    content = bytearray(document())
    place = content.index(stream(content, "WordDocument")[:64])
    content[place + 11] |= 0x01  # fEncrypted, [MS-DOC] 2.5.2
    with pytest.raises(EncryptedFile):
        inspected(pool, tmp_path, bytes(content), "a.doc")
    content = bytearray(workbook())
    book = stream(content, "Workbook")
    second = 4 + struct.unpack_from("<H", book, 2)[0]
    struct.pack_into("<H", content, content.index(book[:64]) + second, 0x002F)  # FilePass, [MS-XLS] 2.4.117
    with pytest.raises(EncryptedFile):
        inspected(pool, tmp_path, bytes(content), "a.xls")


def stream(content, name):
    file = CompoundFile(bytes(content))
    return file.read(file.tree()[name,])


@pytest.mark.each(2)
@pytest.mark.parametrize("percent", [5, 30, 60, 95])
def test_a_file_that_is_cut_off_is_never_read_in_part(pool, tmp_path, percent):
    content = document()
    with pytest.raises((TruncatedFile, DamagedFile)):
        inspected(pool, tmp_path, content[: len(content) * percent // 100], "a.doc")


def test_a_file_of_which_libreoffice_leaves_the_text_away_is_damaged(pool, tmp_path):
    content = bytearray(document())
    place = content.index(stream(content, "WordDocument")[:64])
    struct.pack_into("<I", content, place + 76, 9000)  # ccpText, [MS-DOC] 2.5.4: so many letters it should have
    with pytest.raises(DamagedFile):
        inspected(pool, tmp_path, bytes(content), "a.doc")


def test_another_old_file_is_no_office_file(pool, tmp_path):
    content = document().replace("WordDocument".encode("utf-16-le"), "PowerPointDo".encode("utf-16-le"))
    with pytest.raises(UnknownType):
        inspected(pool, tmp_path, content, "a.doc")


def test_without_bubblewrap_it_is_refused_with_what_to_do(tmp_path):
    content = document()
    with (
        ReadingPool(1, memory_mb=1024, page_seconds=60, confined=Confinement.LIMITS) as bare,
        pytest.raises(OldOfficeFile),
    ):
        inspected(bare, tmp_path, content, "a.doc")


def test_without_libreoffice_it_is_refused_with_what_to_do(tmp_path, monkeypatch):
    content = document()
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        ReadingPool(1, memory_mb=1024, page_seconds=60, confined=Confinement.LIMITS) as bare,
        pytest.raises(OldOfficeFile),
    ):
        inspected(bare, tmp_path, content, "a.doc")


def test_links_to_other_files_bring_nothing_in(pool, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("MẬT-12345")
    rtf = rb"{\rtf1 truoc {\field{\*\fldinst INCLUDETEXT " + f'"{secret}"'.encode() + rb"}{\fldrslt cu}} sau}"
    text = read(pool, tmp_path, old(rtf, "rtf", "doc"), DOC).text
    assert "truoc" in text
    assert "12345" not in text
