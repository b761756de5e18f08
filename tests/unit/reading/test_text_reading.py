"""Files that are text already, and the words of any page."""

import datetime
import io
import unicodedata
from email.message import EmailMessage

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ingest.reading import ReadingOptions, draw_page, failed_page, read_page
from ingest.reading.dispatch import count_pages
from ingest.reading.plain import decoded, pages_of
from ingest.reading.syllables import is_garbage, is_syllable, syllable_share
from ingest.reading.words import PlacedWord, compose, page_of_text, page_of_words
from ingest.recognising import DOCX, EML, TXT, XLSX, Limits
from kernel.errors import AttachmentsNotRead, NotFound, PageTimedOut, PicturesNotRead
from mappings.record import Box, PageState, ReadBy

OPTIONS = ReadingOptions()
SOMEWHERE = Box(0.1, 0.1, 0.2, 0.2)


def read(tmp_path, content, media_type, number=1):
    path = tmp_path / "stored"
    path.write_bytes(content)
    return read_page(str(path), media_type, number, OPTIONS)


def saved(thing):
    buffer = io.BytesIO()
    thing.save(buffer)
    return buffer.getvalue()


@given(st.text(max_size=400))
def test_every_word_of_a_text_page_stands_where_it_says(text):
    page = page_of_text(1, text)
    assert [word.text for word in page.words] == text.split() or page.words
    for word in page.words:
        assert page.text[word.start : word.end] == word.text


placed_words = st.lists(
    st.tuples(
        st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=8), st.integers(0, 3), st.integers(0, 3)
    )
)


@given(placed_words)
def test_every_placed_word_stands_where_it_says(words):
    placed = [PlacedWord(text, SOMEWHERE, 0.9, line, block) for text, line, block in words]
    text, composed = compose(placed)
    assert [word.text for word in composed] == [word.text for word in placed]
    for word in composed:
        assert text[word.start : word.end] == word.text


def test_words_lines_and_blocks_are_joined_as_told():
    placed = [
        PlacedWord(text, SOMEWHERE, 1.0, line, block)
        for text, line, block in (("Số:", 1, 1), ("12", 1, 1), ("Kính", 2, 1), ("gửi", 3, 2))
    ]
    text, words = compose(placed)
    assert text == "Số: 12\nKính\n\ngửi"
    assert [(word.line, word.block) for word in words] == [(0, 0), (0, 0), (1, 0), (2, 1)]


def test_the_confidence_of_a_page_weighs_words_by_their_length():
    placed = [PlacedWord("a", SOMEWHERE, 0.0, 0, 0), PlacedWord("bbb", SOMEWHERE, 1.0, 0, 0)]
    assert page_of_words(1, placed, ReadBy.OCR, (1, 1)).confidence == 0.75


def test_a_failed_page_carries_the_code_of_its_error():
    page = failed_page(3, PageTimedOut(seconds=5))
    assert (page.number, page.state, page.reason) == (3, PageState.FAILED, "page-timed-out")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_text_is_read_in_any_form(encoding):
    text = "Quyết định về việc chỉnh lý tài liệu của Ủy ban nhân dân huyện. " * 3
    assert decoded(text.encode(encoding)) == text


def test_windows_1258_text_is_read_and_composed(tmp_path):
    # One byte a letter and a byte a tone: e circumflex with its acute apart.
    content = "Quyê\u0301t đi\u0323nh vê\u0300 viê\u0323c chi\u0309nh ly\u0301 ta\u0300i liê\u0323u".encode("cp1258")
    assert read(tmp_path, content, TXT).text == "Quyết định về việc chỉnh lý tài liệu"


@given(st.text(max_size=20_000))
def test_cutting_into_pages_loses_no_word(text):
    cut = pages_of(text)
    assert all(len(page) <= 3100 for page in cut)
    whole = "".join(unicodedata.normalize("NFC", text).replace("\0", "").split())
    assert "".join("".join(cut).split()) == whole


def test_pages_end_at_line_ends():
    cut = pages_of("".join(f"Dòng thứ {n} của một văn bản dài.\n" for n in range(300)))
    assert len(cut) == 4
    assert all(page.endswith("dài.") and page.startswith("Dòng") for page in cut)


def test_a_text_page_has_words_without_boxes_and_no_image(tmp_path):
    page = read(tmp_path, "Kính gửi:\n\nỦy ban".encode(), TXT)
    assert (page.has_image, page.read_by, page.confidence) == (False, ReadBy.FILE_TEXT, 1.0)
    assert [(word.text, word.line, word.block, word.box) for word in page.words] == [
        ("Kính", 0, 0, None), ("gửi:", 0, 0, None), ("Ủy", 1, 1, None), ("ban", 1, 1, None),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        draw_page(str(tmp_path / "stored"), TXT, 1, 500, OPTIONS)


def test_pages_beyond_the_text_are_not_there(tmp_path):
    with pytest.raises(NotFound):
        read(tmp_path, b"abc", TXT, 2)


def test_a_word_file_gives_header_paragraphs_and_tables_in_their_order(tmp_path):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Sở Nội vụ"
    document.add_paragraph("Trước bảng")
    table = document.add_table(2, 2)
    for cell, text in zip((*table.rows[0].cells, *table.rows[1].cells), ("STT", "Tên", "1", "An"), strict=True):
        cell.text = text
    document.add_paragraph("Sau bảng")
    lines = read(tmp_path, saved(document), DOCX).text.split("\n")
    assert lines == ["Sở Nội vụ", "Trước bảng", "STT\tTên", "1\tAn", "Sau bảng"]


def test_a_workbook_gives_all_its_sheets(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Sổ đi"
    book.active.append(["Số", "Ngày", None, "Trang"])
    book.active.append(["12/QĐ-UBND", datetime.date(2025, 1, 9), None, 3.0])
    book.create_sheet("Sổ đến").append(["Tác giả"])
    text = read(tmp_path, saved(book), XLSX).text
    assert text.split("\n")[:3] == ["Sổ đi", "Số\tNgày\t\tTrang", "12/QĐ-UBND\t09/01/2025\t\t3"]
    assert "Sổ đến\nTác giả" in text


def picture(side):
    stream = io.BytesIO()
    Image.effect_noise((side, side), 50).save(stream, "PNG")
    stream.seek(0)
    return stream


def counted(tmp_path, content, media_type):
    path = tmp_path / "file"
    path.write_bytes(content)
    return count_pages(str(path), media_type, Limits(10, 10))


@pytest.mark.parametrize(("side", "pages"), [(400, 2), (60, 1)])
def test_pictures_in_a_word_file_are_told_as_a_page_that_is_not_read(tmp_path, side, pages):
    document = docx.Document()
    document.add_paragraph("Kính gửi Ủy ban")
    document.add_picture(picture(side))
    content = saved(document)
    assert counted(tmp_path, content, DOCX) == pages
    assert read(tmp_path, content, DOCX).state is PageState.SEARCHABLE
    with pytest.raises(PicturesNotRead if pages == 2 else NotFound):
        read(tmp_path, content, DOCX, 2)


def test_attachments_of_a_mail_are_told_as_a_page_that_is_not_read(tmp_path):
    assert counted(tmp_path, mail(html=False), EML) == 2
    with pytest.raises(AttachmentsNotRead):
        read(tmp_path, mail(html=False), EML, 2)


def test_a_mail_within_a_mail_is_not_read_and_told(tmp_path):
    inner, outer = EmailMessage(), EmailMessage()
    for message in (inner, outer):
        message["From"], message["Subject"] = "an@songxanh.example", "Gửi"
        message.set_content("Kính gửi\n")
    alone = outer.as_bytes()
    outer.add_attachment(inner)
    assert counted(tmp_path, alone, EML) == 1
    assert counted(tmp_path, outer.as_bytes(), EML) == 2


def mail(html):
    message = EmailMessage()
    message["From"], message["To"] = "Nguyễn Văn An <an@songxanh.example>", "van-thu@songxanh.example"
    message["Subject"], message["Date"] = "Gửi báo cáo quý", "Thu, 09 Jan 2025 08:00:00 +0700"
    if html:
        message.set_content(
            "<style>p{}</style><p>Kính <b>gửi</b></p><script>alert(1)</script><p>Ủy ban</p>", subtype="html"
        )
    else:
        message.set_content("Kính gửi Ủy ban\n")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="Báo cáo.pdf")
    return message.as_bytes()


@pytest.mark.parametrize("html", [False, True])
def test_a_mail_gives_headers_body_and_names_of_attachments(tmp_path, html):
    text = read(tmp_path, mail(html), EML).text
    for part in ("From: Nguyễn Văn An", "Subject: Gửi báo cáo quý", "Kính gửi", "Ủy ban", "- Báo cáo.pdf"):
        assert part in text
    assert "alert" not in text
    assert "p{}" not in text


@pytest.mark.parametrize(
    "word",
    [
        "nghiêng",
        "Quyết",
        "ĐỊNH",
        "giường",
        "khuỷu",
        "quốc",
        "uỷ",
        "ủy",
        "hoà",
        "thuở",
        "nguyễn",
        "ngoằn",
        "yêu",
        "ạ",
        "xoong",
        "gì",
    ],
)
def test_vietnamese_syllables(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["street", "qyt", "xyz", "nghjng", "Qu¸t", "strong", "fwa"])
def test_what_no_vietnamese_syllable_can_be(word):
    assert not is_syllable(word)


GOOD = "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 và các văn bản hướng dẫn thi hành luật này"


def test_garbage_is_told_from_text():
    tcvn3 = (
        "C¨n cø LuËt Tæ chøc chÝnh quyÒn ®Þa ph­¬ng ngµy 19 th¸ng 6 n¨m 2015 vµ c¸c v¨n b¶n h­íng dÉn thi hµnh luËt nµy"
    )
    mojibake = GOOD.encode().decode("cp1252", "replace")
    english = "The committee of the province has decided that all of the records which have been kept are to be scanned"
    assert syllable_share(GOOD) == 1
    assert [is_garbage(text) for text in (GOOD, english, tcvn3, mojibake)] == [False, False, True, True]
    assert not is_garbage("1 200 300 450 12,5 7.800 31/12/2025 9 10 11 12 13 14 15 16 Cộng")
