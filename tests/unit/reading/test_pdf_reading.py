"""PDF pages: when the text layer is taken, when the picture is read, and that boxes fit either way."""

import io
import random
import unicodedata

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ingest.reading import ReadingOptions, draw_page, layer, pdf, read_page
from ingest.recognising import PDF
from kernel.errors import EncryptedFile, NotFound, PageUnreadable, TooManyPixels
from mappings.record import Page, PageState, ReadBy
from tests.unit.reading import pages, pdfs

OPTIONS = ReadingOptions()


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")


@pytest.fixture(scope="module")
def drawn():
    return pages.draw()


@pytest.fixture(scope="module")
def scan(drawn):
    return pdfs.scanned(drawn.image)


def read(tmp_path, content, number=1, options=OPTIONS):
    path = tmp_path / "file.pdf"
    path.write_bytes(content)
    return read_page(str(path), PDF, number, options)


def test_a_good_text_layer_is_taken_word_for_word_with_its_boxes(tmp_path, drawn):
    page = read(tmp_path, pdfs.born_digital())
    assert (page.read_by, page.confidence, page.state) == (ReadBy.TEXT_LAYER, 1.0, PageState.SEARCHABLE)
    assert page.text.split("\n") == [*pages.LINES] or pages.share_found(page) == 1.0
    assert pages.boxes_off(page, drawn.boxes) == []
    assert all(page.text[word.start : word.end] == word.text for word in page.words)


def test_a_text_layer_in_decomposed_letters_becomes_composed(tmp_path):
    page = read(tmp_path, pdfs.born_digital([unicodedata.normalize("NFD", line) for line in pages.LINES]))
    assert page.text == unicodedata.normalize("NFC", page.text)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_boxes_of_a_text_layer_follow_the_rotation_of_the_page(tmp_path, drawn, turn):
    page = read(
        tmp_path, pdfs.changed(pdfs.born_digital(), lambda opened: opened.pages[0].rotate(turn, relative=False))
    )
    assert page.read_by is ReadBy.TEXT_LAYER
    assert (page.width > page.height) == (turn != 180)
    assert page.rotation == 360 - turn
    upright = {word: pages.turned_box(box, turn) for word, box in drawn.boxes.items()}
    known = [word for word in page.words if word.text in upright]
    assert len(known) > 20
    for word in known:
        x0, y0, x1, y1 = upright[word.text]
        assert word.box.x0 < (x0 + x1) / 2 < word.box.x1
        assert word.box.y0 < (y0 + y1) / 2 < word.box.y1


def test_boxes_of_a_text_layer_are_fractions_of_the_visible_part_of_the_page(tmp_path, drawn):
    def crop(opened):
        opened.pages[0].mediabox = [-50, -100, 700, 900]
        opened.pages[0].cropbox = [20, 400, 595.2, 841.92]

    page = read(tmp_path, pdfs.changed(pdfs.born_digital(), crop))
    assert page.read_by is ReadBy.TEXT_LAYER
    wide, high = 575.2, 441.92
    visible = {
        word: ((x0 * 595.2 - 20) / wide, y0 * 841.92 / high, (x1 * 595.2 - 20) / wide, y1 * 841.92 / high)
        for word, (x0, y0, x1, y1) in drawn.boxes.items()
    }
    assert pages.boxes_off(page, visible) == []
    assert (round(page.width, 2), round(page.height, 2)) == (wide, high)


def test_a_scanned_page_is_read_from_its_picture(tmp_path, scan, drawn):
    page = read(tmp_path, scan)
    assert page.read_by is ReadBy.OCR
    assert pages.share_found(page) > 0.97
    assert pages.boxes_off(page, drawn.boxes) == []


def test_the_text_of_a_signature_over_a_scan_is_not_taken_for_the_page(tmp_path, scan):
    words = [
        (word, 330 + 50 * (n % 5), 820 - 10 * (n // 5))
        for n, word in enumerate(
            [
                "Ký",
                "bởi:",
                "Ủy",
                "ban",
                "nhân",
                "dân",
                "huyện",
                "Sông",
                "Xanh",
                "Cơ",
                "quan:",
                "Tỉnh",
                "Thời",
                "gian",
                "ký:",
                "17/01/2025",
                "08:56:09",
                "Email:",
                "ubnd@songxanh.gov.vn",
            ]
        )
    ]
    page = read(tmp_path, pdfs.with_text_on_top(scan, words))
    assert page.read_by is ReadBy.OCR
    assert pages.share_found(page) > 0.97


def test_what_a_signature_field_shows_is_part_of_the_text(tmp_path):
    page = read(tmp_path, pdfs.with_signature_field(pdfs.born_digital(), "So 4711"))
    assert page.read_by is ReadBy.TEXT_LAYER
    assert "4711" in page.text


def test_the_text_that_an_ocr_program_laid_under_a_scan_is_taken(tmp_path, drawn):
    under = [(word + " ", box[0] * 595.2, 841.92 - box[3] * 841.92) for word, box in drawn.boxes.items()]
    page = read(tmp_path, pdfs.with_text_on_top(pdfs.scanned(drawn.image), under, font_size=13, invisible=True))
    # Words that stand twice are missing under it: some ink is not told, but by far the most is.
    assert page.read_by is ReadBy.TEXT_LAYER


def test_a_garbage_text_layer_is_not_believed(tmp_path, drawn):
    def garbled(line):
        broken = random.Random(3)
        return "".join(broken.choice("¸µ¶·¹ÊÇÈÉË") if ord(letter) > 127 else letter for letter in line)

    image = pdfs.scanned(drawn.image)
    words = [(garbled(word) + " ", box[0] * 595.2, 841.92 - box[3] * 841.92) for word, box in drawn.boxes.items()]
    page = read(tmp_path, pdfs.with_text_on_top(image, words, font_size=13, invisible=True))
    assert page.read_by is ReadBy.OCR
    assert pages.share_found(page) > 0.9


def test_each_page_of_a_mixed_file_is_decided_by_itself(tmp_path, scan):
    content = pdfs.joined(pdfs.born_digital(), scan)
    assert read(tmp_path, content, 1).read_by is ReadBy.TEXT_LAYER
    assert read(tmp_path, content, 2).read_by is ReadBy.OCR
    with pytest.raises(NotFound):
        read(tmp_path, content, 3)


def test_a_blank_page_is_blank(tmp_path):
    assert read(tmp_path, pdfs.scanned(Image.new("L", (2480, 3508), 245))).state is PageState.BLANK


@pytest.mark.parametrize("way", ["DCTDecode", "JPXDecode", "JBIG2Decode"])
def test_a_page_whose_image_cannot_be_decoded_is_lost_and_not_blank(tmp_path, way):
    with pytest.raises(PageUnreadable):
        read(tmp_path, pdfs.spoiled_image(way))


def test_the_print_off_of_a_seal_on_an_empty_back_is_blank(tmp_path):
    empty = pages.Drawn(Image.new("L", (pages.WIDTH, pages.HEIGHT), "white"), {})
    seal = pages.sealed(empty).resize((1240, 1754))  # on the page it is 3.5 cm wide
    back = Image.new("RGB", (pages.WIDTH, pages.HEIGHT), "white")
    back.paste(seal, (300, 900))
    page = read(tmp_path, pdfs.scanned(back))
    assert (page.state, page.reason) == (PageState.BLANK, None)


def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded(tmp_path):
    with pytest.raises(TooManyPixels):
        read(tmp_path, pdfs.huge_image())


def test_a_page_of_enormous_size_is_read_within_bounds(tmp_path):
    content = pdfs.changed(
        pdfs.born_digital(), lambda opened: setattr(opened.pages[0], "mediabox", [0, 0, 14400, 14400])
    )
    path = tmp_path / "file.pdf"
    path.write_bytes(content)
    image = Image.open(io.BytesIO(draw_page(str(path), PDF, 1, 3000, OPTIONS)))
    assert image.width <= 3000
    assert read_page(str(path), PDF, 1, OPTIONS).state is PageState.SEARCHABLE


def test_a_password_is_told(tmp_path):
    locked = pdfs.changed(pdfs.born_digital(), lambda _: None, encryption=pikepdf.Encryption(user="x", owner="y"))
    with pytest.raises(EncryptedFile):
        read(tmp_path, locked)


def test_a_file_that_only_forbids_printing_is_read(tmp_path):
    held = pdfs.changed(pdfs.born_digital(), lambda _: None, encryption=pikepdf.Encryption(user="", owner="y"))
    assert pages.share_found(read(tmp_path, held)) == 1.0


def test_a_file_without_its_table_of_objects_is_repaired_and_read(tmp_path):
    content = pdfs.born_digital()
    cut = content[: content.rindex(b"xref") - 1] if b"xref" in content else content[:-200]
    path = tmp_path / "cut.pdf"
    path.write_bytes(cut)
    assert pdf.count_pages(str(path)) == 1
    assert pages.share_found(read_page(str(path), PDF, 1, OPTIONS)) == 1.0


def test_a_page_is_drawn_in_colour_and_in_the_asked_width(tmp_path, drawn):
    path = tmp_path / "file.pdf"
    path.write_bytes(pdfs.scanned(pages.sealed(drawn)))
    image = Image.open(io.BytesIO(draw_page(str(path), PDF, 1, 700, OPTIONS)))
    assert (image.mode, image.width) == ("RGB", 700)
    red, green, _ = np.moveaxis(np.asarray(image), 2, 0)
    assert ((red > 150) & (green < 110)).any()


def with_font(font, text="Quyet dinh phe duyet du an dau tu xay dung"):
    """A page whose text is written in a font of this description."""

    def add(opened):
        described = opened.make_indirect(pikepdf.Object.parse(font))
        opened.pages[0].obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=described))
        opened.pages[0].obj.Contents = opened.make_stream(f"BT /F 20 Tf 60 700 Td ({text}) Tj ET".encode())

    return pdfs.changed(pdfs.scanned(Image.new("L", (595, 842), "white"), dpi=72), add)


@pytest.mark.parametrize(
    "font",
    [
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar (x) /LastChar 255 /Widths [1 2] >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [ (a) /b << >> ] >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FontDescriptor << /FontBBox [1 2] /Ascent /x >> >>",
    ],
)
def test_a_text_layer_that_cannot_be_parsed_is_read_from_the_picture(tmp_path, font):
    page = read(tmp_path, with_font(font))
    assert page.state is PageState.SEARCHABLE
    assert "phe duyet" in page.text


def test_a_layer_that_fails_in_any_way_is_read_from_the_picture(tmp_path, monkeypatch):
    def fails(_untrusted_pdf):
        raise RecursionError

    monkeypatch.setattr(layer.pdfplumber, "open", fails)
    monkeypatch.setattr(pdf.letters, "words_of", lambda *_: None)  # the parser is asked only where there is a doubt
    page = read(tmp_path, pdfs.born_digital())
    assert page.read_by is ReadBy.OCR
    assert pages.share_found(page) > 0.9


def test_the_layer_of_a_drawing_of_very_many_strokes_is_not_parsed(tmp_path, monkeypatch):
    def draw(opened):
        random_ = random.Random(1)
        places = [(random_.randrange(595), random_.randrange(842)) for _ in range(250_000)]
        strokes = " ".join(f"{x} {y} m {x + 3} {y} l S" for x, y in places).encode()
        opened.pages[0].contents_add(opened.make_stream(strokes))

    monkeypatch.setattr(pdf.layer, "words_of", lambda _: pytest.fail("was parsed"))
    monkeypatch.setattr(pdf.letters, "words_of", lambda *_: pytest.fail("was taken"))
    from_picture = Page(1, PageState.SEARCHABLE, ReadBy.OCR)
    monkeypatch.setattr(pdf, "read_raster", lambda *_: from_picture)
    assert read(tmp_path, pdfs.changed(pdfs.born_digital(), draw)) is from_picture
